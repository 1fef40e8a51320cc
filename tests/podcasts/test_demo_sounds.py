"""The sounds of the demonstration: light, and timed as their transcripts say."""

from pathlib import Path

import pytest
from django.core.files import File

from portal.medialib.audio import read_audio
from portal.medialib.transcripts import formats

FOLDER = Path(__file__).parents[2] / "portal" / "demo" / "audio"
MAX_SIZE = 150 * 1024


@pytest.mark.parametrize("name", ["stages-croises", "cine-debat-adolescents", "logement-et-bailleurs"])
def test_demo_sound_fits_its_transcript(name):
    with (FOLDER / f"{name}.mp3").open("rb") as content:
        facts = read_audio(File(content, name=f"{name}.mp3"))
    text = (FOLDER / f"{name}.vtt").read_text(encoding="utf-8")
    assert facts.size <= MAX_SIZE
    assert 30 <= facts.duration <= 60
    assert formats.check(text, facts.duration) == []
    assert len({cue.speaker for cue in formats.parse(text)}) >= 2
