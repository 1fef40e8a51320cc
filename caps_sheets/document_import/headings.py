"""What the heading of a document stands for in a sheet: one of the fourteen sections, or a part beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from caps_sheets.sections import SECTIONS
from portal.base.tables.lines import heading_key

IDENTITY, SUMMARY, HOOK, POINTS, EASY, SOURCES, WITHIN, BESIDE = (
    "identite", "resume", "accroche", "a-retenir", "falc", "sources", "suite", "",
)  # fmt: skip
#: Target → name shown in the list of choices, in its order.
TARGETS = {
    BESIDE: "À placer plus tard, à la main",
    WITHIN: "Intertitre de la partie précédente",
    IDENTITY: "Carte d’identité",
    HOOK: "Accroche",
    SUMMARY: "Résumé",
    POINTS: "À retenir",
    EASY: "Résumé facile à lire (FALC)",
    **{section.key: f"{rank}. {section.heading}" for rank, section in enumerate(SECTIONS, start=1)},
    SOURCES: "Autres sources",
}
#: Other wordings of each part, as interview grids and older sheets head them.
WORDINGS = {
    IDENTITY: (
        "carte d’identité; carte d’identité de l’action; fiche d’identité; fiche signalétique; "
        "informations générales; présentation générale; caractéristiques de l’action; renseignements "
        "généraux; identification de l’action"
    ),
    SUMMARY: (
        "résumé; résumé de l’action; synthèse; en bref; l’action en bref; présentation de l’action; "
        "description de l’action; l’essentiel; en résumé"
    ),
    HOOK: "accroche; chapeau; chapô",
    POINTS: ("à retenir; points clés; points à retenir; l’essentiel à retenir; ce qu’il faut retenir; idées clés"),
    EASY: "falc; facile à lire et à comprendre; résumé facile à lire; version facile à lire",
    SOURCES: (
        "sources; autres sources; sources documentaires; références; bibliographie; méthode; "
        "méthodologie; méthode de capitalisation; documents consultés"
    ),
    "contexte": (
        "contexte; origine; genèse; contexte et origine; contexte de l’action; origine de l’action; "
        "genèse de l’action; diagnostic; constats; constats de départ; besoins; état des lieux; "
        "historique; pourquoi cette action; point de départ; contexte territorial; contexte local; "
        "problématique; enjeux"
    ),
    "objectifs": (
        "objectifs; but; buts; finalités; objectif général; objectifs de l’action; objectifs visés; "
        "objectifs poursuivis; objectif principal; visée; ambitions"
    ),
    "publics": (
        "publics; public; public cible; publics visés; bénéficiaires; population; population cible; "
        "publics concernés; personnes concernées; participation des usagers; participation; implication "
        "des personnes concernées; modalités d’implication; implication des publics; place des usagers"
    ),
    "pilotage": (
        "pilotage; partenariats; partenaires; partenariat; gouvernance; acteurs; rôles; acteurs "
        "impliqués; partenaires mobilisés; partenaires et rôles; pilotage et partenariat; comité de "
        "pilotage; qui fait quoi; les acteurs de l’action; porteurs et partenaires; professionnels "
        "impliqués"
    ),
    "deroulement": (
        "déroulement; étapes; étapes clés; étapes de l’action; déroulé; déroulé de l’action; mise en "
        "œuvre; déroulement de l’action; calendrier; chronologie; les grandes étapes; récit de l’action; "
        "réalisation; mise en œuvre de l’action; activités; activités menées; actions menées; modalités "
        "de mise en œuvre; phases"
    ),
    "moyens": (
        "moyens; ressources mobilisées; moyens mobilisés; budget; financement; financements; outils; "
        "outils utilisés; moyens humains; moyens humains et financiers; moyens et outils; compétences; "
        "compétences mobilisées; ressources humaines; moyens matériels; coût"
    ),
    "elements_saillants": (
        "éléments saillants; fonctions clés; points saillants; points forts; éléments clés; stratégies; "
        "stratégies mobilisées; ingrédients; ce qui marche; facteurs de réussite; innovation; plus-value; "
        "originalité"
    ),
    "difficultes": (
        "difficultés; difficultés rencontrées; freins; obstacles; échecs; ajustements; limites; points "
        "faibles; freins rencontrés; freins et difficultés; difficultés et ajustements; points de "
        "vigilance; adaptations"
    ),
    "leviers": (
        "leviers; facilitateurs; éléments facilitants; facteurs facilitants; facteurs favorables; atouts; "
        "ce qui a facilité; appuis; leviers identifiés"
    ),
    "resultats": (
        "résultats; effets; évaluation; impact; impacts; effets observés; résultats observés; bilan; "
        "effets perçus; résultats de l’action; évaluation de l’action; résultats et effets; retombées; "
        "résultats et évaluation; indicateurs; changements observés"
    ),
    "enseignements": (
        "enseignements; conseils; leçons; leçons apprises; recommandations; apprentissages; enseignements "
        "tirés; conseils pour se lancer; si c’était à refaire; préconisations; conseils à d’autres clsm"
    ),
    "transferabilite": (
        "transférabilité; transfert; transposition; essaimage; reproductibilité; conditions de transfert; "
        "conditions de transférabilité; duplication"
    ),
    "perspectives": (
        "perspectives; suites; suite; et après; suites envisagées; perspectives et suites; avenir; "
        "prochaines étapes; pérennisation; développements; suites données"
    ),
    "ressources": (
        "ressources; pour aller plus loin; en savoir plus; liens utiles; liens; documents; annexes; "
        "ressources utiles; contacts et ressources; documentation"
    ),
}
#: Words that tell no part from another.
SMALL = {"l", "d", "s", "n", "a", "la", "le", "les", "un", "une", "des", "du", "de", "et", "en", "au", "aux", "ou",
         "pour", "par", "sur", "avec", "dans", "leur", "leurs", "ses", "son", "sa", "ce", "qu", "qui", "que", "notre",
         "nos", "action", "projet", "partie", "fiche"}  # fmt: skip
#: « 3. », « III – », « 2.1) », « B/ »: a number and its sign; a letter or a Roman figure alone is no number.
NUMBER = re.compile(
    r"\s*(?:partie\s+)?(?:\d{1,2}(?:[.\-]\d{1,2})*|[IVX]{1,5}|[A-Za-z])\s*[.)/\-–—:°]+\s*(?=\S)|\s*\d{1,2}\s+(?=\D)"
)
#: Out of a hundred: a misspelt heading, not another one.
NEAR = 88
LONGEST = 120


@dataclass(frozen=True)
class Match:
    """``is_certain``: the heading is a known wording of the part; otherwise it is guessed from its words."""

    target: str
    is_certain: bool = True


def key_of(text: str) -> str:
    """The words of a heading that matter, in their order and in the singular, without its number."""
    plain = NUMBER.sub("", text, count=1)
    words = heading_key(plain.replace("œ", "oe").replace("Œ", "OE").replace("’", " ").replace("'", " ")).split()
    return " ".join(_singular(word) for word in words if word not in SMALL) or " ".join(words)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith(("s", "x")) else word


def _wordings() -> dict[str, str]:
    """Key of each wording → its target; the official heading first."""
    known = {key_of(section.heading): section.key for section in SECTIONS}
    for target, wordings in WORDINGS.items():
        for wording in wordings.split(";"):
            known.setdefault(key_of(wording), target)
    return known


KNOWN = _wordings()
#: The longest first: « moyens humains » before « moyens ».
BY_LENGTH = sorted(KNOWN, key=lambda key: (-len(key.split()), key))


def match_of(text: str) -> Match | None:
    """None if nothing in the heading is known."""
    key = key_of(text) if len(text) <= LONGEST * 2 else ""
    if not key:
        return None
    if target := KNOWN.get(key):
        return Match(target)
    if near := process.extractOne(key, BY_LENGTH, scorer=fuzz.ratio, score_cutoff=NEAR):
        return Match(KNOWN[near[0]], is_certain=False)
    words = key.split()
    for known in BY_LENGTH:
        if set(known.split()) <= set(words):
            return Match(_first_named(words, known), is_certain=False)
    return None


def _first_named(words: list[str], longest: str) -> str:
    """A heading that names several parts in one word each is that of the first: « Difficultés et leviers »."""
    if len(longest.split()) == 1:
        longest = next((word for word in words if word in KNOWN), longest)
    return KNOWN[longest]
