"""Admin views of the imports: the file, its headings, the check, the report with its corrections, the import.

An import belongs to the person who sent the file. Each form says which version of it was on screen.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from wagtail.admin import messages

from portal.base.admin_views import ObjectGuard, ObjectView, ServiceActionView, ServiceFormView
from portal.base.errors import RefusedError
from portal.base.numbers import posted_number
from portal.base.plurals import counted
from portal.base.tables.exports import export_response
from portal.base.tables.importer import Importer
from portal.base.tables.lines import Heading
from portal.base.tables.reader import FileRefusedError
from portal.base.tables.writer import csv_response
from portal.imports import services
from portal.imports.blank_tables import blank_csv, blank_xlsx
from portal.imports.forms import FileForm, HeadingsForm, field_name
from portal.imports.models import ImportStep, KnownHeading, TableImport
from portal.imports.report import Lines, Report, said

STEPS = ("Fichier", "Titres", "Vérification", "Corrections", "Import")
RANK = {ImportStep.HEADINGS: 2, ImportStep.CHECK: 3, ImportStep.REPORT: 4, ImportStep.IMPORT: 5, ImportStep.DONE: 5}
CELL = re.compile(r"cellule-([0-9]{1,9})-(.+)")


@method_decorator(never_cache, name="dispatch")
class ImportGuard(ObjectGuard):
    """For those who may import this kind of table."""

    viewset: Any = None  # the ``ImportViewSet`` that makes the view
    header_icon = "upload"

    @property
    def importer(self) -> Importer:
        importer: Importer = self.viewset.importer
        return importer

    def allows(self) -> bool:
        return bool(self.viewset.allows(self.user))

    def address(self, name: str, *args: object) -> str:
        return reverse(self.viewset.get_url_name(name), args=args)

    def crumbs(self) -> list[dict[str, Any]]:
        return [*self.viewset.crumbs(), {"url": self.address("index"), "label": self.viewset.title}]

    def object_context(self) -> dict[str, Any]:
        return {"viewset": self.viewset, "namespace": self.viewset.url_namespace}

    def get_success_url(self) -> str:
        return self.address("index")


class TableGuard(ImportGuard):
    """The URL names an import of the person. One that is over, or somebody else’s, is said to be no longer kept."""

    table: TableImport

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.allows():
            table = services.kept_imports(self.importer, self.user).filter(pk=self.kwargs["pk"]).first()
            if table is None:
                messages.error(request, services.GONE)
                return redirect(self.address("index"))
            self.table = table
        return super().dispatch(request, *args, **kwargs)

    @property
    def seen(self) -> int:
        return posted_number(self.request.POST.get("seen", ""))

    def crumbs(self) -> list[dict[str, Any]]:
        return [*super().crumbs(), {"url": self.get_success_url(), "label": self.table.name}]

    def object_context(self) -> dict[str, Any]:
        steps = [(rank, label, rank == RANK[ImportStep(self.table.step)]) for rank, label in enumerate(STEPS, start=1)]
        return {**super().object_context(), "table": self.table, "steps": steps}

    def get_success_url(self) -> str:
        return self.address("table", self.table.pk)

    def advance(self) -> None:
        self.table = services.advance(self.table, self.importer, by=self.user, clock=self.viewset.clock)


class IndexView(ImportGuard, ServiceFormView):
    """Send a file, go on with an import, fetch a table to fill in, forget a heading."""

    form_class = FileForm
    template_name = "wagtailadmin/imports/index.html"

    def get_page_title(self) -> str:
        return self.viewset.title

    def crumbs(self) -> list[dict[str, Any]]:
        return self.viewset.crumbs()

    def form_valid(self, form: FileForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        try:
            table = services.receive(self.importer, file.read(), form.name, self.user)
        except FileRefusedError as refusal:
            form.add_error("file", f"Fichier refusé, rien n’a été écrit. {refusal}")
            return self.form_invalid(form)
        except RefusedError as refusal:
            form.add_error("file", refusal.messages)
            return self.form_invalid(form)
        services.advance(table, self.importer, by=self.user, clock=self.viewset.clock)
        return redirect(self.address("table", table.pk))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        labels = self.importer.labels()
        return {
            **super().get_context_data(**kwargs),
            "imports": services.kept_imports(self.importer, self.user),
            "known": [
                (heading, labels.get(heading.column, heading.column))
                for heading in KnownHeading.objects.filter(kind=self.importer.kind)
            ],
            "columns": services.file_columns(self.importer, self.importer.allowed()),
        }


class BlankTableView(ImportGuard):
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, extension: str) -> HttpResponseBase:
        return blank_xlsx(self.importer) if extension == "xlsx" else blank_csv(self.importer)


class TableExportView(ImportGuard):
    """All that the portal has, in the columns of the import: personal data too, for whoever may import it."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, extension: str) -> HttpResponseBase:
        return export_response(self.importer, f"export-{self.importer.kind}", extension)


class ForgetHeadingView(ImportGuard, ServiceActionView):
    done = "Ce titre est oublié : il sera demandé au prochain fichier."

    def carry_out(self) -> None:
        services.forget_heading(self.importer.kind, self.kwargs["heading"])


class TableView(TableGuard, ObjectView):
    """The import where it stands."""

    def get_page_title(self) -> str:
        return {
            ImportStep.CHECK: "Vérification",
            ImportStep.REPORT: "Corrections",
            ImportStep.IMPORT: "Import",
            ImportStep.DONE: "Import terminé",
        }[ImportStep(self.table.step)]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.table.step == ImportStep.HEADINGS:
            return redirect(self.address("headings", self.table.pk))
        return super().get(request, *args, **kwargs)

    def get_template_names(self) -> list[str]:
        is_running = self.table.step in (ImportStep.CHECK, ImportStep.IMPORT)
        return [f"wagtailadmin/imports/{'progress' if is_running else 'report'}.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.table.step in (ImportStep.CHECK, ImportStep.IMPORT):
            treated, every = services.progress(self.table)
            return {**context, "treated": treated, "every": every}
        return {**context, **Report(self.importer, self.table, self.request.GET).context()}


class HeadingsView(TableGuard, ServiceFormView):
    """Each heading of the file, what it is read as; those that are not certain first."""

    page_title = "Titres des colonnes"
    form_class = HeadingsForm
    template_name = "wagtailadmin/imports/headings.html"
    submit_label = "Vérifier les lignes"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.table.step not in (ImportStep.HEADINGS, ImportStep.REPORT):
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        about = {"importer": self.importer, "headings": services.headings_of(self.table)}
        return super().get_form_kwargs() | about

    def form_valid(self, form: HeadingsForm) -> HttpResponse:
        try:
            self.table = services.tell_headings(
                self.table, self.importer, form.choices(), self.seen, is_numbered=form.is_numbered
            )
        except RefusedError as refusal:
            for sentence in refusal.messages:
                messages.error(self.request, sentence)
        except FileRefusedError as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        else:
            self.advance()
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form, known = context["form"], services.known_headings(self.importer)
        texts, labels = {heading.text for heading in form.headings}, self.importer.labels()
        rows = [HeadingRow(heading, form[field_name(heading)], known) for heading in form.headings]
        return {
            **context,
            "doubtful": [row for row in rows if row.is_doubtful],
            "certain": [row for row in rows if not row.is_doubtful],
            "missing": [labels[name] for name, alike in self.importer.unfit(form.headings).items() if not alike],
            "notices": [notice for notice in self.table.notices if notice.cell not in texts],
            "has_corrections": self.table.lines.exclude(corrected={}).exists(),
        }


@dataclass
class HeadingRow:
    heading: Heading
    field: Any
    known: dict[str, str]

    @property
    def is_doubtful(self) -> bool:
        return services.is_doubtful(self.heading) or bool(self.field.errors)

    @property
    def is_known(self) -> bool:
        """Told earlier."""
        return services.is_known(self.heading, self.known)

    @property
    def sample(self) -> str:
        return " · ".join(dict.fromkeys(self.heading.sample))


class AdvanceView(TableGuard):
    """One more slice; a script asks for JSON."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.advance()
        except RefusedError:  # deleted in another tab, as the next screen says
            return redirect(self.get_success_url())
        if "application/json" not in request.headers.get("Accept", ""):
            return redirect(self.get_success_url())
        if self.table.step not in (ImportStep.CHECK, ImportStep.IMPORT):
            return JsonResponse({"is_over": True})
        treated, every = services.progress(self.table)
        return JsonResponse({"is_over": False, "treated": treated, "every": every})


class CorrectView(TableGuard):
    """The cells typed on the report or on the page of a line, and the lines left out."""

    http_method_names = ["post"]

    def keep_typed(self) -> int:
        """The number of lines that changed. Raises ``RefusedError``."""
        typed: dict[int, dict[str, str]] = {}
        for name, text in self.request.POST.items():
            if found := CELL.fullmatch(name):
                typed.setdefault(int(found[1]), {})[found[2]] = str(text).replace("\r\n", "\n").strip()
        shown = {posted_number(number) for number in self.request.POST.getlist("ligne")}
        left_out = {number: f"ecarter-{number}" in self.request.POST for number in shown}
        return services.correct(self.table, self.importer, typed, left_out, self.seen)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            changed = self.keep_typed()
        except RefusedError as refusal:
            messages.error(request, str(refusal))
            return redirect(self.get_success_url())
        if not changed:
            messages.info(request, "Rien n’a changé : aucune cellule n’est corrigée, aucune ligne laissée de côté.")
        else:
            self.advance()
            messages.success(request, f"{counted(changed, 'ligne corrigée')} : vérification faite de nouveau.")
        return redirect(f"{self.get_success_url()}{self.place()}")

    def place(self) -> str:
        """The list and its page on which the corrections were typed."""
        query = QueryDict(mutable=True)
        for name in ("resultat", "p"):
            if value := self.request.POST.get(name, ""):
                query[name] = value[:20]
        return f"?{query.urlencode()}" if query else ""


class BeginView(CorrectView):
    """Corrections typed on the same page are checked first: nothing is then imported."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if changed := self.keep_typed():
                said = "vérifiez le résultat, puis importez. Rien n’est encore écrit."
                messages.warning(request, f"{counted(changed, 'ligne corrigée')} sur cette page : {said}")
            else:
                services.begin(self.table, self.seen)
            self.advance()
        except RefusedError as refusal:
            messages.error(request, str(refusal))
        return redirect(self.get_success_url())


class DiscardView(TableGuard, ServiceActionView):
    done = "L’import est supprimé, avec son fichier. Ce qui était déjà importé reste."

    def carry_out(self) -> None:
        services.discard(self.table)

    def get_success_url(self) -> str:
        return self.address("index")


class LineView(TableGuard, ObjectView):
    """Every cell of one line."""

    template_name = "wagtailadmin/imports/line.html"

    def find(self) -> None:
        if self.allows():
            self.row = get_object_or_404(self.table.lines, number=self.kwargs["number"])

    def get_page_title(self) -> str:
        return f"Ligne {self.row.number}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = Lines(self.importer, self.table).shown(self.row)
        return {
            **super().get_context_data(**kwargs),
            "line": shown,
            "cells": shown.every_cell(),
            "may_correct": self.table.step == ImportStep.REPORT,
        }


class DownloadView(TableGuard):
    """The outcome of every line, or the lines that are not imported, to correct and import again."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, pk: int, what: str) -> HttpResponseBase:
        if self.table.step not in (ImportStep.REPORT, ImportStep.DONE):
            raise Http404
        if what == "compte-rendu":
            headings = ["Ligne", "Identifiant", "Nom", "Résultat", "Remarques"]
            rows = services.report_rows(self.table, self.importer, lambda row: said(self.importer, row))
            return csv_response("compte-rendu-de-l-import", headings, rows)
        columns = services.refused_columns(self.table, self.importer)
        rows = services.refused_rows(self.table, self.importer, columns)
        return csv_response("lignes-a-corriger", [*columns, *services.ADDED], rows)
