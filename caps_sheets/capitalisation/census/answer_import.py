"""The import of census answers: its columns, and the creation and update of answers, one transaction per record.

The conventions are those of ``network/clsm_import``: an empty cell leaves the answer unchanged, « (vide) » empties the
field, and a record without a difference writes nothing. An import sends no e-mail: these are answers of earlier
years.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from wagtail.log_actions import log

from caps_sheets.capitalisation.census.questionnaire import QUESTIONNAIRE
from caps_sheets.capitalisation.models import CARD_FIELDS, EDITABLE, CensusAnswer, CensusChange, CensusState
from network.clsm_import import columns as values
from network.clsm_import.columns import Reference
from network.models import ClsmPage
from portal.base.tables.lines import EMPTY, Line, LineRefusedError, Outcome, Result
from portal.taxonomies.models import Vocabulary
from portal.users.models import User

field_of = QUESTIONNAIRE.field_of

FIRST_YEAR, LAST_YEAR = 1990, 2100

#: The states that an imported answer may have; the first one if the cell is empty.
STATES = (CensusState.RECORDED, CensusState.SUBMITTED, CensusState.ARCHIVED)

Parse = Callable[[str, "KnownTerms"], Any]


@dataclass
class KnownTerms:
    """The names allowed in cells, read once for the whole file."""

    reference: Reference
    clsms: dict[str, set[int]]

    @classmethod
    def from_database(cls) -> "KnownTerms":
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
    """With the validators of the field itself: length, URL, number…"""
    return Column(column, field, lambda text, known: field_of(field).clean(convert(text), None))


def choice(column: str, field: str) -> Column:
    return plain(column, field, partial(values.parse_choice, choices=field_of(field).choices))


def term_list(column: str, field: str, vocabulary: Vocabulary) -> Column:
    def parse(text: str, known: KnownTerms) -> Any:
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


def parse_previous(text: str, known: KnownTerms) -> CensusAnswer:
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
        lambda text, known: values.parse_communes(text, known.reference),
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

IMPORTED = "capitalisation.census_imported"

REASON = "Import d’une réponse antérieure au portail."

#: For reports: an action is feminine in French.
SAID = {
    Outcome.CREATED: "créée",
    Outcome.UPDATED: "modifiée",
    Outcome.UNCHANGED: "inchangée",
    Outcome.REFUSED: "refusée",
}

Values = dict[Column, Any]


@transaction.atomic
def import_answers(lines: Iterable[Line], *, by: User | None = None, dry_run: bool = False) -> list[Result]:
    """Import every record. With ``dry_run``, do everything and roll it back."""
    known = KnownTerms.from_database()
    results = [_import_line(line, known, by) for line in lines]
    transaction.set_rollback(dry_run)
    return results


def _import_line(line: Line, known: KnownTerms, by: User | None) -> Result:
    try:
        with transaction.atomic():
            values = _parse(line, known)
            notices = known.reference.take_notices()
            answer = CensusAnswer.objects.filter(import_key=line.key).first()
            result = _update(line, answer, values, by) if answer else _create(line, values, by)
            result.notes = [*notices, *result.notes]
            return result
    except LineRefusedError as refusal:
        return Result(line, Outcome.REFUSED, refusal.notes)


def _parse(line: Line, known: KnownTerms) -> Values:
    """The values of the filled cells. Raises ``LineRefusedError`` with every error of the record."""
    known.reference.take_notices()
    problems = [line.problem] if line.problem else []
    if not line.key:
        problems.append("identifiant : cellule vide.")
    if len(line.key) > 80:
        problems.append("identifiant : 80 caractères au plus.")
    values: Values = {}
    for column in [] if line.problem else COLUMNS:
        text = line.cells.get(column.name, "")
        if not text:
            continue
        try:
            values[column] = _value(column, text, known)
        except ValidationError as error:
            problems.append(f"{column.name} : {' '.join(error.messages)}")
        except ValueError as error:
            problems.append(f"{column.name} : {error}.")
    if problems:
        raise LineRefusedError(problems)
    return values


def _value(column: Column, text: str, known: KnownTerms) -> Any:
    if text.lower() != EMPTY:
        return column.parse(text, known)
    if not column.may_be_empty:
        raise ValueError("cette colonne ne peut pas être vidée")
    return column.empty


def _create(line: Line, values: Values, by: User | None) -> Result:
    absent = [column.name for column in COLUMNS if not column.may_be_empty and column not in values]
    if absent:
        raise LineRefusedError([f"{name} : cellule vide." for name in absent])
    state = _state(line)
    answer = CensusAnswer(
        import_key=line.key, state=state, edition=timezone.localdate().year, submitted_at=timezone.now()
    )
    _check(answer, values)
    answer.save()
    _set_lists(answer, values)
    CensusChange.objects.create(answer=answer, before=CensusState.DRAFT, after=state, by=by, reason=REASON)
    log(instance=answer, action=IMPORTED, user=by, data={"key": line.key})
    return Result(line, Outcome.CREATED)


def _update(line: Line, answer: CensusAnswer, values: Values, by: User | None) -> Result:
    changed = {column: value for column, value in values.items() if column.read(answer) != value}
    if not changed:
        return Result(line, Outcome.UNCHANGED)
    if answer.state in EDITABLE:
        raise LineRefusedError(["Le CLSM est en train de compléter cette action : elle n’a pas été modifiée."])
    _check(answer, changed)
    answer.revision += 1
    fields = {column.field.removesuffix("_id") for column in changed}
    answer.field_revisions |= dict.fromkeys(fields, answer.revision)
    simple = {column.field for column in changed if not column.is_list} | {"revision", "field_revisions"}
    answer.save(update_fields=simple if answer.is_public and not fields & CARD_FIELDS else None)
    _set_lists(answer, changed)
    names = ", ".join(column.name for column in changed)
    log(instance=answer, action=IMPORTED, user=by, data={"key": line.key, "changed": names})
    return Result(line, Outcome.UPDATED, [f"Champs modifiés : {names}."])


def _state(line: Line) -> CensusState:
    text = line.cells.get(STATE, "")
    try:
        return parse_state(text) if text else STATES[0]
    except ValueError as error:
        raise LineRefusedError([f"{STATE} : {error}."]) from error


def _check(answer: CensusAnswer, values: Values) -> None:
    """Set the simple fields in memory, and refuse contradictions."""
    for column, value in values.items():
        if not column.is_list:
            setattr(answer, column.field, value)
    if answer.start_date and answer.end_date and answer.end_date < answer.start_date:
        raise LineRefusedError(["fin : elle précède le début."])
    if answer.previous_id is not None and answer.previous_id == answer.pk:
        raise LineRefusedError(["edition_precedente : une action n’est pas sa propre édition précédente."])


def _set_lists(answer: CensusAnswer, values: Values) -> None:
    for column, value in values.items():
        if column.is_list:
            getattr(answer, column.field).set(value)
