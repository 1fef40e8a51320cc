"""The columns of an import of answers: how each is read from a cell, compared with an answer, and written to it.

Same conventions as the import of CLSMs (``network/csv_import/columns.py``), whose ways of reading a cell
are used here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.text import slugify

from caps_sheets.capitalisation.census.completeness import field_of
from caps_sheets.capitalisation.models import CensusAnswer, CensusState
from network.csv_import import columns as values
from network.csv_import.columns import Reference
from network.models import ClsmPage
from portal.taxonomies.models import Vocabulary

FIRST_YEAR, LAST_YEAR = 1990, 2100
#: The states in which an earlier answer may arrive; the first one when the cell is empty.
STATES = (CensusState.RECORDED, CensusState.SUBMITTED, CensusState.ARCHIVED)
Parse = Callable[[str, "Known"], Any]


@dataclass
class Known:
    """What the cells may name, read once for the whole file."""

    reference: Reference
    clsms: dict[str, set[int]]

    @classmethod
    def from_database(cls) -> "Known":
        clsms: dict[str, set[int]] = {}
        rows = ClsmPage.objects.values_list("pk", "slug", "title", "record__import_key")
        for pk, *names in rows:
            for name in filter(None, names):
                clsms.setdefault(slugify(name), set()).add(pk)
        return cls(Reference.from_database(), clsms)

    def clsm(self, text: str) -> int:
        """The id of the CLSM of this import key, slug or title."""
        found = self.clsms.get(slugify(text), set())
        if len(found) != 1:
            several = "plusieurs CLSM répondent à" if found else "aucun CLSM ne répond à"
            raise ValueError(f"{several} « {text} » : donnez son identifiant d’import ou celui de son adresse")
        return next(iter(found))


@dataclass(frozen=True, eq=False)
class Column:
    """``parse`` raises ``ValueError`` or ``ValidationError``; ``field`` is that of the answer."""

    name: str
    field: str
    parse: Parse
    is_list: bool = False
    may_be_empty: bool = True

    @property
    def empty(self) -> Any:
        if self.is_list:
            return frozenset()
        return None if field_of(self.field).null else ""

    def read(self, answer: CensusAnswer) -> Any:
        value = getattr(answer, self.field)
        return frozenset(value.all()) if self.is_list else value


def plain(column: str, field: str, convert: Callable[[str], object] = str) -> Column:
    """With the checks of the field itself: length, address, number…"""
    return Column(column, field, lambda text, known: field_of(field).clean(convert(text), None))


def choice(column: str, field: str) -> Column:
    return plain(column, field, partial(values.parse_choice, choices=field_of(field).choices))


def term_list(column: str, field: str, vocabulary: Vocabulary) -> Column:
    def parse(text: str, known: Known) -> Any:
        return frozenset(values.parse_all(text, lambda part: known.reference.term(part, vocabulary)))

    return Column(column, field, parse, is_list=True)


def parse_number(text: str) -> int:
    digits = text.replace("\u202f", "").replace("\u00a0", "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise ValueError(f"« {text} » n’est pas un nombre entier")
    return int(digits)


def parse_year(text: str) -> int:
    year = parse_number(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"« {text} » n’est pas une année entre {FIRST_YEAR} et {LAST_YEAR}")
    return year


def parse_previous(text: str, known: Known) -> CensusAnswer:
    found = CensusAnswer.objects.filter(import_key=text).first()
    if found is None:
        raise ValueError(f"aucune action importée sous « {text} » : placez l’édition précédente avant celle-ci")
    return found


def parse_state(text: str) -> CensusState:
    return CensusState(values.parse_choice(text, [(state.value, str(state.label)) for state in STATES]))


COLUMNS = (
    Column("clsm", "clsm_id", lambda text, known: known.clsm(text), may_be_empty=False),
    Column("intitule", "title", lambda text, known: field_of("title").clean(text, None), may_be_empty=False),
    plain("annee", "edition", parse_year),
    Column("edition_precedente", "previous", parse_previous),
    plain("description", "description"),
    plain("lien", "link"),
    plain("groupe_de_travail", "working_group"),
    Column("theme_principal", "main_theme", lambda text, known: known.reference.theme(text)),
    Column(
        "themes",
        "themes",
        lambda text, known: frozenset(values.parse_all(text, known.reference.theme)),
        is_list=True,
    ),
    term_list("objectifs", "objectives", Vocabulary.OBJECTIVE),
    term_list("publics", "audiences", Vocabulary.AUDIENCE),
    term_list("milieux", "settings", Vocabulary.SETTING),
    term_list("types_action", "action_types", Vocabulary.ACTION_TYPE),
    Column(
        "communes",
        "communes",
        lambda text, known: frozenset(values.parse_all(text, values.parse_commune)),
        is_list=True,
    ),
    plain("qpv", "in_qpv", values.parse_yes_no),
    plain("quartiers", "qpv_names"),
    choice("avancement", "progress"),
    plain("debut", "start_date", lambda text: values.parse_dated(text)[0]),
    plain("fin", "end_date", lambda text: values.parse_dated(text)[0]),
    plain("porteur", "carrier_name"),
    plain("partenaires", "partners"),
    choice("place_usagers", "involvement"),
    term_list("financeurs", "funders", Vocabulary.FUNDER),
    choice("budget", "budget"),
    plain("personnes", "reach", parse_number),
    plain("seances", "session_count", parse_number),
    choice("evaluation", "evaluation"),
    plain("a_bien_marche", "went_well"),
    plain("a_pose_probleme", "went_wrong"),
    choice("souhait", "wish"),
    plain("disponibilite", "availability"),
    plain("difficultes_acces", "access_needs"),
    plain("fonction", "respondent_role"),
    plain("email", "respondent_email"),
    plain("fiche_publique", "allows_publication", values.parse_yes_no),
)
KEY, STATE = "identifiant", "etat"
REQUIRED = (KEY, "clsm", "intitule")
COLUMN_NAMES = (KEY, *(column.name for column in COLUMNS), STATE)
