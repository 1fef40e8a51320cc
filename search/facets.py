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
    """``labels``: group → value → label; ``headings``: theme → its objective, in the official order;
    ``names``: rows for ``synonyms_from``."""

    labels: Labels
    headings: Mapping[str, str]
    names: Rows


def references(types: Mapping[str, str]) -> References:
    """What a search needs from the reference tables, in four SQL queries; ``types`` are the families."""
    themes = list(
        Theme.objects.order_by("objective__order", "order", "name").values_list(
            "slug", "name", "synonyms", "objective__label"
        )
    )
    terms = Term.objects.filter(vocabulary__in=VOCABULARY_OF_GROUP)
    labels: dict[str, dict[str, str]] = {"type": dict(types), "theme": {}, "public": {}, "milieu": {}}
    labels["theme"] = {slug: name for slug, name, _, _ in themes}
    names = [("theme", slug, name, synonyms) for slug, name, synonyms, _ in themes]
    for vocabulary, slug, label, synonyms in terms.values_list("vocabulary", "slug", "label", "synonyms"):
        group = VOCABULARY_OF_GROUP[vocabulary]
        labels[group][slug] = label
        names.append((group, slug, label, synonyms))
    labels["region"] = dict(Region.objects.values_list("slug", "name"))
    names += [("region", slug, name, "") for slug, name in labels["region"].items()]
    departments = list(Department.objects.values_list("slug", "name", "code"))
    labels["departement"] = {slug: f"{name} ({code})" for slug, name, code in departments}
    names += [("departement", slug, name, code) for slug, name, code in departments]
    return References(labels, {slug: heading for slug, _, _, heading in themes}, tuple(names))
