"""The review step: nobody approves their own text, and a refusal states a reason."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from wagtail.models import AbstractGroupApprovalTask, Page, Task, TaskState

from portal.base.errors import RefusedError
from portal.base.models.settings import needs_two_reviewers
from portal.moderation.decisions import claim
from portal.moderation.models.authorship import contributors, draft_errors, publication_blockers
from portal.moderation.page_forms import ReasonForm
from portal.users.models import User


@dataclass(frozen=True)
class Standing:
    """What the editor says about the step where a page waits. ``lead``: the button (label, URL) that leads on;
    ``people``: who may approve instead, where that is the way on.
    """

    heading: str
    reasons: list[str]
    lead: tuple[str, str] | None = None
    people: list[User] | None = None


class ReviewTask(AbstractGroupApprovalTask):
    """Approval by a member of the groups who took no part in the text under review."""

    class Meta:
        verbose_name = "relecture par une autre personne"
        verbose_name_plural = "relectures par une autre personne"

    def get_actions(self, obj: Page, user: User) -> list[tuple[str, str, bool]]:
        actions = super().get_actions(obj, user)
        if not actions or self.may_approve(obj, user):
            return actions
        return [action for action in actions if action[0] != "approve"]

    def may_approve(self, obj: Page, user: User) -> bool:
        return not self.refusals(obj, user)

    def refusals(self, obj: Page, user: User) -> list[str]:
        """Why ``user`` may not approve the text now, in French; empty if they may.

        Authors and the person who submitted may not, nor who took the other step where the site asks for two people,
        nor anybody while the page is incomplete. The last approval publishes, so it also requires the agreements
        (``clearance_errors``).
        """
        return self.personal_refusals(obj, user) or self.text_refusals(obj)

    def personal_refusals(self, obj: Page, user: User) -> list[str]:
        """Why somebody else has to approve, whatever becomes of the text."""
        if user.pk in contributors(obj):
            return ["Vous avez pris part à ce texte : une autre personne doit l’approuver."]
        step = self.steps_taken(obj).get(user.pk)
        if step and needs_two_reviewers():
            return [f"Vous avez déjà pris l’étape « {step} » : le réglage du site demande ici une autre personne."]
        return []

    def text_refusals(self, obj: Page) -> list[str]:
        """What the text still lacks, whoever approves."""
        return publication_blockers(obj) if self._is_last(obj) else draft_errors(obj)

    def steps_taken(self, obj: Page) -> dict[int, str]:
        """Who took another review step for this very text: the name of the step, by id of the person."""
        state = obj.current_workflow_state
        taken = state.successful_task_states.exclude(task=self.pk).select_related("task") if state else ()
        steps = [(task_state.task.specific, task_state) for task_state in taken]
        return {
            person: step.name
            for step, task_state in steps
            if isinstance(step, ReviewTask)
            for person in step.takers(task_state)
            if person is not None
        }

    def takers(self, task_state: TaskState) -> set[int | None]:
        """Ids of those who took this step."""
        return {task_state.finished_by_id}

    def lead(self, obj: Page, user: User) -> tuple[str, str] | None:
        """The button (label, URL) beside ``refusals``, if one of them is lifted on another screen."""
        return None

    def _is_last(self, obj: Page) -> bool:
        """Whether this is the last step of the workflow for this text."""
        state = obj.current_workflow_state
        if state is None:
            return False
        steps = Task.objects.filter(workflow_tasks__workflow=state.workflow_id, active=True).exclude(pk=self.pk)
        return not steps.exclude(task_states__in=state.successful_task_states).exists()

    @transaction.atomic
    def on_action(
        self, task_state: TaskState, user: User, action_name: str, comment: str = "", **_ignored: Any
    ) -> None:
        """Carry out a decision, once. Raises ``RefusedError``.

        The rules are checked again here: somebody may have decided before, or the reviewer edited the page in the same
        request.
        """
        claim(task_state, user)
        page = task_state.workflow_state.content_object
        if action_name == "approve" and (reasons := self.refusals(page, user)):
            raise RefusedError(*reasons)
        if action_name == "reject" and not comment.strip() and self.needs_reason(page):
            raise RefusedError("Un refus demande un motif.")
        self.decide(task_state, user, action_name, comment)

    def needs_reason(self, obj: Page) -> bool:
        """Whether a refusal states its reason here: it is not asked twice."""
        return True

    def decide(self, task_state: TaskState, user: User, action_name: str, comment: str) -> None:
        """The effects of a decision that is permitted."""
        super().on_action(task_state, user, action_name, comment=comment)

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        return ReasonForm if action == "reject" else super().get_form_for_action(action)

    @classmethod
    def get_description(cls) -> str:
        return "Un membre des groupes choisis, qui n’a pas pris part au texte, approuve ou demande des changements."
