"""The five forms of a transcript at their addresses: right types, open to every site, closed when not public."""

import json

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from caps_sheets.podcasts.models import EpisodePage
from portal.medialib.transcripts.formats import parse, read_transcript
from tests.factories.podcasts import make_episode

pytestmark = pytest.mark.django_db

TYPES = {
    "vtt": "text/vtt; charset=utf-8",
    "srt": "application/x-subrip; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}
HOSTILE = (
    "WEBVTT\n\nNOTE pour nous seulement\n\n00:00:01.500 --> 00:00:02.000\n"
    "<v &lt;b&gt;Élue>&lt;script&gt;alert(1)&lt;/script&gt; &amp; merci.</v>\n"
)


def address(episode: EpisodePage, extension: str) -> str:
    return f"{episode.url}transcription.{extension}"


@pytest.mark.parametrize("extension", TYPES)
def test_each_form_is_served_with_its_type_to_every_site(client, extension):
    episode = make_episode(transcript=HOSTILE, title="Un <b>jardin</b>")
    response = client.get(address(episode, extension))
    assert (response.status_code, response["Content-Type"]) == (200, TYPES[extension])
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "public, no-cache"
    assert "Élue" in response.content.decode()
    assert "pour nous" not in response.content.decode()
    if extension in ("vtt", "json", "html"):
        assert b"<script" not in response.content and b"<b>" not in response.content
    known = client.get(address(episode, extension), headers={"If-None-Match": response["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    head = client.head(address(episode, extension))
    assert (head.status_code, head["ETag"], head.content) == (200, response["ETag"], b"")
    assert client.post(address(episode, extension)).status_code == 405


def test_forms_say_the_same_and_follow_the_text(client):
    episode = make_episode()
    served = {extension: client.get(address(episode, extension)).content.decode() for extension in TYPES}
    assert parse(served["vtt"]) == episode.cues
    for extension in ("vtt", "srt", "json"):
        transcript = read_transcript(served[extension].encode())
        assert (transcript.items, transcript.notices, transcript.errors) == (episode.cues, [], [])
    segments = json.loads(served["json"])["segments"]
    assert [one["speaker"] for one in segments] == ["Animation", "Coordination du CLSM"]
    assert served["txt"] == "Animation : Bonjour et bienvenue.\n\nCoordination du CLSM : Merci de nous écouter.\n"
    before = client.get(address(episode, "vtt"))["ETag"]
    EpisodePage.objects.filter(pk=episode.pk).update(transcript=HOSTILE)
    assert client.get(address(episode, "vtt"))["ETag"] != before


def test_what_is_not_public_has_no_transcript(client):
    episode = make_episode()
    addresses = [address(episode, extension) for extension in TYPES]
    assert client.get(address(episode, "docx")).status_code == 404
    assert client.get("/podcast/inconnu/transcription.vtt").status_code == 404
    etag = client.get(addresses[0])["ETag"]
    restriction = PageViewRestriction.objects.create(page=episode, restriction_type=PageViewRestriction.LOGIN)
    assert {client.get(one).status_code for one in addresses} == {404}
    restriction.delete()
    for hidden in ({"live": False}, {"live": True, "expire_at": timezone.now()}):
        EpisodePage.objects.filter(pk=episode.pk).update(**hidden)
        assert {client.get(one).status_code for one in addresses} == {404}
        assert client.get(addresses[0], headers={"If-None-Match": etag}).status_code == 404


def test_address_follows_a_moved_page_and_costs_one_read(client, django_assert_max_num_queries):
    episode = make_episode()
    before = address(episode, "vtt")
    client.get(before)
    with django_assert_max_num_queries(4):
        client.get(before)
    episode.slug = "autre-adresse"
    episode.save()
    assert client.get(before).status_code == 404
    assert client.get(address(EpisodePage.objects.get(), "vtt")).status_code == 200
