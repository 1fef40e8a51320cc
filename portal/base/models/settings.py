"""Site settings: what the Centre may change on every page without a developer."""

from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from portal.base.emails import EmailField


@register_setting(icon="cog")
class PortalSettings(BaseSiteSetting):
    """Settings of the public site."""

    contact_email = EmailField(
        "adresse de contact",
        blank=True,
        help_text="Donnée dans la déclaration d’accessibilité et les mentions légales.",
    )
    publisher = models.CharField(
        "éditeur du site",
        max_length=200,
        default="Centre national de ressources et d’appui aux conseils locaux de santé mentale",
    )
    licence_name = models.CharField("licence des textes", max_length=120, default="CC BY-SA 4.0")
    licence_url = models.URLField(
        "adresse de la licence",
        blank=True,
        default="https://creativecommons.org/licenses/by-sa/4.0/deed.fr",
    )

    needs_two_reviewers = models.BooleanField(
        "deux personnes pour la relecture et la validation",
        default=False,
        help_text="Non coché : une même personne peut relire puis valider un texte. Coché : une autre personne valide. "
        "Dans les deux cas, personne n’approuve un texte auquel il ou elle a pris part.",
    )

    panels = [
        MultiFieldPanel([FieldPanel("publisher"), FieldPanel("contact_email")], heading="Éditeur et contact"),
        MultiFieldPanel([FieldPanel("licence_name"), FieldPanel("licence_url")], heading="Licence"),
        MultiFieldPanel([FieldPanel("needs_two_reviewers")], heading="Relecture"),
    ]

    class Meta:
        verbose_name = "réglages du portail"
        verbose_name_plural = "réglages du portail"


def needs_two_reviewers() -> bool:
    """Whether the two last steps of a workflow are taken by two different people."""
    return PortalSettings.objects.filter(needs_two_reviewers=True).exists()
