"""Controlled vocabularies: the lists that describe a sheet, a CLSM or an episode."""

from django.core.exceptions import ValidationError
from django.db import models
from taggit.models import TagBase
from wagtail.search import index

from portal.base.sort_keys import SortKeyField


class Vocabulary(models.TextChoices):
    """The lists of terms. The value is stable: URLs and data files use it."""

    OBJECTIVE = "objectifs", "objectifs des CLSM"
    AUDIENCE = "publics", "publics"
    SETTING = "milieux", "milieux de vie"
    STRATEGY = "strategies", "stratégies"
    ACTION_TYPE = "types-action", "types d’action"
    DETERMINANT = "determinants", "déterminants"
    KEY_FUNCTION = "fonctions-cles", "fonctions clés"
    PARTICIPATION = "participation", "échelle de participation"
    PREVENTION_LEVEL = "niveaux", "niveaux de prévention ou de promotion"
    CLSM_STATUS = "statuts-clsm", "statuts d’un CLSM"
    SCALE = "echelles", "échelles de territoire"
    AREA_TYPE = "typologies", "typologies de territoire"
    BODY_TYPE = "instances", "types d’instance"
    ORGANISATION_TYPE = "types-organisation", "types d’organisation"
    FUNDER = "financeurs", "financeurs"
    PARTNER_ROLE = "roles-partenaire", "rôles d’un partenaire"
    PROGRAMME = "programmes", "programmes et dispositifs"
    EDITORIAL_STATUS = "statuts-editoriaux", "statuts éditoriaux"
    LICENCE = "licences", "licences"


class AbstractTerm(index.Indexed, models.Model):
    """The fields of every term beside its label and slug."""

    description = models.TextField("définition", blank=True)
    synonyms = models.TextField(
        "synonymes", blank=True, help_text="Un par ligne. La recherche trouve le terme par ses synonymes."
    )
    order = models.PositiveSmallIntegerField("ordre", default=0)
    is_active = models.BooleanField("proposé à la saisie", default=True)
    external_code = models.CharField("code externe (MeSH…)", max_length=60, blank=True)

    class Meta:
        abstract = True

    def synonym_list(self) -> list[str]:
        return [line.strip() for line in self.synonyms.splitlines() if line.strip()]


class Term(AbstractTerm):
    """One term of one vocabulary."""

    vocabulary = models.CharField("vocabulaire", max_length=30, choices=Vocabulary.choices)
    label = models.CharField("libellé", max_length=160)
    slug = models.SlugField("identifiant", max_length=100)
    sort_key = SortKeyField("label")
    parent = models.ForeignKey(
        "self",
        verbose_name="terme parent",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )

    search_fields = [
        index.SearchField("label"),
        index.AutocompleteField("label"),
        index.FilterField("vocabulary"),
        index.FilterField("is_active"),
    ]

    class Meta:
        verbose_name = "terme"
        verbose_name_plural = "termes"
        ordering = ["vocabulary", "order", "sort_key", "label"]
        constraints = [models.UniqueConstraint(fields=["vocabulary", "slug"], name="unique_term_slug")]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        super().clean()
        if self.parent and self.parent.vocabulary != self.vocabulary:
            raise ValidationError({"parent": "Choisissez un groupe du même vocabulaire."})


def terms(vocabulary: Vocabulary) -> dict[str, str]:
    """``limit_choices_to`` of a field that holds terms of one vocabulary."""
    return {"vocabulary": vocabulary.value}


class Theme(AbstractTerm, TagBase):
    """A theme of the field, grouped under one of the five official objectives."""

    free_tagging = False

    objective = models.ForeignKey(
        Term,
        verbose_name="objectif",
        on_delete=models.PROTECT,
        limit_choices_to=terms(Vocabulary.OBJECTIVE),
        related_name="themes",
    )
    shows_help = models.BooleanField(
        "afficher le 3114",
        default=False,
        help_text="Le bloc d’aide 3114 est inséré dans chaque page sur ce thème.",
    )
    sort_key = SortKeyField("name")

    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.FilterField("is_active"),
    ]

    class Meta:
        verbose_name = "thème"
        verbose_name_plural = "thèmes"
        ordering = ["objective__order", "order", "sort_key", "name"]

    def __str__(self) -> str:
        return self.name
