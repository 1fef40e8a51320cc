"""Production of an episode: its draft and running order suggested from a published sheet, and its progress.

The running order has one part for each section of the sheet, with questions to ask. Progress is read in a number of
queries that does not grow with the episodes.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from wagtail.log_actions import log

from caps_sheets.models import CapsSheetPage
from caps_sheets.models.sheet_context import carriers, themes_of
from caps_sheets.podcasts.models import (
    ChecklistTick,
    EpisodeClsm,
    EpisodePage,
    EpisodeScript,
    EpisodeSheet,
    EpisodeSpeaker,
    ScriptSegment,
    ShowPage,
)
from caps_sheets.podcasts.models.rules import (
    BY_KEY,
    STEPS,
    ChecklistStep,
    content_of,
    heard,
    help_themes,
    progress,
    remaining,
    sound_of,
)
from caps_sheets.podcasts.page_forms import CONTENT_NOTE
from caps_sheets.sections import written_sections
from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.base.querysets import visible
from portal.users.models import User

if TYPE_CHECKING:
    from caps_sheets.models import CapsSheetPage


HOST = "Animation"

HELP = (
    "Si vous traversez un moment difficile, ou si vous vous inquiétez pour quelqu’un, le 3114 répond à toute heure, "
    "tous les jours, gratuitement. En cas de danger immédiat, appelez le 15 ou le 112."
)

CARE = (
    "Parler du suicide sans risque : ni moyen ni lieu ; pas d’explication unique ; « mort par suicide » plutôt que "
    "« suicide réussi » ; dire que la prévention est possible et où trouver de l’aide."
)


@dataclass(frozen=True)
class ScriptPart:
    """``voice``: a function; ``minutes``: planned duration."""

    title: str
    text: str
    minutes: int
    voice: str = ""


#: key of a section of the sheet → (title of the part, minutes, questions).
QUESTIONS: dict[str, tuple[str, int, tuple[str, ...]]] = {
    "contexte": (
        "D’où vient l’action",
        3,
        ("Qu’est-ce qui vous a décidés à agir ?", "Qu’est-ce qui manquait aux habitants à ce moment-là ?"),
    ),
    "objectifs": ("Ce que l’on cherchait", 1, ("Que vouliez-vous voir changer ?", "Pour qui d’abord ?")),
    "publics": (
        "Avec les personnes concernées",
        2,
        ("Comment les personnes concernées ont-elles pris part ?", "Qu’est-ce qu’elles ont changé au projet ?"),
    ),
    "pilotage": ("Qui fait quoi", 2, ("Autour de la table, qui fallait-il ?", "Qui décide, et comment ?")),
    "deroulement": (
        "Le récit, étape par étape",
        4,
        ("Racontez-nous la première fois.", "Et ensuite ?", "Y a-t-il un moment où tout a basculé ?"),
    ),
    "moyens": ("Les moyens", 1, ("Combien de temps, d’argent, de personnes ?", "Quel outil referiez-vous demain ?")),
    "elements_saillants": ("Ce qui fait que ça marche", 2, ("Si l’on ne devait garder que deux choses ?",)),
    "difficultes": (
        "Ce qui a coincé",
        3,
        ("Qu’est-ce qui n’a pas marché ?", "Qu’avez-vous changé après ?"),
    ),
    "leviers": ("Ce qui a aidé", 1, ("Qu’est-ce qui vous a facilité la tâche ?",)),
    "resultats": ("Ce que l’on voit aujourd’hui", 2, ("Qu’observez-vous ?", "Qu’est-ce qui vous a surpris ?")),
    "enseignements": (
        "Conseils à qui voudrait se lancer",
        2,
        ("Que diriez-vous à un CLSM qui commence ?", "Quelle erreur lui éviter ?"),
    ),
    "transferabilite": ("Ailleurs", 1, ("Que faut-il garder tel quel ?", "Qu’est-ce qui s’adapte ?")),
    "perspectives": ("Et demain", 1, ("Quelle est la suite ?",)),
}


def suggested_parts(sheet: "CapsSheetPage", is_about_suicide: bool) -> list[ScriptPart]:
    """Opening, one part for each non-empty section that suits a recording, closing."""
    keys = [section.slug.replace("-", "_") for section in written_sections(sheet.body)]
    told = [_part(*QUESTIONS[key]) for key in keys if key in QUESTIONS]
    return [_opening(sheet, is_about_suicide), *told, _closing(is_about_suicide)]


def _part(title: str, minutes: int, questions: tuple[str, ...]) -> ScriptPart:
    return ScriptPart(title, "\n".join(questions), minutes)


def _opening(sheet: "CapsSheetPage", is_about_suicide: bool) -> ScriptPart:
    lines = [
        "Bonjour et bienvenue. Chaque voix se présente par sa fonction.",
        f"Aujourd’hui : {sheet.title}. {sheet.hook}".strip(),
    ]
    if is_about_suicide:
        lines += ["Dire que l’épisode parle du suicide, avant le récit.", HELP, CARE]
    return ScriptPart("Ouverture", "\n".join(lines), 1, HOST)


def _closing(is_about_suicide: bool) -> ScriptPart:
    lines = ["Remercier. La fiche et la transcription sont sur le portail des CLSM."]
    return ScriptPart("Fin", "\n".join([*lines, HELP] if is_about_suicide else lines), 1, HOST)


COORDINATION = "Coordination du CLSM"

MOST_VOICES = 6

ROLE_LENGTH = 160


def drafts_of(sheet: CapsSheetPage) -> list[EpisodePage]:
    """The episodes on this sheet that were never public: there is at most one at a time."""
    return [episode for episode in episodes_of(sheet) if not (episode.live or episode.first_published_at)]


def episodes_of(sheet: CapsSheetPage) -> list[EpisodePage]:
    return list(EpisodePage.objects.filter(sheet_items__sheet=sheet.pk).distinct())


def is_public(sheet: CapsSheetPage) -> bool:
    return visible(CapsSheetPage.objects.filter(pk=sheet.pk)).exists()


@transaction.atomic
def prepare(sheet: CapsSheetPage, show: ShowPage, *, by: User) -> EpisodePage:
    """Create the draft of an episode under ``show`` with its running order; ``RefusedError`` gives why not."""
    if not is_public(sheet):
        raise RefusedError("La fiche n’est pas en ligne : publiez-la d’abord.")
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
    """The unsaved draft, prefilled from the sheet."""
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
    """The functions that were interviewed for the sheet, except the coordination, without duplicates."""
    roles = [role.strip()[:ROLE_LENGTH] for role in re.split(r"[,;]", sheet.interviewed_roles)]
    named = {role.casefold(): f"{role[:1].upper()}{role[1:]}" for role in roles if role}
    return [role for key, role in named.items() if not key.startswith(("coordination", "coordinat", "coordonnat"))]


def _next_number(show: ShowPage) -> tuple[int, int]:
    """(season, number) after the last ones of the show."""
    episodes = EpisodePage.objects.child_of(show)
    season = episodes.aggregate(last=Max("season"))["last"] or 1
    last = episodes.filter(season=season).aggregate(last=Max("number"))["last"] or 0
    return season, last + 1


def _free_slug(show: ShowPage, slug: str) -> str:
    taken = set(show.get_children().filter(slug__startswith=slug).values_list("slug", flat=True))
    return next(name for rank in range(1, len(taken) + 2) if (name := _numbered(slug, rank)) not in taken)


def _numbered(slug: str, rank: int) -> str:
    return slug if rank == 1 else f"{slug}-{rank}"


@transaction.atomic
def set_tick(episode: EpisodePage, key: str, is_done: bool, *, by: User) -> ChecklistStep:
    """Set or unset the tick of a step. Doing it twice changes nothing."""
    step = BY_KEY.get(key)
    if step is None or step.is_seen:
        raise RefusedError("Cette étape ne se coche pas.")
    episode = locked(episode)
    about = heard(step, sound_of(episode, content_of(episode)))
    ticks = ChecklistTick.objects.filter(episode=episode, step=key)
    if is_done == ticks.filter(content_key=about).exists():
        return step
    ticks.delete()
    if is_done:
        ChecklistTick.objects.create(episode=episode, step=key, content_key=about, by=by, at=timezone.now())
    log(instance=episode, action="podcasts.step", user=by, data={"step": step.label, "done": is_done})
    return step


@dataclass(frozen=True)
class InMaking:
    """``done`` of ``total`` steps; ``left``: the labels of the others."""

    episode: EpisodePage
    title: str
    done: int
    total: int
    left: list[str]
    changed_at: datetime | None


def episodes_in_making(today: date, most: int) -> list[InMaking]:
    """The first ``most`` episodes that were never public, the last changed first."""
    episodes = list(
        EpisodePage.objects.filter(live=False, first_published_at=None)
        .select_related("latest_revision", "audio")
        .prefetch_related("voice_authorisations", "checklist_ticks")
        .order_by("-latest_revision_created_at", "-pk")[:most]
    )
    sensitive = help_themes() if episodes else set()
    return [_in_making(episode, sensitive, today) for episode in episodes]


def _in_making(episode: EpisodePage, sensitive: set[int], today: date) -> InMaking:
    held, ticks = episode.voice_authorisations.all(), episode.checklist_ticks.all()
    steps = progress(episode, content_of(episode), held, ticks, sensitive=sensitive, today=today)
    left = remaining(steps)
    title = episode.draft_title or episode.title
    return InMaking(episode, title, len(STEPS) - len(left), len(STEPS), left, episode.latest_revision_created_at)
