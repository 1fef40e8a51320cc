"""The framing grid: what the Centre asks of an action before it spends an interview on it."""

from django.core.validators import MaxValueValidator
from django.db import models

from caps_sheets.capitalisation.models.case_file import CaseFile

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
    """What a case file answers to one criterion; empty as long as nobody has answered."""

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
