"""« Préparer l’épisode » from a sheet, and « Préparation »: where the making of an episode stands."""

from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from caps_sheets.models import CapsSheetPage
from caps_sheets.podcasts.making.preparing import drafts_of, episodes_of, is_public, prepare, suggest_episode
from caps_sheets.podcasts.making.questions import suggested_parts
from caps_sheets.podcasts.making.screens import Screen
from caps_sheets.podcasts.making.script import PrintView, ScriptView
from caps_sheets.podcasts.making.ticking import set_tick
from caps_sheets.podcasts.models import ShowPage
from caps_sheets.podcasts.models.rules import progress_of
from caps_sheets.podcasts.permissions import may_keep_voices, open_shows
from portal.base.errors import Refused
from portal.users.models import User


class MakingView(Screen):
    """The steps of the making, each with the screen where it is done; ticking is a POST."""

    page_title = "Préparation"
    template_name = "wagtailadmin/podcasts/making.html"

    def crumbs(self) -> list[dict[str, str]]:
        return []

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            step = set_tick(self.episode, request.POST.get("step", ""), request.POST.get("done") == "1", by=self.user)
        except Refused as refusal:
            return self.render_to_response(self.get_context_data(problems=refusal.messages))
        messages.success(request, f"« {step.label} » est enregistré.")
        return redirect(self.making_url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        steps = progress_of(self.episode, timezone.localdate())
        return {
            **super().get_context_data(**kwargs),
            "steps": steps,
            "done_count": sum(each.is_done for each in steps),
            "missing": self.draft.missing_items(),
            "may_keep_voices": may_keep_voices(self.user, self.episode),
            "script": getattr(self.episode, "script", None),
            "sheets": [item.sheet for item in self.draft.sheet_items.all()],
        }


class ShowForm(forms.Form):
    """Which show the episode goes to."""

    show = forms.ModelChoiceField(ShowPage.objects.none(), label="Émission", empty_label=None)

    def __init__(self, *args: Any, shows: list[ShowPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ModelChoiceField, self.fields["show"])
        field.queryset = ShowPage.objects.filter(pk__in=[show.pk for show in shows])
        field.initial = shows[0].pk
        if len(shows) == 1:
            field.widget = forms.HiddenInput()


class PrepareView(WagtailAdminTemplateMixin, FormView):
    """What the draft of the episode will hold, before it is made."""

    page_title = "Préparer l’épisode"
    header_icon = "media"
    template_name = "wagtailadmin/podcasts/prepare.html"
    form_class = ShowForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.sheet = get_object_or_404(CapsSheetPage, pk=kwargs["page_id"])
        self.shows = open_shows(cast(User, request.user))
        if not self.shows:
            return permission_denied(request)
        if not is_public(self.sheet):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"shows": self.shows}

    def form_valid(self, form: ShowForm) -> HttpResponse:
        try:
            episode = prepare(self.sheet, form.cleaned_data["show"], by=cast(User, self.request.user))
        except Refused as refusal:
            messages.error(self.request, " ".join(refusal.messages))
            return redirect(self.request.path)
        messages.success(self.request, "Le brouillon de l’épisode est prêt, avec son conducteur.")
        return redirect("episode_making", episode.pk)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        sheet = {"url": reverse("wagtailadmin_pages:edit", args=[self.sheet.pk]), "label": self.sheet.title}
        return [*self.breadcrumbs_items, sheet, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        suggested = suggest_episode(self.sheet, self.shows[0])
        drafts = drafts_of(self.sheet)
        return {
            **super().get_context_data(**kwargs),
            "sheet": self.sheet,
            "shows": self.shows,
            "suggested": suggested,
            "parts": suggested_parts(self.sheet, suggested.shows_help),
            "drafts": drafts,
            "published": [episode for episode in episodes_of(self.sheet) if episode not in drafts],
        }


PAGE = "pages/<int:page_id>/"

urls: list[URLPattern] = [
    path(f"{PAGE}preparer-episode/", PrepareView.as_view(), name="prepare_episode"),
    path(f"{PAGE}preparation/", MakingView.as_view(), name="episode_making"),
    path(f"{PAGE}conducteur/", ScriptView.as_view(), name="episode_script"),
    path(f"{PAGE}conducteur/imprimer/", PrintView.as_view(), name="episode_script_print"),
]
