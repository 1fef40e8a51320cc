"""The characters that a text may hold: removed when text is received, and again when a file is written.

Some characters that a database accepts break an XML document or a workbook (XML 1.0, section 2.2). A text of
combining marks alone takes quadratic time to normalise (UAX 15, « stream-safe text »).
"""

import re
import sys
import unicodedata
from dataclasses import fields, is_dataclass, replace
from itertools import groupby
from operator import is_not
from typing import Any, Literal

from django.utils.functional import Promise

_NONCHARACTERS = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, sys.maxunicode, 0x10000))
_LAST_MARK = 0x1E94A  # the last character of Unicode 16 with a combining class
MAX_MARKS = 30  # in a row: more than any writing needs


def _ranges(codes: list[int]) -> str:
    """The inside of a regular expression character class."""
    runs = [[code for _, code in run] for _, run in groupby(enumerate(codes), key=lambda pair: pair[1] - pair[0])]
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)


_MARK = f"[{_ranges([code for code in range(0x300, _LAST_MARK + 1) if unicodedata.combining(chr(code))])}]"

#: Latin letters, punctuation, symbols, pictograms: a text made of these alone is clean, which one match tells.
UNUSUAL = re.compile("[^\t\n\r -~\xa0-\u02ff\u1e00-\u2027\u202f-\u2065\u206a-\u20cf\u2100-\u2bff\U0001f300-\U0001faff]")
#: Ends of lines, paragraphs and pages of word processors and PDFs, and characters without meaning: replaced by a space.
BREAKS = re.compile(" ?[\v\f\x1c-\x1f\x7f-\x9f\u2028\u2029]+ ?")
#: Control characters, lone surrogates, noncharacters, and overrides that change the displayed order of a text.
FORBIDDEN = re.compile(f"[\x00-\x08\x0e-\x1b\ud800-\udfff\ufdd0-\ufdef\u202a-\u202e\u2066-\u2069{_NONCHARACTERS}]+")
#: What no reader sees inside a word pasted from Word, a PDF or a web page: soft hyphen, joiners, marks and overrides of
#: direction, byte order mark, variation selectors. The inside of a character class.
INVISIBLE = "\xad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
ALL_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
_NOTHING_TO_SEE = re.compile(f"[{INVISIBLE}\\s]+")
TOO_MANY_MARKS = re.compile(f"({_MARK}{{{MAX_MARKS}}}){_MARK}+")


def clean(text: str) -> str:
    """``text`` without characters that XML, a workbook or a database refuses; tabs and line ends stay.

    A text of invisible characters alone is empty: it would pass for an answer and show none.
    """
    if _NOTHING_TO_SEE.fullmatch(text) and ALL_INVISIBLE.search(text):
        return ""
    if not UNUSUAL.search(text):
        return text
    return TOO_MANY_MARKS.sub(r"\1", BREAKS.sub(" ", FORBIDDEN.sub("", text)))


def cleaned(value: Any) -> Any:
    """``value`` with every text in it cleaned, dataclass fields included; the same object when nothing changes."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Promise):
        return clean(str(value))
    if type(value) in (list, tuple):
        items = [cleaned(item) for item in value]
        return type(value)(items) if any(map(is_not, items, value)) else value
    if isinstance(value, dict):
        return {cleaned(key): cleaned(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        cleaned_fields = {field.name: cleaned(getattr(value, field.name)) for field in fields(value)}
        changed = {name: item for name, item in cleaned_fields.items() if item is not getattr(value, name)}
        return replace(value, **changed) if changed else value
    return value


def without_invisible(text: str) -> str:
    """``text`` as it looks: for what is compared, never for what is kept (a pictogram may hold a joiner)."""
    return text if text.isascii() else ALL_INVISIBLE.sub("", text)


def normalize(form: Literal["NFC", "NFKC", "NFD", "NFKD"], text: str) -> str:
    """``unicodedata.normalize`` in time linear in the length of ``text``."""
    return unicodedata.normalize(form, TOO_MANY_MARKS.sub(r"\1", text) if UNUSUAL.search(text) else text)
