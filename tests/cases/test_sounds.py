"""Sounds of several encoders. The longest are built by ``tests/medialib/test_audio.py``."""

import pytest

from tests.cases import FOLDER, names, read_file

#: File → its true length in seconds, and its type.
PLAYED = {
    "crc.mp3": (20.04, "audio/mpeg"),
    "mono11k_mpeg25.mp3": (20.11, "audio/mpeg"),
    "mono22k_noid3.mp3": (20.06, "audio/mpeg"),
    "mono8k_8kbps.mp3": (20.16, "audio/mpeg"),
    "moov_end.m4a": (20, "audio/mp4"),
    "moov_start.m4a": (20, "audio/mp4"),
}


@pytest.mark.parametrize("name", PLAYED)
def test_a_sound_has_the_length_that_plays(name: str):
    seconds, mime_type = PLAYED[name]
    read = read_file("sound", FOLDER / "audio" / name)
    assert read == {
        "items": [{"seconds": pytest.approx(seconds, abs=0.1), "type": mime_type}],
        "notices": [],
        "errors": [],
    }


@pytest.mark.parametrize("name", PLAYED)
def test_a_sound_cut_in_its_middle_is_incomplete(name: str, tmp_path):
    content = (FOLDER / "audio" / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(content[: len(content) // 2 + 11])
    read = read_file("sound", path)
    assert read["items"] == []
    assert [error["message"].split(" :")[0] for error in read["errors"]] == ["Ce fichier est incomplet"]


def test_zeros_before_the_sound_are_passed_over(tmp_path):
    path = tmp_path / "son.mp3"
    path.write_bytes(bytes(500) + (FOLDER / "audio" / "mono22k_noid3.mp3").read_bytes())
    assert read_file("sound", path)["items"] == [{"seconds": pytest.approx(20.06, abs=0.1), "type": "audio/mpeg"}]


def test_an_empty_file_is_refused():
    read = read_file("sound", FOLDER / "audio" / "empty.mp3")
    assert (read["items"], [error["message"] for error in read["errors"]]) == ([], ["Ce fichier est vide."])


def test_no_file_is_forgotten():
    assert names("audio") == {*PLAYED, "empty.mp3"}
