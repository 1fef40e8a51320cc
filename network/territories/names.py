"""Normalisation of place names: every spelling of a name gives the same key."""

import re
import unicodedata

from portal.base.characters import normalize

LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
ON_RIVER = re.compile(r"\bs\s*/", re.IGNORECASE)  # « Épinay s/Seine »
ORDINAL = re.compile(r"^(\d+)(?:eme|ieme|er|ere)$")  # « 11ème », « 1er » and « 11e » are one word


def normalise_place(text: str) -> str:
    """Lower-case ASCII words separated by one space: no accent, hyphen or apostrophe, « St » in full.

    Idempotent. ``normalise_place("St-Étienne-d’Œuvre")`` is ``"saint etienne d oeuvre"``.
    """
    plain = normalize("NFKD", text.translate(LIGATURES)).casefold()
    plain = "".join(char for char in normalize("NFKD", plain) if not unicodedata.combining(char))
    words = re.findall(r"[a-z0-9]+", ON_RIVER.sub("sur ", plain))
    return " ".join(ABBREVIATIONS.get(word, ORDINAL.sub(r"\1e", word)) for word in words)
