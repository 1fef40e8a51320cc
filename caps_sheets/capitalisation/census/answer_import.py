"""The import of census answers: its columns, the creation and update of answers, and their export.

An import sends no e-mail: these are answers of earlier years. It keeps the day on which each was given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst, slugify
from wagtail.log_actions import log

from caps_sheets.capitalisation.census.editions import Titles, alike, words_of
from caps_sheets.capitalisation.models import CARD_FIELDS, EDITABLE, CensusAnswer, CensusChange, CensusState
from network.clsm_import.columns import (
    TermReference,
    items_column,
    parse_communes,
    places_shown,
    read_lists,
    terms_of,
    themes_of,
)
from network.models import ClsmPage
from portal.base.readings import Remark
from portal.base.tables import cells
from portal.base.tables.cells import as_read
from portal.base.tables.columns import FieldColumns
from portal.base.tables.importer import (
    Cell,
    Column,
    Importer,
    LineRefusedError,
    Outcome,
    Reference,
    Result,
    Understood,
    Values,
    own_id,
)
from portal.base.tables.lines import Line, Table
from portal.taxonomies.models import Theme, Vocabulary
from portal.users.models import User

FIRST_YEAR, LAST_YEAR = 1990, 2100

#: The states that an imported answer may have; the first one if the cell is empty.
STATES = (CensusState.RECORDED, CensusState.SUBMITTED, CensusState.ARCHIVED)

CLSM, TITLE, YEAR, STATE, ANSWERED = "clsm", "intitule", "annee", "etat", "repondu_le"
PREVIOUS = "edition_precedente"
ANSWERED_LABEL, YEAR_LABEL, PREVIOUS_LABEL = "Date de réponse", "Année du recensement", "Édition précédente"

IMPORTED = "capitalisation.census_imported"

REASON = "Import d’une réponse antérieure au portail."


@dataclass
class AnswerReference(TermReference):
    """``clsms``: slug of an import key, an address or a title → ids. ``titles``: those of all the answers.

    ``words``: slug of the CLSM as the file names it → line → the words of its title, for the lines accepted.
    """

    clsms: dict[str, set[int]] = field(default_factory=dict)
    titles: Titles = field(default_factory=Titles)
    words: dict[str, dict[Line, str]] = field(default_factory=lambda: defaultdict(dict))

    def accept(self, line: Line) -> None:
        if line.key not in self.accepted:
            self.words[slugify(line.cells.get(CLSM, ""))][line] = words_of(as_read(line.cells.get(TITLE, "")))
        super().accept(line)

    def clsm(self, text: str) -> int:
        """The id of the CLSM of this import key, address or title."""
        ids = self.clsms.get(slugify(text), set())
        if len(ids) == 1:
            return next(iter(ids))
        if (pk := own_id(text)) and any(pk in known for known in self.clsms.values()):
            return pk
        several = "plusieurs CLSM répondent à" if ids else "aucun CLSM ne répond à"
        near = "" if ids else cells.nearest(text, {name: name for name in self.clsms})
        raise ValueError(f"{several} « {text} » : donnez son identifiant d’import ou celui de son adresse{near}")


AnswerCell = Cell[CensusAnswer, AnswerReference]
AnswerColumn = Column[CensusAnswer, AnswerReference]

fields = FieldColumns(CensusAnswer)


def known_clsms() -> dict[str, set[int]]:
    clsms: dict[str, set[int]] = {}
    for pk, *names in ClsmPage.objects.values_list("pk", "slug", "title", "record__import_key"):
        for name in filter(None, names):
            clsms.setdefault(slugify(name), set()).add(pk)
    return clsms


def term_list(column: str, name: str, vocabulary: Vocabulary, help_text: str) -> Column:
    return list_column(column, name, help_text, terms_of(vocabulary), allowed=lambda lists: lists.labels(vocabulary))


def list_column(column: str, name: str, help_text: str, parse: Callable[[Any], Any], **options: Any) -> Column:
    def read(answer: CensusAnswer) -> frozenset[Any]:
        return frozenset(getattr(answer, name).all())

    def write(answer: CensusAnswer, value: frozenset[Any]) -> None:
        getattr(answer, name).set(value)

    label = capfirst(str(fields.field(name).verbose_name))
    return items_column(column, parse, read, write, help_text, field=name, label=label, **options)


def theme(cell: AnswerCell) -> Theme:
    return cell.reference.theme(cell.text)


def year(cell: AnswerCell) -> int:
    return cells.year(cell.text, cell.say, FIRST_YEAR, LAST_YEAR)


def first_day(cell: AnswerCell) -> date:
    """A day; the first one of a month or of a year, said."""
    value = cells.dated(cell.text, cell.say, may_be_future=True, is_month_first=cell.is_month_first)
    if value.precision != "jour":
        cell.say(f"lu comme le {value.day:%d/%m/%Y}")
    return value.day


def answer_key(answer: CensusAnswer) -> str:
    return answer.import_key or f"portail-{answer.pk}"


def find_answer(key: str) -> CensusAnswer | None:
    """Most keys of a file are new: a small query tells, before the one that reads an answer and its CLSM."""
    sent = CensusAnswer.objects.order_by()
    pk = sent.filter(import_key=key).values_list("pk", flat=True).first()
    if pk is None and (own := own_id(key)):
        pk = sent.exclude(state=CensusState.DRAFT).filter(pk=own).values_list("pk", flat=True).first()
    return sent.select_related("clsm", "main_theme", "previous").get(pk=pk) if pk else None


def parse_previous(cell: AnswerCell) -> CensusAnswer | None:
    """None for an earlier line of the file, which a dry run has not written."""
    answer = find_answer(cell.text)
    if answer is None and cell.text not in cell.reference.accepted:
        raise ValueError(f"aucune action importée sous « {cell.text} » : placez l’édition précédente avant celle-ci")
    if answer is not None and answer == cell.record:
        raise ValueError("une action n’est pas sa propre édition précédente")
    return answer


def parse_state(cell: AnswerCell) -> str:
    choices = [(state.value, str(state.label)) for state in (CensusState if cell.record else STATES)]
    value = cells.choice(cell.text, choices, cell.say)
    if cell.record and value != cell.record.state:
        cell.say(f"l’état d’une action déjà importée ne change pas : elle reste « {cell.record.get_state_display()} »")
        return cell.record.state
    return value


def to_the_minute(answer: CensusAnswer) -> datetime | None:
    moment = answer.submitted_at
    return timezone.localtime(moment).replace(second=0, microsecond=0) if moment else None


def write_submitted(answer: CensusAnswer, value: datetime) -> None:
    answer.submitted_at = value


COLUMNS: tuple[AnswerColumn, ...] = (
    Column(
        CLSM,
        "CLSM qui répond : son identifiant d’import, la fin de son adresse, ou son nom exact.",
        parse=lambda cell: cell.reference.clsm(cell.text),
        read=lambda answer: answer.clsm_id,
        write=lambda answer, value: setattr(answer, "clsm_id", value),
        exported_as=lambda answer: answer.clsm.title,
        shown=lambda pk: ClsmPage.objects.values_list("title", flat=True).get(pk=pk),
        field="clsm",
        label="CLSM",
        example="EX-001",
        synonyms=("Nom du CLSM", "Votre CLSM"),
        is_required=True,
        may_be_empty=False,
    ),
    fields.text(
        TITLE,
        "title",
        "Nom de l’action, 200 caractères au plus.",
        example="Café des aidants",
        synonyms=("Action", "Intitulé de l’action", "Titre", "Nom de l’action"),
        is_required=True,
        may_be_empty=False,
    ),
    fields.column(
        YEAR,
        "edition",
        "Année du recensement ; sans elle, celle de la réponse.",
        year,
        label=YEAR_LABEL,
        example="2024",
        synonyms=("Année du recensement", "Édition"),
        may_be_empty=False,
    ),
    Column(
        ANSWERED,
        "Quand la réponse a été donnée : date, heure si elle est connue (heure de Paris).",
        parse=lambda cell: cells.moment(cell.text, cell.say, is_month_first=cell.is_month_first),
        read=to_the_minute,
        write=write_submitted,
        text=lambda moment: f"{moment:%Y-%m-%d %H:%M}",
        shown=lambda moment: moment.isoformat(),
        field="submitted_at",
        label=ANSWERED_LABEL,
        example="2024-03-12 14:05",
        synonyms=(
            "Horodateur",
            "Date de réponse",
            "Submit Date",
            "Timestamp",
            "Heure de fin",
            "Soumise le",
            "Répondu le",
        ),
        may_be_empty=False,
    ),
    Column(
        PREVIOUS,
        "Identifiant de la même action à l’édition d’avant, placée plus haut ou déjà importée.",
        parse_previous,
        read=lambda answer: answer.previous,
        write=lambda answer, value: setattr(answer, "previous", value),
        text=answer_key,
        field="previous",
        label=PREVIOUS_LABEL,
        shown=answer_key,
    ),
    Column(
        STATE,
        "recensée (par défaut), soumise ou archivée ; lu à la création seulement.",
        parse_state,
        read=lambda answer: answer.state,
        write=lambda answer, value: setattr(answer, "state", value),
        text=lambda value: str(CensusState(value).label),
        shown=lambda value: str(CensusState(value).label),
        field="state",
        label="État",
        allowed=lambda _: [str(state.label) for state in STATES],
        example="recensée",
        synonyms=("État",),
        may_be_empty=False,
    ),
    fields.text("description", "description", "800 caractères au plus."),
    fields.address("lien", "link", "Adresse d’une page ou d’un document."),
    fields.text("groupe_de_travail", "working_group", "Groupe de travail lié."),
    Column(
        "theme_principal",
        "Un thème de la liste.",
        theme,
        read=lambda answer: answer.main_theme,
        write=lambda answer, value: setattr(answer, "main_theme", value),
        shown=str,
        field="main_theme",
        label="Thème principal",
        allowed=lambda lists: lists.theme_names(),
        example="Accès aux soins",
        synonyms=("Thème principal",),
    ),
    list_column(
        "themes",
        "themes",
        "Thèmes secondaires, séparés par une barre verticale.",
        themes_of,
        allowed=lambda lists: lists.theme_names(),
        synonyms=("Thèmes secondaires",),
    ),
    term_list("objectifs", "objectives", Vocabulary.OBJECTIVE, "Objectifs de la liste."),
    term_list("publics", "audiences", Vocabulary.AUDIENCE, "Publics de la liste."),
    term_list("milieux", "settings", Vocabulary.SETTING, "Milieux de vie de la liste."),
    term_list("types_action", "action_types", Vocabulary.ACTION_TYPE, "Types d’action de la liste."),
    list_column(
        "communes",
        "communes",
        "Communes de l’action : leur nom et leur département, ou leur code INSEE.",
        parse_communes,
        shown=places_shown,
        example="Lodève (34)",
    ),
    fields.yes_no("qpv", "in_qpv", "oui ou non : en quartier prioritaire."),
    fields.text("quartiers", "qpv_names", "Quartiers prioritaires concernés."),
    fields.choice(
        "avancement", "progress", "en projet, en cours, terminée, récurrente ou abandonnée.", example="en cours"
    ),
    fields.day(
        "debut",
        "start_date",
        "Date ; le premier jour, si seul le mois ou l’année est donné.",
        first_day,
        synonyms=("Début", "Date de début"),
    ),
    fields.day(
        "fin",
        "end_date",
        "Date ; le premier jour, si seul le mois ou l’année est donné.",
        first_day,
        synonyms=("Date de fin",),
    ),
    fields.text("porteur", "carrier_name", "Porteur opérationnel.", synonyms=("Porteur opérationnel",)),
    fields.text("partenaires", "partners", "Partenaires."),
    fields.choice("place_usagers", "involvement", "aucune, consultation, co-construction ou co-animation."),
    term_list("financeurs", "funders", Vocabulary.FUNDER, "Financeurs de la liste."),
    fields.choice("budget", "budget", "Une tranche."),
    fields.number(
        "personnes", "reach", "Nombre de personnes touchées.", example="45", synonyms=("Nombre de personnes touchées",)
    ),
    fields.number("seances", "session_count", "Nombre de séances.", synonyms=("Nombre de séances",)),
    fields.choice("evaluation", "evaluation", "oui, non ou prévue."),
    fields.text("a_bien_marche", "went_well", "Ce qui a bien marché."),
    fields.text("a_pose_probleme", "went_wrong", "Ce qui a posé problème."),
    fields.choice(
        "souhait",
        "wish",
        "oui, non ou à discuter : souhait de capitalisation.",
        synonyms=("Souhait de capitalisation",),
    ),
    fields.text("disponibilite", "availability", "Disponibilité pour un entretien."),
    fields.text("difficultes_acces", "access_needs", "Difficultés d’accès."),
    fields.text("fonction", "respondent_role", "De la personne qui répond : une fonction, jamais un nom."),
    fields.email(
        "email",
        "respondent_email",
        "De la personne qui répond, jamais affiché.",
        synonyms=("E-mail", "Mail", "Adresse e-mail", "Courriel"),
    ),
    fields.yes_no(
        "fiche_publique",
        "allows_publication",
        "oui ou non : le CLSM accepte la fiche courte publique.",
        synonyms=("Fiche courte autorisée",),
    ),
)


class AnswerImporter(Importer[CensusAnswer, AnswerReference]):
    kind = "census"
    columns = COLUMNS
    title_column = TITLE
    said: ClassVar = {outcome: f"{outcome}e" for outcome in Outcome}

    def read(
        self, raw: bytes, headings: Mapping[str, str] | None = None, places: Mapping[int, str] | None = None
    ) -> Table:
        table = super().read(raw, headings, places)
        if ANSWERED not in [heading.column for heading in table.headings]:
            said = f"Sans colonne « {ANSWERED_LABEL} », les actions nouvelles porteront la date de leur import."
            table.notices.append(Remark(said))
        return table

    def reference(self, earlier: Iterable[Line] = ()) -> AnswerReference:
        reference = AnswerReference(clsms=known_clsms())
        reference.load_terms()
        for line in earlier:
            reference.accept(line)
        return reference

    def lists(self) -> Reference:
        return read_lists()

    def find(self, key: str) -> CensusAnswer | None:
        return find_answer(key)

    def imported_keys(self) -> QuerySet:
        return CensusAnswer.objects.values_list("import_key", flat=True)

    def doubts(
        self, line: Line, record: CensusAnswer | None, understood: Understood, reference: AnswerReference
    ) -> list[Remark]:
        values = by_name(understood.values)
        if record is not None or not {CLSM, TITLE} <= values.keys():
            return []
        previous = values.get(PREVIOUS)
        title, others = values[TITLE], reference.titles.like(values[CLSM], values[TITLE], previous and previous.pk)
        said = [f"« {twin.title} », déjà recensée ({twin.edition})" for twin in others]
        before = as_read(line.cells.get(PREVIOUS, ""))
        near = reference.words.get(slugify(line.cells[CLSM]), {})
        for other in alike(words_of(title), near):
            if other.key != before:
                said.append(f"« {as_read(other.cells[TITLE])} », ligne {other.number}")
        if not said:
            return []
        message = f"ressemble à {said[0]} : un doublon ? Si c’est une autre édition, remplissez « {PREVIOUS_LABEL} »"
        return [Remark(message, line.number, TITLE, line.cells[TITLE])]

    def create(self, line: Line, values: Values, reference: AnswerReference, by: User | None) -> Result:
        result = Result(line, Outcome.CREATED)
        given = by_name(values)
        now = timezone.now()
        answer = CensusAnswer(import_key=line.key, state=STATES[0], submitted_at=now)
        answer.edition = timezone.localdate(given.get(ANSWERED, now)).year
        if YEAR not in given and ANSWERED in given:
            said = f"sans « {YEAR_LABEL} », c’est celle de la réponse : {answer.edition}"
            result.remarks.append(Remark(said, line.number, ANSWERED, line.cells[ANSWERED]))
        elif ANSWERED not in given and ANSWERED in line.cells:
            said = "sans date de réponse, c’est celle de l’import"
            result.remarks.append(Remark(said, line.number, ANSWERED, line.cells[ANSWERED]))
        _write(answer, values, is_list=False)
        _check(line, answer)
        answer.save()
        _write(answer, values, is_list=True)
        CensusChange.objects.create(answer=answer, before=CensusState.DRAFT, after=answer.state, by=by, reason=REASON)
        log(instance=answer, action=IMPORTED, user=by, data={"key": line.key})
        return result

    def update(
        self, line: Line, record: CensusAnswer, changed: Values, reference: AnswerReference, by: User | None
    ) -> Result:
        if record.state in EDITABLE:
            said = "Le CLSM est en train de compléter cette action : elle n’a pas été modifiée."
            raise LineRefusedError(Remark(said, line.number))
        _write(record, changed, is_list=False)
        _check(line, record)
        record.revision += 1
        names = {column.field for column in changed}
        record.field_revisions |= dict.fromkeys(names, record.revision)
        simple = {column.field for column in changed if not _is_list(column)} | {"revision", "field_revisions"}
        record.save(update_fields=simple if record.is_public and not names & CARD_FIELDS else None)
        _write(record, changed, is_list=True)
        said = ", ".join(column.name for column in changed)
        log(instance=record, action=IMPORTED, user=by, data={"key": line.key, "changed": said})
        labels = ", ".join(column.label for column in changed)
        return Result(line, Outcome.UPDATED, [Remark(f"Champs modifiés : {labels}.", line.number)])

    def records(self) -> Iterator[tuple[str, CensusAnswer]]:
        """Every answer that was sent, the oldest edition first so that each finds the one before it."""
        sent = CensusAnswer.objects.exclude(state=CensusState.DRAFT).order_by("edition", "pk")
        related = sent.select_related("clsm", "main_theme", "previous").prefetch_related(*list_fields())
        for answer in related.iterator(chunk_size=200):
            yield answer_key(answer), answer


def list_fields() -> list[str]:
    """The fields of the columns that hold several values."""
    return [column.field for column in COLUMNS if _is_list(column)]


def by_name(values: Values) -> dict[str, Any]:
    return {column.name: value for column, value in values.items()}


def _is_list(column: Column) -> bool:
    return bool(fields.field(column.field).many_to_many)


def _write(answer: CensusAnswer, values: Values, *, is_list: bool) -> None:
    for column, value in values.items():
        if _is_list(column) is is_list:
            column.write(answer, value)


def _check(line: Line, answer: CensusAnswer) -> None:
    if answer.start_date and answer.end_date and answer.end_date < answer.start_date:
        raise LineRefusedError(Remark("elle précède le début.", line.number, "fin", line.cells.get("fin", "")))
