"""The registry of the Centre: rights, filters, duplicates, exports, the batch change of state."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from caps_sheets.capitalisation.models import CensusAnswer, CensusState, Wish
from network.models import ClsmPage
from portal.site_setup.roles import ADMINISTRATION, COACHING, EDITING, MODERATION, ROLES
from tests.factories.capitalisation import make_answer, make_case_file, make_member
from tests.factories.network import make_clsm, make_commune, make_department, make_theme
from tests.refusals import NO_RIGHT, NOT_FOUND, SIGN_IN, assert_refused

pytestmark = pytest.mark.django_db
INDEX = "/admin/recensement/"
BATCH = "/admin/recensement/etats/"
CONFIRM = "/admin/recensement/etats/confirmer/"
TEAM = {ADMINISTRATION, MODERATION, EDITING}
NATIONAL = TEAM | {COACHING}
S = CensusState


def inspect(answer: CensusAnswer) -> str:
    return reverse("recensement_modeladmin_inspect", args=[answer.pk])


def page(client, **params: str) -> str:
    response = client.get(INDEX, params)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def centre(client):
    user = make_member(MODERATION)
    client.force_login(user)
    return user


# Rights


@pytest.mark.parametrize("role", [role.name for role in ROLES])
def test_who_opens_what(client, role):
    answer = make_answer(state=S.SUBMITTED)
    client.force_login(make_member(role))
    for address in (INDEX, inspect(answer), f"{INDEX}?export=csv", f"{INDEX}?export=xlsx"):
        assert (client.get(address).status_code == 200) is (role in NATIONAL), address
    for address in (BATCH, "/admin/recensement/importer/"):
        assert (client.get(address).status_code == 200) is (role in TEAM), address
    listed = client.get(INDEX).content.decode() if role in NATIONAL else ""
    assert ("Changer l’état" in listed) is (role in TEAM)


@pytest.mark.parametrize("role", [role.name for role in ROLES])
def test_forged_changes(client, role):
    answer = make_answer(state=S.SUBMITTED)
    client.force_login(make_member(role))
    client.post(CONFIRM, {"action": answer.pk, "etat": "recensee", "motif": "", "confirme": "oui"})
    answer.refresh_from_db()
    assert (answer.state == S.RECORDED) is (role in TEAM)


def test_nobody_is_let_in_without_an_account(client):
    answer = make_answer(state=S.SUBMITTED)
    for address in (INDEX, BATCH, CONFIRM, inspect(answer), "/admin/recensement/importer/"):
        for response in (client.get(address), client.post(address, {"action": answer.pk, "etat": "recensee"})):
            assert_refused(response, SIGN_IN)
    answer.refresh_from_db()
    assert answer.state == S.SUBMITTED


@pytest.mark.parametrize("action", ["edit", "delete", "history"])
def test_nothing_is_written_through_the_registry_itself(client, action):
    answer = make_answer(title="Intacte")
    client.force_login(make_member(ADMINISTRATION))
    address = f"{INDEX}{action}/{answer.pk}/"
    assert_refused(client.get(address), NOT_FOUND if action == "history" else NO_RIGHT)
    client.post(address, {"title": "Forgée", "state": "refusee"})
    client.post(f"{INDEX}create/", {"title": "Forgée"})
    assert CensusAnswer.objects.get().title == "Intacte"


def test_a_draft_belongs_to_its_clsm(client, centre):
    draft = make_answer(state=S.DRAFT, title="Encore secret")
    assert "Encore secret" not in page(client)
    assert "Encore secret" not in page(client, q="secret")
    assert_refused(client.get(inspect(draft)), NO_RIGHT)
    assert "Encore secret" not in client.get(INDEX, {"export": "csv"}).getvalue().decode()
    response = client.post(CONFIRM, {"action": draft.pk, "etat": "recensee", "confirme": "oui"})
    assert "Encore secret" not in response.content.decode()
    draft.refresh_from_db()
    assert draft.state == S.DRAFT


# The list


@pytest.fixture
def several():
    paris = make_commune("75056", "Paris", department=make_department("75", "Paris", ("11", "Île-de-France")))
    make_answer(title="Première", wish=Wish.YES, main_theme=make_theme("logement"), edition=2024)
    make_answer(
        title="Seconde",
        clsm=make_clsm(communes=[paris]),
        state=S.SUBMITTED,
        wish=Wish.NO,
        main_theme=make_theme("suicide"),
        edition=2025,
    ).themes.set([make_theme("jeunes")])


@pytest.mark.parametrize(
    ("params", "kept"),
    [
        ({"etat": "soumise"}, "Seconde"),
        ({"etat": "recensee"}, "Première"),
        ({"souhait": "oui"}, "Première"),
        ({"theme": "logement"}, "Première"),
        ({"theme": "jeunes"}, "Seconde"),
        ({"region": "region-11"}, "Seconde"),
        ({"annee": "2024"}, "Première"),
        ({"q": "secon"}, "Seconde"),
        ({"q": "premi", "souhait": "oui"}, "Première"),
    ],
)
def test_filters_and_search(client, centre, several, params, kept):
    listed = page(client, **params)
    (other,) = {"Première", "Seconde"} - {kept}
    assert kept in listed
    assert other not in listed


@pytest.mark.parametrize(
    "params",
    [
        {"etat": "nulle-part"},
        {"region": "'"},
        {"annee": "x"},
        {"p": "99"},
        {"p": "x"},
        {"o": "99.-1.x"},
        {"respondent__password__startswith": "p"},
        {"pk__in": "x"},
        {"doublons": "non"},
    ],
)
def test_a_forged_address_never_fails_and_asks_for_nothing_more(client, centre, several, params):
    listed = page(client, **params)
    hides = params.keys() & {"etat", "region", "annee", "doublons"}
    assert ("Première" in listed) is not bool(hides)


def test_inspecting_something_that_is_not_there(client, centre):
    for number in ("999999", "abc", "9" * 30):
        assert client.get(f"{INDEX}inspect/{number}/").status_code == 404


def test_inspection_shows_everything(client, centre):
    answer = make_answer(state=S.SUBMITTED, went_wrong="Les horaires.", respondent_email="ici@clsm.example")
    answer.changes.create(before="brouillon", after="soumise", reason="")
    shown = client.get(inspect(answer)).content.decode()
    for text in (answer.title, "Les horaires.", "ici@clsm.example", "brouillon → soumise", "Demander de compléter"):
        assert text in shown
    client.force_login(make_member(COACHING))
    assert "Demander de compléter" not in client.get(inspect(answer)).content.decode()


def test_exports_hold_the_filtered_rows_and_no_formula(client, centre, several):
    make_answer(title="=HYPERLINK(1)", state=S.RECORDED, partners="@association")
    text = client.get(INDEX, {"export": "csv", "etat": "recensee"}).getvalue().decode()
    assert "Première" in text and "Seconde" not in text
    assert "'=HYPERLINK(1)" in text and "'@association" in text
    book = load_workbook(io.BytesIO(client.get(INDEX, {"export": "xlsx"}).getvalue()))
    cells = [cell.value for row in book.active.iter_rows() for cell in row]
    assert "Seconde" in cells
    assert "f" not in {cell.data_type for row in book.active.iter_rows() for cell in row}


@time_machine.travel(datetime(2026, 11, 30, 7, 30, tzinfo=UTC), tick=False)
def test_an_export_opens_in_a_french_spreadsheet(client, centre):
    answer = make_answer(title="Café", state=S.RECORDED, submitted_at=datetime(2026, 11, 30, 6, 59, 5, 315681, UTC))
    response = client.get(INDEX, {"export": "csv"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = response.getvalue().decode()
    assert text.startswith("\ufeffNuméro;Identifiant;CLSM;Intitulé de l’action;Année du recensement;")
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")
    assert (row["Numéro"], row["Date de réponse"]) == (str(answer.pk), "2026-11-30 07:59:00")
    assert row["Thèmes secondaires"] == "" and "–" not in row.values()
    book = load_workbook(io.BytesIO(client.get(INDEX, {"export": "xlsx"}).getvalue()))
    headings, cells = book.active.iter_rows(values_only=True)
    assert dict(zip(headings, cells, strict=True))["Date de réponse"] == datetime(2026, 11, 30, 7, 59)


# Duplicates


def test_near_titles_are_flagged_within_the_clsm_and_the_departement(client, centre):
    paris = make_commune("75056", "Paris", department=make_department("75", "Paris", ("11", "Île-de-France")))
    here = make_clsm()
    make_answer(clsm=here, title="Café des aidants de Lodève")
    make_answer(clsm=here, title="Lodève : café des aidants")
    make_answer(clsm=make_clsm(), title="Cafés des aidants de Lodève")
    make_answer(clsm=make_clsm(communes=[paris]), title="Café des aidants de Lodève", edition=2019)
    make_answer(clsm=here, title="Marche exploratoire")
    listed = client.get(INDEX)
    twins = {answer.pk: len(answer.twins) for answer in listed.context["object_list"]}
    answers = {answer.pk: answer for answer in CensusAnswer.objects.all()}
    for pk, number in twins.items():
        lonely = answers[pk].edition == 2019 or answers[pk].title.startswith("Marche")
        assert (number == 0) is lonely, answers[pk].title
    flagged = page(client, doublons="oui")
    assert "Marche exploratoire" not in flagged


def test_editions_of_one_action_are_no_duplicates(client, centre):
    first = make_answer(title="Quinzaine de la santé mentale", edition=2023)
    second = make_answer(clsm=first.clsm, title=first.title, edition=2024, previous=first)
    make_answer(clsm=first.clsm, title=first.title, edition=2025, previous=second)
    assert all(not answer.twins for answer in client.get(INDEX).context["object_list"])


# The batch


def test_choosing_keeps_the_filters_of_the_list(client, centre, several):
    shown = client.get(BATCH, {"etat": "soumise", "export": "csv"}).content.decode()
    assert "Seconde" in shown
    assert "Première" not in shown


def test_one_sees_what_will_be_refused_before_confirming(client, centre):
    ready, archived = make_answer(state=S.SUBMITTED), make_answer(state=S.ARCHIVED)
    busy = make_case_file().answer
    data = {"action": [ready.pk, archived.pk, busy.pk], "etat": "preselectionnee", "motif": "Thème rare."}
    shown = client.post(CONFIRM, data)
    assert shown.status_code == 200
    assert "0 action sur 3" in shown.content.decode()
    shown = client.post(CONFIRM, data | {"etat": "recensee"}).content.decode()
    assert "2 actions sur 3 changeront" in shown
    assert "dossier de capitalisation est ouvert" in shown
    assert "Thème rare." in shown
    assert not CensusAnswer.objects.filter(pk=ready.pk, state=S.RECORDED).exists()
    response = client.post(CONFIRM, data | {"etat": "recensee", "confirme": "oui"}, follow=True)
    assert "2 actions" in response.content.decode()
    states = dict(CensusAnswer.objects.values_list("pk", "state"))
    assert (states[ready.pk], states[archived.pk], states[busy.pk]) == (S.RECORDED, S.RECORDED, S.SHORTLISTED)
    assert ready.changes.get().reason == "Thème rare."


@pytest.mark.parametrize("state", ["en-capitalisation", "capitalisee"])
def test_the_states_of_a_case_file_are_not_decided_here(client, centre, state):
    free, busy = make_answer(state=S.CAPITALISING), make_case_file().answer
    assert f'<option value="{state}"' not in client.get(inspect(free)).content.decode()
    assert "Décider" not in client.get(inspect(busy)).content.decode()
    assert "suit son dossier" in client.get(inspect(busy)).content.decode()
    forged = {"action": [free.pk, busy.pk], "etat": state, "motif": "Forgé.", "confirme": "oui"}
    assert client.post(CONFIRM, forged).status_code == 400
    assert set(CensusAnswer.objects.values_list("state", flat=True)) == {S.CAPITALISING, S.SHORTLISTED}


def test_a_reason_is_asked_for_and_nothing_typed_is_lost(client, centre):
    answer = make_answer(state=S.SUBMITTED)
    data = {"action": answer.pk, "etat": "refusee", "motif": "  ", "confirme": "oui"}
    shown = client.post(CONFIRM, data).content.decode()
    assert "Écrivez le motif" in shown
    answer.refresh_from_db()
    assert answer.state == S.SUBMITTED
    client.post(CONFIRM, data | {"motif": "Hors du champ."})
    answer.refresh_from_db()
    assert answer.state == S.REFUSED


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"action": "abc", "etat": "recensee"},
        {"action": "9" * 40, "etat": "recensee"},
        {"action": "²", "etat": "x"},
        {"etat": "brouillon"},
        {"etat": "soumise", "action": "1"},
    ],
)
def test_an_incomplete_or_forged_choice_is_explained(client, centre, data):
    response = client.post(CONFIRM, data | {"confirme": "oui", "motif": "Un motif gardé"})
    assert response.status_code == 400
    assert "Un motif gardé" in response.content.decode()


def test_a_batch_is_not_opened_by_a_link(client, centre):
    assert client.get(CONFIRM).status_code == 405


# At the size of the network


@pytest.mark.slow
def test_two_thousand_answers_in_twenty_queries(client, centre, django_assert_max_num_queries):
    clsms = [make_clsm() for _ in range(20)]
    theme = make_theme()
    CensusAnswer.objects.bulk_create(
        CensusAnswer(
            clsm=clsms[number % 20],
            title=f"Action du quartier numéro {number}",
            state=S.RECORDED,
            main_theme=theme,
            edition=2020 + number % 6,
            start_date=date(2024, 1, 1),
        )
        for number in range(2_000)
    )
    assert ClsmPage.objects.count() == 20
    page(client)  # what is read once for the whole process
    for params in ({}, {"q": "quartier", "etat": "recensee"}, {"p": "3"}):
        with django_assert_max_num_queries(20):
            assert client.get(INDEX, params).context["result_count"] == 2_000
    with django_assert_max_num_queries(20):
        client.get(BATCH)
    with django_assert_max_num_queries(20):
        assert client.get(INDEX, {"export": "csv"}).getvalue().count(b"\n") >= 2_000
