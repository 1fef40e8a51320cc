"""Organisations: those that carry a CLSM or an action, and those that take part in it."""

from collections.abc import Mapping
from difflib import get_close_matches

from django.db import models
from django.utils.text import slugify
from wagtail.search import index

from portal.base.characters import without_invisible
from portal.base.sort_keys import SortKeyField
from portal.taxonomies.models import Term, Vocabulary, terms


class Organisation(index.Indexed, models.Model):
    name = models.CharField("nom", max_length=200)
    acronym = models.CharField("sigle", max_length=40, blank=True)
    kind = models.ForeignKey(
        Term,
        verbose_name="type",
        on_delete=models.PROTECT,
        limit_choices_to=terms(Vocabulary.ORGANISATION_TYPE),
        related_name="+",
    )
    siren = models.CharField("SIREN", max_length=9, blank=True)
    website = models.URLField("site web", blank=True)
    sort_key = SortKeyField("name")

    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.AutocompleteField("acronym"),
        index.FilterField("kind"),
    ]

    class Meta:
        verbose_name = "organisation"
        ordering = ["sort_key", "name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.acronym})" if self.acronym else self.name


#: Likeness of the names of two organisations that may be one.
SAME_ORGANISATION = 0.88


def organisation_key(name: str) -> str:
    """The same for every spelling of a name: without case, accents, apostrophes, spaces, invisible characters."""
    return slugify(without_invisible(name)).replace("-", "") or name.casefold()


def known_spellings() -> dict[str, str]:
    """``organisation_key`` → name of the organisations of the portal."""
    spellings: dict[str, str] = {}
    for name in Organisation.objects.order_by("pk").values_list("name", flat=True):
        spellings.setdefault(organisation_key(name), name)
    return spellings


def nearest_names(name: str, spellings: Mapping[str, str], most: int = 1) -> list[str]:
    """The known names that may be another spelling of ``name``, the nearest first."""
    close = get_close_matches(organisation_key(name)[:200], spellings, n=most, cutoff=SAME_ORGANISATION)
    return [spellings[key] for key in close]
