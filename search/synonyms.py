"""Words that mean the same in the field: a fixed list, and the synonyms that editors keep on terms and themes.

A group holds phrases that stand for one another. They are applied to the query, so that changing one needs no
new index; the documents keep the words of their authors.
"""

from collections.abc import Iterable
from functools import lru_cache

from search.text import stems

Phrase = tuple[str, ...]
Rows = tuple[tuple[str, str], ...]

#: Acronyms of public mental health and pairs that French stemming keeps apart.
FIELD_SYNONYMS: tuple[tuple[str, ...], ...] = (
    ("CLSM", "conseil local de santé mentale"),
    ("CLS", "contrat local de santé"),
    ("RESAD", "situations complexes", "cas complexes", "réunion d’évaluation des situations d’adultes en difficulté"),
    ("QPV", "quartiers prioritaires", "politique de la ville"),
    ("SISM", "semaines d’information sur la santé mentale"),
    ("CMP", "centre médico-psychologique"),
    ("GEM", "groupe d’entraide mutuelle"),
    ("PTSM", "projet territorial de santé mentale"),
    ("PSSM", "premiers secours en santé mentale"),
    ("CPS", "compétences psychosociales"),
    ("MDA", "maison des adolescents"),
    ("PAEJ", "point accueil écoute jeunes"),
    ("ARS", "agence régionale de santé"),
    ("CCAS", "centre communal d’action sociale"),
    ("EHPAD", "établissement d’hébergement pour personnes âgées dépendantes"),
    ("EPCI", "intercommunalité"),
    ("SDF", "sans domicile fixe", "sans abri", "personnes sans domicile"),
    ("psy", "psychiatrie", "psychologue"),
    ("ados", "adolescents", "adolescence"),
    ("seniors", "aînés", "personnes âgées"),
    ("suicide", "suicidaire"),
    ("précarité", "précaires"),
    ("coordinatrice", "coordonnatrice", "coordination"),
    ("coordinateur", "coordonnateur"),
    ("logement", "habitat"),
    ("bailleurs", "bailleurs sociaux"),
    ("pair-aidance", "pairs-aidants", "entraide"),
    ("aidants", "proches aidants"),
    ("drogues", "addictions", "toxicomanie"),
    ("alcool", "alcoolisme"),
    ("migrants", "réfugiés", "exilés"),
    ("collèges", "établissements scolaires"),
    ("visioconférence", "visio"),
)


class Synonyms:
    """Groups of equivalent phrases of stems, looked up by phrase."""

    def __init__(self, groups: Iterable[Iterable[str]]) -> None:
        self.others: dict[Phrase, tuple[Phrase, ...]] = {}
        self.longest = 1
        for group in groups:
            phrases = [phrase for phrase in dict.fromkeys(tuple(stems(text)) for text in group) if phrase]
            for phrase in phrases:
                others = tuple(other for other in phrases if other != phrase)
                self.others[phrase] = tuple(dict.fromkeys((*self.others.get(phrase, ()), *others)))
                self.longest = max(self.longest, len(phrase))

    def match(self, tokens: list[str], start: int) -> tuple[int, tuple[Phrase, ...]]:
        """How many tokens from ``start`` make the longest known phrase, and what it also means: (1, ()) if none."""
        for size in range(min(self.longest, len(tokens) - start), 0, -1):
            others = self.others.get(tuple(tokens[start : start + size]))
            if others:
                return size, others
        return 1, ()


@lru_cache(maxsize=4)
def synonyms_from(rows: Rows) -> Synonyms:
    """The synonyms of the field and of ``rows`` (label, synonyms one a line); built again only when a term changed."""
    edited = [(label, *filter(None, map(str.strip, lines.splitlines()))) for label, lines in rows]
    return Synonyms([*FIELD_SYNONYMS, *edited])
