"""The regions of each moderator, and the reminders already sent about a profile."""

from django.conf import settings
from django.db import models

from network.territories.models import Region


class RegionalModerator(models.Model):
    """The regions of one moderator. A moderator without a row is in charge of the remaining profiles."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="compte", on_delete=models.CASCADE, related_name="moderated_regions"
    )
    regions = models.ManyToManyField(Region, verbose_name="régions", related_name="moderators")

    class Meta:
        verbose_name = "régions d’une modératrice ou d’un modérateur"
        verbose_name_plural = "régions de la modération"
        ordering = ["user__sort_key"]

    def __str__(self) -> str:
        return str(self.user)


class FreshnessReminder(models.Model):
    """A reminder sent to the coordinators of a profile: one at 6 months and one at 12, for one confirmation."""

    clsm = models.ForeignKey(
        "network.ClsmPage", verbose_name="CLSM", on_delete=models.CASCADE, related_name="freshness_reminders"
    )
    since = models.DateField("profil confirmé le")
    months = models.PositiveSmallIntegerField("mois écoulés")
    sent_on = models.DateField("envoyée le")

    class Meta:
        verbose_name = "relance de confirmation"
        verbose_name_plural = "relances de confirmation"
        ordering = ["-sent_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["clsm", "since", "months"], name="one_reminder_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.clsm} : {self.months} mois"


class ClsmSplit(models.Model):
    """One CLSM becomes several. Its profile stays until all the new ones are published, then points to them."""

    clsm = models.OneToOneField(
        "network.ClsmPage", verbose_name="CLSM scindé", on_delete=models.CASCADE, related_name="split"
    )
    parts = models.ManyToManyField("network.ClsmPage", verbose_name="nouveaux CLSM", related_name="split_from")
    heir = models.ForeignKey(
        "network.ClsmPage",
        verbose_name="reprend fiches, actions et échanges",
        on_delete=models.PROTECT,
        related_name="inherits_from",
    )
    reason = models.TextField("ce que lit le public", max_length=500)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_on = models.DateField("commencée le")
    completed_on = models.DateField("terminée le", null=True, blank=True)

    class Meta:
        verbose_name = "scission d’un CLSM"
        verbose_name_plural = "scissions de CLSM"
        ordering = ["-started_on", "-pk"]

    def __str__(self) -> str:
        return f"Scission : {self.clsm}"
