"""What hangs from an episode, as plain values: four queries for a whole feed, and no page built only to be named."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Subquery

from caps_sheets.podcasts.models import EpisodeClsm, EpisodePage, EpisodeSheet, EpisodeSpeaker, EpisodeTheme
from network.models import ClsmPage
from network.territories.models import Department
from portal.base.querysets import is_visible, visible


@dataclass(frozen=True, slots=True)
class Linked:
    """A page that the episode tells about; ``department``: name of the first one of a CLSM, if any."""

    pk: int
    title: str
    url_path: str
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """``url_path``: the page of the CLSM, empty when it has none that is public."""

    role: str
    is_host: bool
    is_synthetic: bool
    url_path: str = ""


@dataclass(slots=True)
class Parts:
    """``themes``: (name, whether it asks for the help numbers)."""

    themes: list[tuple[str, bool]] = field(default_factory=list)
    sheets: list[Linked] = field(default_factory=list)
    clsms: list[Linked] = field(default_factory=list)
    voices: list[Voice] = field(default_factory=list)


def stored_parts(episodes: Iterable[EpisodePage]) -> dict[int, Parts]:
    """By episode id, in the author's order. What is not public is left out."""
    found = {episode.pk: Parts() for episode in episodes}
    themes = EpisodeTheme.objects.filter(content_object__in=list(found)).order_by("pk")
    for page, name, shows_help in themes.values_list("content_object", "tag__name", "tag__shows_help"):
        found[page].themes.append((name, shows_help))
    sheets = EpisodeSheet.objects.filter(is_visible("sheet"), page__in=list(found))
    for page, *values in sheets.values_list("page", "sheet", "sheet__title", "sheet__url_path"):
        found[page].sheets.append(Linked(*values))
    department = Department.objects.filter(clsm_pages=OuterRef("clsm")).order_by("code").values("name")[:1]
    clsms = EpisodeClsm.objects.filter(is_visible("clsm"), page__in=list(found))
    named = clsms.annotate(department=Subquery(department))
    for page, *values in named.values_list("page", "clsm", "clsm__title", "clsm__url_path", "department"):
        found[page].clsms.append(Linked(*values))
    is_public = Exists(visible(ClsmPage.objects.filter(pk=OuterRef("clsm"))))
    voices = EpisodeSpeaker.objects.filter(page__in=list(found)).annotate(is_public=is_public)
    rows = voices.values_list("page", "role", "is_host", "is_synthetic", "is_public", "clsm__url_path")
    for page, role, is_host, is_synthetic, is_public_clsm, url_path in rows:
        found[page].voices.append(Voice(role, is_host, is_synthetic, url_path if is_public_clsm else ""))
    return found


def draft_parts(draft: EpisodePage) -> Parts:
    """The same from a text held in memory; what it links to is taken as it will be."""
    sheets = [item.sheet for item in draft.sheet_items.all()]
    clsms = [item.clsm for item in draft.clsm_items.all()]
    return Parts(
        themes=[(item.tag.name, item.tag.shows_help) for item in draft.theme_items.all()],
        sheets=[Linked(sheet.pk, sheet.title, sheet.url_path) for sheet in sheets],
        clsms=[Linked(clsm.pk, clsm.title, clsm.url_path) for clsm in clsms],
        voices=[
            Voice(voice.role, voice.is_host, voice.is_synthetic, voice.clsm.url_path if voice.clsm else "")
            for voice in draft.speaker_items.all()
        ],
    )
