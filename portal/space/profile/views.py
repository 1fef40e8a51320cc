"""The profile in steps: each step with its autosave, everything on one page, sending and taking back."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from network.models import ClsmPage, TypedProfile
from network.permissions import for_coordinators
from portal.base.numbers import posted_number
from portal.base.outcomes import refusals, say_outcome
from portal.base.questionnaires.forms import AnswerForm
from portal.base.questionnaires.questionnaire import QuestionnaireStep, SummaryLine, SummaryPart
from portal.base.questionnaires.services import ShownRevisions
from portal.base.questionnaires.views import StepView, Typed, or_told_to_log_in, save_fields
from portal.space.profile import list_acts, services
from portal.space.profile.drafts import stored_raw
from portal.space.profile.labels import Labels
from portal.space.profile.questionnaire import QUESTIONNAIRE
from portal.space.states import profile_state
from portal.users.models import User

SEND = "envoyer"
SENT = (
    "Votre profil est envoyé. Le Centre le relit et vous répond ici et par courriel ; d’ici là, le profil public ne "
    "change pas."
)
View = Callable[..., HttpResponseBase]


def for_profile(view: View) -> View:
    """Wrap ``view(request, answer, …)``: the URL names ``clsm_pk``; 404 to all but its coordinators of the day."""

    @for_coordinators
    @wraps(view)
    def guarded(request: HttpRequest, clsm: ClsmPage, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, QUESTIONNAIRE.read(clsm, cast(User, request.user)), *args, **kwargs)

    return guarded


@method_decorator([require_http_methods(["GET", "HEAD", "POST"]), for_profile], name="dispatch")
class ProfileStepView(StepView):
    questionnaire = QUESTIONNAIRE
    layout = "pages/space/layout.html"
    template_name = "pages/profile/step.html"
    conflict_template_name = "pages/profile/conflict.html"
    copy_prefix = "profil"
    #: Where the button of a list leads, once the step is saved.
    landing: str = ""

    def autosave_url(self, answer: TypedProfile) -> str:
        return reverse("profile_autosave", args=[answer.clsm_id])

    def check_url(self, answer: TypedProfile) -> str:
        return reverse("profile_check", args=[answer.clsm_id])

    def read_url(self, answer: TypedProfile) -> str:
        return self.check_url(answer)

    def quit_url(self, answer: TypedProfile) -> str:
        return reverse("space_home", args=[answer.clsm_id])

    def quit_message(self, answer: TypedProfile) -> str:
        return "Vos modifications sont enregistrées, pas encore envoyées au Centre."

    def get_context_data(self, answer: TypedProfile, step: QuestionnaireStep) -> dict[str, Any]:
        return {"clsm": answer.clsm, "returned": profile_state(answer.clsm).returned_reason}

    def read_typed(self, answer: TypedProfile, step: QuestionnaireStep) -> tuple[Typed, ShownRevisions]:
        typed, known = super().read_typed(answer, step)
        if act := list_acts.read(self.request.POST, step.fields):
            self.landing = list_acts.carry_out(self.request, act, typed, answer.clsm_id)
        return typed, known

    def get_success_url(self, answer: TypedProfile, step: QuestionnaireStep, *, has_problem: bool) -> str:
        if address := list_acts.file_url(answer.clsm_id, self.request.POST, step.fields):
            return address
        if self.landing:
            return self.questionnaire.step_url(answer, step) + self.landing
        if self.request.POST.get("vers") == SEND and not has_problem:
            return send_and_tell(self.request, answer)
        return super().get_success_url(answer, step, has_problem=has_problem)

    def render(
        self, template: str, answer: Any, step: QuestionnaireStep, context: dict[str, Any], status: int
    ) -> HttpResponse:
        if isinstance(form := context.get("form"), AnswerForm):
            list_acts.dress(self.request, form, answer.clsm_id)
        return super().render(template, answer, step, context, status)


@require_POST
@or_told_to_log_in
@for_profile
def autosave(request: HttpRequest, answer: TypedProfile) -> JsonResponse:
    return save_fields(request, QUESTIONNAIRE, answer)


@require_safe
@for_profile
def check(request: HttpRequest, answer: TypedProfile) -> HttpResponse:
    """Everything on one page: what is missing, what changes; while the Centre reads, the same without a button."""
    return show_check(request, answer)


@require_POST
@for_profile
def send(request: HttpRequest, answer: TypedProfile) -> HttpResponse:
    seen = request.POST.get("revision")
    return redirect(send_and_tell(request, answer, None if seen is None else posted_number(seen, -1)))


@require_POST
@for_profile
def withdraw(request: HttpRequest, answer: TypedProfile) -> HttpResponse:
    with refusals() as problems:
        services.withdraw(answer, cast(User, request.user))
    done = "La relecture est arrêtée : reprenez vos modifications, puis envoyez-les de nouveau."
    say_outcome(request, problems, done)
    return redirect("profile_check", answer.clsm_id)


def send_and_tell(request: HttpRequest, answer: TypedProfile, seen: int | None = None) -> str:
    """Send; say what happens next. Returns where to go: « Mon CLSM », or what is left to do."""
    warnings: list[str] = []
    with refusals() as problems:
        warnings = services.send(answer, cast(User, request.user), seen)
    say_outcome(request, problems, done=SENT)
    if problems:
        return reverse("profile_check", args=[answer.clsm_id])
    for warning in warnings:
        messages.warning(request, warning)
    return reverse("space_home", args=[answer.clsm_id])


def show_check(request: HttpRequest, answer: TypedProfile) -> HttpResponse:
    closed, state = QUESTIONNAIRE.closed_reason(answer), profile_state(answer.clsm)
    summary, changes = read_again(answer)
    context = {
        "clsm": answer.clsm,
        "answer": answer,
        "closed": closed,
        "state": state,
        "returned": state.returned_reason,
        "may_withdraw": bool(closed) and services.may_withdraw(answer.clsm, cast(User, request.user)),
        "missing": [] if closed else QUESTIONNAIRE.missing_answers(answer),
        "summary": summary,
        "changes": changes,
        "may_edit": not closed,
        "start_url": QUESTIONNAIRE.start_url(answer),
        "has_news": bool(changes) or not answer.clsm.live or answer.clsm.has_unpublished_changes,
    }
    return render(request, "pages/profile/check.html", context)


def read_again(answer: TypedProfile) -> tuple[list[SummaryPart], list[dict[str, str]]]:
    """The draft by step, and what differs from the public profile, in a fixed number of queries."""
    drafts = {name: QUESTIONNAIRE.raw_value(answer, name) for name in QUESTIONNAIRE.fields}
    online = _public_content(answer)
    public = {name: stored_raw(online, name) for name in drafts} if online else {}
    labels = Labels([*drafts.items(), *public.items()])
    names = {name: QUESTIONNAIRE.label_of(name) for name in drafts}
    parts = [
        SummaryPart(
            step,
            [SummaryLine(names[name], labels.text(name, drafts[name]), name in answer.typed) for name in step.fields],
            QUESTIONNAIRE.step_url(answer, step),
        )
        for step in QUESTIONNAIRE.steps
    ]
    changes = [
        {
            "label": names[name],
            "before": labels.text(name, public[name]),
            "after": labels.text(name, drafts[name]),
            "url": QUESTIONNAIRE.field_url(answer.clsm_id, name),
        }
        for name in public
        if public[name] != drafts[name]
    ]
    return parts, changes


def _public_content(answer: TypedProfile) -> dict[str, Any] | None:
    clsm = answer.clsm
    if not clsm.live:
        return None
    if clsm.live_revision_id and answer.latest and clsm.live_revision_id == answer.latest.pk:
        return answer.latest.content
    return clsm.live_revision.content if clsm.live_revision else clsm.content_to_keep()
