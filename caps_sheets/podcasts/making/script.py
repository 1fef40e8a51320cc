"""The running order in the back office: written in parts, printed for the recording."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList
from wagtail.log_actions import log

from caps_sheets.podcasts.making.screens import Screen
from caps_sheets.podcasts.models import ChecklistTick, EpisodeScript
from portal.base.locks import locked

CONFLICT = (
    "Quelqu’un a enregistré ce conducteur entre-temps : le vôtre ne l’est pas. Il est toujours ci-dessous ; ouvrez le "
    "conducteur dans un autre onglet et reportez-y ce qui manque."
)


class ScriptForm(WagtailAdminModelForm):
    """``seen``: the moment of the version that was opened, so that nobody overwrites what they have not read."""

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


class ScriptGuard(Screen):
    @cached_property
    def script(self) -> EpisodeScript:
        """The running order, not saved yet for an episode that did not start from a sheet."""
        found = EpisodeScript.objects.filter(episode=self.episode).first()
        return found or EpisodeScript(episode=self.episode)


class ScriptView(ScriptGuard):
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
        if form.has_changed():  # « prêt » was said of the one before
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


class PrintView(ScriptGuard):
    """The running order to hold at the recording."""

    page_title = "Conducteur à imprimer"
    template_name = "wagtailadmin/podcasts/script_print.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        segments = list(self.script.segments.all())
        total = sum(segment.minutes or 0 for segment in segments)
        return {**super().get_context_data(**kwargs), "script": self.script, "segments": segments, "minutes": total}
