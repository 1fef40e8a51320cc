"""Wagtail's own database search as it is installed, on SQLite: ranking, total, facets by group; it has no passages.

It filters on one column for each group, so that a document bears the first of its values only.
"""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from wagtail.search.backends import get_search_backend
from wagtail.search.backends.base import BaseSearchResults
from wagtail.search.query import MATCH_ALL, And, Phrase, PlainText

from benchmarks.contenders.base import Ask, Contender
from benchmarks.models import PlainDocument
from search.documents import SearchDocument
from search.facets import GROUP_NAMES
from search.plans import split
from search.queries import SearchQuery

BATCH = 1_000  # what update_index takes at once


class Wagtail(Contender):
    forms = ("Wagtail, recherche de la base (SQLite)",)
    most = 50_000
    patience = 60.0

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = str(folder / "wagtail.sqlite3")
        self.backend = get_search_backend()

    def build(self, documents: Iterable[SearchDocument]) -> None:
        call_command("migrate", "wagtailsearch", verbosity=0)
        with connection.schema_editor() as editor:
            editor.create_model(PlainDocument)
        index = self.backend.get_index_for_model(PlainDocument)
        rows = map(to_row, documents)
        while batch := list(islice(rows, BATCH)):
            with transaction.atomic():
                index.add_items(PlainDocument, PlainDocument.objects.bulk_create(batch))

    def prepared(self, form: str, query: SearchQuery) -> Ask:
        def ask() -> int:
            found = self.found(query)
            list(found[:20])
            for name in GROUP_NAMES:
                (self.found(query, name) if name in query.filters else found).facet(name)
            return int(found.count())

        return ask

    def found(self, query: SearchQuery, without: str = "") -> BaseSearchResults:
        """The results of ``query``, or those it would have with nothing chosen in the group ``without``."""
        chosen = {f"{name}__in": values for name, values in query.filters.items() if name != without}
        return self.backend.search(words_of(query), PlainDocument.objects.filter(**chosen))


def words_of(query: SearchQuery) -> object:
    free, phrases, _ = split(query.text)
    parts = [PlainText(" ".join(free), operator="and")] if free else []
    parts += [Phrase(" ".join(phrase)) for phrase in phrases]
    return And(parts) if len(parts) > 1 else parts[0] if parts else MATCH_ALL


def to_row(document: SearchDocument) -> PlainDocument:
    first = {name: next(iter(document.facets.get(name, ())), "") for name in GROUP_NAMES}
    terms = f"{document.terms} {document.places}"
    return PlainDocument(title=document.title, terms=terms, summary=document.summary, body=document.body, **first)
