"""The documents that the engines index, one per public object, and the families that build them."""

import datetime
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import Model, Q, QuerySet
from wagtail import hooks
from wagtail.models import Page

from portal.base.querysets import visible
from search.text import compounds

MAX_BODY = 200_000
MAX_COMPOUNDS = 100
BATCH = 100


@dataclass(frozen=True)
class SearchDocument:
    """One searchable object. ``key`` is unique (``sheet:12``); ``source`` names the object it was built from.

    ``terms`` holds the labels of its vocabularies, ``aliases`` their synonyms, ``places`` its territory; ``communes``
    the INSEE codes where it is located, ``names`` the other names it is suggested by; ``facets`` maps a group to its
    values; ``payload`` is what a result card shows, so that a page of results makes no query per card. ``moments``
    splits the body of a recording: (first character, second), in order.
    """

    key: str
    family: str
    title: str
    url: str
    page_id: int
    source: str = ""
    summary: str = ""
    body: str = ""
    terms: str = ""
    aliases: str = ""
    places: str = ""
    names: str = ""
    communes: list[str] = field(default_factory=list)
    moments: list[tuple[int, int]] = field(default_factory=list)
    facets: dict[str, list[str]] = field(default_factory=dict)
    date: datetime.date | None = None
    year: int | None = None
    payload: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "source", self.source or self.key)
        object.__setattr__(self, "body", self.body[:MAX_BODY])


class Family(ABC):
    """One type of content: which pages are public, what each is found by, what else changes it.

    « Pages » means rows of any model: a family whose model is no page defines which of its rows are public
    (``visible``) and which belong to a page (``below``). Such a row has a ``title``, a ``url``, a ``full_url`` and, in
    ``visible``, the dates ``first_published_at`` and ``last_published_at`` of a page.

    ``dependencies`` maps a model to the lookups from a page of the family to its rows: when a row is saved or deleted,
    these pages are indexed again. ``also_called`` is one name per line: « podcast » finds episodes.
    """

    key: ClassVar[str]
    slug: ClassVar[str]
    label: ClassVar[str]
    singular: ClassVar[str]
    also_called: ClassVar[str] = ""
    kind: ClassVar[str]
    model: ClassVar[type[Any]]
    dependencies: ClassVar[dict[type[Model], tuple[str, ...]]] = {}

    @abstractmethod
    def prepared(self, pages: Any) -> Any:
        """``pages`` with everything that :meth:`document` reads, in a fixed number of queries."""

    @abstractmethod
    def document(self, page: Any) -> SearchDocument | None:
        """The document of one prepared page; None if it has nothing to show (no URL)."""

    def key_of(self, page_id: int) -> str:
        return f"{self.key}:{page_id}"

    def visible(self) -> QuerySet:
        return visible(self.model.objects.all())

    def below(self, page: Page) -> QuerySet:
        """The pages that may appear, disappear or move with ``page``: itself and its descendants."""
        return self.model.objects.descendant_of(page, inclusive=True)

    def concerns(self, row: Model) -> bool:
        """Whether a change of ``row`` may change public content; False avoids an outbox row."""
        return True

    def build(self, ids: Sequence[int]) -> list[SearchDocument]:
        """The documents of the public pages among ``ids``, by id."""
        pages = self.prepared(self.visible().filter(pk__in=ids)).order_by("pk")
        return [document for page in pages if (document := self.document(page)) is not None]

    def build_all(self) -> Iterator[SearchDocument]:
        """Every public document of the family, in batches of constant cost."""
        ids = list(self.visible().order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), BATCH):
            yield from self.build(ids[start : start + BATCH])

    def affected_by(self, row: Model) -> list[int]:
        """The ids of the pages that change when ``row`` does."""
        return [] if row.pk is None else self.affected_by_all(type(row), [row.pk])

    def affected_by_all(self, model: type[Model], rows: Iterable[Any]) -> list[int]:
        """The same for several rows of one model: their ids, or a query that returns them."""
        lookups = self.dependencies.get(model, ())
        if not lookups:
            return []
        condition = Q()
        for lookup in lookups:
            condition |= Q(**{f"{lookup}__in": rows})
        return list(self.model.objects.filter(condition).values_list("pk", flat=True).distinct())

    def base(self, page: Any, **values: Any) -> SearchDocument | None:
        """A document with the fields that all pages share; ``facets`` always holds the type."""
        url = page.url
        if not url:
            return None
        texts = (page.title, values.get("summary", ""), values.get("body", ""))
        whole = dict.fromkeys(compound for text in texts for compound in compounds(text))
        aliases = "\n".join([values.pop("aliases", ""), self.also_called, *list(whole)[:MAX_COMPOUNDS]])
        facets = {"type": [self.slug], **values.pop("facets", {})}
        payload = {"kind": self.kind, **values.pop("payload", {})}
        return SearchDocument(
            key=self.key_of(page.pk),
            family=self.key,
            title=page.title,
            url=url,
            page_id=page.pk,
            aliases=aliases,
            facets={name: list(dict.fromkeys(values)) for name, values in facets.items() if values},
            payload=payload,
            **values,
        )


def families() -> list[Family]:
    """Every family declared by the hook ``search_families``. Raises ValueError if two have the same key."""
    declared = [family for declare in hooks.get_hooks("search_families") for family in declare()]
    repeated = [key for key, count in Counter(family.key for family in declared).items() if count > 1]
    if repeated:
        raise ValueError(f"Several search families are named {', '.join(map(repr, repeated))}.")
    return declared


def _by_key() -> dict[str, Family]:
    return {family.key: family for family in families()}


def readable(keys: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    """Those of ``keys`` (family, id) that are public at this instant, as they are now.

    One query for the pages of all families together, and one for each other family in the results.
    """
    known = _by_key()
    ids: dict[str, set[int]] = {}
    for name, pk in keys:
        if name in known:
            ids.setdefault(name, set()).add(pk)
    pages = {name for name in ids if issubclass(known[name].model, Page)}
    wanted = {pk for name in pages for pk in ids[name]}
    rows = {page.pk: page for page in visible(Page.objects.filter(pk__in=wanted))} if wanted else {}
    seen = {(name, pk): rows[pk] for name in pages for pk in ids[name] if pk in rows}
    for name in ids.keys() - pages:
        seen |= {(name, row.pk): row for row in known[name].visible().filter(pk__in=ids[name])}
    return seen


def singular_of(key: str) -> str:
    """The singular name of the family ``key``."""
    return next((family.singular for family in families() if family.key == key), "")


def family_of(model: type[Model]) -> Family | None:
    """The family that indexes exactly this model."""
    return next((family for family in families() if family.model is model), None)


def build_all() -> Iterator[SearchDocument]:
    for family in families():
        yield from family.build_all()


def build(keys: Iterable[str]) -> list[SearchDocument]:
    """The public documents among ``keys`` (``family:id``); the others must no longer be found."""
    known = _by_key()
    wanted: dict[str, list[int]] = {}
    for key in keys:
        name, _, number = key.partition(":")
        if name in known and number.isdigit():
            wanted.setdefault(name, []).append(int(number))
    return [document for name, ids in wanted.items() for document in known[name].build(ids)]
