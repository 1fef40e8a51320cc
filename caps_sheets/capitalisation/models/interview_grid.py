"""The interview grid: what the Centre asks, in versions of which one is used for the next interviews."""

from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from caps_sheets.sections import SECTIONS
from portal.users.models import User


class InterviewPart(models.IntegerChoices):
    """The twelve parts of an interview, in their order. Source: domain dossier §3.3."""

    WELCOME = 0, "Accueil, consentement, enregistrement"
    CARRIER = 1, "Porteur et contexte"
    ORIGIN = 2, "Genèse et objectifs"
    AUDIENCES = 3, "Publics et implication"
    PARTNERS = 4, "Partenaires et professionnels"
    STORY = 5, "Récit chronologique"
    STRATEGIES = 6, "Stratégies et fonctions clés"
    SKILLS = 7, "Compétences et outils"
    DIFFICULTIES = 8, "Difficultés, échecs et ajustements"
    EFFECTS = 9, "Effets perçus et évaluation"
    ADVICE = 10, "Conseils et transférabilité"
    CLOSING = 11, "Clôture"


def sheet_sections() -> list[tuple[str, str]]:
    """Key and heading of the sections of a sheet, which an answer may feed."""
    return [(section.key, section.heading) for section in SECTIONS]


class InterviewGrid(ClusterableModel):
    """One version of the grid. It is frozen as soon as an interview uses it: a change makes a new version."""

    version = models.PositiveSmallIntegerField("version", unique=True)
    is_current = models.BooleanField("version en service", default=False)
    comment = models.CharField("ce qui change dans cette version", max_length=250, blank=True)
    created_at = models.DateTimeField("créée le", default=timezone.now)
    created_by = models.ForeignKey(
        User, verbose_name="par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = "grille d’entretien"
        verbose_name_plural = "grilles d’entretien"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=models.Q(is_current=True), name="one_current_interview_grid"
            )
        ]

    def __str__(self) -> str:
        return f"Grille d’entretien, version {self.version}"

    @property
    def is_frozen(self) -> bool:
        return self.interviews.exists()


class InterviewQuestion(models.Model):
    """One question of one version, with the prompts that help the person go on."""

    grid = ParentalKey(InterviewGrid, verbose_name="grille", on_delete=models.CASCADE, related_name="questions")
    part = models.PositiveSmallIntegerField("partie", choices=InterviewPart.choices)
    order = models.PositiveSmallIntegerField("ordre", default=0)
    label = models.TextField("question")
    prompts = models.TextField("relances", blank=True, help_text="Une par ligne.")
    section = models.CharField(
        "section de la fiche",
        max_length=30,
        choices=sheet_sections,
        blank=True,
        help_text="Là où la réponse ira dans le brouillon, sauf choix contraire à l’analyse.",
    )

    #: Read by Wagtail’s inline panels: the order of the form is the order kept.
    sort_order_field = "order"

    class Meta:
        verbose_name = "question"
        verbose_name_plural = "questions"
        ordering = ["part", "order", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def prompt_list(self) -> list[str]:
        return [line.strip() for line in self.prompts.splitlines() if line.strip()]
