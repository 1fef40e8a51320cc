"""The text of a file from outside, whatever program wrote it: UTF-8, UTF-16, Windows-1252 or Macintosh."""

import re
from collections import Counter

from portal.base.readings import Remark

#: Letters of French words: the encoding that shows most of them, and nothing else beyond ASCII, is the right one.
FRENCH = set("éèêëàâäîïôöùûüçœæÉÈÊËÀÂÄÎÏÔÖÙÛÜÇŒÆ’«»–—…°€\u00a0\u202f")
SINGLE_BYTE = ("cp1252", "mac_roman")
#: Codec of Python → name of the encoding in HTTP and for people.
NAMES = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
    "cp1252": "Windows-1252",
    "mac_roman": "Macintosh",
}
#: The end of a line, and nothing else is: a form feed or U+2028 shifts no line number of an editor.
LINE_END = re.compile(r"\r\n|\r|\n")


def decode(raw: bytes) -> tuple[str, Remark | None]:
    """The text without its mark of encoding, and a notice that shows a line of it unless it is in UTF-8.

    Never raises: a byte that means nothing becomes U+FFFD. Line ends are kept as they are.
    """
    encoding = _codec(raw)
    text = raw.decode(encoding, errors="replace").removeprefix("\ufeff")
    if encoding == "utf-8":
        return text, None
    lines = enumerate(LINE_END.split(text), start=1)
    number, line = next(((number, line) for number, line in lines if not line.isascii()), (None, ""))
    start = "le fichier" if number else "Le fichier"
    message = f"{start} n’est pas en UTF-8, il est lu en {NAMES[encoding]} : vérifiez les lettres accentuées"
    return text, Remark(message, number, text=line)


def encoding_name(raw: bytes) -> str:
    """« UTF-8 », « Windows-1252 »…: the encoding in which ``decode`` reads ``raw``."""
    return NAMES[_codec(raw)]


def _codec(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = raw[:4_000]
    if len(raw) % 2 == 0 and sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return max(SINGLE_BYTE, key=lambda encoding: _french(raw.decode(encoding, errors="replace")))
    return "utf-8"


def _french(text: str) -> int:
    """Accented letters of French, less what no French text holds."""
    counts = Counter(character for character in text if not character.isascii())
    return sum(number if character in FRENCH else -number for character, number in counts.items())
