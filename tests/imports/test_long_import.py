"""A long file with thirty kinds of fault, from its sending to its last line, killed in the middle."""

import re
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from caps_sheets.capitalisation.models import CensusAnswer, CensusChange
from network.models import ClsmRecord
from portal.imports.models import ImportLine, ImportStep, LineState, TableImport
from portal.imports.report import PER_PAGE
from portal.imports.viewsets import ImportViewSet
from portal.site_setup.roles import EDITING
from portal.taxonomies.models import Vocabulary
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm, make_commune, make_term, make_theme
from tests.imports.faults import CLSM, FAULTS, Placed, census_file, kinds

pytestmark = pytest.mark.django_db
#: What an import writes before anybody agrees to it, and what any request writes.
ITS_OWN = {"portal_imports.TableImport", "portal_imports.ImportLine", "portal_imports.KnownHeading",
           "portal_base.SentForm", "sessions.Session"}  # fmt: skip


class KilledError(BaseException):
    """The process dies: nothing catches it."""


@pytest.fixture(autouse=True)
def world() -> None:
    page = make_clsm(title="CLSM des Trois Rivières", slug="clsm-trois-rivieres")
    ClsmRecord.objects.update_or_create(clsm_id=page.pk, defaults={"import_key": CLSM})
    make_commune()
    make_commune("34142", "Lodève")
    make_theme("acces-aux-soins", name="Accès aux soins")
    make_term(Vocabulary.AUDIENCE, "aidants-et-proches", "Aidants et proches")


@pytest.fixture(autouse=True)
def ticks(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that moves a twentieth of a second each time it is read: about forty lines a slice."""
    state = SimpleNamespace(now=0.0, step=0.05)

    def clock() -> float:
        state.now += state.step
        return state.now

    monkeypatch.setattr(ImportViewSet, "clock", staticmethod(clock))
    return state


def everything() -> dict[str, int]:
    models = [model for model in apps.get_models() if model._meta.managed and model._meta.label not in ITS_OWN]
    return {model._meta.label: model._base_manager.count() for model in models}


def address(name: str, *args: object) -> str:
    return reverse(f"census_import:{name}", args=args)


def go_on(client: Client, table: TableImport) -> int:
    """Slice after slice, as the script of the page does; returns their number."""
    for slices in range(1, 1_000):
        answer = client.post(address("advance", table.pk), headers={"Accept": "application/json"}).json()
        if answer["is_over"]:
            return slices
        assert 0 < answer["treated"] <= answer["every"]
    raise AssertionError("never over")


def map_headings(client: Client, table: TableImport) -> None:
    page = BeautifulSoup(client.get(address("headings", table.pk)).content, "html.parser")
    chosen = {"seen": page.find("input", {"name": "seen"})["value"]}
    for select in page.select("select"):
        chosen[select["name"]] = (select.select_one("option[selected]") or {"value": ""})["value"]
    labels = {label.text: label["for"].removeprefix("id_") for label in page.select("form label")}
    refused = client.post(address("headings", table.pk), chosen)
    assert "« Identifiant »" in refused.text and "obligatoire" in refused.text
    assert chosen[labels["Theme principale"]] == "theme_principal"  # guessed
    chosen |= {labels["Repère"]: "identifiant", labels["Courriel du répondant"]: "email"}
    client.post(address("headings", table.pk), chosen)


def pages(client: Client, table: TableImport) -> Iterator[BeautifulSoup]:
    """Each page of the refused lines, as it stands when it is reached."""
    count = -(-table.lines.filter(state=LineState.REFUSED).count() // PER_PAGE)
    for number in range(1, count + 1):
        response = client.get(address("table", table.pk), {"resultat": "refusees", "p": number})
        yield BeautifulSoup(response.content, "html.parser")


def check_refusals(client: Client, table: TableImport, placed: list[Placed]) -> None:
    """Each fault is refused at its line, in its cell: the text of the file in a field, its message beside it."""
    shown = {
        int(line["id"].removeprefix("ligne-")): line
        for page in pages(client, table)
        for line in page.select("fieldset")
    }
    expected = {item.number for item in placed if item.fault.is_refused}
    copied = {item.number - 1 for item in placed if item.fault.kind == "identifier of another line"}
    assert set(shown) == expected | copied
    for item in placed:
        if not item.fault.is_refused:
            continue
        line, cell = shown[item.number], item.fault.cell
        field = line.find(id=f"cellule-{item.number}-{cell}")
        if not cell:
            assert line.select_one(".error-message").text.strip(), item.fault.kind
            continue
        assert field is not None, (item.fault.kind, line.text)
        message = line.find(id=field["aria-describedby"]).text.strip()
        assert message and field["aria-invalid"] == "true", item.fault.kind
        if cell != "identifiant" and cell in item.fault.cells:
            assert (field.get("value") or field.text).strip() == item.fault.cells[cell].strip(), item.fault.kind


def correct(client: Client, table: TableImport, placed: list[Placed]) -> None:
    """Page after page: what is mended leaves the list, so that the first page always holds what is left."""
    mended = {item.number: item.typed() for item in placed}
    while refused := list(table.lines.filter(state=LineState.REFUSED).values_list("number", flat=True)[:PER_PAGE]):
        table.refresh_from_db()
        sent: dict[str, object] = {"seen": table.version, "ligne": refused, "resultat": "refusees", "p": "1"}
        for number in refused:
            typed = mended.get(number, {})
            if typed is None:
                sent[f"ecarter-{number}"] = "1"
            sent |= {f"cellule-{number}-{name}": text for name, text in (typed or {}).items()}
        client.post(address("correct", table.pk), sent)
        go_on(client, table)


def run(client: Client, monkeypatch: pytest.MonkeyPatch, lines: int, times: int) -> None:
    assert len(set(kinds())) >= 30
    raw, placed = census_file(lines, times)
    client.force_login(make_member(EDITING))
    before = everything()
    client.post(address("index"), {"file": SimpleUploadedFile("actions.csv", raw)})
    table = TableImport.objects.get()
    assert table.step == ImportStep.HEADINGS
    map_headings(client, table)
    assert go_on(client, table) > 1
    assert everything() == before
    table.refresh_from_db()
    assert table.step == ImportStep.REPORT and table.lines.count() == lines
    check_refusals(client, table, placed)
    told = client.get(address("table", table.pk)).text
    for notice in ("Windows-1252", "cette ligne, au-dessus des titres, n’est pas lue", "cellules au lieu de"):
        assert notice in told
    correct(client, table, placed)
    assert everything() == before
    left_out = sum(item.fault.mended is None for item in placed)
    assert table.lines.filter(state=LineState.LEFT_OUT).count() == left_out

    table.refresh_from_db()
    killed_after = lines // 3
    with monkeypatch.context() as patched, pytest.raises(KilledError):
        kill_at(patched, killed_after)
        client.post(address("begin", table.pk), {"seen": table.version})
        go_on(client, table)
    written = table.lines.filter(is_imported=True)
    assert written.count() == killed_after
    assert CensusAnswer.objects.count() == CensusChange.objects.count() == killed_after
    assert set(written.values_list("key", flat=True)) == set(CensusAnswer.objects.values_list("import_key", flat=True))
    assert not written.exclude(cells={}).exists()

    go_on(client, table)
    table.refresh_from_db()
    assert table.step == ImportStep.DONE
    counts = Counter(table.lines.values_list("state", flat=True))
    assert counts == {LineState.CREATED: lines - left_out, LineState.LEFT_OUT: left_out}
    assert CensusAnswer.objects.count() == CensusChange.objects.count() == lines - left_out
    assert not ImportLine.objects.filter(state=LineState.CREATED).exclude(cells={}, corrected={}).exists()
    final = BeautifulSoup(client.get(address("table", table.pk)).content, "html.parser")
    numbers = [int(re.sub(r"\D", "", item.text)) for item in final.select(".table-import__totals strong")]
    *parts, every, _ = numbers
    assert sum(parts) == every == lines


def kill_at(patched: pytest.MonkeyPatch, line: int) -> None:
    """In the middle of a slice: what the line after ``line`` says is written, and not yet that it is imported."""
    saved = Counter[str]()
    real = ImportLine.save

    def save(self: ImportLine, *args: object, **kwargs: object) -> None:
        saved["lines"] += 1
        if saved["lines"] > line:
            raise KilledError
        real(self, *args, **kwargs)

    patched.setattr(ImportLine, "save", save)


def test_thirty_kinds_of_fault(client, monkeypatch):
    run(client, monkeypatch, lines=120, times=1)


@pytest.mark.slow
def test_two_thousand_lines(client, monkeypatch):
    run(client, monkeypatch, lines=2_000, times=4)


def test_each_fault_is_told_apart():
    assert len({fault.kind for fault in FAULTS}) == len(FAULTS)
