"""The form of an episode: drafts save as they come, the transcript may be a file, submitting says what is missing."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from caps_sheets.podcasts.models import EpisodePage
from tests.factories.medialib import make_audio
from tests.factories.network import make_clsm, make_theme
from tests.factories.podcasts import TRANSCRIPT, build_episode, make_episode, make_show

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
        "chapters": "",
        "soundbite_start": "",
        "soundbite_duration": "",
        "help_choice": "",
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


def test_transcript_file_that_loses_something_is_shown_first(admin_client):
    content = "WEBVTT\n\n00:00.000 --> 00:01.000\n<b>Équipe</b>\n".encode("cp1252")
    response = add(admin_client, transcript_file=SimpleUploadedFile("t.vtt", content), transcript="ancien texte")
    form = response.context["form"]
    assert not EpisodePage.objects.exists()
    assert "Ligne 4 : mise en forme retirée" in str(form.errors["transcript_file"])
    assert form["transcript"].value() == "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nÉquipe\n"


def test_new_transcript_file_must_be_read_again(admin_client):
    page = make_episode()
    file = SimpleUploadedFile("t.srt", SRT)
    data = fields(title=page.title, slug=page.slug, transcript_status="relu", transcript_file=file)
    admin_client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)
    assert draft().transcript_status == "brouillon"


def test_changed_text_must_be_read_again_and_line_ends_are_no_change(admin_client):
    page = make_episode()
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    same = {"title": page.title, "slug": page.slug, "audio": page.audio_id, "transcript_status": "relu"}
    admin_client.post(address, fields(**same, transcript=TRANSCRIPT.replace("\n", "\r\n") + "\r\n"))
    assert draft().transcript_status == "relu"
    admin_client.post(address, fields(**same, transcript=TRANSCRIPT.replace("Bonjour", "Bonsoir")))
    assert draft().transcript_status == "brouillon"
    admin_client.post(address, fields(**same, transcript=TRANSCRIPT.replace("Bonjour", "Bonsoir")))
    assert draft().transcript_status == "relu"


def test_moments_are_typed_as_they_are_read(admin_client):
    clsm = make_clsm()
    link = {"clsm": clsm.pk, "start": "12:30", "reason": "Le jardin y est raconté"}
    add(admin_client, clsm_items=inline_formset([link]), soundbite_start="1:05", soundbite_duration="20")
    item = draft().clsm_items.get()
    assert (item.start, item.reason, draft().soundbite_start) == (750, "Le jardin y est raconté", 65)
    content = admin_client.get(reverse("wagtailadmin_pages:edit", args=[draft().pk])).content.decode()
    assert 'value="12:30"' in content and 'value="01:05"' in content
    refused = add(admin_client, slug="autre", clsm_items=inline_formset([link | {"start": "douze"}]))
    assert "par exemple 12:30" in str(refused.context["form"].formsets["clsm_items"].errors)


def test_chapters_come_as_lines_or_as_a_file(admin_client):
    document = {"version": "1.2.0", "chapters": [{"startTime": n * 60, "title": f"Partie {n}"} for n in range(3)]}
    file = SimpleUploadedFile("c.json", json.dumps(document).encode())
    add(admin_client, chapters_file=file)
    assert draft().chapters.splitlines()[1] == "00:01:00 Partie 1"
    bad = SimpleUploadedFile("c.json", b"{")
    assert "JSON" in str(add(admin_client, slug="autre", chapters_file=bad).context["form"].errors["chapters"])


def test_what_chapters_lose_is_shown_before_they_are_saved(admin_client):
    typed = "[0:00] Un\n1:00 Deux <http://exemple.example>\n2:00 Trois"
    form = add(admin_client, chapters=typed).context["form"]
    assert not EpisodePage.objects.exists()
    said = " ".join(form.errors["chapters"])
    assert "Ligne 1 : les crochets" in said and "Ligne 2 : ce lien" in said
    understood = "00:00:00 Un\n00:01:00 Deux\n00:02:00 Trois"
    assert form["chapters"].value() == understood
    add(admin_client, chapters=understood)
    assert draft().chapters == understood


def test_lines_that_cannot_be_read_stay_in_the_draft(admin_client):
    add(admin_client, chapters="Sommaire\n0:00 Un")
    assert draft().chapters == "Sommaire\n0:00 Un"


def test_theme_about_suicide_brings_a_content_note(admin_client):
    theme = make_theme(slug="prevention-du-suicide", shows_help=True)
    add(admin_client, themes=theme.name)
    assert (draft().content_note, draft().shows_help) == ("Cet épisode parle du suicide.", True)
    add(admin_client, slug="autre", themes=theme.name, content_note="Une personne raconte une crise.")
    assert EpisodePage.objects.get(slug="autre").content_note == "Une personne raconte une crise."


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"chapters": "00:00:00 Un"}, "chapters"),
        ({"chapters": "00:00:00 Un\n00:00:10 Deux\n00:59:00 Trois"}, "chapters"),
        ({"soundbite_start": 5}, "soundbite_start"),
        ({"soundbite_start": 5, "soundbite_duration": 5}, "soundbite_start"),
        ({"soundbite_start": 50, "soundbite_duration": 20}, "soundbite_start"),
    ],
)
def test_chapters_and_extract_are_checked_against_the_sound(changes, name):
    assert list(build_episode(**changes).publication_errors()) == [name]


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


def test_the_form_asks_to_listen_again_when_the_sound_changes(admin_client):
    page = make_episode(live=False)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    same = {"title": page.title, "slug": page.slug, "transcript": TRANSCRIPT, "transcript_status": "relu"}
    admin_client.post(address, fields(**same, audio=page.audio_id))
    assert draft().is_transcript_reviewed
    other = make_audio(seconds=61)
    admin_client.post(address, fields(**same, audio=other.pk))
    assert draft().transcript_status == "brouillon"
    admin_client.post(address, fields(**same, audio=other.pk))  # marked again, beside the new sound
    assert draft().is_transcript_reviewed
