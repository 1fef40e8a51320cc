"""Views of a questionnaire: one step as a page, which works without a script, and its autosave."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from portal.base.errors import RefusedError
from portal.base.numbers import posted_number
from portal.base.questionnaires.forms import AnswerForm, questions
from portal.base.questionnaires.questionnaire import Questionnaire, QuestionnaireStep
from portal.base.questionnaires.services import Saved, ShownRevisions, save_typed

Typed = dict[str, list[str]]

#: Values of the submit button; any other one is the key of a step.
NEXT, QUIT, STAY = "suite", "quitter", "ici"

#: The choice of a person between two versions of an answer.
MINE, THEIRS = "mienne", "autre"

UNREADABLE = "Vos réponses sont enregistrées, mais quelque chose est à corriger dans cette étape."


class StepView(View):
    """One step: GET shows it as saved; POST saves it, valid or not, and redirects by the button.

    The room decorates ``dispatch`` with its guard, which finds the answer and calls ``view(request, answer, key)``. Its
    templates extend ``pages/questionnaires/step.html`` and ``conflict.html``, which extend ``layout``.
    """

    http_method_names = ["get", "head", "post"]
    questionnaire: Questionnaire[Any]
    layout: str
    template_name = "pages/questionnaires/step.html"
    conflict_template_name = "pages/questionnaires/conflict.html"
    #: With the identifier of the answer, the name of the copy that a device keeps until the server has it.
    copy_prefix: str

    def autosave_url(self, answer: Any) -> str:
        raise NotImplementedError

    def check_url(self, answer: Any) -> str:
        """Where everything is read again, then sent."""
        raise NotImplementedError

    def read_url(self, answer: Any) -> str:
        """Where an answer that is closed can still be read."""
        raise NotImplementedError

    def quit_url(self, answer: Any) -> str:
        raise NotImplementedError

    def quit_message(self, answer: Any) -> str:
        return "Vos réponses sont enregistrées. Vous pourrez les reprendre plus tard."

    def get_context_data(self, answer: Any, step: QuestionnaireStep) -> dict[str, Any]:
        """What the templates of the room read besides."""
        return {}

    def save_files(self, answer: Any, step: QuestionnaireStep) -> str:
        """Save what a step takes besides its fields; return a French sentence if something was refused."""
        return ""

    def get(self, request: HttpRequest, answer: Any, key: str) -> HttpResponse:
        step = self.get_step(key)
        if self.questionnaire.closed_reason(answer):
            return redirect(self.read_url(answer))
        return self.show_step(answer, step)

    def post(self, request: HttpRequest, answer: Any, key: str) -> HttpResponse:
        step = self.get_step(key)
        typed, known = self.read_typed(answer, step)
        try:
            saved = save_typed(self.questionnaire, answer, typed, known)
        except RefusedError as refusal:
            for message in refusal.messages:
                messages.error(request, message)
            return self.show_step(answer, step, typed, known.revision, status=403)
        problems = list(filter(None, (self.save_files(answer, step), UNREADABLE if saved.errors else "")))
        if saved.conflicts:
            return self.show_conflicts(answer, step, saved)
        for problem in problems:
            messages.warning(request, problem)
        return redirect(self.get_success_url(answer, step, has_problem=bool(problems)))

    def read_typed(self, answer: Any, step: QuestionnaireStep) -> tuple[Typed, ShownRevisions]:
        """What to write of the posted form, and the revisions that it showed."""
        return settled(self.request.POST, step.fields)

    def get_step(self, key: str) -> QuestionnaireStep:
        step = self.questionnaire.find_step(key)
        if step is None:
            raise Http404
        return step

    def get_success_url(self, answer: Any, step: QuestionnaireStep, *, has_problem: bool) -> str:
        asked = self.request.POST.get("vers", STAY)
        if asked == QUIT:
            messages.success(self.request, self.quit_message(answer))
            return self.quit_url(answer)
        chosen = step if has_problem or asked == STAY else self.questionnaire.find_step(asked)
        if chosen is None and asked == NEXT:
            chosen = self.questionnaire.next_step(step)
        return self.check_url(answer) if chosen is None else self.questionnaire.step_url(answer, chosen)

    def show_step(
        self,
        answer: Any,
        step: QuestionnaireStep,
        unsaved: Typed | None = None,
        revision: int | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """``unsaved``: input that could not be saved, shown instead of the saved one, with its ``revision``."""
        shown = {name: self.questionnaire.raw_value(answer, name) for name in step.fields} | (unsaved or {})
        form = AnswerForm(self.questionnaire, answer, step.fields, shown)
        for name, text in self.questionnaire.period_errors(answer, step.fields).items():
            form.add_error(name, text)
        context = {
            "steps": self.questionnaire.steps,
            "number": self.questionnaire.steps.index(step) + 1,
            "form": form,
            "questions": questions(form, answer),
            "revision": answer.revision if revision is None else revision,
            "unsaved": bool(unsaved),
            "autosave_url": self.autosave_url(answer),
            "copy_name": f"{self.copy_prefix}:{answer.pk}",
        }
        return self.render(self.template_name, answer, step, context, status)

    def show_conflicts(self, answer: Any, step: QuestionnaireStep, saved: Saved) -> HttpResponse:
        context = {
            "conflicts": saved.conflicts,
            "revision": saved.revision,
            "step_url": self.questionnaire.step_url(answer, step),
            "going": self.request.POST.get("vers", STAY),
        }
        return self.render(self.conflict_template_name, answer, step, context, 409)

    def render(
        self, template: str, answer: Any, step: QuestionnaireStep, context: dict[str, Any], status: int
    ) -> HttpResponse:
        context |= {"layout": self.layout, "answer": answer, "step": step}
        return render(self.request, template, context | self.get_context_data(answer, step), status=status)


def save_fields(request: HttpRequest, questionnaire: Questionnaire[Any], answer: Any) -> JsonResponse:
    """The fields that just changed. 409: somebody else changed one of them; 403: the answer is closed."""
    names = [name for name in request.POST.getlist("present") if name in questionnaire.fields]
    typed = {name: request.POST.getlist(name) for name in names}
    try:
        saved = save_typed(questionnaire, answer, typed, known_revisions(request.POST))
    except RefusedError as refusal:
        return JsonResponse({"message": " ".join(refusal.messages)}, status=403)
    said = {
        "revision": saved.revision,
        "errors": saved.errors,
        "at": timezone.localtime().strftime("%H:%M"),
        "conflicts": [vars(conflict) for conflict in saved.conflicts],
    }
    return JsonResponse(said, status=409 if saved.conflicts else 200)


def or_told_to_log_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For requests of scripts: 401 rather than a redirection to the login page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return JsonResponse({"login": reverse("account_login")}, status=401)
        return view(request, *args, **kwargs)

    return guarded


def known_revisions(data: QueryDict) -> ShownRevisions:
    """The revisions that the page showed; a missing or forged number counts as « nothing », which only gives
    conflicts.
    """
    revision = data.get("revision", "")
    try:
        fields = json.loads(data.get("known") or "{}")
    except ValueError:
        fields = {}
    if not isinstance(fields, Mapping):
        fields = {}
    numbers = {str(name): value for name, value in fields.items() if isinstance(value, int)}
    return ShownRevisions(posted_number(revision), numbers)


def settled(data: QueryDict, fields: Iterable[str]) -> tuple[Typed, ShownRevisions]:
    """What to write of ``fields``, and the revisions on the page; after a conflict, the choice of the person."""
    known = known_revisions(data)
    names = [name for name in data.getlist("present") if name in fields]
    if "conflit" not in data:
        return {name: data.getlist(name) for name in names}, known
    choices = {name: data.get(f"choix_{name}") for name in names}
    seen = {name: known.revision for name, choice in choices.items() if choice == MINE}
    return {name: data.getlist(name) for name, choice in choices.items() if choice != THEIRS}, ShownRevisions(0, seen)
