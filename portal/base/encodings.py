"""The text of a file from outside, whatever program wrote it: UTF-8, UTF-16, Windows-1252 or Macintosh."""

from collections import Counter

from portal.base.readings import Remark

#: Letters of French words: the encoding that shows most of them, and nothing else beyond ASCII, is the right one.
FRENCH = set("éèêëàâäîïôöùûüçœæÉÈÊËÀÂÄÎÏÔÖÙÛÜÇŒÆ’«»–—…°€\u00a0\u202f")
SINGLE_BYTE = {"cp1252": "Windows-1252", "mac_roman": "Macintosh"}


def decode(raw: bytes) -> tuple[str, Remark | None]:
    """The text without its mark of encoding, and a notice that shows a line of it unless it is in UTF-8.

    Never raises: a byte that means nothing becomes U+FFFD. Line ends are kept as they are.
    """
    encoding = _encoding(raw)
    text = raw.decode(encoding, errors="replace").removeprefix("\ufeff")
    if encoding == "utf-8":
        return text, None
    name = SINGLE_BYTE.get(encoding, "UTF-16")
    lines = enumerate(text.splitlines(), start=1)
    number, line = next(((number, line) for number, line in lines if not line.isascii()), (None, ""))
    start = "le fichier" if number else "Le fichier"
    message = f"{start} n’est pas en UTF-8, il est lu en {name} : vérifiez les lettres accentuées"
    return text, Remark(message, number, text=line)


def _encoding(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    sample = raw[:4_000]
    if sample.count(0) > len(sample) // 4:
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
