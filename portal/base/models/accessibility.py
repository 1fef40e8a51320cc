"""The accessibility statement, with the sections that the RGAA requires, in its order."""

from datetime import date
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from portal.base.models.pages import BasePage

RICH_TEXT = ["bold", "italic", "link", "ul", "ol", "document-link"]
AUDIT_VALIDITY_YEARS = 3  # RGAA: a statement is renewed after three years at most


def text_field(verbose_name: str, **options: Any) -> RichTextField:
    return RichTextField(verbose_name, blank=True, features=RICH_TEXT, **options)


class Conformity(models.TextChoices):
    FULL = "totale", "totalement conforme"
    PARTIAL = "partielle", "partiellement conforme"
    NONE = "non", "non conforme"


class AccessibilityPage(BasePage):
    """Statement under article 47 of loi 2005-102. Its title carries the conformity state, which every page must
    show.
    """

    scope = models.CharField(
        "périmètre",
        max_length=300,
        default="le Portail CLSM, partie publique et espace de rédaction",
    )
    multi_year_plan = text_field("schéma pluriannuel")
    action_plan = text_field("plan d’actions de l’année")
    audit_date = models.DateField("date de l’audit", null=True, blank=True)
    auditor = models.CharField("audit réalisé par", max_length=160, blank=True)
    audit_score = models.DecimalField(
        "critères respectés (en %)",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Sans date d’audit de moins de trois ans, rien n’est publié et l’état est « non conforme ».",
    )
    non_conformities = text_field("non-conformités")
    disproportionate = text_field("dérogations pour charge disproportionnée")
    exempted = text_field("contenus non soumis à l’obligation d’accessibilité")
    established_on = models.DateField("déclaration établie le", null=True, blank=True)
    updated_on = models.DateField("déclaration mise à jour le", null=True, blank=True)
    technologies = models.CharField("technologies", max_length=200, default="HTML5, CSS, JavaScript, SVG")
    test_environment = text_field("environnement de test")
    tools = text_field("outils d’évaluation")
    checked_pages = text_field("pages vérifiées")
    contact = text_field("moyens de contact")

    template = "pages/base/accessibility_page.html"
    max_count = 1
    parent_page_types = ["portal_home.HomePage"]
    subpage_types: list[str] = []
    content_panels = [
        FieldPanel("scope"),
        MultiFieldPanel([FieldPanel("multi_year_plan"), FieldPanel("action_plan")], heading="Engagement"),
        MultiFieldPanel(
            [FieldPanel("audit_date"), FieldPanel("auditor"), FieldPanel("audit_score")],
            heading="Résultat des tests",
        ),
        MultiFieldPanel(
            [FieldPanel("non_conformities"), FieldPanel("disproportionate"), FieldPanel("exempted")],
            heading="Contenus non accessibles",
        ),
        MultiFieldPanel(
            [
                FieldPanel("established_on"),
                FieldPanel("updated_on"),
                FieldPanel("technologies"),
                FieldPanel("test_environment"),
                FieldPanel("tools"),
                FieldPanel("checked_pages"),
            ],
            heading="Établissement de la déclaration",
        ),
        FieldPanel("contact"),
    ]

    class Meta:
        verbose_name = "déclaration d’accessibilité"
        verbose_name_plural = "déclarations d’accessibilité"

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        self.title = f"Accessibilité : {self.conformity().label}"
        super().full_clean(*args, **kwargs)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, object]:
        context = super().get_context(request, *args, **kwargs)
        return {**context, "conformity": self.conformity(), "has_valid_audit": self.has_valid_audit()}

    def has_valid_audit(self, today: date | None = None) -> bool:
        if self.audit_date is None or self.audit_score is None:
            return False
        today = today or timezone.localdate()
        return (today.year - self.audit_date.year, today.month, today.day) <= (
            AUDIT_VALIDITY_YEARS,
            self.audit_date.month,
            self.audit_date.day,
        )

    def conformity(self) -> Conformity:
        """100 % of the criteria: full; at least 50 %: partial; less, or no valid audit: none (RGAA 4.1)."""
        if self.audit_score is None or not self.has_valid_audit():
            return Conformity.NONE
        if self.audit_score == 100:
            return Conformity.FULL
        return Conformity.PARTIAL if self.audit_score >= 50 else Conformity.NONE
