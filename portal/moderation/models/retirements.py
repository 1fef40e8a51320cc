"""Retired pages, and the page that replaces each."""

from django.conf import settings
from django.db import models
from wagtail.models import Page


class Retirement(models.Model):
    """A page removed for good: archived, merged into another, or split in two.

    The page is unpublished. Its URL redirects to its replacement if there is one, else to a page that explains its
    removal.
    """

    page = models.OneToOneField(Page, verbose_name="page", on_delete=models.CASCADE, related_name="retirement")
    replacements = models.ManyToManyField(
        Page, verbose_name="remplacée par", blank=True, related_name="retirements_replaced"
    )
    reason = models.TextField("ce que lit le public", max_length=500)
    retired_on = models.DateField("le")
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="par",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = "page archivée"
        verbose_name_plural = "pages archivées"
        ordering = ["-retired_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.page} (archivée)"
