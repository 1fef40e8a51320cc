"""The case file (*dossier de capitalisation*) of an action, from selection to sheet, and its framing grid.

The framing grid is what the Centre requires of an action before it plans an interview.
"""

from datetime import date, datetime

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone

from caps_sheets.capitalisation.models.census import CensusAnswer
from caps_sheets.models import CapsSheetPage
from portal.users.models import User


class Stage(models.IntegerChoices):
    """The ten stages, in their order. Source: domain dossier §3.4."""

    SPOTTING = 0, "repérage"
    FRAMING = 1, "cadrage"
    COLLECTION = 2, "recueil"
    ANALYSIS = 3, "analyse"
    WRITING = 4, "rédaction"
    PROOFREADING = 5, "relecture par le CLSM"
    REVIEW = 6, "relecture éditoriale"
    PUBLICATION = 7, "publication"
    PODCAST = 8, "podcast"
    LIFE = 9, "vie de la fiche"


class CaseStatus(models.TextChoices):
    ACTIVE = "en-cours", "en cours"
    POSTPONED = "ajourne", "ajourné"
    SET_ASIDE = "ecarte", "écarté"
    ARCHIVED = "archive", "archivé"


class CaseFile(models.Model):
    """What the Centre records about one action it capitalises. Never public."""

    answer = models.OneToOneField(
        CensusAnswer, verbose_name="action recensée", on_delete=models.PROTECT, related_name="case_file"
    )
    owner = models.ForeignKey(
        User,
        verbose_name="accompagnateur·rice",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="case_files",
    )
    sheet = models.OneToOneField(
        CapsSheetPage,
        verbose_name="fiche CAPS",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="case_file",
    )
    stage = models.PositiveSmallIntegerField("étape", choices=Stage.choices, default=Stage.SPOTTING)
    status = models.CharField("situation", max_length=10, choices=CaseStatus.choices, default=CaseStatus.ACTIVE)
    stage_since = models.DateTimeField("à cette étape depuis le", default=timezone.now)
    due_on = models.DateField("échéance", null=True, blank=True)
    #: The due date of the last reminder: another date re-arms it.
    late_told_for = models.DateField("retard annoncé pour l’échéance du", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("ouvert le", default=timezone.now)

    carrier_agreed_on = models.DateField("accord du porteur donné le", null=True, blank=True)
    contacts = models.TextField("interlocuteurs", blank=True, help_text="Fonctions, jamais de coordonnées privées.")
    schedule = models.TextField("calendrier prévu", blank=True)
    plan_validated_on = models.DateField("plan de la fiche validé le", null=True, blank=True)
    notes = models.TextField("notes internes", blank=True)
    #: Increases at each change: two people, or a double click, never decide twice on the same state of the file.
    revision = models.PositiveIntegerField("révision", default=0)

    class Meta:
        verbose_name = "dossier de capitalisation"
        verbose_name_plural = "dossiers de capitalisation"
        ordering = ["stage", "due_on", "pk"]
        indexes = [models.Index(fields=["status", "stage"], name="case_files_by_stage")]
        permissions = [
            ("view_every_casefile", "peut voir les dossiers de tout le monde"),
            ("change_every_casefile", "peut agir sur les dossiers de tout le monde"),
            ("view_figures", "peut voir les chiffres de pilotage"),
        ]

    def __str__(self) -> str:
        return str(self.answer)

    @property
    def is_late(self) -> bool:
        return self.late_days() > 0

    def late_days(self, today: date | None = None) -> int:
        """Days past the due date; 0 for a file that is on time or inactive."""
        if self.status != CaseStatus.ACTIVE or self.due_on is None:
            return 0
        return max(0, ((today or timezone.localdate()) - self.due_on).days)

    def days_at_stage(self, now: datetime | None = None) -> int:
        return ((now or timezone.now()) - self.stage_since).days


class StageMove(models.Model):
    """One move of a case file, never deleted: the history shown, and the source of the delays."""

    case_file = models.ForeignKey(CaseFile, verbose_name="dossier", on_delete=models.CASCADE, related_name="moves")
    action = models.CharField("décision", max_length=30)
    before = models.PositiveSmallIntegerField("de", choices=Stage.choices)
    after = models.PositiveSmallIntegerField("vers", choices=Stage.choices)
    by = models.ForeignKey(
        User,
        verbose_name="par",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField("le", default=timezone.now)
    reason = models.TextField("motif", blank=True)

    class Meta:
        verbose_name = "passage d’étape"
        verbose_name_plural = "passages d’étape"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_before_display()} → {self.get_after_display()}"


MAX_SCORE = 3


class FramingCriterion(models.Model):
    """One line of the grid, editable by the Centre. Source of the first ones: domain dossier §3.2."""

    slug = models.SlugField("identifiant", max_length=60, unique=True)
    label = models.CharField("libellé", max_length=200)
    help = models.TextField("aide", blank=True)
    is_blocking = models.BooleanField(
        "bloquant", default=False, help_text="Se répond par oui ou non ; un « non » empêche de retenir l’action."
    )
    weight = models.PositiveSmallIntegerField(
        "poids", default=1, help_text="Compte dans le score d’un critère non bloquant, noté de 0 à 3."
    )
    order = models.PositiveSmallIntegerField("ordre", default=100)
    is_active = models.BooleanField("proposé", default=True, help_text="Décoché, il ne compte plus dans la grille.")

    class Meta:
        verbose_name = "critère de cadrage"
        verbose_name_plural = "critères de cadrage"
        ordering = ["-is_blocking", "order", "pk"]

    def __str__(self) -> str:
        return self.label


class FramingAnswer(models.Model):
    """The answer of a case file to one criterion; empty until somebody answers."""

    case_file = models.ForeignKey(
        CaseFile, verbose_name="dossier", on_delete=models.CASCADE, related_name="framing_answers"
    )
    criterion = models.ForeignKey(
        FramingCriterion, verbose_name="critère", on_delete=models.PROTECT, related_name="answers"
    )
    is_met = models.BooleanField("rempli", null=True, blank=True)
    score = models.PositiveSmallIntegerField("note", null=True, blank=True, validators=[MaxValueValidator(MAX_SCORE)])
    comment = models.TextField("commentaire", blank=True)

    class Meta:
        verbose_name = "réponse au cadrage"
        verbose_name_plural = "réponses au cadrage"
        ordering = ["criterion__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case_file", "criterion"], name="one_framing_answer_a_criterion"),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__lte=MAX_SCORE), name="framing_score_up_to_3"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} – {self.case_file}"
