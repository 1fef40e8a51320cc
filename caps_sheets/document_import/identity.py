"""The lines of an identity card read as the fields of a sheet; what is not understood stays to be completed."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.text import slugify

from caps_sheets.document_import.outline import IdentityLine
from caps_sheets.models import CapsSheetPage, SheetClsm, SheetCommune
from caps_sheets.models.sheet import BudgetRange, Recurrence
from caps_sheets.models.sheet_rules import THEMES
from network.clsm_import.columns import TermReference, known_organisation, title_words
from network.models import ClsmPage
from network.territories.models import Commune
from network.territories.places import Kind
from network.territories.resolver import places_in
from portal.base.readings import shortened
from portal.base.tables import cells
from portal.taxonomies.models import Theme, Vocabulary

TERM_LISTS = {
    "objectives": Vocabulary.OBJECTIVE,
    "audiences": Vocabulary.AUDIENCE,
    "settings": Vocabulary.SETTING,
    "strategies": Vocabulary.STRATEGY,
    "action_types": Vocabulary.ACTION_TYPE,
    "determinants": Vocabulary.DETERMINANT,
    "key_functions": Vocabulary.KEY_FUNCTION,
    "programmes": Vocabulary.PROGRAMME,
    "funders": Vocabulary.FUNDER,
}
TERMS = {
    "scale": Vocabulary.SCALE,
    "prevention_level": Vocabulary.PREVENTION_LEVEL,
    "licence": Vocabulary.LICENCE,
}
#: Characters of a date, a number or a choice at most: a longer text is a sentence.
LONGEST_VALUE = 300
TEXTS = ("hook", "qpv_names", "staff", "reach_method", "facilitator", "interview_dates", "interviewed_roles", "version",
         "other_sources", "title")  # fmt: skip
SHORT = ("in_qpv", "period", "start_date", "end_date", "recurrence", "budget", "reach")
#: Never the slash of « 01/09/2020 ».
BOX, TICKED = re.compile("([☐□☑☒✓✔])"), "☑☒✓✔"
PERIOD = re.compile(
    r"\s*(?:\b(?:à|au)\b|→|–|—|jusqu[’']?(?:en|à|au)|\s[-/]\s|(?<=\d{4})[-/](?=\d{4}\b))\s*", re.IGNORECASE
)
FROM = re.compile(r"(?:depuis|du|de|dès)\s+|d['’]", re.IGNORECASE)
ONGOING = re.compile(r"en cours|aujourd|ce jour|depuis|à présent", re.IGNORECASE)
NUMBER = r"(?P<whole>\d{1,3}(?:[ .]\d{3})+|\d{1,9})(?:[.,](?P<decimals>\d{1,2}))?"
#: A number without its unit is an amount if nothing else is written: « Financement ARS 2021 » is none.
AMOUNT = re.compile(rf"(?<![\d.,]){NUMBER} ?(?P<unit>[km]?) ?(?:€|euros?\b)", re.IGNORECASE)
BARE = re.compile(rf"{NUMBER} ?(?P<unit>[km]?)", re.IGNORECASE)
UNITS = {"": 1, "k": 1_000, "m": 1_000_000}
CEILINGS = ((1_000, BudgetRange.UNDER_1K), (5_000, BudgetRange.UNDER_5K), (20_000, BudgetRange.UNDER_20K),
            (50_000, BudgetRange.UNDER_50K))  # fmt: skip


@dataclass
class ReadLine:
    """``shown``: the value as the sheet has it. ``problem``: why there is none; ``remarks``: what was guessed."""

    line: IdentityLine
    label: str = ""
    shown: str = ""
    problem: str = ""
    remarks: list[str] = field(default_factory=list)


@dataclass
class Identity:
    values: dict[str, Any] = field(default_factory=dict)
    lines: list[ReadLine] = field(default_factory=list)


def read_identity(lines: Iterable[IdentityLine]) -> Identity:
    reader = CardReader()
    for line in lines:
        reader.read(line)
    return reader.identity


@dataclass
class CardReader:
    """Terms, and the names of CLSMs, are read once, when a line needs them."""

    identity: Identity = field(default_factory=Identity)
    _terms: TermReference | None = None

    @property
    def terms(self) -> TermReference:
        if self._terms is None:
            self._terms = TermReference()
            self._terms.load_terms()
        return self._terms

    def read(self, line: IdentityLine) -> None:
        done = ReadLine(line, label_shown(line.field))
        self.identity.lines.append(done)
        if not line.value:
            done.problem = "rien n’est écrit"
        elif not line.field:
            done.problem = "ce libellé n’est pas connu"
        else:
            try:
                done.shown = self._read(line.field, line.value, done.remarks.append)
            except ValueError as error:
                done.problem = str(error)

    def _read(self, name: str, text: str, say: Callable[[str], Any]) -> str:
        """Raises ValueError with what the cell holds instead of a value."""
        if name in TEXTS:
            return self.keep(name, _short(name, text))
        text = ticked(cells.spaced(text))
        if name in TERMS:
            return self.keep(name, self.terms.term(text, TERMS[name]))
        if name in TERM_LISTS:
            return self._list(name, text, self.terms.terms[TERM_LISTS[name]], say)
        if len(text) > LONGEST_VALUE and name in SHORT:
            raise ValueError("ce texte est trop long pour être une date, un nombre ou un choix")
        read: Callable[[str, Callable[[str], Any]], str] = getattr(self, f"read_{name}")
        return read(text, say)

    def keep(self, name: str, value: Any) -> str:
        """The first line that gives a value wins: a second one is left to be completed."""
        if name in self.identity.values and self.identity.values[name] != value:
            raise ValueError("une autre ligne a déjà donné cette information")
        self.identity.values[name] = value
        return shown(value)

    def _list(self, name: str, text: str, known: dict[str, Any], say: Callable[[str], Any]) -> str:
        """The items that are known; the others are said, and left to be completed."""
        found, unknown = cells.listed(text, lambda part: known.get(slugify(part)), say)
        if not found:
            raise ValueError("aucun de ces mots n’est dans la liste du portail")
        if unknown:
            say(f"pas dans la liste du portail, à choisir à la main : « {' », « '.join(map(shortened, unknown))} »")
        return self.keep(name, found)

    def read_clsm(self, text: str, say: Callable[[str], Any]) -> str:
        known = {title_words(title): pk for pk, title in ClsmPage.objects.values_list("pk", "title")}
        found, unknown = cells.listed(text, lambda part: known.get(title_words(part) or "-"), say)
        if not found:
            raise ValueError("aucun CLSM de l’annuaire ne porte ce nom : choisissez-le dans la fiche")
        if unknown:
            say(f"pas dans l’annuaire : « {' », « '.join(map(shortened, unknown))} »")
        pages = list(ClsmPage.objects.filter(pk__in=found))
        return self.keep("clsms", sorted(pages, key=lambda page: found.index(page.pk)))

    def read_carrier(self, text: str, say: Callable[[str], Any]) -> str:
        if organisation := known_organisation(" ".join(text.split())):
            return self.keep("carrier", organisation)
        raise ValueError("aucune organisation du portail ne porte ce nom : choisissez-la, ou créez-la")

    def read_communes(self, text: str, say: Callable[[str], Any]) -> str:
        codes = [resolution.places[0].code for resolution in places_in(text, Kind.COMMUNE)]
        communes = list(Commune.objects.filter(pk__in=codes))
        if len(communes) < len(codes) or not codes:
            raise ValueError("ce lieu n’est pas chargé dans ce portail")
        return self.keep("communes", communes)

    def read_in_qpv(self, text: str, say: Callable[[str], Any]) -> str:
        return self.keep("in_qpv", cells.yes_no(text, say))

    def read_period(self, text: str, say: Callable[[str], Any]) -> str:
        start, *others = _period(text)
        parts = [self.keep("start_date", cells.dated(start, say).day)]
        if others and not ONGOING.search(others[0]):
            parts.append(self.keep("end_date", _last_day(others[0], say)))
        elif ONGOING.search(text):
            self.keep("is_ongoing", True)
            parts.append("action en cours")
        return ", ".join(parts)

    def read_start_date(self, text: str, say: Callable[[str], Any]) -> str:
        return self.keep("start_date", cells.dated(text, say).day)

    def read_end_date(self, text: str, say: Callable[[str], Any]) -> str:
        if ONGOING.search(text):
            self.keep("is_ongoing", True)
            return "action en cours"
        return self.keep("end_date", _last_day(text, say))

    def read_recurrence(self, text: str, say: Callable[[str], Any]) -> str:
        value = cells.choice(text, Recurrence.choices, say)
        self.keep("recurrence", value)
        return str(Recurrence(value).label)

    def read_main_theme(self, text: str, say: Callable[[str], Any]) -> str:
        found, unknown = cells.listed(text, lambda part: self.terms.themes.get(slugify(part)), say)
        if not found:
            raise ValueError("aucun de ces mots n’est un thème du portail")
        if unknown:
            say(f"pas des thèmes du portail : « {' », « '.join(map(shortened, unknown))} »")
        self._add_themes(found, say)
        return self.keep("main_theme", found[0])

    def read_themes(self, text: str, say: Callable[[str], Any]) -> str:
        found, unknown = cells.listed(text, lambda part: self.terms.themes.get(slugify(part)), say)
        if not found:
            raise ValueError("aucun de ces mots n’est un thème du portail")
        if unknown:
            say(f"pas des thèmes du portail : « {' », « '.join(map(shortened, unknown))} »")
        return self._add_themes(found, say)

    def _add_themes(self, found: list[Theme], say: Callable[[str], Any]) -> str:
        themes = list(dict.fromkeys([*self.identity.values.get("themes", []), *found]))
        if len(themes) > THEMES[1]:
            say(f"{THEMES[1]} thèmes au plus : pas repris, « {' », « '.join(map(str, themes[THEMES[1] :]))} »")
        self.identity.values["themes"] = themes[: THEMES[1]]
        return shown(self.identity.values["themes"])

    def read_budget(self, text: str, say: Callable[[str], Any]) -> str:
        found = [bare] if (bare := BARE.fullmatch(text)) else [*AMOUNT.finditer(text)]
        if len(found) != 1:
            value = cells.choice(text, BudgetRange.choices, say)
        else:
            amount = _amount(found[0])
            value = next((kind.value for limit, kind in CEILINGS if amount < limit), BudgetRange.OVER_50K.value)
            say(f"tranche choisie d’après « {found[0][0].strip()} »")
        self.keep("budget", value)
        return str(BudgetRange(value).label)

    def read_reach(self, text: str, say: Callable[[str], Any]) -> str:
        return self.keep("reach", cells.whole_number(text, say))

    def read_keywords(self, text: str, say: Callable[[str], Any]) -> str:
        names = [" ".join(part.split()) for part in re.split(r"[;,|\n]", text) if part.strip()]
        if any(len(name) > 100 for name in names):
            raise ValueError("un mot-clé compte cent caractères au plus")
        return self.keep("keywords", names)

    def read_partners(self, text: str, say: Callable[[str], Any]) -> str:
        raise ValueError("choisissez chaque partenaire, avec son rôle, dans la fiche")


#: What the sheet has under another name than a field of its own.
NAMES = {
    "clsm": "CLSM porteur(s)",
    "communes": "communes de l’action",
    "period": "début et fin",
    "partners": "partenaires",
    "title": "titre",
}


def label_shown(name: str) -> str:
    return NAMES.get(name) or (str(CapsSheetPage._meta.get_field(name).verbose_name) if name else "")


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return ", ".join(map(shown, value)) if isinstance(value, list) else str(value)


def _short(name: str, text: str) -> str:
    limit = CapsSheetPage._meta.get_field(name).max_length
    plain = text if limit is None else " ".join(text.split())
    if limit is not None and len(plain) > limit:
        raise ValueError(f"{limit} caractères au plus, il y en a {len(plain)} : à raccourcir")
    return plain


def ticked(text: str) -> str:
    """What the ticked boxes of a form say, « ☐ Oui ☒ Non »; another text as it is."""
    before, *boxes = BOX.split(text)
    if before.strip() or not any(label.strip() for label in boxes[1::2]):
        return text
    labels = [label.strip(" ,;/\n") for mark, label in zip(boxes[::2], boxes[1::2], strict=True) if mark in TICKED]
    if not labels:
        raise ValueError("aucune case n’est cochée")
    return "; ".join(labels)


def _period(text: str) -> list[str]:
    """The start, and the end if one is written; a date that holds a separator is a start alone."""
    plain = FROM.sub("", text.strip(), count=1) if FROM.match(text.strip()) else text
    try:
        cells.dated(plain, lambda _: None, may_be_future=True)
    except ValueError:
        return [part for part in PERIOD.split(plain, maxsplit=1) if part.strip()] or [text]
    return [plain]


def _amount(found: re.Match[str]) -> float:
    number = float(f"{re.sub(r'[ .]', '', found['whole'])}.{found['decimals'] or 0}")
    return number * UNITS[found["unit"].lower()]


def _last_day(text: str, say: Callable[[str], Any]) -> date:
    """The last day of a year or a month."""
    value = cells.dated(text, say, may_be_future=True)
    if value.precision == "annee":
        return value.day.replace(month=12, day=31)
    if value.precision == "mois":
        return value.day.replace(day=monthrange(value.day.year, value.day.month)[1])
    return value.day


RELATED = {"themes", "keywords", "clsms", "communes"}


def fill(sheet: CapsSheetPage, identity: Identity) -> None:
    """Set the fields of the unsaved ``sheet``."""
    values = identity.values
    for name in values.keys() - RELATED:
        setattr(sheet, name, values[name])
    if main := values.get("main_theme"):
        sheet.themes.add(main)
    sheet.themes.add(*values.get("themes", []))
    sheet.keywords.add(*values.get("keywords", []))
    sheet.clsm_items = [SheetClsm(clsm=clsm) for clsm in values.get("clsms", [])]
    sheet.commune_items = [SheetCommune(commune=commune) for commune in values.get("communes", [])]
