"""Admin views of the Centre: pending rounds, answers of the CLSMs, and links for people without an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate

from caps_sheets.capitalisation.models.proofreading_round import (
    ProofreadingLink,
    ProofreadingReply,
    ProofreadingRound,
    open_rounds,
)
from caps_sheets.capitalisation.proofreading.links import RIGHT, revoke, send_link
from caps_sheets.capitalisation.proofreading.page import with_headings
from caps_sheets.review.services import OVERRIDE_RIGHT
from network.models.queries import people_in_post
from portal.base.admin_views import ObjectView, ServiceActionView, ServiceFormView
from portal.base.emails import EmailFormField
from portal.base.numbers import posted_number

TITLE = "Relectures par les CLSM"


class LinkForm(forms.Form):
    """The e-mail address that is asked to answer for a CLSM; that of its profile is suggested."""

    address = EmailFormField(
        label="Envoyer un lien sans compte, valable vingt et un jours, à",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Écrivez une adresse complète, par exemple clsm@ville.example."},
    )

    def __init__(self, data: QueryDict | None = None, *, reply: ProofreadingReply) -> None:
        self.reply = reply
        super().__init__(data, initial={"address": reply.clsm.generic_email}, auto_id=f"id_%s_{reply.pk}")


class RoundsView(ObjectView):
    """Every open round, the oldest first."""

    right = RIGHT
    page_title = TITLE
    header_icon = "openquote"
    template_name = "wagtailadmin/proofreading/rounds.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = open_rounds().select_related("sheet").prefetch_related("replies__clsm").order_by("opened_at")
        return super().get_context_data(**kwargs, rounds=waiting)


class RoundView(ServiceFormView):
    """One round: each CLSM with its answer, its comments and its links. Authors read it, the Centre sends links."""

    page_title = TITLE
    header_icon = "openquote"
    template_name = "wagtailadmin/proofreading/round.html"

    def find(self) -> None:
        self.round = get_object_or_404(
            ProofreadingRound.objects.select_related("sheet", "revision", "task_state"), pk=self.kwargs["round_pk"]
        )

    @property
    def is_centre(self) -> bool:
        return self.user.has_perm(RIGHT)

    def allows(self) -> bool:
        return self.is_centre or self.round.sheet.permissions_for_user(self.user).can_edit()

    def get_context_data(self, form: LinkForm | None = None, **kwargs: Any) -> dict[str, Any]:
        replies = self.round.replies.select_related("clsm", "decided_by").prefetch_related(
            "comments__author", "links__created_by", "verbatims", "refused_verbatims"
        )
        rows = [
            {
                "reply": reply,
                "comments": with_headings([comment for comment in reply.comments.all() if comment.text]),
                "refusals": with_headings(reply.refused_verbatims.all()),
                "coordinators": people_in_post(reply.clsm_id),
                "form": form if form and form.reply == reply else LinkForm(reply=reply),
            }
            for reply in replies
        ]
        return super().get_context_data(
            **kwargs,
            form=form,
            round=self.round,
            sheet=self.round.sheet,
            rows=rows,
            may_send=self.is_centre and self.round.is_open,
            override_url=reverse("override_agreement", args=[self.round.sheet_id])
            if self.user.has_perm(OVERRIDE_RIGHT)
            else "",
        )

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        above = [{"url": reverse("proofreading_rounds:index"), "label": TITLE}] if self.is_centre else []
        return [*self.breadcrumbs_items, *above, {"url": "", "label": str(self.round.sheet)}]

    def get_page_subtitle(self) -> str:
        return str(self.round.sheet.draft_title)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_centre:
            raise PermissionDenied("Seul le Centre envoie un lien de relecture.")
        return super().post(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> LinkForm:
        """The form of the reply that was posted."""
        reply = get_object_or_404(
            ProofreadingReply.objects.select_related("round__task_state", "round__sheet", "round__revision", "clsm"),
            round=self.round,
            pk=posted_number(self.request.POST.get("reply", "")),
        )
        return LinkForm(self.request.POST, reply=reply)

    def carry_out(self, form: LinkForm) -> None:
        link = send_link(form.reply, form.cleaned_data["address"], by=self.user)
        self.done = f"Lien envoyé à {link.address}, valable jusqu’au {localdate(link.expires_at):%d/%m/%Y}."

    def get_success_url(self) -> str:
        return reverse("proofreading_rounds:detail", args=[self.round.pk])


class RevokeLinkView(ServiceActionView):
    right = RIGHT

    def find(self) -> None:
        links = ProofreadingLink.objects.select_related("reply__round__sheet", "reply__clsm")
        self.link = get_object_or_404(links, pk=self.kwargs["link_pk"])

    def carry_out(self) -> None:
        revoke(self.link, by=self.user)
        self.done = f"Le lien envoyé à {self.link.address} ne s’ouvre plus."

    def get_success_url(self) -> str:
        return reverse("proofreading_rounds:detail", args=[self.link.reply.round_id])
