"""The workflow step of the CLSM: its coordinators answer on the public site."""

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from wagtail.models import Page, Task, TaskState, WorkflowState

from caps_sheets.capitalisation.models.proofreading_round import (
    RoundOutcome,
    close_rounds,
    has_agreement,
    open_round,
    open_rounds,
    rounds_of,
)
from caps_sheets.models import OverrideKind
from caps_sheets.models.clearance import text_key
from caps_sheets.models.review import waives_agreement
from caps_sheets.review.services import OVERRIDE_RIGHT, override
from portal.base.errors import RefusedError
from portal.moderation.decisions import claim, pass_automatically
from portal.moderation.models.tasks import Standing
from portal.moderation.page_forms import ReasonForm
from portal.users.models import User

OVERRIDE = "override"


class ProofreadingOverrideForm(ReasonForm):
    comment = forms.CharField(
        label="Motif",
        help_text="Par exemple : le poste de coordination est vacant et l’adresse du CLSM ne répond pas.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Dites pourquoi le Centre passe outre : le motif reste dans l’historique."},
    )


class ProofreadingTask(Task):
    """Proof-reading by the current coordinators of the sheet's CLSMs, whoever they are on the day they answer."""

    class Meta:
        verbose_name = "relecture par le CLSM"
        verbose_name_plural = "relectures par le CLSM"

    def start(self, workflow_state: WorkflowState, user: User | None = None) -> TaskState:
        """Open a round, unless the CLSMs already agreed to this very text, or the Centre overrode them."""
        task_state = super().start(workflow_state, user=user)
        sheet = workflow_state.content_object
        key = text_key(task_state.revision)
        if has_agreement(sheet.pk, task_state.revision, key):
            pass_automatically(task_state, "le CLSM a déjà donné son bon à publier pour ce texte.")
        elif waives_agreement(sheet.pk, key):
            pass_automatically(task_state, "le Centre a déjà passé outre l’accord du CLSM pour ce texte.")
        else:
            open_round(task_state)
        return task_state

    def standing(self, obj: Page, user: User) -> Standing | None:
        """To whoever opens the sheet meanwhile: who is awaited, and the screen of its answers."""
        opened = open_rounds().filter(sheet=obj.pk).first()
        if opened is None:
            return None
        lead = ("Voir la relecture du CLSM", reverse("proofreading_rounds:detail", args=[opened.pk]))
        reason = "Il est verrouillé jusqu’à sa réponse. «\xa0Annuler le circuit\xa0» permet de le reprendre."
        return Standing("Le CLSM relit ce texte.", [reason], lead)

    def locked_for_user(self, obj: Page, user: User) -> bool:
        """The text is locked during the proof-reading; its author may withdraw it."""
        return True

    def get_actions(self, obj: Page, user: User) -> list[tuple[str, str, bool]]:
        """In the back office only the Centre decides here; coordinators answer in their space."""
        if not user.has_perm(OVERRIDE_RIGHT):
            return []
        return [
            (OVERRIDE, OverrideKind.AGREEMENT.label, True),
            ("reject", "Demander des modifications", True),
        ]

    def get_form_for_action(self, action: str) -> type[forms.Form]:
        return ProofreadingOverrideForm if action == OVERRIDE else ReasonForm

    @transaction.atomic
    def on_action(
        self, task_state: TaskState, user: User, action_name: str, comment: str = "", **_ignored: Any
    ) -> None:
        """A decision of the Centre in the back office. The CLSM answers through ``proofreading.services``."""
        claim(task_state, user)
        page = task_state.workflow_state.content_object.specific
        if action_name not in {name for name, _, _ in self.get_actions(page, user)}:
            raise RefusedError("La réponse du CLSM se donne dans son espace.")
        if not comment.strip():
            raise RefusedError("Cette décision demande un motif.")
        if action_name == OVERRIDE:
            override(page, OverrideKind.AGREEMENT, by=user, reason=comment)
        else:
            close_rounds(page, RoundOutcome.RETURNED)
            task_state.reject(user=user, comment=comment)

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> QuerySet[TaskState]:
        """Those of the sheets of the CLSMs that ``user`` coordinates today."""
        waiting = TaskState.objects.filter(task=self, status=TaskState.STATUS_IN_PROGRESS)
        return waiting.filter(pk__in=rounds_of(user).values("task_state"))

    @classmethod
    def get_description(cls) -> str:
        return "Chaque CLSM de la fiche donne son bon à publier, ou renvoie la fiche avec ses commentaires."
