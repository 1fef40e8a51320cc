"""Helpers that build the document of any page: texts, places and themes."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from wagtail.blocks import StreamValue
from wagtail.rich_text import get_text_for_indexing

from caps_sheets.models import CapsSheetPage
from caps_sheets.podcasts.models import EpisodePage
from network.models import ClsmPage
from network.models.covered_area import runs
from network.territories.models import Department
from portal.medialib.transcripts.formats import read
from portal.taxonomies.models import Term, Theme


def joined(*parts: object) -> str:
    """The non-empty parts, one per line."""
    return "\n".join(str(part) for part in parts if part)


def plain(html: str) -> str:
    return get_text_for_indexing(html) if html else ""


def stream_text(value: StreamValue | None) -> str:
    """The searchable text of a StreamField value; Wagtail writes « None » for an optional block left empty."""
    if not value:
        return ""
    return joined(*(part for part in value.stream_block.get_searchable_content(value) if part != "None"))


def labels(terms: Iterable[Term | Theme]) -> str:
    return joined(*terms)


def aliases(terms: Iterable[Term | Theme]) -> str:
    """The synonyms that editors maintain: a page is found by those of its terms."""
    return joined(*dict.fromkeys(text for term in terms for text in term.synonym_list()))


def slugs(terms: Iterable[Term | Theme]) -> list[str]:
    return [term.slug for term in terms]


def themes_of(page: CapsSheetPage | ClsmPage | EpisodePage) -> list[Theme]:
    return [item.tag for item in page.theme_items.all()]


def place_facets(departments: Iterable[Department]) -> dict[str, list[str]]:
    departments = list(departments)
    return {
        "departement": [department.slug for department in departments],
        "region": [department.region.slug for department in departments],
    }


def place_names(departments: Iterable[Department]) -> list[str]:
    """« Hérault 34 Occitanie »: a département is found by its number, its name and its region."""
    return [f"{department.name} {department.code} {department.region.name}" for department in departments]


def place_card(departments: Iterable[Department], clsms: Iterable[ClsmPage]) -> dict[str, Any]:
    """The code in the margin of a card, who and where. Whether each CLSM is still public is checked on display."""
    departments = list(departments)
    return {
        "place_code": departments[0].code if departments else "",
        "place": " · ".join(department.name for department in departments),
        "clsms": [[clsm.pk, clsm.title] for clsm in clsms],
    }


def theme_links(themes: Iterable[Theme]) -> list[dict[str, str]]:
    """The two themes of a card."""
    return [{"slug": theme.slug, "name": theme.name} for theme in list(themes)[:2]]


def day_of(moment: datetime | None) -> date | None:
    """The date in Paris."""
    return timezone.localdate(moment) if moment else None


def year_facet(year: int | None) -> list[str]:
    return [str(year)] if year else []


def covered_by(clsms: Iterable[ClsmPage]) -> list[str]:
    """The INSEE codes of the communes that CLSMs cover today, from prefetched rows."""
    today = timezone.localdate()
    codes: dict[str, None] = {}
    for clsm in clsms:
        codes |= dict.fromkeys(item.commune_id for item in clsm.commune_items.all() if runs(item, today))
        for item in clsm.epci_items.all():
            codes |= dict.fromkeys(commune.pk for commune in item.epci.communes.all())
    return list(codes)


SEGMENT = 240  # characters: about fifteen seconds of speech


def spoken(transcript: str) -> tuple[str, list[tuple[int, int]]]:
    """The text of an episode, one segment per line, and the start of each: (first character, second).

    Empty if the transcript cannot be read.
    """
    segments: list[tuple[int, str]] = []
    for cue in read(transcript):
        if segments and len(segments[-1][1]) + len(cue.text) < SEGMENT:
            segments[-1] = (segments[-1][0], f"{segments[-1][1]} {cue.text}")
        else:
            segments.append((int(cue.start), cue.text))
    moments = []
    position = 0
    for second, text in segments:
        moments.append((position, second))
        position += len(text) + 1
    return "\n".join(text for _, text in segments), moments
