"""What an episode needs before it may be public, whatever the path."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from caps_sheets.podcasts.models import EpisodePage
from caps_sheets.podcasts.models.rules import publication_errors
from tests.factories.medialib import make_audio, make_image, make_portrait, silent_mp3
from tests.factories.network import make_theme
from tests.factories.podcasts import build_episode, make_authorisation, make_episode, make_show, spoken_by

pytestmark = pytest.mark.django_db

SUICIDE = {"slug": "prevention-du-suicide", "shows_help": True}


def test_complete_episode_may_be_published():
    assert build_episode().publication_errors() == {}
    assert make_episode().live


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"audio": None}, "audio"),
        ({"transcript": " "}, "transcript"),
        ({"transcript": "Bonjour"}, "transcript"),
        ({"transcript_status": "brouillon"}, "transcript_status"),
        ({"summary": ""}, "summary"),
        ({"clsms": []}, "sheet_items"),
        ({"speakers": []}, "speaker_items"),
        ({"speakers": [{"role": "Élue"}]}, "speaker_items"),
    ],
)
def test_missing_part_is_said_beside_its_field(fields, name):
    episode = build_episode(**fields)
    assert list(episode.publication_errors()) == [name]
    assert episode.missing_items()
    with pytest.raises(ValidationError):
        make_show().add_child(instance=episode)


def test_transcript_longer_than_the_sound_is_refused():
    episode = build_episode(audio=make_audio(seconds=5))
    assert "dépasse la durée" in episode.publication_errors()["transcript"][0]


def test_sound_whose_file_is_lost_is_refused():
    episode = build_episode()
    episode.audio.file.storage.delete(episode.audio.file.name)
    assert list(episode.publication_errors()) == ["audio"]


def test_synthetic_voice_needs_no_consent():
    assert build_episode(speakers=[{"role": "Animation", "is_synthetic": True}]).publication_errors() == {}


TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"role": " élue  locale"}, ""),
        ({"until": TODAY}, ""),
        ({"until": date(2026, 5, 31)}, "a pris fin le 31/05/2026"),
        ({"withdrawn_on": TODAY}, "a été retirée"),
        ({"signed_on": date(2026, 6, 2)}, "qu’à partir du 02/06/2026"),
        ({"role": "Élu"}, "manque"),
    ],
)
def test_voice_needs_an_agreement_that_holds_today(changes, words):
    episode = make_episode(live=False, speakers=[{"role": "Élue locale"}])
    make_authorisation(episode, **({"role": "Élue locale"} | changes))
    messages = publication_errors(episode, TODAY).get("speaker_items", [])
    assert bool(messages) is bool(words)
    assert all(words in message and "Élue locale" in message for message in messages)


def test_two_voices_of_the_same_function_need_two_agreements():
    episode = make_episode(live=False, speakers=[{"role": "Habitante"}, {"role": "Habitante"}])
    make_authorisation(episode, role="Habitante")
    assert "Il manque 1 des 2" in publication_errors(episode, TODAY)["speaker_items"][0]
    make_authorisation(episode, role="Habitante")
    assert publication_errors(episode, TODAY) == {}


def test_chosen_extract_needs_an_agreement_that_says_so():
    episode = make_episode(live=False, speakers=[{"role": "Élue"}], soundbite_start=3, soundbite_duration=20)
    held = make_authorisation(episode, role="Élue")
    assert "extrait" in publication_errors(episode, TODAY)["speaker_items"][0]
    held.scope = held.Scope.EXTRACTS
    held.save()
    assert publication_errors(episode, TODAY) == {}


def test_image_keeps_its_rights():
    assert build_episode(image=make_image()).publication_errors() == {}
    ended = build_episode(image=make_portrait(date(2020, 1, 1)))
    assert list(ended.publication_errors()) == ["image"]


def test_suicide_theme_asks_for_a_content_note_and_shows_the_help():
    theme = make_theme(**SUICIDE)
    episode = build_episode(themes=[theme])
    assert list(episode.publication_errors()) == ["content_note"]
    episode.content_note = "Cet épisode parle du suicide."
    assert episode.publication_errors() == {}
    assert episode.shows_help


def test_an_episode_whose_day_is_unknown_waits_for_it():
    """An import leaves it empty when the feed gives no date that can be read."""
    episode = make_episode(live=False, date=None)
    assert episode.publication_errors() == {"date": ["Indiquez la date de diffusion."]}
    with pytest.raises(ValidationError, match="Indiquez la date de diffusion"):
        episode.save_revision().publish()
    episode.refresh_from_db()
    assert not episode.live and episode.date is None
    episode.date = date(2026, 1, 15)
    episode.save_revision().publish()
    assert EpisodePage.objects.get(pk=episode.pk).live


def test_incomplete_revision_is_not_published():
    episode = make_episode(live=False)
    episode.transcript = ""
    with pytest.raises(ValidationError):
        episode.save_revision().publish()
    episode.refresh_from_db()
    assert not episode.live


def test_another_sound_is_to_be_heard_before_the_transcript_counts_as_read():
    episode = make_episode(live=False)
    assert episode.publication_errors() == {}
    episode.audio = make_audio(seconds=61)
    (said,) = episode.publication_errors()["transcript_status"]
    assert "a changé depuis la relecture" in said
    episode.mark_transcript_reviewed()
    assert episode.publication_errors() == {}


def test_another_file_behind_the_same_sound_is_to_be_heard_too():
    episode = make_episode(live=False)
    episode.save_revision()
    episode.audio.file = ContentFile(silent_mp3(62), name="autre.mp3")
    episode.audio.save()
    draft = EpisodePage.objects.get(pk=episode.pk).get_latest_revision_as_object()
    assert list(draft.publication_errors()) == ["transcript_status"]
    with pytest.raises(ValidationError, match="a changé depuis la relecture"):
        draft.get_latest_revision().publish()
    assert not EpisodePage.objects.get(pk=episode.pk).live


@pytest.mark.parametrize("name", ["Camille Exemple", "Habitante"])
def test_a_voice_that_nobody_declared_is_not_published(name):
    episode = build_episode(
        transcript=spoken_by("Animation", name), speakers=[{"role": "Animation", "is_synthetic": True}]
    )
    (said,) = episode.publication_errors()["transcript"]
    assert f"« {name} », qui n’est pas dans « Voix entendues »" in said


def test_case_and_spaces_tell_no_voices_apart():
    episode = build_episode(
        transcript=spoken_by("ANIMATION", "animation"), speakers=[{"role": "Animation", "is_synthetic": True}]
    )
    assert episode.publication_errors() == {}
