"""What an episode needs before it may be public, whatever the path."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from tests.factories.medialib import make_audio, make_image, make_portrait
from tests.factories.network import make_theme
from tests.factories.podcasts import build_episode, make_episode

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
        make_episode(**fields)


def test_transcript_longer_than_the_sound_is_refused():
    episode = build_episode(audio=make_audio(seconds=5))
    assert "dépasse la durée" in episode.publication_errors()["transcript"][0]


def test_sound_whose_file_is_lost_is_refused():
    episode = build_episode()
    episode.audio.file.storage.delete(episode.audio.file.name)
    assert list(episode.publication_errors()) == ["audio"]


def test_synthetic_voice_needs_no_consent():
    assert build_episode(speakers=[{"role": "Animation", "is_synthetic": True}]).publication_errors() == {}


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


def test_incomplete_revision_is_not_published():
    episode = make_episode(live=False)
    episode.transcript = ""
    with pytest.raises(ValidationError):
        episode.save_revision().publish()
    episode.refresh_from_db()
    assert not episode.live
