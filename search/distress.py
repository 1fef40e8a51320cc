"""Words that may come from somebody in distress: the 3114 is shown before anything else."""

from search.plans import split
from search.text import stem

DISTRESS = ("suicid", "automutil", "scarif")
DISTRESS_PHRASES = (
    ("mourir",),
    ("en", "finir"),
    ("me", "tuer"),
    ("envie", "de", "mort"),
    ("plus", "envie", "de", "vivre"),
)


def is_about_distress(text: str) -> bool:
    """True when the words are about suicide or self-harm, whatever their accents, case or inflection."""
    free, phrases, _ = split(text)
    for forms in (free, *phrases):
        stems = [stem(form) for form in forms]
        if any(form.startswith(DISTRESS) for form in forms):
            return True
        for phrase in DISTRESS_PHRASES:
            wanted = [stem(form) for form in phrase]
            size = len(wanted)
            if any(stems[start : start + size] == wanted for start in range(len(stems) - size + 1)):
                return True
    return False
