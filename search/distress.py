"""Detection of words that may come from somebody in distress: the 3114 is then shown before the results.

The Centre maintains the phrases (``DistressPhraseGroup``); ``STARTING_LIST`` holds the initial ones. Recall comes
before precision: a false alarm costs a line of text, a miss may cost more.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import OSA

from search.text import STOP_WORDS, fold, forms, stem

#: « # title » begins a group; « ≠ » a line of words, or of one quoted expression, that its phrases must not match.
STARTING_LIST = Path(__file__).parent / "data" / "distress.txt"
#: How many other words may stand between two words of an unquoted phrase.
MOST_BETWEEN = 3
#: Shorter words must be spelled correctly.
SHORTEST_WITH_FAULT, SHORTEST_WITH_TWO = 6, 10
SHORTEST_INSIDE = 6
SHORTEST_STEM = 4
#: « kms » (kill myself) is a word, « 5 kms » a distance.
DISTANCE = re.compile(r"\d[\d\s.,]*kms\b", re.IGNORECASE)
#: « me tuer le temps qu’il faut » is about oneself: an expression after one of these is read word by word.
ONESELF = frozenset({"me", "te", "se", "m", "t", "s", "jme"})
#: « m’ouvrir », « s’est fait mal » say who they are about: the search drops these words, this module does not.
ELISION = re.compile(r"\b([jmtsnldc]|qu)['’ʼ‘`´]", re.IGNORECASE)
#: Letters that are interchanged by people who write phonetically.
SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("qu", "k"), ("sc(?=[eiy])|c(?=[eiy])", "s"), ("c", "k"), ("ph", "f"), ("h", ""), ("e?au", "o"), ("ai|ei", "e"),
        ("y", "i"), ("z", "s"), ("ti(?=on)", "si"), (r"(.)\1+", r"\1"), (r"(?<=\w{3})e$", ""),
    )
)  # fmt: skip
VOWEL = frozenset("aeiouy")
#: Digits and signs written for letters, in short writing or to hide a word from a filter: « su1cide »,
#: « su*cide », « sui6de », « suici2 », « $uicide ».
HIDDEN = re.compile(
    r"(?<=[^\W\d_])[*!1|0@34567€$](?=[^\W\d_])|(?<![^\W_])[5$](?=[^\W\d_]{4})|(?<=[^\W\d_]{4})[23](?!\w)"
)
SHOWN = {"*": "i", "!": "i", "1": "i", "|": "i", "0": "o", "@": "a", "4": "a", "2": "de", "3": "e", "€": "e",
         "5": "s", "$": "s", "6": "ci", "7": "t"}  # fmt: skip
#: « s u i c i d e »: four letters or more, one by one.
SPELT = re.compile(r"(?<!\w)(?:[^\W\d_][ .\-_]){3,}[^\W\d_](?!\w)")


class DistressWord(NamedTuple):
    """One word of a phrase, folded; ``is_beginning``: any ending may follow it."""

    form: str
    is_beginning: bool


class DistressPhrase(NamedTuple):
    """The words to match in this order, each with its alternatives; at most ``between`` others between two of them."""

    places: tuple[frozenset[DistressWord], ...]
    between: int


@lru_cache(maxsize=16_384)
def sound(form: str) -> str:
    if VOWEL.isdisjoint(form):  # spelled letters: « CMS » is not « kms »
        return form
    for pattern, written in SOUNDS:
        form = pattern.sub(written, form)
    return form


def singular(form: str) -> str:
    return form.removesuffix("s") if len(form) > SHORTEST_STEM else form


def read_phrase(line: str) -> DistressPhrase | None:
    """« plus/pas envie vivre », « "à bout" », « suicid* »; None for a line without a word."""
    places = []
    for part in ELISION.sub(r"\1e ", line.strip('"«»“” ')).split():
        words = [
            DistressWord(form, alternative.endswith("*"))
            for alternative in part.split("/")
            if (form := fold(alternative))
        ]
        places.append(frozenset(words))
    between = 0 if is_quoted(line) else MOST_BETWEEN
    return DistressPhrase(tuple(filter(None, places)), between) if any(places) else None


def is_quoted(line: str) -> bool:
    return line.lstrip().startswith(('"', "«", "“"))


def read_lookalikes(lines: Iterable[str]) -> tuple[list[DistressWord], list[tuple[frozenset[DistressWord], ...]]]:
    """The words and the quoted expressions that mean something else."""
    words: list[DistressWord] = []
    expressions = []
    for line in lines:
        phrase = read_phrase(line) if is_quoted(line) else None
        if phrase and len(phrase.places) > 1:
            expressions.append(phrase.places)
        else:
            parts = line.strip('"«»“” ').split()
            words += [DistressWord(form, part.endswith("*")) for part in parts if (form := fold(part))]
    return words, expressions


class DistressPhrases:
    """The phrases of distress, and the words and expressions that look like them but mean something else."""

    def __init__(self, phrases: Iterable[str], lookalikes: Iterable[str] = ()) -> None:
        read = [phrase for line in phrases if (phrase := read_phrase(line))]
        words, self.harmless = read_lookalikes(lookalikes)
        self.lookalikes = frozenset(word.form for word in words if not word.is_beginning)
        self.unlike = tuple(word.form for word in words if word.is_beginning)
        self.beginning_with: defaultdict[DistressWord, list[DistressPhrase]] = defaultdict(list)
        for phrase in read:
            for word in phrase.places[0]:
                self.beginning_with[word].append(phrase)
        self.same: defaultdict[str, set[DistressWord]] = defaultdict(set)
        self.near: defaultdict[str, set[tuple[str, DistressWord]]] = defaultdict(set)
        for word in {word for phrase in read for place in phrase.places for word in place}:
            written = {word.form, singular(word.form), sound(word.form)}
            if len(word.form) > SHORTEST_STEM and len(stem(word.form)) >= SHORTEST_STEM:
                written.add(stem(word.form))
            for spelling in written:
                self.same[spelling].add(word)
            for spelling in (word.form, sound(word.form)):
                self.near[spelling[:1]].add((spelling, word))
        alone = {word for phrase in read if len(phrase.places) == 1 for word in phrase.places[0]}
        self.inside = [word for word in alone if len(word.form) >= SHORTEST_INSIDE]
        self.meant = lru_cache(maxsize=4096)(self._meant)

    def are_in(self, text: str, corrections: Mapping[str, Sequence[str]] | None = None) -> bool:
        """True if ``text``, as typed or as corrected by the engine (form → forms), may express distress."""
        corrections = corrections or {}
        joined = SPELT.sub(lambda letters: "".join(filter(str.isalpha, letters.group())), DISTANCE.sub(" ", text))
        shown = HIDDEN.sub(lambda sign: SHOWN[sign.group()], joined)
        typed = self.without_harmless(forms(ELISION.sub(r"\1e ", shown)))
        meant = [self.meant(form).union(*map(self.meant, corrections.get(form, ()))) for form in typed]
        meant += [self.meant_in_two(first, second) for first, second in pairwise(typed) if len(first + second) > 5]
        met = {word for words in meant for word in words}
        return any(is_met(phrase, meant) for word in met for phrase in self.beginning_with.get(word, ()))

    def without_harmless(self, typed: list[str]) -> list[str]:
        """``typed`` without the expressions that mean something else: « tuer le temps »."""
        kept: list[str] = []
        while typed:
            ends = [len(places) for places in self.harmless if is_expression(places, typed)]
            if ends and not (kept and kept[-1] in ONESELF):
                typed = typed[max(ends) :]
            else:
                kept.append(typed[0])
                typed = typed[1:]
        return kept

    def meant_in_two(self, first: str, second: str) -> frozenset[DistressWord]:
        """The words that a split word may stand for: « sui cide »; « suivi de », with a function word, is not one."""
        form = first + second
        if STOP_WORDS.isdisjoint((first, second)):
            return self.meant(form)
        return frozenset(self.same.get(form, set()) | self.same.get(sound(form), set()))

    def _meant(self, form: str) -> frozenset[DistressWord]:
        """The words of the phrases that ``form`` may stand for: the same, a homophone, or one with a typing error."""
        meant = {word for word in self.same.get(form, ()) if word.form == form}
        if form in STOP_WORDS or form in self.lookalikes or form.startswith(self.unlike):
            return frozenset(meant)
        for spelling in {form, singular(form), stem(form), sound(form)}:
            meant |= self.same.get(spelling, set())
        meant.update(word for word in self.inside if word.form in form)
        for spelling in {form, sound(form)}:
            near = self.near.get(spelling[:1], set()) | self.near.get(spelling[1:2], set())  # « usicide » too
            meant.update(word for wanted, word in near if is_near(spelling, wanted, word.is_beginning))
        return frozenset(meant)


def is_expression(places: tuple[frozenset[DistressWord], ...], typed: Sequence[str]) -> bool:
    """Whether ``typed`` begins with these words as they are written, in the singular or the plural."""
    return len(typed) >= len(places) and all(
        any(word.form in (form, singular(form)) or (word.is_beginning and form.startswith(word.form)) for word in words)
        for words, form in zip(places, typed, strict=False)
    )


def is_near(form: str, wanted: str, is_beginning: bool) -> bool:
    """Whether ``form`` equals ``wanted`` except for one letter (two in a long word)."""
    size = len(wanted)
    faults = (size >= SHORTEST_WITH_FAULT) + (size >= SHORTEST_WITH_TWO)
    if len(form) < size - faults or (len(form) > size + faults and not is_beginning):
        return False
    ends = range(size - faults, size + faults + 1) if is_beginning else (len(form),)
    return any(OSA.distance(form[:end], wanted, score_cutoff=faults) <= faults for end in ends)


def is_met(phrase: DistressPhrase, meant: Sequence[frozenset[DistressWord]]) -> bool:
    """Whether consecutive words of ``meant`` match the words of ``phrase``."""
    ends = [number for number, words in enumerate(meant) if words & phrase.places[0]]
    for place in phrase.places[1:]:
        ends = [
            number
            for number, words in enumerate(meant)
            if words & place and any(0 < number - end <= phrase.between + 1 for end in ends)
        ]
    return bool(ends)


class StartingGroup(NamedTuple):
    title: str
    phrases: str
    lookalikes: str


def starting_groups() -> list[StartingGroup]:
    """The groups of STARTING_LIST, each text with one line per item."""
    groups = []
    for part in STARTING_LIST.read_text(encoding="utf-8").removeprefix("# ").split("\n# "):
        title, *lines = part.splitlines()
        unlike = [line.removeprefix("≠ ") for line in lines if line.startswith("≠")]
        groups.append(StartingGroup(title, "\n".join(line for line in lines if line[:1] != "≠"), "\n".join(unlike)))
    return groups


def read_distress_phrases(groups: Iterable[tuple[str, str]]) -> DistressPhrases:
    """From (phrases, lookalikes) of each group; from the starting list if there is none, so that help is always
    shown.
    """
    kept = list(groups) or [(group.phrases, group.lookalikes) for group in starting_groups()]
    phrases = [line for lines, _ in kept for line in lines.splitlines()]
    return DistressPhrases(phrases, [line for _, lines in kept for line in lines.splitlines()])
