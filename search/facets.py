"""The facet groups: their order and their headings."""

from dataclasses import dataclass


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
    FacetGroup("strategie", "Stratégie"),
    FacetGroup("action", "Type d’action"),
    FacetGroup("qpv", "Quartier prioritaire"),
    FacetGroup("clsm", "CLSM"),
    FacetGroup("annee", "Année"),
    FacetGroup("episode", "Épisode"),
)
GROUP_NAMES: tuple[str, ...] = tuple(group.name for group in GROUPS)
