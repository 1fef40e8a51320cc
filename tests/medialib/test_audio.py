"""Type and length of a sound, whatever its header says and its name promises; what is refused and what to do then."""

import contextlib
import struct
import time
import wave
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from portal.medialib.audio import AudioFacts, read_audio, read_sound
from portal.medialib.mpeg_frames import after_tag, count_frames
from tests.factories.medialib import FRAME, silent_m4a, silent_mp3
from tests.timing import assert_proportional

#: A second and more of each kind of frame: version, bit rate, sampling rate, mono or stereo, with or without CRC.
KINDS = {
    "32 kbit/s mono": (FRAME, 1152 / 44_100),
    "128 kbit/s stereo": (b"\xff\xfb\x90\x00" + bytes(413), 1152 / 44_100),
    "64 kbit/s 48 kHz": (b"\xff\xfb\x54\xc0" + bytes(188), 1152 / 48_000),
    "MPEG-2, 8 kbit/s 16 kHz": (b"\xff\xf3\x18\xc0" + bytes(32), 576 / 16_000),
    "MPEG-2.5, 8 kbit/s 8 kHz": (b"\xff\xe3\x18\xc0" + bytes(68), 576 / 8_000),
    "with a CRC": (b"\xff\xfa\x10\xc0" + bytes(100), 1152 / 44_100),
}
INCOMPLETE = "Ce fichier est incomplet"


def facts(content: bytes, name: str = "son.mp3") -> AudioFacts:
    return read_audio(ContentFile(content, name=name))


def refusal(content: bytes, name: str = "son.mp3") -> str:
    with pytest.raises(ValidationError) as caught:
        facts(content, name)
    return " ".join(caught.value.messages)


def tag(length: int) -> bytes:
    """An ID3v2 tag that holds a cover of ``length`` bytes, as the pictures of phones weigh."""
    picture = b"\x00image/jpeg\x00\x03\x00\xff\xd8\xff\xe0" + b"\x5a" * length
    frame = b"APIC" + struct.pack(">IH", len(picture), 0) + picture
    size = len(frame)
    return b"ID3\x03\x00\x00" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + frame


def announcing(frames: int) -> bytes:
    """The frame in which an encoder writes how many follow."""
    start = b"\xff\xfb\x10\xc0" + bytes(17) + b"Info" + struct.pack(">II", 1, frames)
    return start + bytes(len(FRAME) - len(start))


@pytest.mark.parametrize("kind", KINDS)
def test_the_frames_are_counted(kind):
    frame, seconds = KINDS[kind]
    assert facts(frame * 600).duration == pytest.approx(600 * seconds, abs=0.001)


def test_a_changing_bit_rate_without_a_header_is_counted():
    """The first frames are the thinnest: an estimate from them gives twice the length."""
    content = b"\xff\xfb\x10\xc0" + bytes(100)
    thick = b"\xff\xfb\x90\xc0" + bytes(413)
    sound = facts(content * 500 + thick * 500)
    assert sound.duration == pytest.approx(1000 * 1152 / 44_100, abs=0.001)


def test_a_header_that_announces_more_than_there_is_is_not_believed():
    assert INCOMPLETE in refusal(announcing(3_000) + silent_mp3(20))
    assert facts(announcing(766) + silent_mp3(20)).duration == pytest.approx(20, abs=0.1)


def test_the_frame_that_announces_holds_no_sound_and_may_count_itself():
    frames = 766
    sound = announcing(frames + 1) + FRAME * frames
    assert facts(sound).duration == pytest.approx(frames * 1152 / 44_100, abs=0.001)
    assert INCOMPLETE in refusal(announcing(frames + 2) + FRAME * frames)


def test_a_header_that_announces_no_number_of_frames_is_not_held_against_the_file():
    silent = announcing(9_999).replace(struct.pack(">II", 1, 9_999), struct.pack(">II", 0, 9_999))
    assert facts(silent + silent_mp3(20)).duration == pytest.approx(20, abs=0.1)


def test_a_padded_frame_has_one_byte_more():
    padded, plain = b"\xff\xfb\x12\xc0" + bytes(101), FRAME
    assert count_frames((padded + plain) * 50).frames == 100


def test_a_tag_with_a_footer_ends_after_it():
    """The footer of ID3v2.4 has ten bytes, whose sync would else be looked for in the sound."""
    footed = b"ID3\x04\x00\x10" + bytes(3) + b"\x0a" + bytes(10) + b"3DI\x04\x00\x10" + bytes(3) + b"\x0a"
    assert after_tag(footed + FRAME) == len(footed)


@pytest.mark.parametrize("content", [silent_mp3(60), announcing(2297) + silent_mp3(60), tag(9_000) + silent_mp3(60)])
def test_a_short_sound_with_a_large_cover_is_accepted(content):
    sound = facts(tag(3_000_000) + content if not content.startswith(b"ID3") else content)
    assert (sound.mime_type, sound.extension) == ("audio/mpeg", "mp3")
    assert sound.duration == pytest.approx(60, abs=0.1)


@pytest.mark.parametrize("share", [0.1, 0.34, 0.5, 0.999])
@pytest.mark.parametrize(("content", "name"), [(silent_mp3(20), "son.mp3"), (silent_m4a(20), "son.m4a")])
def test_a_file_cut_in_its_middle_is_refused(content, name, share):
    cut = content[: int(len(content) * share) // len(FRAME) * len(FRAME) + 50]
    message = refusal(cut, name)
    assert INCOMPLETE in message and "envoyez-le de nouveau" in message


@pytest.mark.parametrize("left", range(1, len(FRAME)))
def test_one_byte_of_a_frame_is_enough_to_see_the_cut(left):
    counted = count_frames(FRAME * 10 + FRAME[:left])
    assert (counted.frames, counted.is_complete) == (10, False)


@pytest.mark.parametrize("tail", [b"", b"TAG" + bytes(125), bytes(4_000), b"\n", b"APETAGEX" + bytes(24)])
def test_what_follows_the_sound_is_not_sound(tail):
    assert facts(silent_mp3(20) + tail).duration == pytest.approx(20, abs=0.1)


@pytest.mark.parametrize("before", [bytes(2_000), b"\xff\xfb" + bytes(40)])
def test_what_precedes_the_sound_is_passed_over(before):
    assert facts(before + silent_mp3(20)).duration == pytest.approx(20, abs=0.1)


def test_an_m4a_lasts_what_its_track_lasts():
    sound = facts(silent_m4a(20), "téléphone.m4a")
    assert (sound.mime_type, sound.extension, sound.duration) == ("audio/mp4", "m4a", 20)


def test_an_m4a_whose_description_was_never_written_is_incomplete():
    content = silent_m4a(20)
    sound_alone = content[:28] + content[content.index(b"mdat") - 4 :]
    assert "la partie qui décrit le son manque" in refusal(sound_alone[:-10], "son.m4a")


@pytest.mark.parametrize("between", [tag(40_000), b"TAG" + bytes(125), b"\x5a" * 900, bytes(900)])
def test_two_sounds_that_were_joined_are_one(between):
    assert facts(silent_mp3(20) + between + silent_mp3(20)).duration == pytest.approx(40, abs=0.1)


@pytest.mark.parametrize("hole", [bytes(9_000), b"\x5a" * 9_000])
def test_an_mp3_with_a_hole_is_incomplete(hole):
    assert INCOMPLETE in refusal(silent_mp3(20) + hole + silent_mp3(20))
    assert facts(announcing(766) + silent_mp3(20) + b"APETAGEX" + hole).duration == pytest.approx(20, abs=0.1)


def fragments(samples: bytes, count: int) -> bytes:
    """An M4A in pieces of a second, as recorders of browsers write it: nothing is said of their number at the start."""
    whole = silent_m4a(1)
    start = whole[: whole.index(b"mdat") - 4].replace(struct.pack(">4I", 0, 1, 1, 8000), bytes(16))
    start = start.replace(struct.pack(">3I", 0, 4_000, 1), bytes(12)).replace(
        b"stsc" + bytes(7) + b"\1", b"stsc" + bytes(8)
    )
    run = struct.pack(">I4s4I", 24, b"trun", 0x300, 1, 8000, len(samples))
    head = struct.pack(">I4s2I", 16, b"tfhd", 0x020000, 1)
    piece = struct.pack(">I4s", len(head + run) + 8, b"traf") + head + run
    piece = struct.pack(">I4s", len(piece) + 8, b"moof") + piece
    return start + (piece + struct.pack(">I4s", len(samples) + 8, b"mdat") + samples) * count


def test_an_m4a_in_fragments_lasts_all_of_them():
    samples = b"\x01\x18\x20\x07" * 2_000
    content = fragments(samples, 20)
    assert facts(content, "son.m4a").duration == 20
    assert INCOMPLETE in refusal(content[:-50], "son.m4a")
    assert INCOMPLETE in refusal(content[:-6_000] + bytes(6_000), "son.m4a")
    assert INCOMPLETE in refusal(fragments(bytes(8_000), 20), "son.m4a")


def test_an_m4a_has_the_samples_that_its_tables_place_in_the_file():
    """A table of times for a minute, samples for twenty seconds."""
    content = silent_m4a(20).replace(struct.pack(">4I", 0, 1, 20, 8000), struct.pack(">4I", 0, 1, 60, 8000))
    assert facts(content, "son.m4a").duration == 20
    more = content.replace(struct.pack(">3I", 0, 4_000, 20), struct.pack(">3I", 0, 4_000, 60))
    assert facts(more, "son.m4a").duration == 20
    more = more.replace(struct.pack(">5I", 0, 1, 1, 20, 1), struct.pack(">5I", 0, 1, 1, 60, 1))
    assert INCOMPLETE in refusal(more, "son.m4a")


@pytest.mark.parametrize(
    "unit", [b"\xff", b"\xff\xfb", b"\xff\xfb\x10", b"\xff\xfb\x10\xc0\x5a", b"\0", b"ID3", FRAME[:50]]
)
def test_time_is_proportional_to_the_length(unit):
    def read(content: bytes) -> None:
        with contextlib.suppress(ValidationError):
            facts(content)

    start = b"ID3\x03\x00\x00\x00\x00\x00\x00"
    assert_proportional(read, lambda length: start + unit * (length // len(unit)), length=200_000)


def test_a_run_of_sync_bytes_takes_no_step_for_each():
    """A file of 8 MB; a step of Python a byte takes more than ten times as long."""
    content = b"ID3\x03\x00\x00\x00\x00\x00\x00" + b"\xff" * 8_000_000
    start = time.process_time()
    assert "aucun son" in refusal(content)
    assert time.process_time() - start < 1


def wav() -> bytes:
    target = BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setparams((1, 2, 8_000, 0, "NONE", ""))
        sound.writeframes(bytes(16_000))
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (wav(), "entretien.wav", "un son WAV"),
        (wav(), "entretien.mp3", "un son WAV, quel que soit son nom"),
        (b"\xff\xf1\x6c\x40\x01\x7f\xfc" * 500, "son.aac", "un son AAC sans conteneur"),
        (b"OggS\x00\x02" + bytes(22) + b"\x01\x13OpusHead\x01\x01" + bytes(9), "vocal.ogg", "OGG ou Opus"),
        (b"RF64\xff\xff\xff\xffWAVEds64" + bytes(500), "long.wav", "un son WAV"),
        (b"FORM\0\0\x10\0AIFF" + bytes(500), "son.aiff", "un son AIFF"),
        (b"FORM\0\0\x10\0AIFC" + bytes(500), "son.aifc", "un son AIFF"),
        (b"fLaC\0\0\0\x22" + bytes(500), "son.flac", "un son FLAC"),
        (tag(900) + b"fLaC\0\0\0\x22" + bytes(500), "son.mp3", "un son FLAC"),
        (tag(900) + b"\xff\xf1\x6c\x40\x01\x7f\xfc" * 500, "son.mp3", "un son AAC sans conteneur"),
        ((b"\xff\xfd\x84\x00" + bytes(413)) * 50, "son.mp3", "un son MP2"),
        (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(500), "son.wma", "Windows Media"),
        (b"#!AMR\n" + bytes(500), "appel.amr", "un son AMR de téléphone"),
        (b"#!AMR-WB\n" + bytes(500), "appel.amr", "un son AMR de téléphone"),
        (b"\x03ds2" + bytes(500), "note.ds2", "un son de dictaphone"),
        (b"caff\0\x01\0\0desc" + bytes(500), "son.caf", "un son CAF"),
        (b"MThd\0\0\0\x06" + bytes(500), "air.mid", "une partition MIDI"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(500), "son.webm", "un son ou un film WebM"),
        (
            b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska" + bytes(500),
            "film.mkv",
            "un film, pas un son. Exportez-en le son seul",
        ),
        (b"RIFF\0\x10\0\0AVI LIST" + bytes(500), "film.avi", "un film, pas un son"),
        (silent_m4a(5).replace(b"soun", b"vide"), "film.mp4", "un film, pas un son. Exportez-en le son seul"),
        (silent_m4a(5).replace(b"M4A \0", b"qt  \0").replace(b"soun", b"vide"), "film.mov", "un film, pas un son"),
        (silent_m4a(5)[24:], "film.mov", "un son ou un film QuickTime"),
        (silent_m4a(5).replace(b"mp4a", b"alac"), "son.m4a", "codé en ALAC (sans perte)"),
        (silent_m4a(5).replace(b"mp4a", b"samr"), "son.3gp", "codé en AMR"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(500), "photo.m4a", "pas un son"),
        (b"<!doctype html>" * 50, "page.mp3", "pas un son"),
        (b"", "vide.mp3", "Ce fichier est vide."),
    ],
)
def test_what_is_not_published_says_what_it_is_and_what_to_do(content, name, said):
    message = refusal(content, name)
    assert said in message
    assert not content or "Enregistrez-le en MP3 ou en M4A" in message


@pytest.mark.parametrize("codec", [b"drms", b"enca", b"aavd"])
def test_a_protected_sound_is_not_to_be_converted_but_asked_for(codec):
    message = refusal(silent_m4a(5).replace(b"mp4a", codec), "livre.m4a")
    assert (
        message == "Ce son est protégé contre la copie : demandez-en un fichier sans protection à qui vous l’a donné."
    )


def test_a_sound_keeps_the_name_of_its_kind():
    assert "son nom doit finir par « .mp3 »" in refusal(silent_mp3(5), "son.m4a")
    assert "son nom doit finir par « .m4a »" in refusal(silent_m4a(5), "son.mp4")


def test_an_upload_on_disk_is_read_where_it_is():
    upload = TemporaryUploadedFile("long.mp3", "audio/mpeg", 0, None)
    upload.write(silent_mp3(30))
    upload.size = len(silent_mp3(30))
    assert read_audio(upload).duration == pytest.approx(30, abs=0.1)
    assert upload.read(4) == FRAME[:4], "it is given back at its start"


def test_the_command_line_reads_as_the_form_does(tmp_path):
    path = tmp_path / "son.mp3"
    path.write_bytes(silent_mp3(20))
    assert read_sound(path).items == [{"seconds": pytest.approx(20, abs=0.1), "type": "audio/mpeg"}]
    path.write_bytes(wav())
    (error,) = read_sound(path).errors
    assert "un son WAV" in str(error)


@given(
    st.binary(min_size=1, max_size=400), st.sampled_from([b"", b"ID3\x03\x00\x00\x00\x00\x00\x0a", b"\xff\xfb\x10\xc0"])
)
def test_any_bytes_are_read_or_refused_in_french(content, start):
    try:
        sound = facts(start + content)
    except ValidationError as error:
        assert all(message.startswith(("Ce fichier", "Le contenu")) for message in error.messages)
    else:
        assert sound.duration > 0


@given(
    st.lists(st.sampled_from([frame for frame, _ in KINDS.values()]), min_size=1, max_size=12), st.binary(max_size=30)
)
def test_whole_frames_are_never_lost(frames, tail):
    """Runs of one kind of frame: each run of two or more is counted, whatever comes between."""
    tail = tail.replace(b"\xff", b"")
    content = b"".join(frame * 5 + tail for frame in frames)
    assert count_frames(content).frames == 5 * len(frames)
