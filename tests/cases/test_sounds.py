"""Sounds of several encoders. The longest are built by ``tests/medialib/test_audio.py``."""

from pathlib import Path

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


@pytest.mark.parametrize("filling", [b"\0", b"\xff"])
@pytest.mark.parametrize(("start", "end"), [(0.5, 1), (0.25, 0.75), (0.4, 0.9)])
@pytest.mark.parametrize("name", [name for name in PLAYED if name.endswith(".mp3")])
def test_an_mp3_of_which_a_part_was_never_written_is_incomplete(name: str, start, end, filling, tmp_path):
    assert refusal(tmp_path / name, holed(name, start, end, filling)) == HOLED


@pytest.mark.parametrize(("start", "end"), [(0.5, 0.9), (0.25, 0.75), (0.45, 0.5)])
@pytest.mark.parametrize("name", [name for name in PLAYED if name.endswith(".m4a")])
def test_an_m4a_of_which_a_part_was_never_written_is_incomplete(name: str, start, end, tmp_path):
    assert refusal(tmp_path / name, holed(name, start, end, b"\0")) == HOLED


def holed(name: str, start: float, end: float, filling: bytes) -> bytes:
    content = (FOLDER / "audio" / name).read_bytes()
    first, last = int(start * len(content)), int(end * len(content))
    return content[:first] + filling * (last - first) + content[last:]


HOLED = (
    "Ce fichier est incomplet : une partie du son n’y est pas écrite. L’envoi ou l’enregistrement a été interrompu : "
    "envoyez-le de nouveau, ou exportez-le encore une fois."
)


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    read = read_file("sound", path)
    assert read["items"] == []
    (error,) = read["errors"]
    return error["message"]


@pytest.mark.parametrize("times", [2, 3, 60])
@pytest.mark.parametrize("lying", [[(b"elst", 12)], [(b"mdhd", 20)], [(b"mvhd", 20), (b"elst", 12), (b"mdhd", 20)]])
@pytest.mark.parametrize("has_edits", [True, False])
@pytest.mark.parametrize("name", ["moov_start.m4a", "moov_end.m4a"])
def test_an_m4a_does_not_last_what_its_headers_announce(name: str, has_edits, lying, times: int, tmp_path):
    content = bytearray((FOLDER / "audio" / name).read_bytes())
    for box, place in lying:
        at = content.index(box) + place
        content[at : at + 4] = (times * int.from_bytes(content[at : at + 4], "big")).to_bytes(4, "big")
    path = tmp_path / name
    path.write_bytes(content if has_edits else content.replace(b"edts", b"free"))
    assert read_file("sound", path)["items"] == [{"seconds": pytest.approx(20, abs=0.1), "type": "audio/mp4"}]


@pytest.mark.parametrize("tail", [bytes(12), b"stray bytes!", b"\xff" * 4_000, b"\0\0\1\0free" + bytes(4), b"\r\n"])
@pytest.mark.parametrize("name", PLAYED)
def test_stray_bytes_after_a_sound_are_passed_over(name: str, tail: bytes, tmp_path):
    path = tmp_path / name
    path.write_bytes((FOLDER / "audio" / name).read_bytes() + tail)
    assert read_file("sound", path)["items"] == [
        {"seconds": pytest.approx(PLAYED[name][0], abs=0.1), "type": PLAYED[name][1]}
    ]


def test_zeros_before_the_sound_are_passed_over(tmp_path):
    path = tmp_path / "son.mp3"
    path.write_bytes(bytes(500) + (FOLDER / "audio" / "mono22k_noid3.mp3").read_bytes())
    assert read_file("sound", path)["items"] == [{"seconds": pytest.approx(20.06, abs=0.1), "type": "audio/mpeg"}]


def test_an_empty_file_is_refused():
    read = read_file("sound", FOLDER / "audio" / "empty.mp3")
    assert (read["items"], [error["message"] for error in read["errors"]]) == ([], ["Ce fichier est vide."])


def test_no_file_is_forgotten():
    assert names("audio") == {*PLAYED, "empty.mp3"}
