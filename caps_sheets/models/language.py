"""Words that harm or stigmatise, with better ones. Advice only: it never blocks the publication of a sheet.

Sources: domain dossier §8.4 (Papageno, WHO 2023 for suicide; « vit avec » rather than « souffre de »). A pattern
names the word with its inflections and its context, so that « souffrance » or « fou rire » do not match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.html import strip_tags

from portal.base.characters import normalize

if TYPE_CHECKING:
    from caps_sheets.models.sheet import CapsSheetPage

APOSTROPHE = "['’]"
#: Words that turn a following diagnosis into a name for the person.
NAMING = r"(?:une?|les?|la|des|du|aux?|ces?|cette|cet|nos|vos|leurs?|quelques|plusieurs|certaine?s|deux|trois|jeunes?)"
DISORDERS = (
    r"(?:troubles?|maladies?|schizophrénies?|bipolarité|dépressions?|psychoses?|addictions?|pathologies?|handicaps?|"
    r"autisme|anxiété|anorexie|boulimie|phobies?|toc|stress post-traumatique)"
)
SUFFERING = r"souffr(?:e|es|ons|ez|ent|ais|ait|aient|ant|ir|ira|iront|irait|iraient|ants?|antes?)"
#: What may follow a noun; another noun would turn it into an adjective (« une folle envie »).
END_OF_NAME = (
    r"(?=\s*(?:[.,;:!?…»”\")\]]|$)|\s+(?:qui|que|et|ou|dans|en|à|au|aux|sont|est|ont|ne|se|par|pour|avec|chez|sur)\b)"
)


@dataclass(frozen=True)
class Wording:
    """One wording to avoid; ``better`` is the suggested one."""

    pattern: re.Pattern[str]
    better: str


def _wording(pattern: str, better: str) -> Wording:
    return Wording(re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])", re.IGNORECASE), better)


WORDINGS = (
    # Suicide
    _wording(r"suicides?\s+(?:réussi|raté|manqué)e?s?", "« mort par suicide » ou « tentative de suicide »"),
    _wording(
        r"tentatives?(?:\s+de\s+suicides?)?\s+(?:réussie|ratée|manquée)s?",
        "« mort par suicide », « tentative de suicide »",
    ),
    _wording(
        r"(?:réuss(?:i|ie|ir|it)|rat(?:é|ée|er|e)|manqu(?:é|ée|er|e))\s+(?:son|leur|leurs|un|une|sa|ses)\s+(?:suicides?|tentatives?\s+de\s+suicide)",
        "« mort par suicide » ou « a fait une tentative de suicide »",
    ),
    _wording(
        r"comm(?:ettre|et|ettent|ettait|ettaient|is|ise|ettant)\s+(?:un|son|leur|des|leurs)\s+suicides?",
        "« mourir par suicide » : le suicide n’est ni un crime ni une faute",
    ),
    _wording(r"(?:épidémie|vague)s?\s+de\s+suicides?", "« hausse du nombre de suicides », avec sa source"),
    # People named by a diagnosis
    _wording(rf"{NAMING}\s+schizophrènes?", "« personne vivant avec une schizophrénie »"),
    _wording(rf"{NAMING}\s+bipolaires?{END_OF_NAME}", "« personne vivant avec un trouble bipolaire »"),
    _wording(rf"{NAMING}\s+(?:dépressifs?|dépressives?){END_OF_NAME}", "« personne vivant avec une dépression »"),
    _wording(rf"{NAMING}\s+psychotiques?{END_OF_NAME}", "« personne vivant avec un trouble psychotique »"),
    _wording(rf"{NAMING}\s+suicidaires?{END_OF_NAME}", "« personne qui a des idées suicidaires »"),
    _wording(rf"{NAMING}\s+autistes?{END_OF_NAME}", "« personne autiste »"),
    _wording(rf"{NAMING}\s+handicapée?s?{END_OF_NAME}", "« personne en situation de handicap »"),
    _wording(rf"{NAMING}\s+alcooliques?(?!\s+anonymes){END_OF_NAME}", "« personne ayant une dépendance à l’alcool »"),
    _wording(r"toxicomanes?|toxicos?|junkies?", "« personne qui consomme des drogues »"),
    _wording(rf"{NAMING}\s+droguée?s?{END_OF_NAME}", "« personne qui consomme des drogues »"),
    _wording(r"malades?\s+(?:mental|mentale|mentaux|mentales)", "« personne vivant avec un trouble psychique »"),
    _wording(rf"{NAMING}\s+(?:fous?|folles?){END_OF_NAME}", "« personne vivant avec un trouble psychique »"),
    _wording(
        r"(?:débiles?|attardée?s?)\s+menta(?:l|le|ux|les)",
        "« personne vivant avec un trouble du développement intellectuel »",
    ),
    _wording(r"aliénée?s?\s+menta(?:l|le|ux|les)", "« personne vivant avec un trouble psychique »"),
    _wording(r"cas\s+socia(?:l|ux)", "« personne en difficulté », en disant laquelle"),
    # What happens to people
    _wording(
        rf"{SUFFERING}\s+(?:de\s+la\s+|du\s+|des\s+|de\s+|d{APOSTROPHE}(?:une?\s+|un\s+)?)(?:\w+\s+)?{DISORDERS}",
        "« vit avec »",
    ),
    _wording(r"internée?s?|internements?", "« hospitalisé·e », « hospitalisation »"),
    _wording(r"asiles?\s+(?:psychiatriques?|de\s+fous|d’aliénés|d'aliénés)", "« hôpital psychiatrique »"),
)


@dataclass(frozen=True)
class WordingRemark:
    """Words found in a text, quoted from it."""

    words: str
    better: str

    def __str__(self) -> str:
        return f"« {self.words} » : préférez {self.better}."


def find(text: str) -> list[WordingRemark]:
    """Every wording to reconsider in a plain text, without duplicates, in the order of the list."""
    text = normalize("NFC", text).replace("\xa0", " ").replace("\u202f", " ")
    remarks: dict[tuple[str, str], WordingRemark] = {}
    for wording in WORDINGS:
        for match in wording.pattern.finditer(text):
            words = " ".join(match.group().split())
            remarks.setdefault((words.lower(), wording.better), WordingRemark(words, wording.better))
    return list(remarks.values())


def advice(sheet: CapsSheetPage) -> list[tuple[str, list[str]]]:
    """(part of the sheet, advice) for the completeness panel."""
    return [(label, [str(remark) for remark in remarks]) for label, text in _texts(sheet) if (remarks := find(text))]


def _texts(sheet: CapsSheetPage) -> Iterator[tuple[str, str]]:
    yield "titre", sheet.title
    yield "accroche", sheet.hook
    yield "résumé", _plain(sheet.summary)
    yield "résumé facile à lire (FALC)", _plain(sheet.easy_read)
    yield "à retenir", _plain(sheet.key_points.get_prep_value())
    for child in sheet.body:
        yield str(child.block.label), _plain(child.get_prep_value()["value"])


def _plain(value: Any) -> str:
    """All the words of a stored value, one piece per line: a match never runs from one block to the next."""
    if isinstance(value, str):
        return strip_tags(value.replace("<", " <").replace("&nbsp;", " ").replace("&#x27;", "'"))
    if isinstance(value, dict):
        return "\n".join(_plain(item) for name, item in value.items() if name not in ("id", "type"))
    if isinstance(value, list):
        return "\n".join(_plain(item) for item in value)
    return ""
