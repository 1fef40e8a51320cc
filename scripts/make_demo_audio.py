"""Generation of the demonstration episodes: synthetic speech (MP3) and its timed transcript (WebVTT).

Run by hand, only when a script changes: ``python scripts/make_demo_audio.py``. Needs the programs ``espeak-ng`` and
``lame``; the portal itself needs neither. Each sentence is spoken alone, so that the times of the transcript match
the sound.
"""

import re
import subprocess
import tempfile
import wave
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "portal" / "demo" / "audio"
HOST = "Animation"
HOST_VOICE = "fr+f2"
GUEST_VOICE = "fr+m3"
PAUSE = 0.35  # seconds between two sentences
WORDS_PER_MINUTE = 170


def read_script(path: Path) -> list[tuple[str, str]]:
    """(function, sentence) of a script whose lines are « Function | sentences »."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    replies = [line.split(" | ", 1) for line in lines]
    return [(role, part) for role, text in replies for part in re.split(r"(?<=[.?!])\s+(?=[A-ZÀ-Ý])", text)]


def speak(role: str, sentence: str, target: Path) -> bytes:
    """Raw samples (16 bits, mono) of one sentence."""
    voice = HOST_VOICE if role == HOST else GUEST_VOICE
    speed = str(WORDS_PER_MINUTE)
    command = ["espeak-ng", "-v", voice, "-s", speed, "-w", str(target), sentence]
    subprocess.run(command, check=True)  # noqa: S603
    with wave.open(str(target)) as sound:
        return sound.readframes(sound.getnframes())


def clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes) // 60:02}:{int(minutes) % 60:02}:{rest:06.3f}"


def make_episode(script: Path, scratch: Path) -> None:
    sound, cues, rate = b"", [], 22_050
    spoken = scratch / "sentence.wav"
    for role, sentence in read_script(script):
        samples = speak(role, sentence, spoken)
        start = len(sound) / 2 / rate
        end = start + len(samples) / 2 / rate
        cues.append(f"{clock(start)} --> {clock(end)}\n<v {role}>{sentence}</v>\n")
        sound += samples + bytes(2 * int(PAUSE * rate))
    script.with_suffix(".vtt").write_text("WEBVTT\n\n" + "\n".join(cues), encoding="utf-8")
    whole = scratch / "episode.wav"
    with wave.open(str(whole), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(rate)
        target.writeframes(sound)
    encode = ["lame", "--quiet", "-b", "24", "-m", "m", "--resample", "16"]
    subprocess.run([*encode, str(whole), str(script.with_suffix(".mp3"))], check=True)  # noqa: S603


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for script in sorted(FOLDER.glob("*.txt")):
            make_episode(script, Path(scratch))


if __name__ == "__main__":
    main()
