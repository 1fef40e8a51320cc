"""Creation and update of CLSM profiles from the lines of a file, and their export in the same columns.

A line equal to the latest draft writes nothing: importing the same file twice adds no revision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from rapidfuzz import fuzz, process

from network.clsm_import.columns import COLUMNS, TITLE, ClsmReference, read_lists, title_words
from network.models import ClsmPage, ClsmRecord, DirectoryPage
from network.models.organisations import known_spellings
from portal.base.readings import Remark
from portal.base.tables.cells import as_read
from portal.base.tables.importer import (
    Importer,
    LineRefusedError,
    Outcome,
    Reference,
    Result,
    Understood,
    Values,
    own_id,
)
from portal.base.tables.lines import Line

NO_DIRECTORY = "Il n’y a pas encore d’annuaire des CLSM : lancez d’abord « setup_site »."
#: Likeness of the names of two CLSMs that may be one, out of 100.
SAME_NAME = 90


class ClsmImporter(Importer[ClsmPage, ClsmReference]):
    """``publish``: publish the profiles that are complete, by the same control as everywhere."""

    kind = "clsm"
    columns = COLUMNS
    title_column = TITLE

    def __init__(self, *, publish: bool = False) -> None:
        self.publish = publish

    def reference(self, earlier: Iterable[Line] = ()) -> ClsmReference:
        reference = ClsmReference()
        reference.load_terms()
        reference.spellings = known_spellings()
        rows = ClsmPage.objects.values_list("pk", "title", "record__import_key")
        for pk, title, key in rows:
            reference.names[f"« {title} » ({key or f'portail-{pk}'}), déjà dans l’annuaire"] = title_words(title)
        for line in earlier:
            reference.accept(line)
        return reference

    def lists(self) -> Reference:
        return read_lists()

    def find(self, key: str) -> ClsmPage | None:
        """The latest draft of the profile. Most keys of a file are new: a small query tells."""
        pk = ClsmRecord.objects.order_by().filter(import_key=key).values_list("pk", flat=True).first() or own_id(key)
        page = ClsmPage.objects.filter(pk=pk).first() if pk else None
        return page and page.get_latest_revision_as_object()

    def imported_keys(self) -> QuerySet:
        return ClsmRecord.objects.values_list("import_key", flat=True)

    def doubts(
        self, line: Line, record: ClsmPage | None, understood: Understood, reference: ClsmReference
    ) -> list[Remark]:
        title = as_read(line.cells.get(TITLE, ""))
        if record is not None or not (words := title_words(title)):
            return []
        near = process.extractOne(words, reference.names, scorer=fuzz.ratio, score_cutoff=SAME_NAME)
        if near is None:
            return []
        message = (
            f"ressemble à {near[2]} : si c’est le même CLSM, gardez une seule ligne, sous l’identifiant déjà connu"
        )
        return [Remark(message, line.number, TITLE, line.cells[TITLE])]

    def create(self, line: Line, values: Values, reference: ClsmReference, by: Any) -> Result:
        directory = DirectoryPage.objects.first()
        if directory is None:
            raise LineRefusedError(Remark(NO_DIRECTORY, line.number))
        page = ClsmPage(live=False)
        _write(page, values)
        other = reference.taken.get(page.title.casefold())
        if other is not None and other.key != line.key:
            message = f"« {page.title} » est aussi le nom de la ligne {other.number} : gardez une seule des deux."
            raise LineRefusedError(Remark(message, line.number, TITLE, line.cells[TITLE]))
        if directory.get_children().filter(title__iexact=page.title).exists():
            message = (
                f"« {page.title} » est déjà dans l’annuaire. Si c’est le même CLSM, inscrivez « {line.key} » "
                "comme identifiant d’import dans son dossier interne."
            )
            raise LineRefusedError(Remark(message, line.number, TITLE, line.cells[TITLE]))
        directory.add_child(instance=page)
        page.save_revision(user=by)
        ClsmRecord.objects.update_or_create(
            clsm_id=page.pk, defaults={"import_key": line.key, "source": ClsmRecord.Source.IMPORT}
        )
        return self._finished(Result(line, Outcome.CREATED, _missing(line, page)), page, has_draft=False)

    def update(self, line: Line, record: ClsmPage, changed: Values, reference: ClsmReference, by: Any) -> Result:
        if record.workflow_in_progress:
            raise LineRefusedError(Remark("Le profil est en cours de relecture : il n’a pas été modifié.", line.number))
        if record.locked:
            raise LineRefusedError(Remark("Le profil est verrouillé : il n’a pas été modifié.", line.number))
        has_draft = record.live and record.has_unpublished_changes
        _write(record, changed)
        record.save_revision(user=by)
        said = Remark(f"Champs modifiés : {', '.join(column.label for column in changed)}.", line.number)
        return self._finished(Result(line, Outcome.UPDATED, [said, *_missing(line, record)]), record, has_draft)

    def unchanged(self, line: Line, record: ClsmPage) -> Result:
        has_draft = record.live and record.has_unpublished_changes
        return self._finished(Result(line, Outcome.UNCHANGED), record, has_draft)

    def _finished(self, result: Result, page: ClsmPage, has_draft: bool) -> Result:
        """Publish the imported draft, through the publication gate of the page; else say why it stays a draft.

        ``has_draft``: somebody had unpublished changes on a public profile; their draft is then not published.
        """
        if not self.publish:
            return result
        stored = ClsmPage.objects.get(pk=page.pk)
        if stored.live and not stored.has_unpublished_changes:
            return result
        if has_draft or stored.workflow_in_progress or stored.locked:
            said = "Un brouillon attend : il se publie depuis l’interface, pas par l’import."
            result.remarks.append(Remark(said, result.line.number))
            return result
        try:
            with transaction.atomic():
                stored.get_latest_revision().publish()
        except ValidationError:
            result.remarks = result.remarks or _missing(result.line, stored.get_latest_revision_as_object())
        else:
            result.is_published = True
        return result

    def records(self) -> Iterator[tuple[str, ClsmPage]]:
        """The latest draft of each profile, as the import compares it."""
        pages = ClsmPage.objects.order_by("title", "pk").select_related("record", "latest_revision")
        for page in pages.iterator(chunk_size=100):
            record = getattr(page, "record", None)
            yield (record and record.import_key) or f"portail-{page.pk}", page.get_latest_revision_as_object()


def _write(page: ClsmPage, values: Values) -> None:
    for column, value in values.items():
        column.write(page, value)


def _missing(line: Line, page: ClsmPage) -> list[Remark]:
    """What a draft still needs to be published."""
    return [
        Remark(f"À compléter avant publication – {label} : {' '.join(messages)}", line.number)
        for label, messages in page.missing_items()
    ]
