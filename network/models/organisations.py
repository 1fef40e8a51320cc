"""Organisations: those that carry a CLSM or an action, and those that take part in it."""

from django.db import models
from wagtail.search import index

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
