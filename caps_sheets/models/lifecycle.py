"""Lifecycle data of a published sheet, stored beside its page: publishing an older draft must not undo it."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from caps_sheets.models.sheet import CapsSheetPage
from caps_sheets.sections import SECTIONS
from network.models import ClsmPage


def sheet_key(related_name: str) -> models.ForeignKey:
    return models.ForeignKey(CapsSheetPage, verbose_name="fiche", on_delete=models.CASCADE, related_name=related_name)


def author_key(verbose_name: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=verbose_name,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )


class SheetConfirmation(models.Model):
    """« Toujours d’actualité »: a member of the Centre read the sheet again without changing it."""

    sheet = sheet_key("confirmations")
    confirmed_on = models.DateField("confirmée le")
    confirmed_by = author_key("confirmée par")

    class Meta:
        verbose_name = "confirmation d’une fiche"
        verbose_name_plural = "confirmations de fiches"
        ordering = ["-confirmed_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.sheet} : {self.confirmed_on}"


class SheetReminder(models.Model):
    """A reminder that a sheet is 24 months old; ``since`` is its last confirmation."""

    sheet = sheet_key("reminders")
    since = models.DateField("à jour le")
    sent_on = models.DateField("envoyée le")

    class Meta:
        verbose_name = "relance d’une fiche"
        verbose_name_plural = "relances de fiches"
        ordering = ["-sent_on", "pk"]
        constraints = [models.UniqueConstraint(fields=["sheet", "since"], name="one_sheet_reminder_a_period")]

    def __str__(self) -> str:
        return f"{self.sheet} : {self.sent_on}"


class Erratum(models.Model):
    """A dated correction at the top of the public sheet, published without a workflow."""

    sheet = sheet_key("errata")
    section = models.CharField(
        "section concernée",
        max_length=40,
        blank=True,
        choices=[(section.key, section.heading) for section in SECTIONS],
    )
    text = models.TextField("ce qui était faux, et ce qu’il faut lire", max_length=1000)
    dated = models.DateField("date", default=timezone.localdate)
    added_by = author_key("ajouté par")

    class Meta:
        verbose_name = "erratum"
        verbose_name_plural = "errata"
        ordering = ["-dated", "-pk"]

    def __str__(self) -> str:
        return f"{self.sheet} : erratum du {self.dated:%d/%m/%Y}"


class ReuseState(models.TextChoices):
    PROPOSED = "proposee", "à relire"
    PUBLISHED = "publiee", "publiée"
    REFUSED = "refusee", "refusée"


class Reuse(models.Model):
    """« J’ai adapté cette action »: what a CLSM kept of a sheet, and what it changed. Public once the Centre agrees."""

    sheet = sheet_key("reuses")
    clsm = models.ForeignKey(ClsmPage, verbose_name="CLSM", on_delete=models.CASCADE, related_name="reuses")
    year = models.PositiveSmallIntegerField("année")
    kept = models.TextField("ce que vous avez gardé", max_length=800)
    adapted = models.TextField("ce que vous avez adapté", max_length=800)
    state = models.CharField("état", max_length=10, choices=ReuseState.choices, default=ReuseState.PROPOSED)
    proposed_at = models.DateTimeField("proposée le", default=timezone.now, editable=False)
    proposed_by = author_key("proposée par")
    decided_at = models.DateTimeField("décidée le", null=True, blank=True, editable=False)
    decided_by = author_key("décidée par")
    reason = models.TextField("motif du refus", max_length=800, blank=True)
    is_demo = models.BooleanField("exemple fictif", default=False, editable=False)

    class Meta:
        verbose_name = "réutilisation d’une fiche"
        verbose_name_plural = "réutilisations de fiches"
        ordering = ["-proposed_at", "-pk"]
        indexes = [models.Index(fields=["sheet", "state"], name="reuses_by_sheet_and_state")]

    def __str__(self) -> str:
        return f"{self.clsm} : {self.sheet}"
