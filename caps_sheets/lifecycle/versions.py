"""What changed from one published version of a sheet to the next, in plain French, without quoting removed text.

A passage may have been removed for a reason (a withdrawn quotation): this list must not show it again.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.blocks import StreamValue
from wagtail.models import PageLogEntry, Revision

from caps_sheets.models import CapsSheetPage
from caps_sheets.models.parts import as_read
from caps_sheets.sections import SECTIONS, in_official_order
from portal.base.comparison import Child, paired, same_words
from portal.base.texts import revision_says, says

PUBLISHED = ("wagtail.publish", "wagtail.publish.scheduled")
VERSIONS_SHOWN = 20
TEXTS = ("summary", "easy_read")
LISTS = (
    "objectives",
    "audiences",
    "settings",
    "strategies",
    "action_types",
    "determinants",
    "key_functions",
    "programmes",
    "funders",
    "themes",
    "keywords",
)
LINES = {
    "clsm_items": ("CLSM", "clsm"),
    "commune_items": ("communes", "commune"),
    "partner_items": ("partenaires", "organisation"),
}
FACTS = (
    "hook",
    "key_points",
    "image",
    "carrier",
    "scale",
    "in_qpv",
    "qpv_names",
    "start_date",
    "end_date",
    "is_ongoing",
    "recurrence",
    "main_theme",
    "prevention_level",
    "budget",
    "staff",
    "reach",
    "reach_method",
    "facilitator",
    "interview_dates",
    "interviewed_roles",
    "other_sources",
    "licence",
)


@dataclass(frozen=True)
class Version:
    """A published text. ``changes`` is empty for the first one."""

    number: str
    published_on: date
    changes: list[str] = field(default_factory=list)
    is_first: bool = False


def versions(sheet: CapsSheetPage) -> list[Version]:
    """The published versions, latest first; publishing the same text again is not a version."""
    history: list[Version] = []
    before: CapsSheetPage | None = None
    published = _published(sheet)
    for rank, (revision, day) in enumerate(published):
        after = as_read(revision)
        if before is not None:
            if told := changes(before, after) or _unnoticed(before, after):
                history.append(Version(after.version, day, told))
        elif rank == 0 and len(published) <= VERSIONS_SHOWN:
            history.append(Version(after.version, day, is_first=True))
        before = after
    return history[::-1]


def changes(before: CapsSheetPage, after: CapsSheetPage) -> list[str]:
    """One sentence for each visible change."""
    return [
        *_title(before, after),
        *_texts(before, after),
        *_sections(before, after),
        *_lists(before, after),
        *_facts(before, after),
    ]


def _unnoticed(before: CapsSheetPage, after: CapsSheetPage) -> list[str]:
    """For a change that a reader does not see; empty if both texts are equal but stored differently."""
    contents = (sheet.serializable_data() for sheet in (before, after))
    return ["Corrections de forme."] if len(set(map(revision_says, contents))) > 1 else []


def _published(sheet: CapsSheetPage) -> list[tuple[Revision, date]]:
    """The revisions that became public, oldest first, with one more than shown, to compare the oldest shown with."""
    entries = PageLogEntry.objects.filter(page=sheet.pk, action__in=PUBLISHED, revision__isnull=False)
    kept: list[tuple[Revision, date]] = []
    said = None
    for entry in entries.select_related("revision").order_by("timestamp", "pk"):
        text = revision_says(entry.revision.content)
        if text != said:
            kept.append((entry.revision, timezone.localdate(entry.timestamp)))
        said = text
    return kept[-(VERSIONS_SHOWN + 1) :]


def _title(before: CapsSheetPage, after: CapsSheetPage) -> Iterator[str]:
    if before.title != after.title:
        yield f"Le titre devient « {after.title} »."


def _texts(before: CapsSheetPage, after: CapsSheetPage) -> Iterator[str]:
    for name in TEXTS:
        old, new = (says(getattr(sheet, name)) for sheet in (before, after))
        if old != new:
            counts = [len(strip_tags(getattr(sheet, name)).split()) for sheet in (before, after)]
            yield f"{_label(name)} : texte revu ({counts[0]} mots, puis {counts[1]})."


def _sections(before: CapsSheetPage, after: CapsSheetPage) -> Iterator[str]:
    for section, old, new in zip(SECTIONS, in_official_order(before.body), in_official_order(after.body), strict=True):
        if sentence := _blocks(old.value, new.value):
            yield f"« {section.heading} » : {sentence}."


def _blocks(old: StreamValue, new: StreamValue) -> str:
    """« ajout : étape ; modification : paragraphe (2) », or nothing."""
    if not old or not new:
        return "section retirée" if old else "section ajoutée" if new else ""
    pairs, gone, added = paired(list(old), list(new))
    groups = {
        "ajout": added,
        "modification": [new for old, new in pairs if not same_words(old, new)],
        "retrait": gone,
    }
    parts = [f"{verb} : {_kinds(children)}" for verb, children in groups.items() if children]
    ranks = [list(old).index(pair) for pair, _ in sorted(pairs, key=lambda pair: list(new).index(pair[1]))]
    if not parts and ranks != sorted(ranks):
        return "ordre changé"
    return " ; ".join(parts)


def _kinds(children: list[Child]) -> str:
    counts = Counter(str(child.block.label).lower() for child in children)
    return ", ".join(f"{label} ({count})" if count > 1 else label for label, count in counts.items())


def _lists(before: CapsSheetPage, after: CapsSheetPage) -> Iterator[str]:
    for name in LISTS:
        yield from _list(
            _label(name), *([str(item) for item in getattr(sheet, name).all()] for sheet in (before, after))
        )
    for name, (label, target) in LINES.items():
        rows = ([str(getattr(row, target)) for row in getattr(sheet, name).all()] for sheet in (before, after))
        yield from _list(_capital(label), *rows)


def _list(label: str, old: list[str], new: list[str]) -> Iterator[str]:
    added, removed = ([item for item in sides if item not in other] for sides, other in ((new, old), (old, new)))
    parts = [f"{verb} de {', '.join(items)}" for verb, items in (("ajout", added), ("retrait", removed)) if items]
    if parts:
        yield f"{label} : {' ; '.join(parts)}."


def _facts(before: CapsSheetPage, after: CapsSheetPage) -> Iterator[str]:
    changed = [_label(name) for name in FACTS if _fact(before, name) != _fact(after, name)]
    if changed:
        yield f"Revu : {', '.join(label.lower() for label in changed)}."


def _fact(sheet: CapsSheetPage, name: str) -> str:
    return says(sheet.key_points.get_prep_value() if name == "key_points" else _value(sheet, name))


def _value(sheet: CapsSheetPage, name: str) -> Any:
    return sheet._meta.get_field(name).value_from_object(sheet)


def _label(name: str) -> str:
    return _capital(str(getattr(CapsSheetPage._meta.get_field(name), "verbose_name", name)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
