"""What an emergency takedown empties of the search: the rows of the index, and what a search for the title answers."""

from collections.abc import Collection, Iterator
from urllib.parse import urlencode

from django.urls import reverse
from wagtail.models import Page

from portal.moderation.models import TakedownAddress
from portal.moderation.takedowns.addresses import Address, AddressSource, Kind, Target
from search.documents import families
from search.engines.base import EngineError
from search.engines.current import get_engine
from search.models import IndexChange
from search.outbox import drain, note

WAIT = 5.0  # seconds for the writer: a takedown is worth the wait


class SearchSource(AddressSource):
    name = "search"

    def addresses(self, target: Target) -> Iterator[Address]:
        by_model = {family.model: family for family in families()}
        for page in target.seen:
            family = by_model.get(type(page))
            if family is None:
                continue
            yield Address(Kind.INDEX, "Ligne de l’index", family.key_of(page.pk))
            yield from self._answers(page)

    def _answers(self, page: Page) -> Iterator[Address]:
        asked = urlencode({"q": page.title[:100]})
        for label, name in (
            ("Résultats de recherche", "search"),
            ("Suggestions", "search_suggestions"),
            ("Flux RSS d’une recherche", "search_rss"),
            ("Flux Atom d’une recherche", "search_atom"),
            ("Résultats à imprimer", "search_print"),
        ):
            yield Address(Kind.LIST, label, f"{reverse(name)}?{asked}")
        for kind in ("csv", "json"):
            yield Address(Kind.LIST, f"Export {kind.upper()}", f"{reverse('search_export', args=[kind])}?{asked}")

    def empty(self, addresses: Collection[TakedownAddress]) -> None:
        """The rows again, in case an engine that did not answer lost them. Left in the outbox if it still does not."""
        keys = [row.address for row in addresses if row.kind == Kind.INDEX and not row.emptied_at]
        note(keys, IndexChange.Reason.SAVED)
        try:
            drain(WAIT, everything=True)
        except EngineError:
            return  # ``remainder`` says it

    def remainder(self, address: TakedownAddress, marks: Collection[str]) -> str:
        if address.kind != Kind.INDEX:
            return super().remainder(address, marks)
        try:
            indexed = get_engine().keys()
        except EngineError:
            return "moteur muet\xa0: les résultats sont filtrés, la ligne sera retirée"
        return "encore dans l’index\xa0: les résultats sont filtrés" if address.address in indexed else ""
