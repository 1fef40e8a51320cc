"""What every search needs from the reference tables: labels of facet values, synonyms, names.

They are read again only when one of them changed: a stamp in the database tells every process. A search costs one SQL
query here, whatever the number of themes, CLSMs or synonyms.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.db.models import Min
from django.utils import timezone

from network.models.queries import public_profiles
from network.territories.models import Department, Region
from portal.taxonomies.models import Term, Theme, Vocabulary
from search.best_bets import Promotions, read_promotions
from search.distress import DistressPhrases, read_distress_phrases
from search.documents import families
from search.models import DistressPhraseGroup, ReferenceStamp, SynonymGroup
from search.synonyms import Rows, Synonyms
from search.text import forms, starts

Labels = Mapping[str, Mapping[str, str]]

VOCABULARY_OF_GROUP = {
    Vocabulary.AUDIENCE.value: "public",
    Vocabulary.SETTING.value: "milieu",
    Vocabulary.STRATEGY.value: "strategie",
    Vocabulary.ACTION_TYPE.value: "action",
}
#: Groups whose labels a query may name: « jeunes » boosts what is for them.
NAMING_GROUPS = ("public", "milieu")
FIRST_YEAR = 1990


class ThemeName(NamedTuple):
    """A theme and the prefixes of the words of its label and synonyms."""

    slug: str
    name: str
    starts: frozenset[str]


@dataclass(frozen=True)
class References:
    """``labels``: group → value → label; ``headings``: theme → its objective, département → its region, in order.

    ``stamp`` changes with them and with the territories, and is the key of other caches. ``until``: the earliest expiry
    of the profiles that they name.
    """

    stamp: str
    labels: Labels
    headings: Mapping[str, Mapping[str, str]]
    synonyms: Synonyms
    themes: tuple[ThemeName, ...]
    promotions: Promotions
    distress: DistressPhrases
    help_themes: frozenset[str]
    until: datetime | None = None

    @cached_property
    def label_words(self) -> frozenset[str]:
        """Every word of the labels, folded, except the shortest."""
        labels = [label for values in self.labels.values() for label in values.values()]
        return frozenset(form for label in labels for form in forms(label) if len(form) > 3)


def references() -> References:
    """The current references, from memory if nothing changed since they were read."""
    stamp = ReferenceStamp.objects.values_list("stamp", flat=True).first()
    if stamp is None:
        return read_references(uuid.uuid4().hex)
    current = _references_at(stamp)
    if current.until and current.until <= timezone.now():  # a profile named there expired
        _references_at.cache_clear()
        current = _references_at(stamp)
    return current


def references_changed() -> None:
    """Must be called in the transaction that changes a theme, a term, a place, a CLSM, a synonym or a promotion."""
    stamp = uuid.uuid4().hex
    if not ReferenceStamp.objects.filter(pk=1).update(stamp=stamp):
        ReferenceStamp.objects.update_or_create(pk=1, defaults={"stamp": stamp})


@lru_cache(maxsize=2)
def _references_at(stamp: str) -> References:
    return read_references(stamp)


def read_references(stamp: str) -> References:
    labels: dict[str, dict[str, str]] = {
        "type": {family.slug: family.label for family in families()},
        "clsm": dict(public_profiles().order_by("title").values_list("slug", "title")),
        "annee": {str(year): str(year) for year in range(timezone.localdate().year + 1, FIRST_YEAR, -1)},
        "qpv": {"oui": "En quartier prioritaire (QPV)"},
        "episode": {"avec": "Avec un épisode à écouter", "sans": "Sans épisode"},
    }
    headings: dict[str, Mapping[str, str]] = {}
    types = (("type", family.slug, family.singular, f"{family.label}\n{family.also_called}") for family in families())
    names = [*types, *_themes(labels, headings), *_terms(labels), *_places(labels, headings)]
    groups = [group.splitlines() for group in SynonymGroup.objects.values_list("phrases", flat=True)]
    themes = tuple(
        ThemeName(slug, name, frozenset(starts(f"{name} {synonyms}")))
        for group, slug, name, synonyms in names
        if group == "theme"
    )
    until = public_profiles().aggregate(first=Min("expire_at"))["first"]
    return References(
        stamp,
        labels,
        headings,
        Synonyms(groups, tuple(names)),
        themes,
        read_promotions(),
        read_distress_phrases(DistressPhraseGroup.objects.values_list("phrases", "lookalikes")),
        frozenset(Theme.objects.filter(shows_help=True).values_list("slug", flat=True)),
        until,
    )


def _themes(labels: dict[str, dict[str, str]], headings: dict[str, Mapping[str, str]]) -> Rows:
    themes = Theme.objects.order_by("objective__order", "order", "name")
    rows = list(themes.values_list("slug", "name", "synonyms", "objective__label"))
    labels["theme"] = {slug: name for slug, name, _, _ in rows}
    headings["theme"] = {slug: heading or "" for slug, _, _, heading in rows}
    return tuple(("theme", slug, name, synonyms) for slug, name, synonyms, _ in rows)


def _terms(labels: dict[str, dict[str, str]]) -> Rows:
    names = []
    for group in VOCABULARY_OF_GROUP.values():
        labels[group] = {}
    terms = Term.objects.filter(vocabulary__in=VOCABULARY_OF_GROUP)
    for vocabulary, slug, label, synonyms in terms.values_list("vocabulary", "slug", "label", "synonyms"):
        group = VOCABULARY_OF_GROUP[vocabulary]
        labels[group][slug] = label
        if group in NAMING_GROUPS:
            names.append((group, slug, label, synonyms))
    return tuple(names)


def _places(labels: dict[str, dict[str, str]], headings: dict[str, Mapping[str, str]]) -> Rows:
    labels["region"] = dict(Region.objects.values_list("slug", "name"))
    departments = list(
        Department.objects.order_by("region__name", "name").values_list("slug", "name", "code", "region__name")
    )
    labels["departement"] = {slug: f"{name} ({code})" for slug, name, code, _ in departments}
    headings["departement"] = {slug: region for slug, _, _, region in departments}
    regions = [("region", slug, name, "") for slug, name in labels["region"].items()]
    return (*regions, *(("departement", slug, name, code) for slug, name, code, _ in departments))
