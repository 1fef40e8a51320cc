"""What the Centre decides to do without, and why."""

from django.db import models

from caps_sheets.review.models.about_text import AboutText, SignedByPerson


class OverrideKind(models.TextChoices):
    """What the decision stands for: it never replaces the consent to an interview nor the safe-messaging checklist."""

    AGREEMENT = "accord", "Passer outre l’accord du CLSM"
    CORRECTION = "correction", "Correction mineure d’une fiche déjà publiée"
    TAKEOVER = "reprise", "Reprise d’une fiche antérieure au portail"


#: What each kind makes up for, besides the agreement of the CLSM.
WAIVES_GRID = (OverrideKind.CORRECTION, OverrideKind.TAKEOVER)


class PublicationOverride(AboutText, SignedByPerson):
    """The Centre lets one text of a sheet become public without the CLSM's agreement. Kept for good."""

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
