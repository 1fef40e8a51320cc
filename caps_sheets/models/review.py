"""Review of a sheet: official grid, overrides of the Centre, safe-messaging checklist, each tied to one text.

Sources: domain dossier §2.1 (grid: four categories of criteria, answered oui, non or nr) and §8.4 (checklist of a
sheet about suicide: Papageno, WHO 2023).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable, PageLogEntry, Revision

from caps_sheets.models.grids import VersionedGrid
from portal.users.models import User

if TYPE_CHECKING:
    from caps_sheets.models.sheet import CapsSheetPage


class AboutText(models.Model):
    """A statement about one text. ``text_key`` outlives the revision, and tells when two revisions have the same
    text.
    """

    revision = models.ForeignKey(
        Revision, verbose_name="version", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    text_key = models.CharField("empreinte du texte", max_length=64, db_index=True)

    class Meta:
        abstract = True


class SignedByPerson(models.Model):
    by = models.ForeignKey(User, verbose_name="par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField("le")

    class Meta:
        abstract = True


class Category(models.IntegerChoices):
    """The four official categories, in their order. Only the last one never blocks."""

    METHOD = 1, "Respect des attendus de la méthodologie"
    ELIGIBILITY = 2, "Éligibilité de l’action"
    VALUES = 3, "Valeurs et éthique de la promotion de la santé"
    PRINCIPLES = 4, "Principes d’action en promotion de la santé"

    @property
    def is_main(self) -> bool:
        return self != Category.PRINCIPLES


class Answer(models.TextChoices):
    YES = "oui", "oui"
    NO = "non", "non"
    NOT_STATED = "nr", "nr"


class GridDecision(models.TextChoices):
    NONE = "", "grille en cours"
    APPROVED = "approuvee", "approuvée"
    RETURNED = "a-revoir", "à revoir"


class ReviewGrid(VersionedGrid):
    is_current = models.BooleanField("en service", default=False, help_text="Une seule version est en service.")
    note = models.CharField("ce qui change", max_length=250, blank=True)
    created_at = models.DateTimeField("créée le", default=timezone.now, editable=False)

    items, uses = "criteria", "reviews"

    class Meta(VersionedGrid.Meta):
        verbose_name = "grille de relecture"
        verbose_name_plural = "grilles de relecture"
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=models.Q(is_current=True), name="one_current_review_grid"
            )
        ]

    def __str__(self) -> str:
        return f"Grille de relecture, version {self.version}"


class ReviewCriterion(Orderable):
    """One question of the grid. ``key`` is stable across versions, so that answers can be compared."""

    grid = ParentalKey(ReviewGrid, verbose_name="grille", on_delete=models.CASCADE, related_name="criteria")
    category = models.PositiveSmallIntegerField("catégorie", choices=Category.choices)
    key = models.SlugField("identifiant", max_length=60, help_text="Le même d’une version à l’autre.")
    label = models.CharField("critère", max_length=250)
    help_text = models.CharField("ce qu’on regarde", max_length=300, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = "critère"
        verbose_name_plural = "critères"
        constraints = [models.UniqueConstraint(fields=["grid", "key"], name="criterion_once_per_grid")]

    def __str__(self) -> str:
        return self.label

    @property
    def is_main(self) -> bool:
        return Category(self.category).is_main


class GridReview(AboutText):
    """The grid as filled in for one text of a sheet."""

    sheet = models.ForeignKey(
        "caps_sheets.CapsSheetPage", verbose_name="fiche", on_delete=models.CASCADE, related_name="grid_reviews"
    )
    grid = models.ForeignKey(ReviewGrid, verbose_name="grille", on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(
        User, verbose_name="relu par", null=True, on_delete=models.SET_NULL, related_name="grid_reviews"
    )
    decision = models.CharField("décision", max_length=10, choices=GridDecision.choices, blank=True)
    reason = models.TextField("motif", blank=True)
    started_at = models.DateTimeField("commencée le", default=timezone.now)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)

    class Meta:
        verbose_name = "grille remplie"
        verbose_name_plural = "grilles remplies"
        ordering = ["-started_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["sheet", "text_key"], name="one_grid_per_text")]

    def __str__(self) -> str:
        return f"{self.grid} – {self.sheet}"


class CriterionAnswer(models.Model):
    review = models.ForeignKey(GridReview, verbose_name="grille", on_delete=models.CASCADE, related_name="answers")
    criterion = models.ForeignKey(
        ReviewCriterion, verbose_name="critère", on_delete=models.PROTECT, related_name="answers"
    )
    value = models.CharField("réponse", max_length=3, choices=Answer.choices, blank=True)
    comment = models.TextField("commentaire", blank=True)

    class Meta:
        verbose_name = "réponse à un critère"
        verbose_name_plural = "réponses aux critères"
        ordering = ["criterion__category", "criterion__sort_order", "pk"]
        constraints = [models.UniqueConstraint(fields=["review", "criterion"], name="one_answer_per_criterion")]

    def __str__(self) -> str:
        return f"{self.criterion} : {self.value}"

    @property
    def is_blocking(self) -> bool:
        return self.value == Answer.NO and self.criterion.is_main


class OverrideKind(models.TextChoices):
    """What the override replaces: never the consent to an interview nor the safe-messaging checklist."""

    AGREEMENT = "accord", "Passer outre l’accord du CLSM"
    CORRECTION = "correction", "Correction mineure d’une fiche déjà publiée"
    TAKEOVER = "reprise", "Reprise d’une fiche antérieure au portail"


#: What each kind replaces, besides the agreement of the CLSM.
WAIVES_GRID = (OverrideKind.CORRECTION, OverrideKind.TAKEOVER)


class PublicationOverride(AboutText, SignedByPerson):
    """The Centre publishes one text of a sheet without the CLSM's agreement. Rows are never deleted."""

    sheet = models.ForeignKey(
        "caps_sheets.CapsSheetPage", verbose_name="fiche", on_delete=models.CASCADE, related_name="overrides"
    )
    kind = models.CharField("nature", max_length=10, choices=OverrideKind.choices)
    reason = models.TextField("motif")

    class Meta:
        verbose_name = "passer-outre"
        verbose_name_plural = "passer-outre"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["sheet", "text_key"], name="overrides_by_text")]

    def __str__(self) -> str:
        return self.get_kind_display()


class SafeWording(models.TextChoices):
    """The items that a person vouches for."""

    NO_METHOD = "ni-methode-ni-lieu", "La fiche ne décrit ni méthode ni lieu."
    NO_SENSATION = "ni-sensationnel", "Ni le titre ni les images ne cherchent le sensationnel."
    NO_SINGLE_CAUSE = "ni-cause-unique", "Aucune explication unique ou simpliste n’est donnée."
    NO_SOLUTION = "ni-solution", "Le suicide n’est jamais présenté comme une solution."
    RIGHT_WORDS = (
        "mots-justes",
        "Le vocabulaire est juste : « mort par suicide », « tentative de suicide » ; ni « réussi », ni « raté », "
        "ni « commettre ».",
    )
    PREVENTION = "prevention-possible", "La fiche rappelle que la prévention est possible."
    RECOVERY = "retablissement", "Des récits de rétablissement ont leur place, quand l’action en porte."
    RESOURCES = "ressources", "Les ressources d’aide, dont le 3114, sont affichées."
    ANONYMITY = "anonymat", "L’anonymat des personnes endeuillées est protégé."
    TRAINED_READER = "personne-formee", "Une personne formée à la prévention du suicide a relu la fiche."


class SafeMessagingTick(AboutText, SignedByPerson):
    """One item, vouched for by one person about one text."""

    sheet = models.ForeignKey(
        "caps_sheets.CapsSheetPage", verbose_name="fiche", on_delete=models.CASCADE, related_name="safe_messaging_ticks"
    )
    item = models.CharField("point", max_length=24, choices=SafeWording.choices)

    class Meta:
        verbose_name = "point de la relecture « parler du suicide sans risque »"
        verbose_name_plural = "points de la relecture « parler du suicide sans risque »"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["sheet", "text_key", "item"], name="one_tick_per_item_and_text")]

    def __str__(self) -> str:
        return self.get_item_display()


__all__ = [
    "Answer",
    "Category",
    "CriterionAnswer",
    "GridDecision",
    "GridReview",
    "OverrideKind",
    "PublicationOverride",
    "ReviewCriterion",
    "ReviewGrid",
    "SafeMessagingTick",
    "SafeWording",
]


def waives_agreement(sheet_pk: int, key: str) -> bool:
    return PublicationOverride.objects.filter(sheet=sheet_pk, text_key=key).exists()


def waives_grid(sheet_pk: int, key: str) -> bool:
    return PublicationOverride.objects.filter(sheet=sheet_pk, text_key=key, kind__in=WAIVES_GRID).exists()


GRID_FILLED = "caps_sheets.grid_filled"

NO_GRID = "La grille de relecture n’a pas été remplie pour ce texte."


def review_of(sheet: CapsSheetPage, key: str) -> GridReview | None:
    """The grid filled in for the text of this key, with its answers prefetched."""
    reviews = GridReview.objects.filter(sheet=sheet.pk, text_key=key)
    return reviews.select_related("grid", "reviewer").prefetch_related("answers__criterion").first()


def fillers(review: GridReview) -> set[int | None]:
    """Ids of everybody who saved the grid of this text; the grid itself keeps the last."""
    saved = PageLogEntry.objects.filter(page=review.sheet_id, action=GRID_FILLED, data__text_key=review.text_key)
    return {review.reviewer_id, *saved.values_list("user", flat=True)}


def criteria_of(review: GridReview | None) -> list[ReviewCriterion]:
    """The criteria of the version that the review was started with, else of the version in use."""
    grid = review.grid if review else ReviewGrid.in_use()
    return (
        sorted(grid.criteria.all(), key=lambda criterion: (criterion.category, criterion.sort_order or 0))
        if grid
        else []
    )


def grid_problems(review: GridReview | None) -> list[str]:
    """What in the grid prevents the approval of the text."""
    if review is None:
        return [NO_GRID]
    answers = {answer.criterion_id: answer for answer in review.answers.all()}
    missing = [
        criterion for criterion in criteria_of(review) if not (criterion.pk in answers and answers[criterion.pk].value)
    ]
    problems = [f"La grille de relecture attend encore {len(missing)} réponse(s)."] if missing else []
    blocking = [answer for answer in answers.values() if answer.is_blocking]
    return problems + [
        f"Grille de relecture, « non » : {answer.criterion}. {answer.comment}".strip() for answer in blocking
    ]


def reasons_of(review: GridReview) -> list[str]:
    """Each « non » with its comment, for the author."""
    return [
        f"« {answer.criterion} » : {answer.comment}" for answer in review.answers.all() if answer.value == Answer.NO
    ]


def remarks_of(review: GridReview) -> list[str]:
    """Each answer with a comment that is not a « non »."""
    said = [answer for answer in review.answers.all() if answer.comment]
    return [f"« {answer.criterion} », {answer.get_value_display()} : {answer.comment}" for answer in said]


def note_decision(review: GridReview, action: str, reason: str) -> None:
    """Record the decision on the grid."""
    review.decision = GridDecision.APPROVED if action == "approve" else GridDecision.RETURNED
    review.reason = reason.strip()
    review.save(update_fields=["decision", "reason", "updated_at"])


def grid_errors(sheet: CapsSheetPage, revision: Revision, key: str) -> list[str]:
    """What in the grid prevents the approval and the publication of the text (``caps_sheets.models.clearance``).

    Empty if the Centre overrides the grid for this text: the workflow step and the publication make the same check.
    """
    if waives_grid(sheet.pk, key):
        return []
    return grid_problems(review_of(sheet, key))
