"""A query in words that a person recognises: in the title of a feed, at the top of an export or of a printed list."""

from search.facets import GROUPS
from search.places import Place
from search.queries import SearchQuery
from search.references import Labels

EVERYTHING = "tous les contenus"
SEPARATOR = " · "


def in_words(query: SearchQuery, labels: Labels, place: Place | None = None) -> str:
    """« logement · Thème : Habitat, Deuil · Autour de Lunel (34), 50 km », without a slug anywhere.

    A place that names no commune is said to be unknown: the search did without it.
    """
    parts = [query.text] if query.text else []
    for group in GROUPS:
        chosen = [labels[group.name][value] for value in query.filters.get(group.name, ())]
        if chosen:
            parts.append(f"{group.label} : {', '.join(chosen)}")
    if place:
        parts.append(f"Autour de {place.commune}, {query.radius} km")
    elif query.place:
        parts.append(f"« {query.place} » : lieu inconnu, non pris en compte")
    return SEPARATOR.join(parts) or EVERYTHING
