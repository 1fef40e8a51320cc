"""The addresses that carry a content: each domain names its own, empties what it keeps, and says what remains."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.utils import timezone
from wagtail import hooks
from wagtail.models import Page

from portal.moderation.models import Takedown, TakedownAddress
from portal.moderation.takedowns.answers import answer_to

Kind = TakedownAddress.Kind
GONE = (404, 410)


@dataclass(frozen=True)
class Address:
    """``address``: a path of the site, with its query; for ``Kind.INDEX``, the key of a row."""

    kind: TakedownAddress.Kind
    label: str
    address: str


@dataclass(frozen=True)
class Target:
    """What is to be taken down, and the pages that go offline with it.

    ``seen``: those that visitors see now, as pages of their own type; ``around``: their aliases and parents, seen too.
    """

    content: Model
    pages: list[Page] = field(default_factory=list)
    seen: list[Page] = field(default_factory=list)
    around: list[Page] = field(default_factory=list)

    @property
    def ids(self) -> list[int]:
        return [page.pk for page in self.seen]

    @cached_property
    def themes(self) -> list[Any]:
        """The themes of the seen pages, each once; one query for each type of page."""
        types = {type(page): type(page).themes.through for page in self.seen if hasattr(type(page), "themes")}
        rows = [through.objects.filter(content_object__in=self.ids).select_related("tag") for through in types.values()]
        return list(dict.fromkeys(row.tag for through_rows in rows for row in through_rows))


class AddressSource:
    """Declared by the hook ``takedown_sources``. ``name`` is kept with each address."""

    name = ""

    def addresses(self, target: Target) -> Iterable[Address]:
        """Every address that carries ``target`` now, read before anything is changed."""
        return ()

    def empty(self, addresses: Collection[TakedownAddress]) -> None:
        """What is left to do once the takedown is committed; called again at each check."""

    def remainder(self, address: TakedownAddress, marks: Collection[str]) -> str:
        """What is still there, in French; empty when nothing is. ``marks``: what no list may name any more."""
        answer = answer_to(address.address)
        if answer.status in GONE:
            return ""
        if address.kind in TakedownAddress.GONE:
            return "" if answer.status in (301, 302) else f"répond encore ({answer.status})"
        if answer.status >= 500:
            return f"n’a pas pu être relu ({answer.status})"
        return "le nomme encore" if any(mark in answer.text for mark in marks) else ""


def sources() -> list[AddressSource]:
    return [source for declare in hooks.get_hooks("takedown_sources") for source in declare()]


def found(target: Target) -> Iterator[tuple[str, Address]]:
    """(name of its source, address), each address once."""
    known = set()
    for source in sources():
        for address in source.addresses(target):
            if address.address and (address.kind, address.address) not in known:
                known.add((address.kind, address.address))
                yield source.name, address


def check(takedown: Takedown) -> int:
    """Empty what is left and read every address again; returns how many still carry the content."""
    by_name = {source.name: source for source in sources()}
    rows = list(takedown.addresses.all())
    marks = {row.address for row in rows if row.kind in (Kind.PAGE, Kind.FILE)}
    for name, source in by_name.items():
        if own := [row for row in rows if row.source == name]:
            source.empty(own)
    for row in rows:
        known = by_name.get(row.source)
        row.problem = known.remainder(row, marks)[:200] if known else ""
        row.emptied_at = None if row.problem else (row.emptied_at or timezone.now())
    TakedownAddress.objects.bulk_update(rows, ["problem", "emptied_at"])
    return sum(1 for row in rows if row.problem)
