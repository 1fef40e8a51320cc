"""What the Centre keeps about a CLSM beside its public page: never shown, compared, exported or searched."""

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models


class ClsmRecord(models.Model):
    """Internal data and life of a profile. Not a field of the page: an older draft must not undo it."""

    class Source(models.TextChoices):
        IMPORT = "import", "import"
        COORDINATOR = "coordination", "coordination du CLSM"
        CENTRE = "centre", "Centre national"

    clsm = models.OneToOneField(
        "network.ClsmPage",
        verbose_name="CLSM",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="record",
    )
    import_key = models.CharField(
        "identifiant d’import",
        max_length=80,
        unique=True,
        null=True,
        blank=True,
        help_text="Reconnaît le CLSM d’un import à l’autre.",
    )
    coordination_fte = models.DecimalField("ETP de coordination", max_digits=3, decimal_places=2, null=True, blank=True)
    funding_notes = models.TextField("montants des financements", blank=True)
    has_complex_cases_charter = models.BooleanField(
        "charte de la commission situations complexes", null=True, blank=True
    )
    notes = models.TextField("notes du Centre", blank=True)
    source = models.CharField("source", max_length=20, choices=Source.choices, default=Source.CENTRE)
    verified_on = models.DateField("confirmé le", null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="confirmé par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    group = models.OneToOneField(
        Group,
        verbose_name="groupe de la coordination",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="clsm_record",
    )

    class Meta:
        verbose_name = "dossier interne d’un CLSM"
        verbose_name_plural = "dossiers internes des CLSM"
        ordering = ["clsm__title"]

    def __str__(self) -> str:
        return f"Dossier interne : {self.clsm}"
