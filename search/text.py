"""French normalisation: the same tokens for every engine, for documents and for queries.

It runs in Python rather than in an engine so that Tantivy and Elasticsearch index exactly the same tokens, and so
that a highlight can be placed in the original text: :func:`words` gives the position of each word. The rules come
from measurements on the words of the field (docs/adr/0002): accents are folded first, because most people do not type
them, then Snowball's French algorithm stems the words.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterator
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

import Stemmer

from portal.base import characters

MAX_WORD = 64
CHUNK = re.compile(r"\S+")

# A word pasted from a PDF holds soft hyphens, or accents apart from their letters: it is one word all the same.
HIDDEN = f"[{characters.INVISIBLE}\u0300-\u036f]"
LETTERS = rf"[^\W_]+(?:{HIDDEN}+[^\W_]+)*[\u0300-\u036f]*"
ELISION = rf"(?:(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu|quoiqu)['’ʼ]{HIDDEN}*)?"
# élu·e·s, habitant.e.s, directeur(trice), usager/ère/s: the ending is dropped, the word is kept.
ENDING = "ères|ère|euses|euse|trices|trice|rices|rice|ières|ière|elles|elle|nes|ne|les|le|tes|te|ves|ve|es|e|s"
INCLUSIVE = rf"(?:[·•∙⋅‧.(/](?:{ENDING})(?:[·•∙⋅‧./]?s)?(?:\)s?)?(?!\w))?"
# With a hyphen only the endings that are never a word: étudiant-e-s, coordinateur-rice, but not « donne-le ».
HYPHENATED = r"(?:-(?:e|es|rice|trice|euse|ère)(?:-?s)?(?![\w-]))?"
# C.M.P. is one word, CMP; « A. B. » with spaces are initials.
ACRONYM = r"(?P<acronym>(?:[^\W\d_]\.){2,}[^\W\d_]?)(?![^\W_])"
WORD = re.compile(rf"(?<![^\W_])(?:{ACRONYM}|{ELISION}(?P<word>{LETTERS}){INCLUSIVE}{HYPHENATED})", re.IGNORECASE)
COMPOUND = re.compile(r"(?<![\w-])[^\W\d_]{2,}(?:[-‐‑][^\W\d_]{2,}){1,2}(?![\w-])")
NOT_ALNUM = re.compile(r"[\W_]+")

FUNCTION_WORDS = """
a action actions afin ai ainsi alors ao apres au aucun aussi autre aux avant avec avoir c ca car ce ceci cela
celle celles celui ces cet cette ceux chez ci comme comment contre d dans de deja depuis des donc dont du elle
elles en encore entre es est et etait etant ete etes etre eu existe existent exister faire fait fut ici il ils j
je l la le les leur leurs lors lui m ma mais me meme memes mes moi mon n ne ni nos notre nous on ont ou par
parce pas pendant peu peut plus pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa sans se ses
si son sont sous sur t ta te tes toi ton tous tout toute toutes tres tu un une vers veut veux via voici voila
vos votre vous y
"""
STOP_WORDS = frozenset(FUNCTION_WORDS.split())
# Snowball keeps the plural of « ados », « élus », « lieux », and stems « usagers » separately: it goes first.
PLURAL = re.compile(r"(?<=[a-z]{2}[a-rt-z])s$|(?<=[a-z]eu)x$")
ACCENTED = re.compile(r"(?<=[a-z]{3})(it|e)e(s?)$")
SHORT_S = frozenset({"plus", "sous", "tous", "nous", "vous", "sans", "dans", "mais", "puis"})


class Word(NamedTuple):
    """One word of a text: its position in the original (start, end) and its folded form."""

    start: int
    end: int
    form: str


def clean(text: str, limit: int) -> str:
    """``text`` without forbidden characters, at most ``limit`` characters, on one line."""
    return " ".join(characters.clean(text[: limit * 4]).split())[:limit]


@lru_cache(maxsize=16_384)
def fold(word: str) -> str:
    """One word in lower case without accents, ligatures or invisible signs (« Œuvré » → « oeuvre »); '' if nothing."""
    if word.isascii() and word.isalnum():
        return word.lower()[:MAX_WORD]
    lowered = word.casefold().replace("œ", "oe").replace("æ", "ae")
    decomposed = characters.normalize("NFKD", lowered)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return NOT_ALNUM.sub("", letters.casefold())[:MAX_WORD]


def words(text: str) -> Iterator[Word]:
    """Every word of ``text`` in order, without elided articles and inclusive endings."""
    for match in WORD.finditer(text):
        part = "word" if match["word"] else "acronym"
        form = fold(match[part])
        if form:
            yield Word(match.start(part), match.end(), form)


def compounds(text: str) -> list[str]:
    """The hyphenated words of ``text`` written as one (« psycho-social » → « psychosocial »), each once."""
    return list(dict.fromkeys(fold(match.group()) for match in COMPOUND.finditer(text)))


_stemmer = Stemmer.Stemmer("french", 0)
_stemmer_lock = Lock()  # a Snowball stemmer has a working buffer: one thread at a time


@lru_cache(maxsize=16_384)
def stem(form: str) -> str:
    """The stem of a folded form.

    « -ité » and « -ée » get their accent back so that Snowball recognises them: précarité and precarite, parentalité
    and parentale have the same stem.
    """
    if form.isascii() and form.isalpha() and form not in SHORT_S:
        form = PLURAL.sub("", form)
        form = ACCENTED.sub(r"\1é\2", form)
    with _stemmer_lock:
        return fold(_stemmer.stemWord(form)) or form


#: The stems that are not highlighted and name nothing.
STOP_STEMS = frozenset(map(stem, STOP_WORDS))


def forms(text: str) -> list[str]:
    """The folded forms of ``text``."""
    return [word.form for word in words(text)]


def stems(text: str) -> list[str]:
    """The stems of ``text``, one for each word."""
    return [stem(word.form) for word in words(text)]


def is_stop_word(form: str) -> bool:
    return form in STOP_WORDS


class Analysed(NamedTuple):
    """A text ready to index: its stems and its forms (same number, separated by spaces) and the position of each."""

    stems: str
    forms: str
    spans: bytes


class Piece(NamedTuple):
    """One word of a chunk: its position in the chunk, its length (255 at most), its form and its stem."""

    start: int
    length: int
    form: str
    stem: str


@lru_cache(maxsize=65_536)
def pieces(chunk: str) -> tuple[Piece, ...]:
    """The words of ``chunk``, which holds no blank: a word never contains a blank, and texts repeat their words."""
    return tuple(
        Piece(word.start, min(word.end - word.start, 255), word.form, stem(word.form)) for word in words(chunk)
    )


def analyse(text: str) -> Analysed:
    """``spans`` packs one unsigned 32-bit number for each word: 24 bits of start, 8 bits of length."""
    found_stems: list[str] = []
    found_forms: list[str] = []
    spans = array("I")
    for match in CHUNK.finditer(text):
        first = match.start()
        for piece in pieces(match.group()):
            found_stems.append(piece.stem)
            found_forms.append(piece.form)
            spans.append((first + piece.start) << 8 | piece.length)
    return Analysed(" ".join(found_stems), " ".join(found_forms), spans.tobytes())


LONGEST_START = 12


def starts(text: str) -> list[str]:
    """Every prefix of every word of ``text``, up to LONGEST_START letters: the keys of suggestions."""
    prefixes = (form[:size] for form in forms(text) for size in range(1, min(len(form), LONGEST_START) + 1))
    return list(dict.fromkeys(prefixes))
