"""A show and an episode that have everything a feed can say, and feeds of any length made without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

from django.test import Client
from lxml import etree
from wagtail.images.tests.utils import get_test_image_file_jpeg

from caps_sheets.podcasts.feeds.queries import whole_notes
from caps_sheets.podcasts.feeds.rss import Enclosure, FeedChannel, Item, Licence, Person, Place, TranscriptFile
from caps_sheets.podcasts.formats.chapters import Chapter
from caps_sheets.podcasts.models import EpisodePage, ShowPage, ShowProof, ShowSeason
from portal.taxonomies.models import Vocabulary
from tests.factories.medialib import make_image
from tests.factories.network import make_clsm, make_commune, make_term, make_theme
from tests.factories.podcasts import make_episode, make_show
from tests.factories.sheets import make_sheet

NAMES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "atom": "http://www.w3.org/2005/Atom",
    "psc": "http://podlove.org/simple-chapters",
}
CHAPTERS = "00:00:00 Ouverture\n00:00:20 Le stage | /fiches/\n00:00:40 Et après"
SITE = "https://portail.example/"


def make_full_show(**kw: object) -> ShowPage:
    show = make_show()
    values = {
        "introduction": "<p>Les actions des CLSM, <b>racontées</b>.</p>",
        "artwork": make_image(file=get_test_image_file_jpeg(size=(1400, 1400))),
        "author": "Centre d’exemple",
        "copyright": "© 2026, Centre d’exemple",
        "licence": make_term(Vocabulary.LICENCE, "cc-by-nc-sa-4-0", "CC BY-NC-SA 4.0"),
        "frequency": ShowPage.Frequency.MONTHLY,
        "owner_email": "podcast@portail.example",
    }
    for name, value in (values | kw).items():
        setattr(show, name, value)
    show.season_items = [ShowSeason(number=1, name="Agir ensemble")]
    show.proof_items = [ShowProof(purpose="verify", value="abc-123")]
    show.save()
    return show


def make_full_episode(**kw: object) -> EpisodePage:
    """Published, with chapters, a sheet, a CLSM that has a territory, two voices and a theme that asks for help."""
    commune = make_commune(latitude=43.6, longitude=3.4)
    clsm = kw.pop("clsm", None) or make_clsm(title="CLSM d’exemple", communes=[commune])
    values = {
        "title": "Un stage chez le voisin",
        "date": date(2026, 3, 12),
        "notes": '<p>Une <b>rencontre</b> <a href="https://ailleurs.example/?a=1&amp;b=2">ailleurs</a>.</p>',
        "content_note": "Cet épisode parle du suicide.",
        "chapters": CHAPTERS,
        "soundbite_start": 10,
        "soundbite_duration": 30,
        "sheets": [make_sheet(title="Fiche d’exemple")],
        "clsms": [clsm],
        "themes": [make_theme("prevention-du-suicide", name="Prévention du suicide", shows_help=True)],
        "speakers": [
            {"role": "Animation", "is_host": True, "is_synthetic": True},
            {"role": "Coordination du CLSM", "clsm": clsm, "is_synthetic": True},
        ],
    }
    return make_episode(**(values | kw))


def read_feed(client: Client, address: str) -> etree._Element:
    """The channel of the feed served there."""
    response = client.get(address)
    assert response.status_code == 200
    return etree.fromstring(response.content)[0]


def text(element: etree._Element, path: str) -> str | None:
    return element.findtext(path, namespaces=NAMES)


def titles(channel: etree._Element) -> list[str | None]:
    return [item.findtext("title") for item in channel.findall("item")]


@cache
def sample_item(number: int) -> Item:
    url = f"{SITE}podcast/episode-{number}/"
    chapters = tuple(
        Chapter(start, f"Partie {rank} de l’épisode {number}", f"{SITE}fiches/{rank}/" if rank == 2 else "")
        for rank, start in enumerate((0, 300, 600, 900), start=1)
    )
    kinds = {"vtt": "text/vtt", "srt": "application/x-subrip", "json": "application/json", "html": "text/html"}
    return Item(
        guid=f"00000000-0000-4000-8000-{number:012}",
        title=f"Épisode {number} : écouter, relier & agir",
        url=url,
        published_at=datetime(2020, 1, 1, 6, tzinfo=UTC) + timedelta(days=number),
        summary=f"Ce que l’action {number} a changé pour celles et ceux qui l’ont menée. " * 3,
        notes=whole_notes(
            f"<p>Références de l’épisode {number}.</p>" * 3,
            content_note="",
            links=[("Fiche d’exemple", f"{SITE}fiches/{number}/")],
            chapters=chapters,
            transcript_url=f"{url}#transcription",
            shows_help=False,
            has_synthetic_voice=True,
        ),
        enclosure=Enclosure(f"{SITE}audio/{number}/abc/episode-{number}.mp3", 4_000_000 + number, "audio/mpeg"),
        duration=1200.4,
        season=1 + number // 100,
        season_name=f"Saison {1 + number // 100}",
        number=number,
        kind="full",
        is_explicit=False,
        themes=("Ruralité",),
        transcripts=tuple(
            TranscriptFile(f"{url}transcription.{name}", mime_type, name != "html") for name, mime_type in kinds.items()
        ),
        chapters=chapters,
        chapters_url=f"{url}chapitres.json",
        persons=(Person("Animation", is_host=True), Person("Coordination du CLSM", False, f"{SITE}clsm/exemple/")),
        places=(Place("CLSM d’exemple (Hérault)", "geo:43.6000,3.4000"),),
        soundbite=(30, 60),
        has_synthetic_voice=True,
    )


def sample_channel(count: int, **kw: object) -> FeedChannel:
    """A faultless feed of ``count`` episodes, latest first."""
    channel = FeedChannel(
        title="La voix des CLSM",
        url=f"{SITE}podcast/",
        feed_url=f"{SITE}podcast/flux.xml",
        description="Les actions des CLSM, racontées de vive voix.",
        guid="9b024349-ccf0-5f69-a609-6b82873eab3c",
        changed_at=datetime(2026, 11, 1, 12, tzinfo=UTC),
        author="Centre d’exemple",
        copyright="© 2026, Centre d’exemple",
        category="Health & Fitness > Mental Health",
        order="serial",
        frequency="FREQ=MONTHLY",
        frequency_label="chaque mois",
        is_complete=False,
        owner_email="podcast@portail.example",
        new_feed_url="",
        image_url=f"{SITE}media/images/pochette.jpg",
        licence=Licence("cc-by-4.0"),
        proofs=(("verify", "abc-123"),),
        hub_url="https://hub.example/",
        is_listed=True,
        items=tuple(sample_item(number) for number in range(count, 0, -1)),
    )
    return replace(channel, **kw)
