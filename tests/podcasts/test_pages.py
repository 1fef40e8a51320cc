"""What the public sees of the podcasts, and what it must not."""

from datetime import date, timedelta

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone
from wagtail.models import PageViewRestriction

from caps_sheets.podcasts.models import EpisodePage
from tests.factories.network import make_clsm, make_theme
from tests.factories.podcasts import make_episode, make_show
from tests.factories.sheets import make_sheet

pytestmark = pytest.mark.django_db

XSS = "WEBVTT\n\n00:01.500 --> 00:02.000\n<v &lt;b&gt;Élue>&lt;script&gt;alert(1)&lt;/script&gt;</v>"


def render(tag: str, page) -> str:
    request = RequestFactory().get("/")
    template = Template("{% load podcasts_tags %}{% " + tag + " page %}")
    return template.render(Context({"page": page, "request": request}))


def hide(episode: EpisodePage, how: str) -> EpisodePage:
    """Make a published episode private or expired."""
    if how == "private":
        PageViewRestriction.objects.create(page=episode, restriction_type=PageViewRestriction.LOGIN)
    else:
        EpisodePage.objects.filter(pk=episode.pk).update(expire_at=timezone.now() - timedelta(hours=1))
    return episode


def make_every_kind(**kw) -> tuple[EpisodePage, list[EpisodePage]]:
    """One public episode, and a draft, a scheduled, a private and an expired one."""
    scheduled = make_episode(title="Épisode programmé", live=False, **kw)
    scheduled.go_live_at = timezone.now() + timedelta(days=1)
    scheduled.save_revision().publish()
    hidden = [
        scheduled,
        make_episode(title="Épisode brouillon", live=False, **kw),
        hide(make_episode(title="Épisode réservé", **kw), "private"),
        hide(make_episode(title="Épisode expiré", **kw), "expired"),
    ]
    return make_episode(title="Épisode public", **kw), hidden


def test_show_lists_only_public_episodes(client):
    public, hidden = make_every_kind()
    content = client.get(make_show().url).content.decode()
    assert public.title in content
    assert not [episode.title for episode in hidden if episode.title in content]


def test_show_is_paginated_latest_first(client):
    clsm = make_clsm()
    for day in range(1, 15):
        make_episode(date=date(2026, 1, day), clsms=[clsm])
    episodes = client.get(make_show().url).context["episodes"]
    assert [episode.date.day for episode in episodes] == list(range(14, 2, -1))
    assert len(client.get(make_show().url, {"page": 2}).context["episodes"]) == 2
    assert client.get(make_show().url, {"page": "x"}).status_code == 200


def test_show_costs_the_same_with_more_episodes(client, django_assert_max_num_queries):
    clsm = make_clsm()
    make_episode(clsms=[clsm])
    client.get(make_show().url)
    for _ in range(9):
        make_episode(clsms=[clsm])
    with django_assert_max_num_queries(15):
        client.get(make_show().url)


def test_linked_pages_show_only_public_episodes():
    clsm, sheet = make_clsm(), make_sheet()
    public, hidden = make_every_kind(clsms=[clsm], sheets=[sheet])
    for content in (render("episodes_of_sheet", sheet), render("episodes_of_clsm", clsm)):
        assert public.title in content
        assert not [episode.title for episode in hidden if episode.title in content]
    assert render("episodes_of_clsm", make_clsm()).strip() == ""


def test_episode_shows_its_sound_links_and_transcript(client, django_assert_max_num_queries):
    sheet, clsm = make_sheet(), make_clsm()
    episode = make_episode(sheets=[sheet], clsms=[clsm], themes=[make_theme()])
    client.get(episode.url)
    with django_assert_max_num_queries(15):
        response = client.get(episode.url)
    content = response.content.decode()
    assert f'src="{episode.audio.public_url}"' in content
    for text in (sheet.title, clsm.title, "Merci de nous écouter.", "Coordination du CLSM"):
        assert text in content
    assert response.context["show"] == make_show()
    assert "<script" not in content.split("<main")[1].split("</main>")[0]


def test_episode_does_not_show_linked_drafts(client):
    sheet, clsm = make_sheet(live=False), make_clsm()
    episode = make_episode(sheets=[sheet], clsms=[clsm])
    response = client.get(episode.url)
    assert (response.context["sheets"], response.context["clsms"]) == ([], [clsm])
    assert sheet.title not in response.content.decode()


@pytest.mark.parametrize(
    ("asked", "fragment"), [("12", "#t=12"), ("0", ""), ("61", ""), ("-3", ""), ("²", ""), ("abc", ""), ("9" * 9, "")]
)
def test_start_is_a_media_fragment(client, asked, fragment):
    episode = make_episode()
    context = client.get(episode.url, {"t": asked}).context
    assert context["audio_url"] == episode.audio.public_url + fragment
    assert context["download_url"] == episode.audio.public_url


def test_hostile_cue_is_escaped(client):
    content = client.get(make_episode(transcript=XSS).url).content.decode()
    assert "<script>alert" not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content
    assert "&lt;b&gt;Élue" in content


def preview(episode: EpisodePage) -> str:
    response = episode.make_preview_request()
    response.render()
    assert response.status_code == 200
    return response.content.decode()


def test_draft_survives_empty_fields():
    empty = {"audio": None, "transcript": "", "summary": "", "clsms": [], "speakers": []}
    assert "Ébauche" in preview(make_episode(live=False, title="Ébauche", **empty))


def test_preview_plays_the_sound_of_the_back_office():
    episode = make_episode(live=False)
    assert f'src="{episode.audio.url}"' in preview(episode)


def test_transcript_text_is_for_search():
    assert make_episode().transcript_text() == "Bonjour et bienvenue. Merci de nous écouter."


def test_help_is_shown_in_an_episode_on_suicide(client):
    theme = make_theme(slug="prevention-du-suicide", shows_help=True)
    episode = make_episode(themes=[theme], content_note="Cet épisode parle du suicide.")
    main = client.get(episode.url).content.decode().split("<main")[1].split("</main>")[0]
    assert "3114" in main
    assert "Cet épisode parle du suicide." in main
