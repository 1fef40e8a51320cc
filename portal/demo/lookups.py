"""Look-ups of the objects that the demonstration files name."""

from collections.abc import Iterable
from functools import partial

from network.models import Organisation
from portal.taxonomies.models import Term, Theme, Vocabulary


class UnknownNameError(LookupError):
    """A file names a term, a theme or a page that does not exist."""


def term(vocabulary: Vocabulary, slug: str) -> Term:
    term = Term.objects.filter(vocabulary=vocabulary, slug=slug).first()
    if term is None:
        raise UnknownNameError(f"Terme inconnu : {vocabulary.value}/{slug}")
    return term


def terms_of(vocabulary: Vocabulary, slugs: Iterable[str]) -> list[Term]:
    return [term(vocabulary, slug) for slug in slugs]


def themes_of(slugs: list[str]) -> list[Theme]:
    """The themes in the order of ``slugs``: the first one is often the main one."""
    themes = {theme.slug: theme for theme in Theme.objects.filter(slug__in=slugs)}
    if missing := set(slugs) - themes.keys():
        raise UnknownNameError(f"Thème inconnu : {', '.join(sorted(missing))}")
    return [themes[slug] for slug in slugs]


def organisation(name: str, kind: str) -> Organisation:
    return Organisation.objects.get_or_create(name=name, defaults={"kind": term(Vocabulary.ORGANISATION_TYPE, kind)})[0]


licence = partial(term, Vocabulary.LICENCE)
