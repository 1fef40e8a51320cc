"""The form of an episode: drafts save as they come, the transcript may be a file, submitting says what is missing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from caps_sheets.podcasts.models import EpisodePage
from tests.factories.medialib import make_audio
from tests.factories.podcasts import TRANSCRIPT, make_episode, make_show

pytestmark = pytest.mark.django_db

SRT = b"1\n00:00:01,000 --> 00:00:02,500\nBonjour.\n"


def fields(**kw) -> dict:
    empty = {
        "title": "Ébauche",
        "slug": "ebauche",
        "season": "1",
        "number": "",
        "kind": "full",
        "date": "2026-01-15",
        "summary": "",
        "notes": rich_text(""),
        "audio": "",
        "image": "",
        "transcript": "",
        "transcript_status": "brouillon",
        "content_note": "",
        "speaker_items": inline_formset([]),
        "sheet_items": inline_formset([]),
        "clsm_items": inline_formset([]),
        "comments": inline_formset([]),
    }
    return nested_form_data(empty | kw)


def add(client, **kw):
    address = reverse("wagtailadmin_pages:add", args=["caps_podcasts", "episodepage", make_show().pk])
    return client.post(address, fields(**kw))


def draft() -> EpisodePage:
    return EpisodePage.objects.get().get_latest_revision_as_object()


def test_empty_draft_is_saved_and_its_form_opens(admin_client):
    add(admin_client)
    page = EpisodePage.objects.get()
    assert not page.live
    content = admin_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    for tab in ("Son et voix", "Transcription", "Liens et thèmes"):
        assert tab in content


@pytest.mark.parametrize(("name", "content"), [("t.vtt", TRANSCRIPT.encode()), ("t.srt", SRT)])
def test_transcript_file_fills_the_text(admin_client, name, content):
    add(admin_client, transcript_file=SimpleUploadedFile(name, content), transcript="ancien texte")
    assert draft().cues
    assert draft().transcript.startswith("WEBVTT")


def test_wrong_transcript_file_is_refused_with_its_line(admin_client):
    bad = TRANSCRIPT.replace("00:00:04.200", "00:00:00.000", 1)
    response = add(admin_client, transcript_file=SimpleUploadedFile("t.vtt", bad.encode()))
    assert "Ligne 3" in str(response.context["form"].errors["transcript_file"])
    assert not EpisodePage.objects.exists()


def test_new_transcript_file_must_be_read_again(admin_client):
    page = make_episode()
    file = SimpleUploadedFile("t.srt", SRT)
    data = fields(title=page.title, slug=page.slug, transcript_status="relu", transcript_file=file)
    admin_client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)
    assert draft().transcript_status == "brouillon"


def test_publishing_says_what_is_missing_beside_each_field(admin_client):
    response = add(admin_client, **{"action-publish": "1"})
    form = response.context["form"]
    assert {"summary", "audio", "transcript", "transcript_status"} <= set(form.errors)
    assert form.formsets["speaker_items"].non_form_errors()
    assert form.formsets["sheet_items"].non_form_errors()
    assert not EpisodePage.objects.exists()


def test_draft_whose_sound_was_deleted_still_opens(admin_client):
    page = make_episode()
    page.audio = make_audio(seconds=20)
    page.save_revision()
    page.audio.delete()
    assert draft().audio is None
    assert admin_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200


def test_history_compares_two_sounds(admin_client):
    page = make_episode()
    first = page.save_revision()
    page.audio = make_audio(seconds=20)
    second = page.save_revision()
    address = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, first.pk, second.pk])
    content = admin_client.get(address).content.decode()
    assert page.audio.url in content
