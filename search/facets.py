"""The facet groups: their order, their heading, the labels of their values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from network.territories.models import Department, Region
from portal.taxonomies.models import Term, Theme, Vocabulary
from search.synonyms import Rows

Labels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class FacetGroup:
    """``name`` is the GET parameter and the key of ``SearchDocument.facets``."""

    name: str
    label: str


GROUPS: tuple[FacetGroup, ...] = (
    FacetGroup("type", "Type de contenu"),
    FacetGroup("theme", "Thème"),
    FacetGroup("public", "Public"),
    FacetGroup("milieu", "Milieu de vie"),
    FacetGroup("region", "Région"),
    FacetGroup("departement", "Département"),
)
GROUP_NAMES: tuple[str, ...] = tuple(group.name for group in GROUPS)

VOCABULARY_OF_GROUP = {Vocabulary.AUDIENCE.value: "public", Vocabulary.SETTING.value: "milieu"}


class References(NamedTuple):
    """``labels``: group → value → label, in the order to show; ``synonyms``: rows for ``synonyms_from``."""

    labels: Labels
    synonyms: Rows


def references(types: Mapping[str, str]) -> References:
    """What a search needs from the reference tables, in four SQL queries; ``types`` are the families."""
    themes = list(Theme.objects.order_by("name").values_list("slug", "name", "synonyms"))
    terms = list(Term.objects.values_list("vocabulary", "slug", "label", "synonyms"))
    labels: dict[str, dict[str, str]] = {"type": dict(types), "theme": {}, "public": {}, "milieu": {}}
    labels["theme"] = {slug: name for slug, name, _ in themes}
    for vocabulary, slug, label, _ in terms:
        if group := VOCABULARY_OF_GROUP.get(vocabulary):
            labels[group][slug] = label
    labels["region"] = dict(Region.objects.values_list("slug", "name"))
    departments = Department.objects.values_list("slug", "name", "code")
    labels["departement"] = {slug: f"{name} ({code})" for slug, name, code in departments}
    rows = [(name, synonyms) for _, name, synonyms in themes if synonyms]
    rows += [(label, synonyms) for _, _, label, synonyms in terms if synonyms]
    return References(labels, tuple(rows))
