"""Tens of thousands of visible sheets, made in bulk from those of the demonstration, and their search documents.

A copy takes its text from one sheet and its themes, terms, CLSMs and places from another, so that words and facets
do not always go together. The rows are real: page, sheet, and all that hangs from it. The documents are those that
the family makes of the two sheets, joined: the index does not read fifty thousand pages again.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db import connection, transaction
from django.db.models import ManyToManyField, Model
from wagtail.models import Page

from caps_sheets.models import (
    CapsSheetPage,
    SheetClsm,
    SheetCommune,
    SheetKeyword,
    SheetPartner,
    SheetsIndexPage,
    SheetTheme,
)
from search.documents import SearchDocument, build_all
from search.engines.current import get_engine
from search.families import SheetFamily

BATCH = 1_000
MAPPING = "CREATE TEMP TABLE copies (id INTEGER PRIMARY KEY, text_source INTEGER, link_source INTEGER)"
COPY = "INSERT INTO {table} ({page}, {others}) SELECT copies.id, {others} FROM copies JOIN {table} ON {page} = {source}"
LINKS = ("themes", "place", "place_code")  # of a payload


@dataclass(frozen=True)
class Copy:
    """A sheet to be, and the two that it is made of."""

    page: Page
    text: CapsSheetPage
    link: CapsSheetPage


def add_sheets(number: int) -> None:
    """``number`` more public sheets, in the database and in the index."""
    before = list(build_all())
    sheets = list(SheetFamily().visible().order_by("pk"))
    with transaction.atomic():
        copies = list(make_pages(sheets, number))
        copy_rows(copies)
    documents = {one.page_id: one for one in SheetFamily().build([sheet.pk for sheet in sheets])}
    get_engine().rebuild([*before, *(document(copy, documents) for copy in copies)])


def make_pages(sheets: list[CapsSheetPage], number: int) -> Iterator[Copy]:
    index = SheetsIndexPage.objects.get()
    first = index.numchild + 1
    for start in range(0, number, BATCH):
        numbers = range(start, min(start + BATCH, number))
        batch = [a_copy(sheets, index, first + one) for one in numbers]
        Page.objects.bulk_create([copy.page for copy in batch])
        yield from batch
    Page.objects.filter(pk=index.pk).update(numchild=index.numchild + number)


def a_copy(sheets: list[CapsSheetPage], index: Page, place: int) -> Copy:
    """The copy that is the child number ``place`` of ``index``."""
    text = sheets[place % len(sheets)]
    link = sheets[(place * 7 + place // len(sheets)) % len(sheets)]
    values = {field.attname: getattr(text, field.attname) for field in Page._meta.local_concrete_fields}
    slug = f"copie-{place}"
    values |= {
        "id": None,
        "path": Page._get_path(index.path, index.depth + 1, place),
        "title": f"{text.title} ({place})",
        "slug": slug,
        "url_path": f"{index.url_path}{slug}/",
        "translation_key": uuid.uuid4(),
        "latest_revision_id": None,
        "live_revision_id": None,
    }
    return Copy(Page(**values), text, link)


def copy_rows(copies: list[Copy]) -> None:
    """What hangs from the sources, for their copies: the row of the sheet from one, all links from the other."""
    with connection.cursor() as cursor:
        cursor.execute(MAPPING)
        rows = [(copy.page.pk, copy.text.pk, copy.link.pk) for copy in copies]
        cursor.executemany("INSERT INTO copies VALUES (%s, %s, %s)", rows)
        cursor.execute(statement(CapsSheetPage, "page_ptr", "copies.text_source"))
        for model, page in links():
            cursor.execute(statement(model, page, "copies.link_source"))


def links() -> Iterator[tuple[type[Model], str]]:
    """The models whose rows hang from a sheet, and the name of the field that says which."""
    yield from ((model, "page") for model in (SheetClsm, SheetCommune, SheetPartner))
    yield from ((model, "content_object") for model in (SheetTheme, SheetKeyword))
    for field in CapsSheetPage._meta.local_many_to_many:
        if isinstance(field, ManyToManyField) and field.remote_field.through:
            yield field.remote_field.through, field.m2m_field_name()


def statement(model: type[Model], page: str, source: str) -> str:
    columns = {field.name: str(field.column) for field in model._meta.local_concrete_fields if field.name != "id"}
    column = columns.pop(page)
    others = ", ".join(columns.values())
    return COPY.format(table=model._meta.db_table, page=column, others=others, source=source)


def document(copy: Copy, documents: dict[int, SearchDocument]) -> SearchDocument:
    text, link = documents[copy.text.pk], documents[copy.link.pk]
    key = f"sheet:{copy.page.pk}"
    return replace(
        text,
        key=key,
        source=key,
        page_id=copy.page.pk,
        title=copy.page.title,
        url=text.url.replace(copy.text.slug, copy.page.slug),
        terms=link.terms,
        aliases=link.aliases,
        places=link.places,
        communes=link.communes,
        facets=link.facets,
        payload={**text.payload, **{name: link.payload[name] for name in LINKS}},
    )
