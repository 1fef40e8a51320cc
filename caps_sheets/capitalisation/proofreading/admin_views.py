"""Admin views of the Centre: pending rounds, answers of the CLSMs, and links for people without an account."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from caps_sheets.capitalisation.models.proofreading_round import (
    ProofreadingLink,
    ProofreadingReply,
    ProofreadingRound,
    open_rounds,
)
from caps_sheets.capitalisation.proofreading.links import COMPLETE_ADDRESS, RIGHT, revoke, send_link
from caps_sheets.capitalisation.proofreading.notifications import coordinators_of
from caps_sheets.capitalisation.proofreading.page import with_headings
from caps_sheets.review.services import OVERRIDE_RIGHT
from portal.base.errors import Refused
from portal.users.models import User

TITLE = "Relectures par les CLSM"


class LinkForm(forms.Form):
    """The address that is asked to answer for a CLSM; the one of its profile is proposed."""

    address = forms.EmailField(
        label="Envoyer un lien sans compte, valable vingt et un jours, à",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages=dict.fromkeys(("required", "invalid"), COMPLETE_ADDRESS),
    )

    def __init__(self, data: QueryDict | None = None, *, reply: ProofreadingReply) -> None:
        self.reply = reply
        super().__init__(data, initial={"address": reply.clsm.generic_email}, auto_id=f"id_%s_{reply.pk}")


class _Screen(WagtailAdminTemplateMixin, TemplateView):
    page_title = TITLE
    header_icon = "openquote"

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.allows():
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    def allows(self) -> bool:
        return self.user.has_perm(RIGHT)


class RoundsScreen(_Screen):
    """Every open round, the oldest first."""

    template_name = "wagtailadmin/proofreading/rounds.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = open_rounds().select_related("sheet").prefetch_related("replies__clsm").order_by("opened_at")
        return super().get_context_data(**kwargs, rounds=waiting)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": TITLE}]


class RoundScreen(_Screen):
    """One round: each CLSM with its answer, its comments and its links. Authors read it, the Centre writes links."""

    template_name = "wagtailadmin/proofreading/round.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.round = get_object_or_404(
            ProofreadingRound.objects.select_related("sheet", "revision", "task_state"), pk=kwargs["round_pk"]
        )
        return super().dispatch(request, *args, **kwargs)

    def allows(self) -> bool:
        return super().allows() or self.round.sheet.permissions_for_user(self.user).can_edit()

    def get_context_data(self, refused: LinkForm | None = None, **kwargs: Any) -> dict[str, Any]:
        replies = self.round.replies.select_related("clsm", "decided_by").prefetch_related(
            "comments__author", "links", "verbatims"
        )
        rows = [
            {
                "reply": reply,
                "comments": with_headings([one for one in reply.comments.all() if one.text]),
                "coordinators": coordinators_of(reply.clsm),
                "form": refused if refused and refused.reply == reply else LinkForm(reply=reply),
            }
            for reply in replies
        ]
        return super().get_context_data(
            **kwargs,
            round=self.round,
            sheet=self.round.sheet,
            rows=rows,
            may_send=self.user.has_perm(RIGHT) and self.round.is_open,
            override_url=reverse("override_agreement", args=[self.round.sheet_id])
            if self.user.has_perm(OVERRIDE_RIGHT)
            else "",
        )

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        above = [{"url": reverse("proofreading_rounds"), "label": TITLE}] if super().allows() else []
        return [*self.breadcrumbs_items, *above, {"url": "", "label": str(self.round.sheet)}]

    def get_page_subtitle(self) -> str:
        return str(self.round.sheet.draft_title)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send a link for one reply."""
        if not self.user.has_perm(RIGHT):
            raise PermissionDenied("Seul le Centre envoie un lien de relecture.")
        reply = get_object_or_404(
            ProofreadingReply.objects.select_related("round__task_state", "round__sheet", "round__revision", "clsm"),
            round=self.round,
            pk=_number(request.POST.get("reply", "")),
        )
        form = LinkForm(request.POST, reply=reply)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(refused=form))
        try:
            link = send_link(reply, form.cleaned_data["address"], by=self.user)
        except Refused as refused:
            form.add_error(None, refused.messages)
            return self.render_to_response(self.get_context_data(refused=form))
        messages.success(
            request, f"Lien envoyé à {link.address}, valable jusqu’au {localdate(link.expires_at):%d/%m/%Y}."
        )
        return redirect("proofreading_round", self.round.pk)


@require_POST
def revoke_link(request: HttpRequest, link_pk: int) -> HttpResponse:
    user = cast(User, request.user)
    if not user.has_perm(RIGHT):
        raise PermissionDenied("Seul le Centre retire un lien de relecture.")
    link = get_object_or_404(ProofreadingLink.objects.select_related("reply__round__sheet", "reply__clsm"), pk=link_pk)
    revoke(link, by=user)
    messages.success(request, f"Le lien envoyé à {link.address} ne s’ouvre plus.")
    return redirect("proofreading_round", link.reply.round_id)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
