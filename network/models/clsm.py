"""The public profile of a CLSM."""

from django.db import models
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalManyToManyField
from wagtail.fields import RichTextField

from network.models.organisations import Organisation
from network.models.parts import ClsmTheme
from network.territories.models import Department
from portal.moderation.models import ModeratedPage
from portal.taxonomies.models import Term, Vocabulary, terms


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


class ClsmPage(ModeratedPage):
    """One CLSM: identity, territory, governance, means and action. Internal data is in ``ClsmRecord``."""

    short_name = models.CharField("nom court ou sigle", max_length=80, blank=True)
    other_name = models.CharField("autre appellation", max_length=200, blank=True)
    status = models.ForeignKey(
        Term,
        verbose_name="statut",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to=terms(Vocabulary.CLSM_STATUS),
        related_name="+",
    )
    status_date = models.DateField("date du statut", null=True, blank=True)
    created_on = models.DateField(
        "date de création", null=True, blank=True, help_text="Installation de la première assemblée plénière."
    )
    created_precision = models.CharField(
        "précision de la date", max_length=10, choices=DatePrecision.choices, default=DatePrecision.YEAR
    )
    short_description = models.CharField("présentation courte", max_length=300, blank=True)
    description = RichTextField("présentation", blank=True)
    logo = models.ForeignKey(
        "portal_medialib.PortalImage",
        verbose_name="logo",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    website = models.URLField("site web", blank=True)
    authority_website = models.URLField("page de la collectivité", blank=True)

    scale = models.ForeignKey(
        Term,
        verbose_name="échelle",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to=terms(Vocabulary.SCALE),
        related_name="+",
    )
    area_type = models.ForeignKey(
        Term,
        verbose_name="typologie",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to=terms(Vocabulary.AREA_TYPE),
        related_name="+",
    )
    declared_population = models.PositiveIntegerField(
        "population couverte",
        null=True,
        blank=True,
        help_text="Laisser vide pour la calculer à partir des communes.",
    )
    population_year = models.PositiveSmallIntegerField("millésime de la population", null=True, blank=True)
    city_contract = models.CharField("contrat de ville", max_length=200, blank=True)
    # Derived from the communes each time the live page is saved: not edited, not part of a revision.
    departments = models.ManyToManyField(Department, related_name="clsm_pages", editable=False)
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
    carer_representation_detail = models.CharField(
        "organismes d’aidants (Unafam…)", max_length=200, blank=True
    )
    rules_document = models.ForeignKey(
        "portal_medialib.PortalDocument",
        verbose_name="règlement intérieur ou charte",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    has_complex_cases_committee = models.BooleanField(
        "commission situations complexes (RESAD)", null=True, blank=True
    )

    carrier = models.ForeignKey(
        Organisation,
        verbose_name="structure porteuse",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="carried_clsms",
    )
    generic_email = models.EmailField(
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

    objectives = ParentalManyToManyField(
        Term,
        verbose_name="objectifs",
        blank=True,
        limit_choices_to=terms(Vocabulary.OBJECTIVE),
        related_name="+",
    )
    audiences = ParentalManyToManyField(
        Term,
        verbose_name="publics",
        blank=True,
        limit_choices_to=terms(Vocabulary.AUDIENCE),
        related_name="+",
    )
    themes = ClusterTaggableManager(
        through=ClsmTheme,
        blank=True,
        verbose_name="thèmes prioritaires",
        related_name="clsm_pages",
        help_text="",
    )
    roadmap_period = models.CharField("période de la feuille de route", max_length=40, blank=True)
    roadmap_document = models.ForeignKey(
        "portal_medialib.PortalDocument",
        verbose_name="feuille de route",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    diagnosis_year = models.PositiveSmallIntegerField("année du diagnostic", null=True, blank=True)
    diagnosis_document = models.ForeignKey(
        "portal_medialib.PortalDocument",
        verbose_name="diagnostic",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
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

    class Meta:
        verbose_name = "profil de CLSM"
        verbose_name_plural = "profils de CLSM"
