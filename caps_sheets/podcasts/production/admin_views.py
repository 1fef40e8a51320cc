"""Admin views of the production of an episode: « Préparer l’épisode », « Préparation », the running order.

The guards find the episode, check who may open it and set the breadcrumbs.
"""

from typing import Any, cast

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList
from wagtail.log_actions import log

from caps_sheets.models import CapsSheetPage
from caps_sheets.podcasts.models import ChecklistTick, EpisodePage, EpisodeScript, ShowPage
from caps_sheets.podcasts.models.rules import progress_of
from caps_sheets.podcasts.permissions import may_edit, may_keep_voices, open_shows
from caps_sheets.podcasts.production.services import (
    drafts_of,
    episodes_of,
    is_public,
    prepare,
    set_tick,
    suggest_episode,
    suggested_parts,
)
from portal.base.admin_views import ObjectGuard, ObjectView, ServiceActionView, ServiceFormView, say_refusal
from portal.base.errors import RefusedError
from portal.base.locks import locked


class EpisodeGuard(ObjectGuard):
    """For users who may edit the episode."""

    header_icon = "media"

    def find(self) -> None:
        self.episode = get_object_or_404(EpisodePage, pk=self.kwargs["page_id"])

    def allows(self) -> bool:
        return may_edit(self.user, self.episode)

    @cached_property
    def draft(self) -> EpisodePage:
        """The last draft of the episode."""
        return cast(EpisodePage, self.episode.get_latest_revision_as_object())

    @property
    def page_crumb(self) -> dict[str, Any]:
        return {"url": reverse("wagtailadmin_pages:edit", args=[self.episode.pk]), "label": self.draft.title}

    def crumbs(self) -> list[dict[str, Any]]:
        return [self.page_crumb, {"url": self.making_url, "label": "Préparation"}]

    def object_context(self) -> dict[str, Any]:
        return {"episode": self.episode, "draft": self.draft}

    @property
    def making_url(self) -> str:
        return reverse("episode_making", args=[self.episode.pk])

    def get_success_url(self) -> str:
        return self.making_url


CONFLICT = (
    "Quelqu’un a enregistré ce conducteur entre-temps : le vôtre ne l’est pas. Il est toujours ci-dessous ; ouvrez le "
    "conducteur dans un autre onglet et reportez-y ce qui manque."
)


class ScriptForm(WagtailAdminModelForm):
    """``seen``: the time of the version that was opened, so that nobody overwrites what they have not read."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = self.instance.updated_at.isoformat() if self.instance.pk else ""
        self.initial["seen"] = self.version

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("seen", "") != self.version:
            raise forms.ValidationError(CONFLICT, code="conflict")
        return cleaned


HANDLER = ObjectList(
    [
        FieldPanel("preparation", help_text="Lieu, matériel, qui écouter avant, points de vigilance. Jamais public."),
        InlinePanel(
            "segments",
            [
                FieldPanel("title"),
                FieldRowPanel([FieldPanel("voice"), FieldPanel("minutes")]),
                FieldPanel("text", widget=forms.Textarea(attrs={"rows": 4})),
            ],
            heading="Parties, dans l’ordre",
            label="Partie",
        ),
    ],
    base_form_class=ScriptForm,
)


class ScriptGuard(EpisodeGuard):
    @cached_property
    def script(self) -> EpisodeScript:
        """The running order, unsaved for an episode that did not start from a sheet."""
        script = EpisodeScript.objects.filter(episode=self.episode).first()
        return script or EpisodeScript(episode=self.episode)


class ScriptView(ScriptGuard, ObjectView):
    page_title = "Conducteur"
    template_name = "wagtailadmin/podcasts/script.html"

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        locked(self.episode)  # two people at once: the second meets the version of the first
        form = self.form(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        script = form.save(commit=False)
        script.updated_by = self.user
        script.save()
        if form.has_changed():  # « prêt » was about the previous one
            ChecklistTick.objects.filter(episode=self.episode, step="conducteur").delete()
        log(instance=self.episode, action="podcasts.script", user=self.user)
        messages.success(request, "Le conducteur est enregistré.")
        return redirect(self.making_url)

    def form(self, data: Any = None) -> ScriptForm:
        return self.handler.get_form_class()(data, instance=self.script, for_user=self.user)

    @cached_property
    def handler(self) -> ObjectList:
        return HANDLER.bind_to_model(EpisodeScript)

    def get_context_data(self, form: ScriptForm | None = None, **kwargs: Any) -> dict[str, Any]:
        form = form or self.form()
        panel = self.handler.get_bound_panel(instance=self.script, request=self.request, form=form)
        context = super().get_context_data(**kwargs)
        return {**context, "form": form, "edit_handler": panel, "media": panel.media}


class PrintView(ScriptGuard, ObjectView):
    """The running order, printed for the recording."""

    page_title = "Conducteur à imprimer"
    template_name = "wagtailadmin/podcasts/script_print.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        segments = list(self.script.segments.all())
        total = sum(segment.minutes or 0 for segment in segments)
        return {**super().get_context_data(**kwargs), "script": self.script, "segments": segments, "minutes": total}


class MakingView(EpisodeGuard, ServiceActionView, ObjectView):
    """The steps of the production, each with its screen; a tick is a POST."""

    page_title = "Préparation"
    template_name = "wagtailadmin/podcasts/making.html"
    http_method_names = ["get", "head", "post", "options"]

    def crumbs(self) -> list[dict[str, Any]]:
        return [self.page_crumb]

    def carry_out(self) -> None:
        step = set_tick(
            self.episode, self.request.POST.get("step", ""), self.request.POST.get("done") == "1", by=self.user
        )
        self.done = f"« {step.label} » est enregistré."

    def refuse(self, refusal: RefusedError) -> HttpResponse:
        return self.render_to_response(self.get_context_data(problems=refusal.messages))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        steps = progress_of(self.episode, timezone.localdate())
        return {
            **super().get_context_data(**kwargs),
            "steps": steps,
            "done_count": sum(step.is_done for step in steps),
            "missing": self.draft.missing_items(),
            "may_keep_voices": may_keep_voices(self.user, self.episode),
            "script": getattr(self.episode, "script", None),
            "sheets": [item.sheet for item in self.draft.sheet_items.all()],
        }


class ShowChoiceForm(forms.Form):
    """The show of the episode."""

    show = forms.ModelChoiceField(ShowPage.objects.none(), label="Émission", empty_label=None)

    def __init__(self, *args: Any, shows: list[ShowPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ModelChoiceField, self.fields["show"])
        field.queryset = ShowPage.objects.filter(pk__in=[show.pk for show in shows])
        field.initial = shows[0].pk
        if len(shows) == 1:
            field.widget = forms.HiddenInput()


class PrepareView(ServiceFormView):
    """What the draft of the episode will hold, before it is created."""

    page_title = "Préparer l’épisode"
    header_icon = "media"
    template_name = "wagtailadmin/podcasts/prepare.html"
    form_class = ShowChoiceForm
    done = "Le brouillon de l’épisode est prêt, avec son conducteur."
    episode: EpisodePage | None = None

    def find(self) -> None:
        self.sheet = get_object_or_404(CapsSheetPage, pk=self.kwargs["page_id"])
        self.shows = open_shows(self.user)

    def allows(self) -> bool:
        return bool(self.shows)

    def applies(self) -> bool:
        return is_public(self.sheet)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"shows": self.shows}

    def carry_out(self, form: ShowChoiceForm) -> None:
        self.episode = prepare(self.sheet, form.cleaned_data["show"], by=self.user)

    def refuse(self, form: ShowChoiceForm, refusal: RefusedError) -> HttpResponse:
        """The screen again, as it is now: a draft made in between takes the place of the form."""
        say_refusal(self.request, refusal)
        return redirect(self.request.path)

    def get_success_url(self) -> str:
        return reverse("episode_making", args=[self.episode.pk]) if self.episode else self.request.path

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": reverse("wagtailadmin_pages:edit", args=[self.sheet.pk]), "label": self.sheet.title}]

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
