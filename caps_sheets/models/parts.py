"""The parts in which a sheet is read: what each one holds, and what differs from a text that was read before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from typing import Any, cast

from django.db.models import ForeignObjectRel, Model, prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.text import capfirst
from wagtail.blocks import StreamValue
from wagtail.fields import RichTextField
from wagtail.models import COMMENTS_RELATION_NAME, Page, Revision

from caps_sheets.models.clearance import FORMER_FIELDS
from caps_sheets.models.sheet import CapsSheetPage
from caps_sheets.sections import ORDER, SECTIONS, in_official_order
from network.models import Organisation
from portal.base import texts
from portal.base.comparison import ChangedLine, changed_lines
from portal.base.templatetags.dates import long_date
from portal.taxonomies.models import Term, Theme

WHOLE = "ensemble"
SUMMARY = "resume"
IDENTITY = "identite"
KEY_POINTS = "a-retenir"
#: key → heading, in the order of the page. The keys of the sections are those of the sheet.
HEADINGS = {
    SUMMARY: "Titre, accroche et résumé",
    IDENTITY: "Carte d’identité",
    KEY_POINTS: "À retenir",
    **{section.key: section.heading for section in SECTIONS},
    WHOLE: "L’ensemble de la fiche",
}
#: The address follows the title, as the editor writes it.
SUMMARY_FIELDS = {"title", "slug", "hook", "image", "image_alt", "image_is_decorative", "summary", "easy_read"}
PAGE_FIELDS = {field.name for field in Page._meta.fields} | {"is_demo"}
#: The end of what stands on a line of its own.
LINE_END = re.compile(r"<br\s*/?>|</(?:p|li|h\d|dt|dd|td|th|tr|caption|figcaption|blockquote|div|figure)>")
PICTURE = re.compile(r'<img\b[^>]*?\balt="([^"]*)"[^>]*>')


@dataclass(frozen=True)
class SheetPart:
    """One part of the sheet, as it is read; ``blocks`` is None for what is not a section of the text."""

    key: str
    heading: str
    number: int | None
    blocks: StreamValue | None

    @property
    def slug(self) -> str:
        return self.key.replace("_", "-")


@dataclass(frozen=True)
class Since:
    """What differs from the text that a person read. ``lines`` has the changed parts only, each with its changed
    lines: none if what changed is not in words.
    """

    read_at: datetime
    lines: dict[str, list[ChangedLine]]

    @property
    def changed(self) -> list[SheetPart]:
        return named(self.lines)

    @property
    def same_count(self) -> int:
        return len(HEADINGS) - len(self.lines)


def as_read(revision: Revision) -> CapsSheetPage:
    """The sheet as the revision says it, to be read only: Wagtail asks for each of its choices in turn, forty times.

    A choice that was deleted since is left out.
    """
    content = revision.content
    names = [field.name for field in CapsSheetPage._meta.many_to_many]
    choices = {name: content[name] for name in names if name in content}
    plain = {name: value for name, value in content.items() if name not in {*choices, COMMENTS_RELATION_NAME}}
    sheet = cast(CapsSheetPage, CapsSheetPage.from_serializable_data(plain, check_fks=False))
    terms = list(Term.objects.filter(pk__in={sheet.scale_id, *(pk for chosen in choices.values() for pk in chosen)}))
    for name, chosen in choices.items():
        setattr(sheet, name, [term for term in terms if term.pk in chosen])
    sheet.scale = next((term for term in terms if term.pk == sheet.scale_id), None)
    partners, themed = list(sheet.partner_items.all()), list(sheet.theme_items.all())
    organisations = Organisation.objects.in_bulk({sheet.carrier_id, *(item.organisation_id for item in partners)})
    sheet.carrier = organisations.get(sheet.carrier_id)
    sheet.partner_items = _with(partners, "organisation", organisations)
    sheet.theme_items = _with(themed, "tag", Theme.objects.in_bulk({item.tag_id for item in themed}))
    prefetch_related_objects([sheet], "image")
    return sheet


def _with(items: Iterable[Any], name: str, found: Mapping[int, Model]) -> list[Any]:
    """The items whose object exists, with it."""
    kept = [item for item in items if getattr(item, f"{name}_id") in found]
    for item in kept:
        setattr(item, name, found[getattr(item, f"{name}_id")])
    return kept


def parts(sheet: CapsSheetPage) -> list[SheetPart]:
    """The parts in their order. An empty section is one too: something may be missing there."""
    sections = {child.block_type: child.value for child in in_official_order(sheet.body)}
    return [_part(key, sections.get(key)) for key in HEADINGS]


def named(keys: Iterable[str]) -> list[SheetPart]:
    """The parts of these keys, without their text."""
    return [_part(key) for key in keys]


def changed_parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The parts that do not read the same in two contents of a sheet, in their order."""
    old, new = _keys(before), _keys(after)
    return [key for key in HEADINGS if old.get(key) != new.get(key)]


def changed_since(before: Revision | None, after: Revision | None) -> list[str]:
    """``changed_parts`` of two revisions; every part if one of them was purged."""
    return changed_parts(before.content, after.content) if before and after else list(HEADINGS)


def since(read_at: datetime, before: Revision, after: Revision) -> Since:
    """What differs in ``after`` from ``before``, read at ``read_at``."""
    lines = {}
    for key in changed_parts(before.content, after.content):
        names = ["body"] if key in ORDER else _changed_fields(key, before.content, after.content)
        old, new = (_lines(_only(names, revision.content), key, names) for revision in (before, after))
        lines[key] = changed_lines(old, new)
    return Since(read_at, lines)


def _part(key: str, blocks: StreamValue | None = None) -> SheetPart:
    return SheetPart(key, HEADINGS[key], ORDER[key] + 1 if key in ORDER else None, blocks)


def _part_of(name: str) -> str:
    """The part of a field. A field added to the sheet is in the identity card until somebody decides otherwise."""
    if name in SUMMARY_FIELDS:
        return SUMMARY
    if name == "key_points":
        return KEY_POINTS
    return WHOLE if name in PAGE_FIELDS else IDENTITY


def _keys(content: Mapping[str, Any]) -> dict[str, str]:
    said = {name: value for name, value in content.items() if name not in FORMER_FIELDS}
    return texts.part_keys(said, _part_of, streams=["body"])


def _changed_fields(key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    names = {name for name in after if name not in {*texts.BOOKKEEPING, "body"} and _part_of(name) == key}
    changed = {name for name in names if texts.says(before.get(name)) != texts.says(after[name])}
    return [field.name for field in CapsSheetPage._meta.get_fields() if field.name in changed]


def _only(names: list[str], content: Mapping[str, Any]) -> CapsSheetPage:
    """A sheet of which these fields alone may be read: the whole of a revision costs forty queries."""
    kept = {name: content[name] for name in names if name in content}
    return cast(CapsSheetPage, CapsSheetPage.from_serializable_data({"pk": content["pk"], **kept}))


def _lines(sheet: CapsSheetPage, key: str, names: list[str]) -> list[str]:
    """The part as lines of words: a section of the text as it is shown, else its fields ``names``."""
    if key not in ORDER:
        return [line for name in names for line in _field_lines(sheet, name)]
    blocks = next(child.value for child in in_official_order(sheet.body) if child.block_type == key)
    return _plain(render_to_string("components/caps_sheets/section_blocks.html", {"blocks": blocks}))


def _field_lines(sheet: CapsSheetPage, name: str) -> list[str]:
    field = sheet._meta.get_field(name)
    is_list = isinstance(field, ForeignObjectRel)
    label = capfirst(str(field.related_model._meta.verbose_name_plural if is_list else field.verbose_name))
    value = getattr(sheet, name)
    if isinstance(value, StreamValue):
        return [str(block.value) for block in value]
    if isinstance(field, RichTextField):
        return _plain(value)
    return [f"{label} : {said}"] if (said := _said(sheet, name, value)) else []


def _said(sheet: CapsSheetPage, name: str, value: Any) -> str:
    if hasattr(value, "all"):
        items = [str(getattr(item, "tag", item)) for item in value.all()]
        return ", ".join(items)
    if hasattr(sheet, f"get_{name}_display"):
        return str(getattr(sheet, f"get_{name}_display")())
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return long_date(value)
    return "" if value is None else str(value)


def _plain(html: str) -> list[str]:
    """The words of what is shown, line by line; a picture stands as its description."""
    described = PICTURE.sub(r"<p>[image : \1]</p>", html)
    text = unescape(strip_tags(LINE_END.sub("\n", " ".join(described.split()))))
    lines = (" ".join(line.split(" ")).strip() for line in text.splitlines())
    return [re.sub(r"[ \t]+", " ", line) for line in lines if line]
