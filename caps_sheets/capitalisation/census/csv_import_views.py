"""Admin views of the import of earlier answers: upload, dry run line by line, confirmation.

The file is private to one session for half an hour between dry run and confirmation. It holds e-mail addresses: a
file that nobody confirmed is deleted at the next import by anybody, or by ``purge_due``.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied

from caps_sheets.capitalisation.census.answer_import import TITLE as TITLE_COLUMN
from caps_sheets.capitalisation.census.answer_import import AnswerImporter
from caps_sheets.capitalisation.census.modeladmin import IMPORTS
from portal.base.readings import Reading
from portal.base.tables.importer import Outcome, Result
from portal.base.tables.lines import Line
from portal.base.tables.reader import MAX_BYTES, FileRefusedError
from portal.medialib.models import private_storage
from portal.users.models import User

FOLDER = "recensement/imports"

LIFE = timedelta(minutes=30)

KEY = "census_import"


@dataclass(frozen=True)
class CheckedFile:
    """``digest`` is posted with the confirmation: another tab may have checked another file since."""

    raw: bytes
    name: str
    digest: str


def keep(session: SessionBase, raw: bytes, name: str, now: datetime | None = None) -> CheckedFile:
    """Store the checked file, in place of the previous one."""
    forget(session)
    forget_old(now)
    stored = private_storage().save(f"{FOLDER}/{uuid4().hex}.csv", ContentFile(raw))
    digest = sha256(raw).hexdigest()
    session[KEY] = {"stored": stored, "name": name[:150], "digest": digest}
    return CheckedFile(raw, name, digest)


def checked(session: SessionBase, digest: str, now: datetime | None = None) -> CheckedFile | None:
    """The file of this session, if it has the confirmed ``digest`` and has not expired."""
    kept = session.get(KEY)
    if not kept or kept["digest"] != digest:
        return None
    forget_old(now)
    storage = private_storage()
    try:
        with storage.open(kept["stored"]) as file:
            return CheckedFile(file.read(), kept["name"], digest)
    except FileNotFoundError:
        return None


def forget(session: SessionBase) -> None:
    if kept := session.pop(KEY, None):
        private_storage().delete(kept["stored"])


def forget_old(now: datetime | None = None) -> int:
    """Delete every expired file; returns their number."""
    storage, limit = private_storage(), (now or timezone.now()) - LIFE
    if not storage.exists(FOLDER):
        return 0
    paths = [f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1]]
    old = [path for path in paths if storage.get_modified_time(path) <= limit]
    for path in old:
        storage.delete(path)
    return len(old)


IMPORTER = AnswerImporter()

TITLE = "Importer des actions"

MOST_LINES = 3_000

GONE = "Rien n’a été écrit : ce fichier n’est plus gardé (trente minutes au plus). Vérifiez-le de nouveau."


class CensusImportForm(forms.Form):
    """The file is read here, so that a broken one is an error of its field."""

    file = forms.FileField(
        label="Fichier à importer",
        help_text="Tableau CSV, XLSX, XLS ou ODS, une action par ligne, 10 Mo et 3 000 lignes au plus.",
    )

    def clean_file(self) -> Reading[Line]:
        file = cast(UploadedFile, self.cleaned_data["file"])
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError("Le fichier dépasse 10 Mo.")
        self.raw, self.name = file.read(), file.name or ""
        try:
            reading = IMPORTER.read(self.raw)
        except FileRefusedError as refusal:
            raise ValidationError(f"Fichier refusé, rien n’a été écrit. {refusal}") from refusal
        if len(reading.items) > MOST_LINES:
            raise ValidationError(f"Le fichier a plus de {MOST_LINES} lignes : utilisez la commande import_census.")
        return reading


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponseBase:
    """GET shows the form; POST shows the outcome of each line, first as a dry run, then once confirmed."""
    if not request.user.has_perm(IMPORTS):
        return permission_denied(request)
    if request.method != "POST":
        return shown(request, CensusImportForm())
    return confirm(request) if "confirme" in request.POST else check(request)


def check(request: HttpRequest) -> HttpResponse:
    """A dry run; the file is stored for the confirmation, unless no line of it would be written."""
    form = CensusImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return shown(request, form)
    reading = form.cleaned_data["file"]
    results = IMPORTER.import_lines(reading.items, by=cast(User, request.user), dry_run=True)
    kept = keep(request.session, form.raw, form.name)
    to_confirm = kept if useful(results) else None
    return shown(request, CensusImportForm(), results, notices=reading.messages(), to_confirm=to_confirm)


def confirm(request: HttpRequest) -> HttpResponse:
    file = checked(request.session, request.POST["confirme"])
    if file is None:
        messages.error(request, GONE)
        return shown(request, CensusImportForm())
    reading = IMPORTER.read(file.raw)
    results = IMPORTER.import_lines(reading.items, by=cast(User, request.user))
    forget(request.session)
    return shown(request, CensusImportForm(), results, notices=reading.messages(), file=file)


def useful(results: list[Result]) -> int:
    """The number of lines that an import would write."""
    return sum(result.outcome in (Outcome.CREATED, Outcome.UPDATED) for result in results)


def shown(
    request: HttpRequest,
    form: CensusImportForm,
    results: Sequence[Result] = (),
    *,
    notices: Iterable[str] = (),
    to_confirm: CheckedFile | None = None,
    file: CheckedFile | None = None,
) -> HttpResponse:
    """``notices``: how the file was read; ``to_confirm``: that of the dry run shown; ``file``: the one written."""
    found = list(results)
    report = {"rows": rows(found), "totals": totals(found), "useful": useful(found)}
    context = screen() | report | {"form": form, "notices": list(notices), "to_confirm": to_confirm, "written": file}
    return render(request, "wagtailadmin/census/import.html", context)


def rows(results: list[Result]) -> list[dict[str, Any]]:
    """Refused lines first, then by their number."""
    ordered = sorted(results, key=lambda result: (result.outcome is not Outcome.REFUSED, result.line.number))
    return [
        {
            "number": result.line.number,
            "key": result.line.key,
            "title": result.line.cells.get(TITLE_COLUMN, ""),
            "said": IMPORTER.said[result.outcome],
            "is_refused": result.outcome is Outcome.REFUSED,
            "notes": result.notes,
        }
        for result in ordered
    ]


def totals(results: list[Result]) -> list[tuple[str, int]]:
    counts = Counter(result.outcome for result in results)
    return [(IMPORTER.said[outcome], counts[outcome]) for outcome in Outcome] if results else []


def screen() -> dict[str, Any]:
    crumbs = [
        {"url": reverse("wagtailadmin_home"), "label": "Accueil"},
        {"url": reverse("recensement_modeladmin_index"), "label": "Actions recensées"},
        {"url": "", "label": TITLE},
    ]
    return {"page_title": TITLE, "header_title": TITLE, "header_icon": "upload", "breadcrumbs_items": crumbs}
