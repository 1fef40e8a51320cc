"""The official review grid: four categories of criteria, answered oui, non or nr. Source: domain dossier §2.1."""

from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from caps_sheets.review.models.about_text import AboutText
from portal.users.models import User


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


class ReviewGrid(ClusterableModel):
    """One version of the grid. Once it has served, it no longer changes: the next version is a copy."""

    version = models.PositiveSmallIntegerField("version", unique=True)
    is_current = models.BooleanField("en service", default=False, help_text="Une seule version est en service.")
    note = models.CharField("ce qui change", max_length=250, blank=True)
    created_at = models.DateTimeField("créée le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "grille de relecture"
        verbose_name_plural = "grilles de relecture"
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=models.Q(is_current=True), name="one_current_review_grid"
            )
        ]

    def __str__(self) -> str:
        return f"Grille de relecture, version {self.version}"

    @property
    def has_served(self) -> bool:
        return self.pk is not None and self.reviews.exists()


class ReviewCriterion(Orderable):
    """One question of the grid. ``key`` stays the same from one version to the next: answers can be compared."""

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
    """The grid as it was filled for one text of a sheet."""

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
