"""The CAPS sheet: the lessons of an action, in three official parts (summary, identity card, text)."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from modelcluster.contrib.taggit import ClusterTaggableManager
from wagtail.admin.panels import ObjectList
from wagtail.blocks import StreamValue
from wagtail.fields import RichTextField, StreamField
from wagtail.models import PageQuerySet, Revision
from wagtail.search import index

from caps_sheets import panels
from caps_sheets.blocks import KeyPointsBlock
from caps_sheets.models import clearance, language
from caps_sheets.models.related import SheetKeyword, SheetTheme
from caps_sheets.models.sheet_context import sheet_context, with_links
from caps_sheets.models.sheet_rules import sheet_errors
from caps_sheets.page_forms import SheetForm
from caps_sheets.sections import TextBlock, empty_text, in_official_order
from network.models import Organisation
from portal.base.panels import page_tabs
from portal.medialib.fields import image_field
from portal.moderation.models import ModeratedPage
from portal.taxonomies.fields import term_field, terms_field
from portal.taxonomies.models import Theme, Vocabulary


class Recurrence(models.TextChoices):
    ONE_OFF = "ponctuelle", "ponctuelle"
    RECURRENT = "recurrente", "récurrente"
    PERMANENT = "perenne", "pérenne"


class BudgetRange(models.TextChoices):
    UNDER_1K = "moins-1000", "moins de 1 000 €"
    UNDER_5K = "1000-5000", "de 1 000 à 5 000 €"
    UNDER_20K = "5000-20000", "de 5 000 à 20 000 €"
    UNDER_50K = "20000-50000", "de 20 000 à 50 000 €"
    OVER_50K = "plus-50000", "plus de 50 000 €"


class CapsSheetPage(ModeratedPage):
    """A *fiche de capitalisation*. Its publication rules are in ``sheet_rules``."""

    base_form_class = SheetForm

    # A. Résumé
    hook = models.CharField("accroche", max_length=200, blank=True)
    summary = RichTextField("résumé", blank=True, features=["bold", "italic", "link"])
    key_points = StreamField(KeyPointsBlock(), verbose_name="à retenir", blank=True, help_text="Trois à cinq points.")
    image = image_field("image")
    image_alt = models.CharField("texte alternatif de l’image", max_length=200, blank=True)
    image_is_decorative = models.BooleanField("image décorative", default=False)
    easy_read = RichTextField("résumé facile à lire (FALC)", blank=True, features=["bold", "ul"])

    # B. Carte d’identité
    carrier = models.ForeignKey(
        Organisation,
        verbose_name="structure porteuse de l’action",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="carried_sheets",
    )
    scale = term_field("échelle", Vocabulary.SCALE)
    in_qpv = models.BooleanField("en quartier prioritaire (QPV)", null=True, blank=True)
    qpv_names = models.CharField("quartiers prioritaires concernés", max_length=300, blank=True)
    start_date = models.DateField("début", null=True, blank=True)
    end_date = models.DateField("fin", null=True, blank=True)
    is_ongoing = models.BooleanField("action en cours", default=False)
    recurrence = models.CharField("rythme", max_length=12, choices=Recurrence.choices, blank=True)
    main_theme = models.ForeignKey(
        Theme,
        verbose_name="thème principal",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="main_sheets",
    )
    themes = ClusterTaggableManager(
        through=SheetTheme, blank=True, verbose_name="thèmes", related_name="sheet_pages", help_text=""
    )
    objectives = terms_field("objectifs", Vocabulary.OBJECTIVE)
    audiences = terms_field("publics visés", Vocabulary.AUDIENCE)
    settings = terms_field("milieux d’intervention", Vocabulary.SETTING)
    strategies = terms_field("stratégies", Vocabulary.STRATEGY)
    action_types = terms_field("types d’action", Vocabulary.ACTION_TYPE)
    determinants = terms_field("déterminants", Vocabulary.DETERMINANT)
    key_functions = terms_field("fonctions clés", Vocabulary.KEY_FUNCTION)
    prevention_level = term_field("niveau de prévention ou de promotion", Vocabulary.PREVENTION_LEVEL)
    programmes = terms_field("programmes et dispositifs", Vocabulary.PROGRAMME)
    funders = terms_field("financeurs", Vocabulary.FUNDER)
    budget = models.CharField("tranche de budget", max_length=12, choices=BudgetRange.choices, blank=True)
    staff = models.CharField("moyens humains", max_length=200, blank=True)
    reach = models.PositiveIntegerField("nombre de personnes touchées", null=True, blank=True)
    reach_method = models.CharField("mode de calcul", max_length=200, blank=True)
    facilitator = models.CharField("accompagnateur·rice de la capitalisation", max_length=160, blank=True)
    interview_dates = models.CharField("date(s) d’entretien", max_length=120, blank=True)
    interviewed_roles = models.CharField("fonctions des personnes interrogées", max_length=300, blank=True)
    other_sources = models.TextField("autres sources", blank=True)
    keywords = ClusterTaggableManager(
        through=SheetKeyword, blank=True, verbose_name="mots-clés libres", related_name="sheet_pages"
    )
    licence = term_field("licence", Vocabulary.LICENCE)
    version = models.CharField("version", max_length=10, default="1.0")

    # C. Texte
    body = StreamField(TextBlock(), verbose_name="texte", blank=True, default=empty_text)

    edit_handler = page_tabs(
        ObjectList(panels.SUMMARY, heading="A. Résumé"),
        ObjectList(panels.IDENTITY, heading="B. Carte d’identité"),
        ObjectList(panels.TEXT, heading="C. Texte"),
        ObjectList(panels.SOURCE, heading="Provenance et droits"),
        promote=ModeratedPage.promote_panels,
        settings=ModeratedPage.settings_panels,
    )
    search_fields = [
        *ModeratedPage.search_fields,
        index.SearchField("hook"),
        index.SearchField("summary"),
        index.AutocompleteField("title"),
    ]
    advice_heading = "À regarder, sans bloquer : des mots qui peuvent blesser"
    template = "pages/caps_sheets/caps_sheet_page.html"
    page_description = "Ce qu’une action menée par un CLSM a appris, en trois parties."
    parent_page_types = ["caps_sheets.SheetsIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "fiche CAPS"
        verbose_name_plural = "fiches CAPS"

    @classmethod
    def to_serve(cls) -> PageQuerySet["CapsSheetPage"]:
        return with_links(super().to_serve())

    def clearance_errors(self, revision: Revision) -> list[str]:
        return clearance.errors(self, revision)

    def publication_errors(self) -> dict[str, list[str]]:
        return sheet_errors(self, timezone.localdate())

    def stream_value(self, name: str) -> StreamValue:
        value = super().stream_value(name)
        return in_official_order(value) if name == "body" else value

    def advice(self) -> list[tuple[str, list[str]]]:
        return language.advice(self)

    @property
    def shows_help(self) -> bool:
        """The 3114 block is shown in a sheet about suicide."""
        return any(theme.shows_help for theme in self.themes.all())

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict:
        return {**super().get_context(request, *args, **kwargs), **sheet_context(self)}
