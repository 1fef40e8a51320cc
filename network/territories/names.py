"""Normalisation of place names: every spelling of a name gives the same key."""

import re
import unicodedata

from django.utils.text import slugify

from portal.base.characters import normalize, without_invisible

LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
ON_RIVER = re.compile(r"\bs\s*/|(?<=\w[ -])s(?=[ -]\w)", re.IGNORECASE)  # « Épinay s/Seine », « Vitry-s-Seine »
ORDINAL = re.compile(r"^(\d+)(?:i?emes?|ere?|re|nde?)$")  # « 11ème », « 1er » and « 11e » are one word
#: Left out by people, or written for one another: « Saint-Gildas Rhuys », « Castelnau-le-Lès ».
SMALL_WORDS = frozenset(["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"])
#: Before the name of a place: « dans l’Aveyron », « de la Creuse ».
LINKS = "(?:(?:dans|en|a|au|aux|sur|de|du|des|d|la|le|les|l) )"
FIRST_LINKS = re.compile(rf"^{LINKS}+")
LEZ = re.compile(r"\blez\b")  # « lez » and « lès », near


def normalise_place(text: str) -> str:
    """Lower-case ASCII words separated by one space: no accent, hyphen, apostrophe nor invisible sign, « St » in full.

    Idempotent. ``normalise_place("St-Étienne-d’Œuvre")`` is ``"saint etienne d oeuvre"``.
    """
    plain = normalize("NFKD", without_invisible(text).translate(LIGATURES)).casefold()
    if not plain.isascii():
        plain = "".join(char for char in normalize("NFKD", plain) if not unicodedata.combining(char))
    words = re.findall(r"[a-z0-9]+", ON_RIVER.sub("sur ", plain))
    return " ".join(ORDINAL.sub(r"\1e", word) if word[0].isdigit() else ABBREVIATIONS.get(word, word) for word in words)


def place_slug(name: str) -> str:
    return slugify(normalise_place(name))


def without_links(words: str) -> str:
    """A normalised name without the articles and prepositions before it: « de la creuse » is « creuse »."""
    return FIRST_LINKS.sub("", words)


def without_small_words(words: str) -> str:
    """A normalised name without its small words: « saint gildas de rhuys » is « saint gildas rhuys »."""
    return " ".join(word for word in words.split() if word not in SMALL_WORDS)


def joined_name(words: str) -> str:
    """A normalised name in one word, for what is written without apostrophe nor hyphen: « villeneuve dascq »."""
    return LEZ.sub("les", words).replace(" ", "")
