"""The census of actions: what a CLSM declares once a year, with its attached files.

The files are private, read by its coordinators and by the Centre.
"""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from caps_sheets.models.sheet import BudgetRange
from network.models import ClsmPage
from network.territories.models import Commune
from portal.base.emails import EmailField
from portal.base.questionnaires.models import TypedAnswer
from portal.medialib.models import private_storage, stored_name
from portal.taxonomies.fields import term_choices_field
from portal.taxonomies.models import Theme, Vocabulary
from portal.users.models import User


class CensusState(models.TextChoices):
    """The state of an answer. Source: states of the census, domain dossier §3.1."""

    DRAFT = "brouillon", "brouillon"
    SUBMITTED = "soumise", "soumise"
    INCOMPLETE = "a-completer", "à compléter"
    RECORDED = "recensee", "recensée"
    SHORTLISTED = "preselectionnee", "présélectionnée"
    CAPITALISING = "en-capitalisation", "en capitalisation"
    CAPITALISED = "capitalisee", "capitalisée"
    ARCHIVED = "archivee", "archivée"
    REFUSED = "refusee", "refusée"


#: The states in which the coordinators may still edit.
EDITABLE = (CensusState.DRAFT, CensusState.INCOMPLETE)

#: The states in which the short card of an action may be public, if the CLSM allows it.
PUBLIC_STATES = (
    CensusState.RECORDED,
    CensusState.SHORTLISTED,
    CensusState.CAPITALISING,
    CensusState.CAPITALISED,
)

#: The fields on the short card, and those that decide whether it is public.
CARD_FIELDS = frozenset(
    {
        "clsm",
        "title",
        "description",
        "link",
        "main_theme",
        "themes",
        "objectives",
        "audiences",
        "settings",
        "action_types",
        "communes",
        "in_qpv",
        "qpv_names",
        "progress",
        "start_date",
        "end_date",
        "edition",
        "previous",
        "carrier_name",
        "allows_publication",
        "is_demo",
    }
)


class Progress(models.TextChoices):
    PLANNED = "en-projet", "en projet"
    RUNNING = "en-cours", "en cours"
    FINISHED = "terminee", "terminée"
    RECURRENT = "recurrente", "récurrente"
    ABANDONED = "abandonnee", "abandonnée"


class Involvement(models.TextChoices):
    """The place of service users and relatives in the action."""

    NONE = "aucune", "aucune"
    CONSULTED = "consultation", "consultation"
    CO_BUILT = "co-construction", "co-construction"
    CO_LED = "co-animation", "co-animation"


class Evaluation(models.TextChoices):
    DONE = "oui", "oui"
    NOT_DONE = "non", "non"
    PLANNED = "prevue", "prévue"


class Wish(models.TextChoices):
    """Whether the CLSM wants its action to become a CAPS sheet."""

    YES = "oui", "oui"
    NO = "non", "non"
    TO_DISCUSS = "a-discuter", "à discuter"


class CensusAnswer(TypedAnswer):
    """One action, declared by a CLSM for one edition of the census."""

    clsm = models.ForeignKey(ClsmPage, verbose_name="CLSM", on_delete=models.PROTECT, related_name="census_answers")
    respondent = models.ForeignKey(
        User,
        verbose_name="répondant·e",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="census_answers",
    )
    respondent_role = models.CharField("fonction de la personne qui répond", max_length=120, blank=True)
    respondent_email = EmailField("e-mail de la personne qui répond", blank=True)
    working_group = models.CharField("groupe de travail lié", max_length=200, blank=True)

    title = models.CharField("intitulé de l’action", max_length=200, blank=True)
    description = models.TextField("description", max_length=800, blank=True, help_text="Cinq lignes suffisent.")
    link = models.URLField("lien vers une page ou un document", blank=True)

    main_theme = models.ForeignKey(
        Theme,
        verbose_name="thème principal",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="main_census_answers",
    )
    themes = models.ManyToManyField(Theme, verbose_name="thèmes secondaires", blank=True, related_name="census_answers")
    objectives = term_choices_field("objectifs", Vocabulary.OBJECTIVE)
    audiences = term_choices_field("publics", Vocabulary.AUDIENCE)
    settings = term_choices_field("milieux de vie", Vocabulary.SETTING)
    action_types = term_choices_field("types d’action", Vocabulary.ACTION_TYPE)
    communes = models.ManyToManyField(Commune, verbose_name="communes", blank=True, related_name="census_answers")
    in_qpv = models.BooleanField("en quartier prioritaire (QPV)", null=True, blank=True)
    qpv_names = models.CharField("quartiers prioritaires concernés", max_length=300, blank=True)

    progress = models.CharField("avancement", max_length=12, choices=Progress.choices, blank=True)
    start_date = models.DateField("début", null=True, blank=True)
    end_date = models.DateField("fin", null=True, blank=True)
    edition = models.PositiveSmallIntegerField("année du recensement", default=0)
    previous = models.ForeignKey(
        "self",
        verbose_name="édition précédente",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="next_editions",
    )

    carrier_name = models.CharField("porteur opérationnel", max_length=200, blank=True)
    partners = models.TextField("partenaires", blank=True)
    involvement = models.CharField(
        "place des usagers et des aidants", max_length=16, choices=Involvement.choices, blank=True
    )
    funders = term_choices_field("financeurs", Vocabulary.FUNDER)
    budget = models.CharField("tranche de budget", max_length=12, choices=BudgetRange.choices, blank=True)
    reach = models.PositiveIntegerField("nombre de personnes touchées", null=True, blank=True)
    session_count = models.PositiveIntegerField("nombre de séances", null=True, blank=True)
    evaluation = models.CharField("évaluation", max_length=8, choices=Evaluation.choices, blank=True)
    went_well = models.TextField("ce qui a bien marché", blank=True)
    went_wrong = models.TextField("ce qui a posé problème", blank=True)

    wish = models.CharField("souhait de capitalisation", max_length=12, choices=Wish.choices, blank=True)
    availability = models.TextField(
        "disponibilité pour un entretien", blank=True, help_text="L’entretien dure environ une heure et demie."
    )
    access_needs = models.TextField("difficultés d’accès", blank=True)
    allows_publication = models.BooleanField("autorise la fiche courte publique", null=True, blank=True)
    privacy_notice_read_at = models.DateTimeField("mention d’information lue le", null=True, blank=True)

    state = models.CharField(
        "état", max_length=20, choices=CensusState.choices, default=CensusState.DRAFT, db_index=True
    )
    is_demo = models.BooleanField("exemple fictif", default=False)
    import_key = models.CharField("identifiant d’import", max_length=80, unique=True, null=True, blank=True)
    created_at = models.DateTimeField("créée le", default=timezone.now)
    #: For a public answer, the day of the last change of its card, for robots and feeds.
    updated_at = models.DateTimeField("modifiée le", auto_now=True)
    submitted_at = models.DateTimeField("soumise le", null=True, blank=True)

    class Meta:
        verbose_name = "action recensée"
        verbose_name_plural = "actions recensées"
        ordering = ["-updated_at", "-pk"]
        indexes = [models.Index(fields=["clsm", "state"], name="census_by_clsm_and_state")]

    def __str__(self) -> str:
        return self.title or "Action sans intitulé"

    @property
    def is_public(self) -> bool:
        """Whether both the CLSM and the Centre allow the short card to be public."""
        return self.state in PUBLIC_STATES and bool(self.allows_publication)

    @property
    def url(self) -> str:
        """The URL of the short card, public or not."""
        return reverse("census_card", args=[self.pk, slugify(self.title)[:60].strip("-") or "action"])

    @property
    def full_url(self) -> str:
        return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{self.url}"


class CensusChange(models.Model):
    """One change of state, never deleted."""

    answer = models.ForeignKey(CensusAnswer, verbose_name="action", on_delete=models.CASCADE, related_name="changes")
    before = models.CharField("de", max_length=20, choices=CensusState.choices)
    after = models.CharField("vers", max_length=20, choices=CensusState.choices)
    by = models.ForeignKey(
        User,
        verbose_name="par",
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField("le", default=timezone.now)
    reason = models.TextField("message au CLSM", blank=True)

    class Meta:
        verbose_name = "changement d’état"
        verbose_name_plural = "changements d’état"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_before_display()} → {self.get_after_display()}"


def document_path(document: "CensusDocument", filename: str) -> str:
    """The original name is stored in the row."""
    return stored_name(f"recensement/{document.answer_id}", filename)


class CensusDocument(models.Model):
    """One file of an answer. Its accepted types are in ``census.documents``; its readers, in ``census.permissions``."""

    class Kind(models.TextChoices):
        EVALUATION = "evaluation", "document d’évaluation"
        ATTACHMENT = "annexe", "document joint"

    answer = models.ForeignKey(CensusAnswer, verbose_name="action", on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField("nature", max_length=12, choices=Kind.choices, default=Kind.ATTACHMENT)
    file = models.FileField("fichier", upload_to=document_path, storage=private_storage, max_length=200)
    name = models.CharField("nom du fichier", max_length=150)
    mime_type = models.CharField("type", max_length=100)
    size = models.PositiveIntegerField("taille en octets")
    added_by = models.ForeignKey(
        User, verbose_name="ajouté par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField("ajouté le", default=timezone.now)

    class Meta:
        verbose_name = "document d’une action recensée"
        verbose_name_plural = "documents d’une action recensée"
        ordering = ["kind", "added_at", "pk"]

    def __str__(self) -> str:
        return self.name
