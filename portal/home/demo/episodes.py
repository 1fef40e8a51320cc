"""The demonstration episodes: three on the air, one that waits for its validation."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.core.files.base import ContentFile
from wagtail.models import Collection

from caps_sheets.models import CapsSheetPage
from caps_sheets.podcasts.models import EpisodeClsm, EpisodePage, EpisodeSheet, EpisodeSpeaker, ShowPage
from network.models import ClsmPage
from portal.home.demo import lookups, publishing, waiting
from portal.home.demo.accounts import account
from portal.home.demo.sheet_files import paragraphs
from portal.medialib.models import PortalMedia

FOLDER = Path(__file__).parent / "audio"
NOTES = (
    "Voix de synthèse : personne ne parle dans cet épisode. Le texte, écrit pour la démonstration, reprend la fiche "
    "liée ci-dessous."
)


@dataclass(frozen=True)
class Episode:
    """``slug``: the name of the sound and of its transcript."""

    slug: str
    title: str
    summary: str
    sheet: str
    clsm: str
    themes: tuple[str, ...]
    speakers: tuple[str, ...]
    day: date
    is_demo: bool = True


ON_AIR = (
    Episode(
        "stages-croises",
        "Stages croisés : quelques jours chez un partenaire",
        "En Cœur d’Hérault, des professionnels passent de un à cinq jours dans une structure partenaire. Comment on "
        "s’y prépare, ce que l’on en rapporte.",
        "stages-croises",
        "coeur-d-herault",
        ("stages-croises",),
        ("Animation", "Coordination du CLSM (rôle lu)"),
        date(2026, 3, 12),
        is_demo=False,
    ),
    Episode(
        "cine-debat-adolescents",
        "Un film choisi par des lycéens, et les questions qui suivent",
        "Des adolescents choisissent un film, écrivent leurs questions sans les signer, et repartent avec les lieux où "
        "parler.",
        "cine-debat-adolescents",
        "mayenne",
        ("sante-mentale-des-adolescents-et-des-enfants", "medias-culture-et-representations"),
        ("Animation", "Coordination du CLSM (rôle lu)", "Infirmière scolaire (rôle lu)"),
        date(2026, 5, 21),
    ),
    Episode(
        "logement-et-bailleurs",
        "Quand un locataire ne répond plus",
        "Un gardien d’immeuble et une coordination racontent comment une fiche d’une page et une rencontre par "
        "trimestre ont changé la suite.",
        "logement-et-bailleurs",
        "saint-flour",
        ("logement-et-habitat", "ruralite"),
        ("Animation", "Coordination du CLSM (rôle lu)", "Gardien d’immeuble (rôle lu)"),
        date(2026, 9, 17),
    ),
)
WAITING = Episode(
    "jardin-partage",
    "Un jardin où l’on vient comme on est",
    "Dans un jardin ouvert à tous, on sème, on parle, on se tait. Épisode en attente de validation.",
    "jardin-partage",
    "carpentras",
    ("sante-mentale-et-environnement",),
    ("Animation", "Animatrice du jardin (rôle lu)"),
    date(2026, 11, 5),
)


def seed_episodes() -> int:
    show = ShowPage.objects.get(slug="podcast")
    added = 0
    for number, data in enumerate((*ON_AIR, WAITING), start=1):
        if publishing.exists(show, data.slug):
            continue
        episode = build_episode(data, number)
        publishing.add_draft(show, episode, account("edition"))
        if data is WAITING:
            waiting.submit(EpisodePage.objects.get(pk=episode.pk), account("edition"))
        else:
            publishing.publish(episode, account("administration"))
        added += 1
    return added


def build_episode(data: Episode, number: int) -> EpisodePage:
    """The unsaved episode, its voices declared synthetic."""
    page = EpisodePage(
        title=data.title,
        slug=data.slug,
        number=number,
        date=data.day,
        summary=data.summary,
        notes=paragraphs(NOTES),
        audio=sound(data),
        transcript=(FOLDER / f"{data.slug}.vtt").read_text(encoding="utf-8"),
        transcript_status=EpisodePage.TranscriptStatus.REVIEWED,
        is_demo=data.is_demo,
    )
    page.sheet_items = [EpisodeSheet(sheet=CapsSheetPage.objects.get(slug=data.sheet))]
    page.clsm_items = [EpisodeClsm(clsm=ClsmPage.objects.get(slug=data.clsm))]
    page.speaker_items = [EpisodeSpeaker(role=role, is_synthetic=True) for role in data.speakers]
    page.themes.add(*lookups.themes_of(list(data.themes)))
    return page


def sound(data: Episode) -> PortalMedia:
    """The sound in the library, stored once."""
    title = f"{data.title} (voix de synthèse)"
    found = PortalMedia.objects.filter(title=title).first()
    if found:
        return found
    file = ContentFile((FOLDER / f"{data.slug}.mp3").read_bytes(), name=f"{data.slug}.mp3")
    collection = Collection.objects.filter(name="Podcast").first() or Collection.get_first_root_node()
    return PortalMedia.objects.create(title=title, file=file, collection=collection)
