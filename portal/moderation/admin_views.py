"""The account page of notices, with its e-mail frequency, and the view behind the completeness panel."""

from typing import cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.models import Page

from portal.moderation.models import ModeratedPage, Notice, Rhythm
from portal.moderation.notices.digests import choose_rhythm, rhythm_of
from portal.users.models import User
from portal.users.second_factor import demand_second_factor

NOTICES_SHOWN = 30


class RhythmForm(forms.Form):
    rhythm = forms.ChoiceField(
        label="Recevoir mes avis par courriel",
        choices=Rhythm.choices,
        widget=forms.RadioSelect,
        help_text="Les récapitulatifs partent le matin, sans les avis déjà lus ; celui de la semaine, le lundi.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def notice_settings(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    demand_second_factor(user)  # notices report the decisions of the back office
    form = RhythmForm(request.POST or None, initial={"rhythm": rhythm_of(user)})
    if request.method == "POST" and form.is_valid():
        choose_rhythm(user, form.cleaned_data["rhythm"])
        messages.success(request, "Votre choix est enregistré.")
        return redirect("notice_settings")
    notices = Notice.objects.filter(recipient=user)[:NOTICES_SHOWN]
    return render(request, "account/notices.html", {"form": form, "notices": notices})


@require_POST
@login_required
def read_notices(request: HttpRequest) -> HttpResponse:
    """Mark all notices of the user as read."""
    demand_second_factor(cast(User, request.user))
    Notice.objects.filter(recipient=cast(User, request.user), read_at=None).update(read_at=timezone.now())
    return redirect("notice_settings")


def page_completeness(request: HttpRequest, page_id: int) -> HttpResponse:
    """What the last saved draft of a page still lacks, for users who may edit it."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    if not isinstance(page, ModeratedPage):
        raise Http404
    draft = page.get_latest_revision_as_object()
    context = {"missing": draft.missing_points(), "advice": draft.advice(), "advice_heading": draft.advice_heading}
    return render(request, "wagtailadmin/panels/completeness_list.html", context)
