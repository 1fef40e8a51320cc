"""Search results as a file: CSV and XLSX for a spreadsheet, JSON for other software."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal.base.models import PortalSettings
from portal.base.tables.writer import Cell, SheetColumn, csv_response, one_line_rows, xlsx_response
from search.outputs.records import Matches, Record, labels_of, matching
from search.outputs.unavailable import answer_unavailable
from search.queries import SearchQuery

EXPORT_LIMIT = 2_000
#: Changes when a name of the JSON changes its meaning or is removed; a new name changes nothing.
SCHEMA = "recherche-clsm/1"
SEVERAL = " | "

COLUMNS = (
    SheetColumn("Titre", 50),
    SheetColumn("Type", 14),
    SheetColumn("Adresse", 50),
    SheetColumn("Thèmes", 30),
    SheetColumn("Publics", 30),
    SheetColumn("Milieux de vie", 30),
    SheetColumn("CLSM", 30),
    SheetColumn("Département", 20),
    SheetColumn("Région", 20),
    SheetColumn("Année", 8),
    SheetColumn("Épisode", 9),
    SheetColumn("Date de publication", 14),
    SheetColumn("Résumé", 80),
    SheetColumn("Licence", 24),
)
#: CSV has one table: what XLSX holds on its second sheet is repeated on each line.
ABOUT_COLUMNS = (SheetColumn("Extrait le"), SheetColumn("Recherche"))


class Extract:
    """One export: the matches and their description."""

    def __init__(self, request: HttpRequest) -> None:
        self.matches: Matches = matching(SearchQuery.from_params(request.GET), EXPORT_LIMIT)
        self.portal = PortalSettings.for_request(request)
        self.moment: datetime = localtime()
        params = self.matches.query.url_params()
        self.address = request.build_absolute_uri(reverse("search") + (f"?{params}" if params else ""))

    @property
    def words(self) -> str:
        return f"Recherche : {self.matches.words}"

    @property
    def extent(self) -> str:
        """The number of results and, if the file is truncated, the number it holds."""
        shown, total = len(self.matches.entries), self.matches.total
        several = "s" if shown > 1 else ""
        if self.matches.is_cut:
            return f"{shown} premier{several} résultat{several} sur {total}"
        return f"{shown} résultat{several}"

    @property
    def name(self) -> str:
        cut = f"-{len(self.matches.entries)}-premiers" if self.matches.is_cut else ""
        return f"recherche-clsm-{self.moment:%Y-%m-%d}{cut}"

    def rows(self) -> Iterator[list[Cell]]:
        for record in self.matches.records():
            row = table_row(record)
            row[-1] = row[-1] or self.portal.licence_name
            yield row

    def about(self) -> dict[str, Cell]:
        facts: dict[str, Cell] = {
            "Recherche": self.words,
            "Adresse de la recherche": self.address,
            "Résultats": self.extent,
            "Extrait le": self.moment.date(),
            "Source": self.portal.publisher,
            "Licence des textes": self.portal.licence_name,
            "Adresse de la licence": self.portal.licence_url,
            "Licence d’une ligne": "Colonne « Licence » : celle de la fiche, sinon celle des textes du portail.",
        }
        if self.matches.is_partial:
            facts["Attention"] = "Certains contenus, ou tous, n’ont qu’une partie des mots."
        return facts


def table_row(record: Record) -> list[Cell]:
    """``record`` in the order of COLUMNS; several values of one cell are separated by a bar."""
    groups = ("theme", "public", "milieu", "clsm", "departement", "region")
    published = record["date_publication"]
    return [
        record["titre"],
        record["type"]["libelle"],
        record["url"],
        *(SEVERAL.join(labels_of(record, group)) for group in groups),
        record["annee"],
        "oui" if record["episode"] else "non",
        date.fromisoformat(published) if published else None,
        record["resume"],
        record["licence"],
    ]


def as_csv(extract: Extract) -> HttpResponseBase:
    said: list[Cell] = [extract.moment.date(), f"{extract.words} ({extract.extent})"]
    rows = ([*row, *said] for row in extract.rows())
    headings = [column.heading for column in (*COLUMNS, *ABOUT_COLUMNS)]
    return csv_response(extract.name, headings, one_line_rows(rows), cache_control="")


def as_xlsx(extract: Extract) -> HttpResponseBase:
    return xlsx_response(extract.name, COLUMNS, extract.rows(), extract.about())


def as_json(extract: Extract) -> HttpResponseBase:
    matches = extract.matches
    document = {
        "schema": SCHEMA,
        "recherche": {
            "libelle": matches.words,
            "parametres": [{"nom": name, "valeur": value} for name, value in matches.query.params()],
            "url": extract.address,
            "mots_en_partie": matches.is_partial,
        },
        "extrait_le": extract.moment.isoformat(timespec="seconds"),
        "source": extract.portal.publisher,
        "licence": {"libelle": extract.portal.licence_name, "url": extract.portal.licence_url},
        "total": matches.total,
        "limite": EXPORT_LIMIT,
        "est_tronque": matches.is_cut,
        "resultats": list(matches.records()),
    }
    response = JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{extract.name}.json"'
    return response


WRITERS: dict[str, Callable[[Extract], HttpResponseBase]] = {"csv": as_csv, "xlsx": as_xlsx, "json": as_json}


@require_safe
@cache_control(no_cache=True)
@answer_unavailable
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """``/recherche/export.csv`` (xlsx, json) with the parameters of the page: at most EXPORT_LIMIT results."""
    extract = Extract(request)
    response = WRITERS[kind](extract)
    response["X-Robots-Tag"] = "noindex"
    response["X-Total-Count"] = str(extract.matches.total)
    if extract.matches.is_cut:
        response["X-Export-Limit"] = str(EXPORT_LIMIT)
    return response
