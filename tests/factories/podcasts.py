"""Factories of the podcasts: a show and episodes that may be published."""

import re
from datetime import date
from html import unescape
from itertools import count

from caps_sheets.podcasts.models import (
    EpisodeClsm,
    EpisodePage,
    EpisodeSheet,
    EpisodeSpeaker,
    ShowPage,
    VoiceAuthorisation,
)
from tests.factories.medialib import make_audio
from tests.factories.network import make_clsm, make_home
from tests.factories.pages import insert

numbers = count(1)

TRANSCRIPT = """WEBVTT

00:00:00.000 --> 00:00:04.200
<v Animation>Bonjour et bienvenue.</v>

00:00:04.500 --> 00:00:09.000
<v Coordination du CLSM>Merci de nous écouter.</v>
"""


def spoken_by(*roles: str) -> str:
    """The usual transcript, said by the first and the last of ``roles``."""
    if not roles:
        return TRANSCRIPT
    return TRANSCRIPT.replace("<v Animation>", f"<v {roles[0]}>").replace(
        "<v Coordination du CLSM>", f"<v {roles[-1]}>"
    )


def voices_in(transcript: str) -> list[str]:
    """Each voice of a transcript once; somebody hosts an episode without any."""
    return list(dict.fromkeys(unescape(role) for role in re.findall(r"<v ([^>]+)>", transcript))) or ["Animation"]


def make_show(**kw: object) -> ShowPage:
    """The show of the portal as ``kw`` say, or another one when they give its slug."""
    show = ShowPage.objects.first()
    if show is None or "slug" in kw:
        show = ShowPage(**({"title": "La voix des CLSM", "slug": "podcast"} | kw))
        make_home().add_child(instance=show)
    elif kw:
        for name, value in kw.items():
            setattr(show, name, value)
        show.save()
    return show


def build_episode(**kw: object) -> EpisodePage:
    """An unsaved, complete episode. ``sheets``, ``clsms``, ``themes`` and ``speakers`` fill its parts."""
    number = next(numbers)
    sheets = kw.pop("sheets", [])
    clsms = kw.pop("clsms") if "clsms" in kw else [make_clsm()]
    themes = kw.pop("themes", [])
    kw.setdefault("transcript", spoken_by(*(speaker["role"] for speaker in kw.get("speakers", ()))))
    speakers = kw.pop("speakers", [{"role": role, "is_synthetic": True} for role in voices_in(kw["transcript"])])
    defaults: dict[str, object] = {
        "title": f"Épisode d’exemple {number}",
        "slug": f"episode-exemple-{number}",
        "number": number,
        "date": date(2026, 1, 15),
        "summary": "Épisode d’exemple fictif.",
        "transcript_status": EpisodePage.TranscriptStatus.REVIEWED,
    }
    if "audio" not in kw:
        kw["audio"] = make_audio()
    page = EpisodePage(**(defaults | kw))
    if page.transcript_status == EpisodePage.TranscriptStatus.REVIEWED:
        page.mark_transcript_reviewed()
    page.sheet_items = [EpisodeSheet(sheet=sheet) for sheet in sheets]
    page.clsm_items = [EpisodeClsm(clsm=clsm) for clsm in clsms]
    page.speaker_items = [EpisodeSpeaker(**speaker) for speaker in speakers]
    page.themes.add(*themes)
    return page


def make_episode(**kw: object) -> EpisodePage:
    """A published episode (``live=False`` for a draft) of ``show``, complete.

    ``voices``: functions of people who are heard and signed their agreement.
    """
    show = kw.pop("show", None) or make_show()
    voices = kw.pop("voices", [])
    is_live = kw.pop("live", True)
    if voices:
        kw["speakers"] = [{"role": role} for role in voices]
    page = build_episode(live=is_live, **kw)
    insert(show, page)
    for role in voices:
        make_authorisation(page, role=role)
    return page


def make_authorisation(episode: EpisodePage, **kw: object) -> VoiceAuthorisation:
    """An agreement signed long ago, without end."""
    defaults: dict[str, object] = {
        "role": "Coordination du CLSM",
        "text_version": "2026-1",
        "signed_on": date(2026, 1, 5),
    }
    return VoiceAuthorisation.objects.create(episode=episode, **(defaults | kw))
