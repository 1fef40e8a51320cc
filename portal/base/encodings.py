"""The text of a file from outside, whatever program wrote it: UTF-8, UTF-16, Windows-1252, Macintosh or MS-DOS."""

import re
from collections import Counter
from collections.abc import Iterator

from portal.base.plurals import counted
from portal.base.readings import NAMED_LINES, Remark

#: Points of a character beyond ASCII in a French text, -2 for any other: the right encoding has most points.
POINTS = dict.fromkeys("éèêàâîôùûçœŒ’“”‘«»–—…•€°\u00a0ÉÈÊÀÇÎÔ", 2) | dict.fromkeys("ëäïöüÿæËÂÄÏÖÙÛÜÆ™\u202f", 1)
CAPITAL_INSIDE = re.compile(r"(?<=[a-zß-ÿ])[À-Þ]")
#: The first one, which Windows writes, is right unless another has more points.
SINGLE_BYTE = ("cp1252", "mac_roman", "cp850")
#: Codec of Python → name of the encoding in HTTP and for people.
NAMES = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
    "cp1252": "Windows-1252",
    "mac_roman": "Macintosh",
    "cp850": "IBM850",
}
#: What a byte that means nothing becomes.
LOST = "\ufffd"
#: The end of a line, and nothing else is: a form feed or U+2028 shifts no line number of an editor.
LINE_END = re.compile(r"\r\n|\r|\n")
BYTES_LINE_END = re.compile(rb"(\r\n|\r|\n)")


def decode(raw: bytes) -> tuple[str, Remark | None]:
    """The text without its mark of encoding, and a notice that shows a line of it unless it is in UTF-8.

    Never raises: a byte that means nothing becomes U+FFFD. Line ends are kept as they are.
    """
    encoding = _codec(raw)
    text = raw.decode(encoding, errors="replace").removeprefix("\ufeff")
    if encoding == "utf-8":
        return text, _lost(text) if LOST in text else None
    apart: list[int] = []
    if encoding in SINGLE_BYTE:
        text, apart = _glued(raw, encoding)
    number, line = next(((number, line) for number, line in _lines(text) if not line.isascii()), (None, ""))
    start = "le fichier" if number else "Le fichier"
    message = f"{start} n’est pas en UTF-8, il est lu en {NAMES[encoding]} : vérifiez les lettres accentuées"
    if apart:
        named = ", ".join(map(str, apart[:NAMED_LINES]))
        more = f" et {counted(len(apart) - NAMED_LINES, 'autre')}" if len(apart) > NAMED_LINES else ""
        lines = f"à la ligne {named}, lue" if len(apart) == 1 else f"aux lignes {named}{more}, lues"
        message += f", et celles d’un autre fichier collé {lines} en UTF-8"
    return text, Remark(message, number, text=line)


def _glued(raw: bytes, encoding: str) -> tuple[str, list[int]]:
    """The text, its lines that are in UTF-8 read so, and their numbers: files of two programs put together."""
    lines, apart = BYTES_LINE_END.split(raw), []
    texts = []
    for rank, line in enumerate(lines):
        text = line.decode(encoding, errors="replace")
        if rank % 2 == 0 and not line.isascii():
            try:
                text = line.decode()
                apart.append(rank // 2 + 1)
            except UnicodeDecodeError:
                pass
        texts.append(text)
    return "".join(texts).removeprefix("\ufeff"), apart


def _lines(text: str) -> Iterator[tuple[int, str]]:
    return enumerate(LINE_END.split(text), start=1)


def _lost(text: str) -> Remark:
    number, line = next((number, line) for number, line in _lines(text) if LOST in line)
    count = text.count(LOST)
    what = "un caractère est illisible" if count == 1 else f"{count} caractères du fichier sont illisibles"
    return Remark(f"{what}, lu « {LOST} » : corrigez la ligne", number, text=line)


def encoding_name(raw: bytes) -> str:
    """« UTF-8 », « Windows-1252 »…: the encoding in which ``decode`` reads ``raw``."""
    return NAMES[_codec(raw)]


def _codec(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = raw[:4_000]
    if len(raw) % 2 == 0 and sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    text = raw.decode("utf-8", errors="replace")
    lost = text.count(LOST)
    if not lost or sum(not character.isascii() for character in text) > 3 * lost:
        return "utf-8"
    return max(SINGLE_BYTE, key=lambda encoding: _french(raw.decode(encoding, errors="replace")))


def _french(text: str) -> int:
    counts = Counter(character for character in text if not character.isascii())
    points = sum(number * POINTS.get(character, -2) for character, number in counts.items())
    return points - 4 * len(CAPITAL_INSIDE.findall(text))
