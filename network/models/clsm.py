"""The public profile of a CLSM."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from modelcluster.contrib.taggit import ClusterTaggableManager
from wagtail.fields import RichTextField
from wagtail.models import PageQuerySet
from wagtail.search import index

from network.models.clsm_context import profile_context, with_links
from network.models.clsm_rules import OPERATIONAL, Messages, publication_errors, publication_warnings
from network.models.coordination import CoordinatorAssignment
from network.models.covered_area import covered_area, departments_of, in_charge, population_of
from network.models.organisations import Organisation
from network.models.related import ClsmTheme
from network.panels import profile_tabs
from network.territories.models import POPULATION_YEAR, Department
from portal.base.emails import EmailField
from portal.base.sort_keys import SortKeyField
from portal.medialib.fields import document_field, image_field
from portal.moderation.models import ModeratedPage
from portal.taxonomies.fields import term_field, terms_field
from portal.taxonomies.models import Theme, Vocabulary
from portal.users.models import User


class DatePrecision(models.TextChoices):
    YEAR = "annee", "année seule"
    MONTH = "mois", "mois et année"
    DAY = "jour", "jour exact"


class Representation(models.TextChoices):
    YES = "oui", "oui"
    NO = "non", "non"
    BUILDING = "construction", "en construction"


class PlanStatus(models.TextChoices):
    YES = "oui", "oui"
    NO = "non", "non"
    PLANNED = "projet", "en projet"


@dataclass(frozen=True)
class Population:
    """Inhabitants covered, the year of the figure if known, and whether the CLSM declared it."""

    inhabitants: int
    year: int | None
    is_declared: bool


class ClsmPage(ModeratedPage):
    """One CLSM: identity, territory, governance, means and action. Internal data is in ``ClsmRecord``."""

    short_name = models.CharField("nom court ou sigle", max_length=80, blank=True)
    other_name = models.CharField("autre appellation", max_length=200, blank=True)
    status = term_field("statut", Vocabulary.CLSM_STATUS)
    status_date = models.DateField("date du statut", null=True, blank=True)
    created_on = models.DateField(
        "date de création", null=True, blank=True, help_text="Installation de la première assemblée plénière."
    )
    created_precision = models.CharField(
        "précision de la date", max_length=10, choices=DatePrecision.choices, default=DatePrecision.YEAR
    )
    short_description = models.CharField("présentation courte", max_length=300, blank=True)
    description = RichTextField("présentation", blank=True)
    logo = image_field("logo")
    website = models.URLField("site web", blank=True)
    authority_website = models.URLField("page de la collectivité", blank=True)

    scale = term_field("échelle", Vocabulary.SCALE)
    area_type = term_field("typologie", Vocabulary.AREA_TYPE)
    declared_population = models.PositiveIntegerField(
        "population couverte",
        null=True,
        blank=True,
        help_text="Laisser vide pour la calculer à partir des communes.",
    )
    population_year = models.PositiveSmallIntegerField("millésime de la population", null=True, blank=True)
    city_contract = models.CharField("contrat de ville", max_length=200, blank=True)
    # Computed from the communes each time the live page is saved: not edited, not part of a revision.
    departments = models.ManyToManyField(Department, related_name="clsm_pages", editable=False)
    computed_sort_key = SortKeyField("title")
    computed_population = models.PositiveIntegerField("population calculée", null=True, editable=False)

    presidency_role = models.CharField("fonction de la présidence", max_length=160, blank=True)
    presidency_authority = models.CharField("collectivité de la présidence", max_length=160, blank=True)
    user_representation = models.CharField(
        "représentation des usagers", max_length=20, choices=Representation.choices, blank=True
    )
    user_representation_detail = models.CharField("organismes d’usagers (GEM…)", max_length=200, blank=True)
    carer_representation = models.CharField(
        "représentation des aidants", max_length=20, choices=Representation.choices, blank=True
    )
    carer_representation_detail = models.CharField("organismes d’aidants (Unafam…)", max_length=200, blank=True)
    rules_document = document_field("règlement intérieur ou charte")
    has_complex_cases_committee = models.BooleanField("commission situations complexes (RESAD)", null=True, blank=True)

    carrier = models.ForeignKey(
        Organisation,
        verbose_name="structure porteuse",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="carried_clsms",
    )
    generic_email = EmailField(
        "adresse générique",
        blank=True,
        help_text="Par exemple clsm@… : jamais affichée, utilisée pour transmettre les messages.",
    )
    is_vacant = models.BooleanField("poste de coordination vacant", default=False)
    vacant_since = models.DateField("vacant depuis le", null=True, blank=True)

    health_contract = models.CharField(
        "contrat local de santé (CLS)", max_length=10, choices=PlanStatus.choices, blank=True
    )
    health_contract_title = models.CharField("intitulé et période du CLS", max_length=200, blank=True)
    ptsm_name = models.CharField("projet territorial de santé mentale (PTSM)", max_length=200, blank=True)
    other_links = models.CharField("autres liens (ASV, CPTS, DAC…)", max_length=300, blank=True)

    objectives = terms_field("objectifs", Vocabulary.OBJECTIVE)
    audiences = terms_field("publics", Vocabulary.AUDIENCE)
    themes = ClusterTaggableManager(
        through=ClsmTheme,
        blank=True,
        verbose_name="thèmes prioritaires",
        related_name="clsm_pages",
        help_text="",
    )
    roadmap_period = models.CharField("période de la feuille de route", max_length=40, blank=True)
    roadmap_document = document_field("feuille de route")
    diagnosis_year = models.PositiveSmallIntegerField("année du diagnostic", null=True, blank=True)
    diagnosis_document = document_field("diagnostic")
    replaced_by = models.ForeignKey(
        "self",
        verbose_name="remplacé par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replaces",
    )

    template = "pages/network/clsm_page.html"
    parent_page_types = ["network.DirectoryPage"]
    subpage_types: list[str] = []
    edit_handler = profile_tabs(ModeratedPage.promote_panels, ModeratedPage.settings_panels)
    search_fields = [
        *ModeratedPage.search_fields,
        index.SearchField("short_name"),
        index.AutocompleteField("short_name"),
        index.SearchField("other_name"),
        index.SearchField("short_description"),
        index.FilterField("status"),
        index.FilterField("scale"),
    ]

    class Meta:
        verbose_name = "profil de CLSM"
        verbose_name_plural = "profils de CLSM"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Compute the fields that depend on the covered area. A save of a draft (``update_fields``) leaves the live
        data.
        """
        derives = self.live and not kwargs.get("update_fields")
        if derives:
            self.computed_population = population_of(covered_area(self))
        super().save(*args, **kwargs)
        if derives:
            self.departments.set(departments_of(covered_area(self)))

    @classmethod
    def to_serve(cls) -> PageQuerySet["ClsmPage"]:
        return with_links(super().to_serve())

    @property
    def is_operational(self) -> bool:
        return self.status is not None and self.status.slug == OPERATIONAL

    #: Set by who has just read it (``my_clsms``), to spare a query.
    known_in_post: bool | None = None

    @property
    def has_coordination(self) -> bool:
        """Whether somebody is in post today."""
        if self.known_in_post is not None:
            return self.known_in_post
        return self.pk is not None and CoordinatorAssignment.objects.current().filter(clsm=self.pk).exists()

    @property
    def population(self) -> Population | None:
        """The declared figure if there is one, else the sum over the communes; None if neither is known."""
        if self.declared_population is not None:
            return Population(self.declared_population, self.population_year, is_declared=True)
        if self.computed_population is not None:
            return Population(self.computed_population, POPULATION_YEAR, is_declared=False)
        return None

    @property
    def shows_help(self) -> bool:
        return any(theme.shows_help for theme in self.theme_list)

    @cached_property
    def theme_list(self) -> list[Theme]:
        return list(self.themes.all())

    def publication_errors(self) -> Messages:
        return publication_errors(self)

    def publication_warnings(self) -> Messages:
        """Warnings that do not block publication; same shape as ``publication_errors``."""
        return publication_warnings(self)

    def reviewers_in_charge(self, able: QuerySet[User]) -> QuerySet[User]:
        """Who is notified that this profile is pending (portal.moderation.queries.reviewers)."""
        return in_charge(able, self)

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        is_preview = getattr(request, "is_preview", False)
        return super().get_context(request, *args, **kwargs) | profile_context(self, is_preview=is_preview)
