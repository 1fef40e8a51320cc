"""From a published sheet to the draft of its episode: links, themes, voices and running order suggested."""

import re

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from wagtail.log_actions import log

from caps_sheets.models import CapsSheetPage
from caps_sheets.models.sheet_context import carriers, themes_of
from caps_sheets.podcasts.making.questions import HOST, suggested_parts
from caps_sheets.podcasts.models import (
    EpisodeClsm,
    EpisodePage,
    EpisodeScript,
    EpisodeSheet,
    EpisodeSpeaker,
    ScriptSegment,
    ShowPage,
)
from caps_sheets.podcasts.page_forms import CONTENT_NOTE
from portal.base.errors import Refused, already_decided
from portal.base.locks import locked
from portal.base.querysets import visible
from portal.users.models import User

COORDINATION = "Coordination du CLSM"
MOST_VOICES = 6
ROLE_LENGTH = 160


def drafts_of(sheet: CapsSheetPage) -> list[EpisodePage]:
    """The episodes on this sheet that were never public: one at a time is enough."""
    return [episode for episode in episodes_of(sheet) if not (episode.live or episode.first_published_at)]


def episodes_of(sheet: CapsSheetPage) -> list[EpisodePage]:
    return list(EpisodePage.objects.filter(sheet_items__sheet=sheet.pk).distinct())


def is_public(sheet: CapsSheetPage) -> bool:
    return visible(CapsSheetPage.objects.filter(pk=sheet.pk)).exists()


@transaction.atomic
def prepare(sheet: CapsSheetPage, show: ShowPage, *, by: User) -> EpisodePage:
    """Create the draft of an episode under ``show`` with its running order; ``Refused`` says why not."""
    if not is_public(sheet):
        raise Refused("La fiche n’est pas en ligne : publiez-la d’abord.")
    if known := drafts_of(locked(sheet)):
        raise already_decided("un épisode sur cette fiche est en préparation", by=known[0].owner)
    show = locked(show)
    episode = suggest_episode(sheet, show)
    episode.live, episode.owner = False, by
    show.add_child(instance=episode)
    log(instance=episode, action="wagtail.create", user=by, content_changed=True)
    episode.save_revision(user=by)
    script = EpisodeScript(episode=episode, updated_by=by)
    script.segments = [
        ScriptSegment(sort_order=rank, title=part.title, text=part.text, minutes=part.minutes, voice=part.voice)
        for rank, part in enumerate(suggested_parts(sheet, episode.shows_help))
    ]
    script.save()
    log(instance=episode, action="podcasts.prepared", user=by, data={"sheet": sheet.title})
    return episode


def suggest_episode(sheet: CapsSheetPage, show: ShowPage) -> EpisodePage:
    """The unsaved draft: what the sheet already says is not typed twice."""
    clsms = carriers(sheet)
    season, number = _next_number(show)
    episode = EpisodePage(
        title=sheet.title,
        slug=_free_slug(show, sheet.slug or slugify(sheet.title)),
        season=season,
        number=number,
        date=timezone.localdate(),
        summary=sheet.hook,
        image=sheet.image,
        is_demo=sheet.is_demo,
    )
    episode.sheet_items = [EpisodeSheet(sheet=sheet, reason="La fiche que raconte l’épisode")]
    episode.clsm_items = [EpisodeClsm(clsm=clsm, reason="Le CLSM qui porte l’action") for clsm in clsms]
    host = EpisodeSpeaker(role=HOST, is_host=True)
    guests = [EpisodeSpeaker(role=COORDINATION, clsm=clsm) for clsm in clsms]
    others = [EpisodeSpeaker(role=role) for role in interviewed(sheet)]
    episode.speaker_items = [host, *guests, *others][:MOST_VOICES]
    episode.themes.add(*themes_of(sheet))
    if episode.shows_help:
        episode.content_note, episode.help_choice = CONTENT_NOTE, EpisodePage.Help.ALWAYS
    return episode


def interviewed(sheet: CapsSheetPage) -> list[str]:
    """The functions that were interviewed for the sheet, less the coordination, each once."""
    roles = [role.strip()[:ROLE_LENGTH] for role in re.split(r"[,;]", sheet.interviewed_roles)]
    named = {role.casefold(): f"{role[:1].upper()}{role[1:]}" for role in roles if role}
    return [role for key, role in named.items() if not key.startswith(("coordination", "coordinat", "coordonnat"))]


def _next_number(show: ShowPage) -> tuple[int, int]:
    """(season, number) that follow the last ones of the show."""
    episodes = EpisodePage.objects.child_of(show)
    season = episodes.aggregate(last=Max("season"))["last"] or 1
    last = episodes.filter(season=season).aggregate(last=Max("number"))["last"] or 0
    return season, last + 1


def _free_slug(show: ShowPage, slug: str) -> str:
    taken = set(show.get_children().filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(name for rank in range(1, len(taken) + 2) if (name := _numbered(slug, rank)) not in taken)


def _numbered(slug: str, rank: int) -> str:
    return slug if rank == 1 else f"{slug}-{rank}"
