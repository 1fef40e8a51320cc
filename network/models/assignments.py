"""Who coordinates which CLSM, since when and until when."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone


class AssignmentQuerySet(models.QuerySet["CoordinatorAssignment"]):
    def current(self, day: date | None = None) -> "AssignmentQuerySet":
        """Those that run on ``day`` (today), first and last day included."""
        day = day or timezone.localdate()
        return self.filter(models.Q(end__isnull=True) | models.Q(end__gte=day), start__lte=day)


class CoordinatorAssignment(models.Model):
    """A dated post. While it runs, the person may edit the page of the CLSM, and nothing else."""

    clsm = models.ForeignKey(
        "network.ClsmPage", verbose_name="CLSM", on_delete=models.CASCADE, related_name="assignments"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="compte", on_delete=models.CASCADE, related_name="assignments"
    )
    start = models.DateField("depuis le")
    end = models.DateField("jusqu’au", null=True, blank=True, help_text="Dernier jour inclus. Vide : en poste.")
    job_title = models.CharField("fonction", max_length=120, blank=True)
    phone = models.CharField("téléphone professionnel", max_length=20, blank=True)
    shows_name = models.BooleanField("accepte l’affichage de son nom", default=False)
    shows_email = models.BooleanField("accepte l’affichage de son e-mail", default=False)
    shows_phone = models.BooleanField("accepte l’affichage de son téléphone", default=False)
    #: Day of the decision, whatever the dates of the post: the first sign of activity of somebody not seen yet.
    entered_on = models.DateField("enregistrée le", default=timezone.localdate, editable=False)
    inactivity_warned_on = models.DateField("inactivité signalée le", null=True, blank=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "affectation de coordination"
        verbose_name_plural = "affectations de coordination"
        ordering = ["-start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end__isnull=True) | models.Q(end__gte=models.F("start")),
                name="assignment_ends_after_start",
                violation_error_message="La fin de l’affectation précède son début.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.clsm}"
