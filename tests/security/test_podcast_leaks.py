"""What is not public of a podcast is nowhere: every state of an episode × every door that could show it.

A door is the address of one episode (its sound, transcript, chapters…: 404) or a list where it could be named (feeds,
search, sitemap…: absent). In each list the public episode is found, and each hidden one answers at all its doors
once it is made public: so that no door is closed for another reason.

The portal has no API of its contents (Wagtail’s is not installed); the JSON of the search stands for it here. The page
of a private episode is the one door that is not a 404: Wagtail asks for the login or the password, and names nothing.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

from caps_sheets.podcasts.models import EpisodePage, episode_links
from portal.users.models import User
from search.outbox import rebuild
from tests.factories.medialib import make_audio
from tests.factories.network import make_clsm, make_theme
from tests.factories.podcasts import make_episode, make_show
from tests.factories.sheets import make_sheet
from tests.factories.site import make_site
from tests.refusals import NOT_FOUND, SIGN_IN, assert_refused

pytestmark = pytest.mark.django_db

PUBLIC = "public"
COMMON = "ornithorynque"  # a word of every episode
DRAFTED = "brouillonnerie"  # a word of the next version of the public one
SECRET = "secretissime"  # ends the word that tells a hidden episode from the others
STATES = ["draft", "scheduled", "expired", "private", "behind a password", "in a private show", "unpublished"]


def restrict(page: Page, kind: str = PageViewRestriction.LOGIN) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=kind, password="mot-de-passe")


def make(word: str, **kw: object) -> EpisodePage:
    """An episode whose every text holds ``word`` and the common one; its sound is its own."""
    said = f"{COMMON} {word}"
    return make_episode(
        title=f"Titre {said}",
        slug=f"adresse-{word}",
        summary=f"Résumé {said}.",
        notes=f"<p>Notes {said}.</p>",
        content_note=f"Avertissement {said}.",
        transcript=f"WEBVTT\n\n00:00:00.000 --> 00:00:09.000\n<v Voix {word}>Propos {said}.</v>\n",
        chapters=f"00:00:00 Début {said}\n00:00:03 Milieu {said}\n00:00:06 Fin {said}",
        audio=make_audio(seconds=10, name=f"son-{word}.mp3"),
        **kw,
    )


class World:
    """One public episode, and one in each hidden state, told by the same sheet, CLSM and theme."""

    def __init__(self) -> None:
        make_site()
        self.theme = make_theme("repit", name="Répit")
        self.clsm = make_clsm(title="CLSM du Vallon")
        self.sheet = make_sheet(clsms=[self.clsm], themes=[self.theme])
        self.show = make_show()
        self.private_show = make_show(slug="emission-privee", title=f"Émission {SECRET}")
        links: dict[str, object] = {"sheets": [self.sheet], "clsms": [self.clsm], "themes": [self.theme]}
        self.public = make(PUBLIC, **links)
        self.hidden = {state: self._make_hidden(state, links) for state in STATES}
        restrict(self.private_show)
        self._draft_the_next_version()
        self.editor = User.objects.create_superuser(email="edition@clsm.example", password="x")
        rebuild()

    def _make_hidden(self, state: str, links: dict[str, object]) -> EpisodePage:
        show = self.private_show if state == "in a private show" else self.show
        word = f"{state.replace(' ', '-')}-{SECRET}"
        episode = make(word, show=show, live=state not in ("draft", "scheduled"), **links)
        if state == "scheduled":
            episode.go_live_at = timezone.now() + timedelta(days=1)
            episode.save_revision().publish()
        elif state == "expired":
            EpisodePage.objects.filter(pk=episode.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
        elif state == "unpublished":
            episode.unpublish()
        elif state in ("private", "behind a password"):
            restrict(episode, PageViewRestriction.LOGIN if state == "private" else PageViewRestriction.PASSWORD)
        return EpisodePage.objects.get(pk=episode.pk)

    def _draft_the_next_version(self) -> None:
        self.next_sound = make_audio(seconds=11, name=f"son-{DRAFTED}.mp3")
        draft = EpisodePage.objects.get(pk=self.public.pk)
        draft.title, draft.summary, draft.notes = DRAFTED, DRAFTED, f"<p>{DRAFTED}</p>"
        draft.transcript = draft.transcript.replace(COMMON, DRAFTED)
        draft.chapters = draft.chapters.replace(COMMON, DRAFTED)
        draft.audio = self.next_sound
        draft.save_revision()


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    cache.clear()
    index = override_settings(SEARCH_INDEX_ROOT=tmp_path_factory.mktemp("leaks"))
    with django_db_blocker.unblock(), transaction.atomic(), index:
        yield World()
        transaction.set_rollback(True)
    cache.clear()


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    return shared_world


def doors(episode: EpisodePage) -> dict[str, str]:
    """name → address on this site; the page of the episode apart."""
    absolute = {
        "audio": episode_links.audio_url(episode),
        **{
            f"transcript {kind}": episode_links.transcript_url(episode, kind)
            for kind in episode_links.TRANSCRIPT_FORMATS
        },
        "chapters": episode_links.chapters_url(episode),
        "embed": episode_links.embed_url(episode),
    }
    found = {name: urlsplit(address).path for name, address in absolute.items()}
    return found | {"oembed": f"/oembed?url={episode_links.page_url(episode)}"}


def show_doors(show: Page, theme_slug: str) -> dict[str, str]:
    absolute = {
        "page": episode_links.page_url(show),
        "feed": episode_links.feed_url(show),
        "theme feed": episode_links.feed_url(show, theme_slug),
        "subscribe": episode_links.subscribe_url(show),
    }
    return {name: urlsplit(address).path for name, address in absolute.items()}


def lists(world: World) -> dict[str, str]:
    """Where an episode may be named: each of them names the public one."""
    found = {
        **{name: path for name, path in show_doors(world.show, world.theme.slug).items() if name != "subscribe"},
        "home": "/",
        "sheet": world.sheet.url,
        "CLSM": world.clsm.url,
        "sitemap": "/sitemap-pages.xml",
        "site map": "/plan-du-site/",
        "suggestions": f"/recherche/suggestions/?q={COMMON}",
    }
    for name, path in {
        "search": "",
        "search RSS": "flux.rss",
        "search Atom": "flux.atom",
        "print": "imprimer/",
    }.items():
        found[name] = f"/recherche/{path}?q={COMMON}"
    for kind in ("csv", "json", "xlsx"):
        found[f"export {kind}"] = f"/recherche/export.{kind}?q={COMMON}"
    return found


def ask(client: Client, address: str, method: str = "get") -> HttpResponse:
    response = getattr(client, method)(address)
    if response.streaming:
        response.read = b"".join(response)
    return response


def text_of(response: HttpResponse) -> str:
    content = response.read if response.streaming else response.content
    if content.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        content = b"".join(archive.read(name) for name in archive.namelist())
    return content.decode("utf-8", errors="ignore").lower()


def statuses(client: Client, addresses_: dict[str, str], method: str = "get") -> dict[str, int]:
    return {name: ask(client, address, method).status_code for name, address in addresses_.items()}


def reveal(episode: EpisodePage) -> None:
    """Make public what was hidden, whatever hid it."""
    PageViewRestriction.objects.all().delete()
    EpisodePage.objects.filter(pk=episode.pk).update(live=True, expire_at=None, go_live_at=None)


@pytest.mark.parametrize("method", ["get", "head"])
def test_the_public_episode_answers_at_every_door(world, client, method):
    found = statuses(client, doors(world.public) | {"page": world.public.url}, method)
    assert len(found) == 10
    assert set(found.values()) == {200}, found


@pytest.mark.parametrize("visitor", ["anybody", "an editor"])
@pytest.mark.parametrize("state", STATES)
def test_a_hidden_episode_answers_nowhere_until_it_is_public(world, client, state, visitor):
    """Also for those who may read the page: these answers say that they are for everybody."""
    if visitor == "an editor":
        client.force_login(world.editor)
    episode = world.hidden[state]
    for method in ("get", "head"):
        found = statuses(client, doors(episode), method)
        assert set(found.values()) == {404}, found
    reveal(episode)
    found = statuses(client, doors(episode))
    assert set(found.values()) == {200}, found


@pytest.mark.parametrize("state", STATES)
def test_the_page_of_a_hidden_episode_tells_nothing(world, client, state):
    response = ask(client, world.hidden[state].url)
    if state == "behind a password":
        assert response.status_code == 200 and 'type="password"' in text_of(response)
    else:
        assert_refused(response, SIGN_IN if state in ("private", "in a private show") else NOT_FOUND)
    assert SECRET not in text_of(response).replace(world.hidden[state].url, "")
    assert COMMON not in text_of(response)


@pytest.mark.parametrize("name", ["page", "feed", "theme feed", "subscribe"])
def test_a_private_show_answers_nowhere_until_it_is_public(world, client, name):
    path = show_doors(world.private_show, world.theme.slug)[name]
    response = ask(client, path)
    assert response.status_code == (302 if name == "page" else 404)
    assert SECRET not in text_of(response)
    PageViewRestriction.objects.all().delete()
    assert SECRET in text_of(ask(client, path))


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-1"}, {"If-None-Match": "*"}], ids=str)
@pytest.mark.parametrize("sending", ["python", "x-accel"])
@pytest.mark.parametrize("state", STATES)
def test_no_request_gets_a_hidden_sound(world, client, settings, state, sending, headers):
    settings.MEDIA_SENDFILE = sending
    sound = world.hidden[state].audio
    response = client.get(sound.public_url, headers=headers)
    assert response.status_code == 404
    assert "X-Accel-Redirect" not in response.headers
    assert client.get(f"/media/{sound.file.name}").status_code == 404
    assert client.get(f"/fichiers-prives/{sound.file.name}").status_code == 404


def test_every_list_names_the_public_episode_and_no_other(world, client):
    for name, address in lists(world).items():
        response = ask(client, address)
        assert response.status_code == 200, name
        text = text_of(response)
        assert f"{COMMON} {PUBLIC}" in text or f"adresse-{PUBLIC}" in text or name == "suggestions", name
        assert SECRET not in text, name
        assert DRAFTED not in text, name


@pytest.mark.parametrize("state", STATES)
def test_looking_for_a_hidden_episode_finds_nothing(world, client, state):
    """By its own words, in every form of the search; the words typed are given back, so titles are looked for."""
    word = f"{state.replace(' ', '-')}-{SECRET}"
    for form in ("", "flux.rss", "flux.atom", "imprimer/", "suggestions/", "export.csv", "export.json"):
        for query in (f"{COMMON} {word}", f"propos {word}", f"début {word}"):
            text = text_of(ask(client, f"/recherche/{form}?q={query}"))
            assert f"adresse-{word}" not in text, form
            assert f"titre {COMMON} {word}" not in text, form


def test_the_next_version_of_a_public_episode_stays_in_the_back_office(world, client):
    assert ask(client, world.next_sound.public_url).status_code == 404
    for name, address in (doors(world.public) | {"page": world.public.url}).items():
        assert DRAFTED not in text_of(ask(client, address)), name


def test_addresses_that_name_no_public_episode_are_404(world, client):
    path = world.public.url
    for address in (
        f"{path}transcription.exe",
        f"{path}transcription.vtt/",
        f"{world.show.url}integrer/",
        f"{world.show.url}transcription.vtt",
        "/integrer/",
        f"{world.sheet.url}integrer/",
        f"{world.sheet.url}flux.xml",
        f"/oembed?url=https://ailleurs.example{path}",
        f"/oembed?url={world.sheet.full_url}",
        "/oembed?url=",
        "/oembed",
    ):
        assert ask(client, address).status_code == 404, address


def test_no_api_is_open(client):
    for address in ("/api/", "/api/v2/", "/api/v2/pages/", "/admin/api/main/pages/"):
        response = client.get(address)
        assert_refused(response, SIGN_IN if address.startswith("/admin/") else NOT_FOUND)
