"""Creation and update of CLSM profiles from the records of a file, one transaction per record.

An empty cell leaves the profile unchanged; « (vide) » empties the field. A record equal to the latest draft writes
nothing: importing the same file twice adds no revision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction

from network.clsm_import.columns import COLUMNS, Column, Reference
from network.models import ClsmPage, ClsmRecord, DirectoryPage
from portal.base.tables.lines import EMPTY, Line, LineRefusedError, Outcome, Result

Values = dict[Column, object]


def import_lines(
    lines: Iterable[Line], directory: DirectoryPage, *, publish: bool = False, dry_run: bool = False
) -> list[Result]:
    """Import every record under ``directory``. With ``dry_run``, do everything and roll it back."""
    reference = Reference.from_database()
    with _rehearsal(dry_run):
        return [_import_line(line, directory, reference, publish) for line in lines]


@contextmanager
def _rehearsal(is_on: bool) -> Iterator[None]:
    if not is_on:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _import_line(line: Line, directory: DirectoryPage, reference: Reference, publish: bool) -> Result:
    try:
        with transaction.atomic():
            values = _parse(line, reference)
            notices = reference.take_notices()
            page = _find(line.key)
            has_draft = page is not None and page.live and page.has_unpublished_changes
            result = _update(line, page, values) if page else _create(line, directory, values)
            if publish:
                _publish(result, has_draft)
            result.notes = [*notices, *result.notes]
            return result
    except LineRefusedError as refusal:
        return Result(line, Outcome.REFUSED, refusal.notes)
    except ValidationError as error:
        return Result(line, Outcome.REFUSED, _by_field(error))


def _parse(line: Line, reference: Reference) -> Values:
    """The values of the filled cells. Raises ``LineRefusedError`` with every error of the record."""
    reference.take_notices()
    problems = [line.problem] if line.problem else []
    if not line.key:
        problems.append("identifiant : cellule vide.")
    values: Values = {}
    for column in [] if line.problem else COLUMNS:
        text = line.cells.get(column.name, "")
        if not text:
            continue
        try:
            values[column] = _value(column, text, line, reference)
        except ValidationError as error:
            problems.append(f"{column.name} : {' '.join(error.messages)}")
        except ValueError as error:
            problems.append(f"{column.name} : {error}.")
    if problems:
        raise LineRefusedError(problems)
    return values


def _value(column: Column, text: str, line: Line, reference: Reference) -> object:
    if text.lower() != EMPTY:
        return column.parse(text, line.cells, reference)
    if not column.may_be_empty:
        raise ValueError("cette colonne ne peut pas être vidée")
    return column.empty


def _find(key: str) -> ClsmPage | None:
    """The latest draft of the profile to which an earlier import, or the Centre, gave this identifier."""
    page = ClsmPage.objects.filter(record__import_key=key).first()
    return page and page.get_latest_revision_as_object()


def _create(line: Line, directory: DirectoryPage, values: Values) -> Result:
    page = ClsmPage(live=False)
    _write(page, values)
    if not page.title:
        raise LineRefusedError(["nom : il faut un nom pour créer un CLSM."])
    if directory.get_children().filter(title__iexact=page.title).exists():
        raise LineRefusedError(
            [
                f"nom : « {page.title} » est déjà dans l’annuaire. Si c’est le même CLSM, inscrivez « {line.key} » "
                "comme identifiant d’import dans son dossier interne."
            ]
        )
    directory.add_child(instance=page)
    page.save_revision()
    ClsmRecord.objects.update_or_create(
        clsm_id=page.pk, defaults={"import_key": line.key, "source": ClsmRecord.Source.IMPORT}
    )
    return Result(line, Outcome.CREATED, _missing(page))


def _update(line: Line, page: ClsmPage, values: Values) -> Result:
    changed = {column: value for column, value in values.items() if column.read(page) != value}
    if not changed:
        return Result(line, Outcome.UNCHANGED)
    if page.workflow_in_progress:
        raise LineRefusedError(["Le profil est en cours de relecture : il n’a pas été modifié."])
    if page.locked:
        raise LineRefusedError(["Le profil est verrouillé : il n’a pas été modifié."])
    _write(page, changed)
    page.save_revision()
    note = f"Champs modifiés : {', '.join(column.name for column in changed)}."
    return Result(line, Outcome.UPDATED, [note, *_missing(page)])


def _write(page: ClsmPage, values: Values) -> None:
    for column, value in values.items():
        column.write(page, value)


def _missing(page: ClsmPage) -> list[str]:
    """What a draft still needs to be published."""
    return [
        f"À compléter avant publication – {label} : {' '.join(messages)}" for label, messages in page.missing_items()
    ]


def _publish(result: Result, has_draft: bool) -> None:
    """Publish the imported draft, through the publication gate of the page; else report why it stays a draft.

    ``has_draft``: somebody had unpublished changes on a public profile; their draft is then not published.
    """
    page = ClsmPage.objects.get(record__import_key=result.line.key)
    if page.live and not page.has_unpublished_changes:
        return
    if has_draft or page.workflow_in_progress or page.locked:
        result.notes.append("Un brouillon attend : il se publie depuis l’interface, pas par l’import.")
        return
    try:
        with transaction.atomic():
            page.get_latest_revision().publish()
    except ValidationError:
        result.notes = result.notes or _missing(page.get_latest_revision_as_object())
    else:
        result.is_published = True


def _by_field(error: ValidationError) -> list[str]:
    if not hasattr(error, "error_dict"):
        return error.messages
    return [f"{name} : {' '.join(messages)}" for name, messages in error.message_dict.items()]
