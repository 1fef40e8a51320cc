"""The screens of the case files, as each role meets them."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.admin.menu import admin_menu

from caps_sheets.capitalisation.case_files.edits import save_details
from caps_sheets.capitalisation.case_files.services import move
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, CensusState, FramingCriterion, Stage
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from tests.capitalisation.pipeline_worlds import make_ready
from tests.factories.capitalisation import answer_framing, make_answer, make_case_file, make_member
from tests.factories.network import make_clsm, make_coordinator, make_department, make_theme
from tests.factories.sheets import make_sheet
from tests.refusals import NO_RIGHT, assert_refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def coach(db):
    return make_member(COACHING)


@pytest.fixture
def centre(client):
    person = make_member(MODERATION)
    client.force_login(person)
    return person


def page(client, case_file):
    return client.get(reverse("case_files:edit", args=[case_file.pk]))


def post(client, name, case_file, *args, **values):
    url = reverse(name, args=[case_file.pk, *args])
    return client.post(url, {"revision": case_file.revision, **values}, follow=True)


SCREENS = ("case_board:index", "case_files:index", "case_files:index_results")


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (ADMINISTRATION, {"à moi", "à une autre"}),
        (MODERATION, {"à moi", "à une autre"}),
        (EDITING, {"à moi", "à une autre"}),
        (COACHING, {"à moi"}),
    ],
)
def test_each_role_sees_its_files(client, name, role, seen):
    person = make_member(role)
    make_case_file(owner=person, answer=make_answer(title="Dossier à moi"))
    make_case_file(owner=make_member(COACHING), answer=make_answer(title="Dossier à une autre"))
    client.force_login(person)
    text = client.get(reverse(name)).content.decode()
    assert {whose for whose in ("à moi", "à une autre") if f"Dossier {whose}" in text} == seen


@pytest.mark.parametrize("name", [*SCREENS, "case_figures:index"])
def test_coordinators_and_visitors_see_nothing(client, name):
    case_file = make_case_file(answer=make_answer(title="Dossier secret"))
    assert client.get(reverse(name)).status_code == 302
    client.force_login(make_coordinator(case_file.answer.clsm))
    assert client.get(reverse(name)).status_code == 302
    assert page(client, case_file).status_code == 404


def test_the_file_of_somebody_else_does_not_exist(client, coach):
    case_file = make_ready(Stage.COLLECTION, coach)
    client.force_login(make_member(COACHING))
    assert page(client, case_file).status_code == 404
    for name, args in (
        ("case_files:details", ()),
        ("case_files:owner", ()),
        ("case_files:framing", ()),
        ("case_files:move", ("analyser",)),
    ):
        assert post(client, name, case_file, *args, notes="Forgé").status_code == 404
    assert CaseFile.objects.get() == case_file
    assert CaseFile.objects.get().revision == 0


def test_an_editor_reads_a_file_without_changing_it(client, coach):
    case_file = make_ready(Stage.COLLECTION, coach)
    client.force_login(make_member(EDITING))
    text = page(client, case_file).content.decode()
    assert "Enregistrer le suivi" not in text
    assert "Aucune décision ne vous revient" in text
    response = post(client, "case_files:details", case_file, notes="Forgé")
    assert "suivi par quelqu’un d’autre" in response.content.decode()
    post(client, "case_files:framing", case_file)
    post(client, "case_files:owner", case_file, owner="")
    assert CaseFile.objects.get().revision == 0


def test_the_page_says_what_comes_next(client, centre):
    answer = make_answer(title="Un jardin partagé")
    case_file = make_case_file(Stage.FRAMING, answer=answer)
    text = page(client, case_file).content.decode()
    assert "Pas encore possible" in text
    assert "Notez la date de l’accord du porteur." in text
    assert "Un jardin partagé" in text


def test_each_due_date_names_its_stage(client, centre):
    text = page(client, make_case_file(Stage.COLLECTION)).content.decode()
    assert "Échéance de l’étape « cadrage »" in text  # under « Revenir »
    assert "étape suivante" not in text


def test_a_decision_is_taken_and_shown(client, centre, coach):
    case_file = make_ready(Stage.FRAMING, coach)
    response = post(client, "case_files:move", case_file, "retenir", due_on="15/03/2027")
    moved = CaseFile.objects.get()
    assert (moved.stage, moved.due_on) == (Stage.COLLECTION, date(2027, 3, 15))
    assert "Retenir l’action : c’est fait." in response.content.decode()
    assert "cadrage → recueil" in response.content.decode()


def test_the_history_outlives_the_accounts(client, centre, coach):
    other = make_member(MODERATION)
    case_file = make_ready(Stage.WRITING, coach)
    move(case_file, "ajourner", by=other, reason="Porteur en congé.")
    other.delete()
    text = page(client, case_file).content.decode()
    assert "compte supprimé" in text
    assert "Motif : Porteur en congé." in text


def test_a_decision_posted_twice_is_taken_once(client, centre, coach):
    case_file = make_ready(Stage.WRITING, coach)
    for _ in range(2):
        response = post(client, "case_files:move", case_file, "revenir", reason="À reprendre.")
    assert CaseFile.objects.get().stage == Stage.ANALYSIS
    assert "a changé depuis" in response.content.decode()
    assert "À reprendre." in response.content.decode()


def test_a_missing_reason_is_asked_for_and_nothing_is_lost(client, centre, coach):
    case_file = make_ready(Stage.WRITING, coach)
    response = post(client, "case_files:move", case_file, "revenir", reason="  ", due_on="15/03/2027")
    text = response.content.decode()
    assert "Dites le motif de cette décision." in text
    assert "15/03/2027" in text
    assert CaseFile.objects.get().stage == Stage.WRITING


@pytest.mark.parametrize("revision", ["", "x", "-1"])
def test_a_made_up_revision_decides_nothing(client, centre, coach, revision):
    case_file = make_ready(Stage.FRAMING, coach)
    url = reverse("case_files:move", args=[case_file.pk, "retenir"])
    assert client.post(url, {"revision": revision}).status_code == 200
    assert CaseFile.objects.get().stage == Stage.FRAMING


def test_no_get_decides(client, centre, coach):
    case_file = make_ready(Stage.FRAMING, coach)
    for name, args in (("case_files:move", ("retenir",)), ("case_files:framing", ())):
        assert client.get(reverse(name, args=[case_file.pk, *args])).status_code == 302
    assert CaseFile.objects.get().stage == Stage.FRAMING


def test_follow_up_is_saved(client, coach):
    case_file = make_ready(Stage.COLLECTION, coach)
    client.force_login(coach)
    values = {"due_on": "20/04/2027", "notes": "Rappeler en avril.", "contacts": "La cheffe de service"}
    post(client, "case_files:details", case_file, **values)
    saved = CaseFile.objects.get()
    assert (saved.due_on, saved.notes, saved.contacts) == (
        date(2027, 4, 20),
        "Rappeler en avril.",
        "La cheffe de service",
    )


def test_a_wrong_date_loses_nothing(client, coach):
    case_file = make_ready(Stage.COLLECTION, coach)
    client.force_login(coach)
    text = post(client, "case_files:details", case_file, due_on="31/02/2027", notes="Gardé").content.decode()
    assert "31/02/2027" in text
    assert "Gardé" in text
    assert CaseFile.objects.get().notes == ""


def test_two_people_on_the_same_file_do_not_overwrite_each_other(client, centre, coach):
    case_file = make_ready(Stage.COLLECTION, coach)
    save_details(CaseFile.objects.get(), {"notes": "Écrit par le Centre."}, by=centre)
    client.force_login(coach)
    text = post(client, "case_files:details", case_file, notes="Écrit par moi.").content.decode()
    assert "a changé depuis" in text
    assert "Écrit par moi." in text
    assert "Enregistré entre-temps : Écrit par le Centre." in text
    assert CaseFile.objects.get().notes == "Écrit par le Centre."


def revision_of(response, url) -> str:
    form = response.content.decode().split(f'action="{url}"')[1]
    return re.search(r'name="revision" value="(\d*)"', form)[1]


@pytest.mark.parametrize(
    ("name", "args", "wrong", "mended"),
    [
        ("case_files:details", [], {"due_on": "31/02/2027"}, {"notes": ""}),
        ("case_files:move", ["ecarter"], {"reason": ""}, {"reason": "Hors sujet."}),
    ],
)
def test_a_mistake_then_mended_overwrites_nobody(client, centre, coach, name, args, wrong, mended):
    case_file = make_ready(Stage.COLLECTION, coach)
    save_details(CaseFile.objects.get(), {"notes": "Écrit par l’accompagnement."}, by=coach)
    before = CaseFile.objects.get()
    response = post(client, name, case_file, *args, **wrong)
    given_back = revision_of(response, reverse(name, args=[case_file.pk, *args]))
    assert given_back == str(case_file.revision) != str(before.revision)
    url = reverse(name, args=[case_file.pk, *args])
    assert "a changé depuis" in client.post(url, mended | {"revision": given_back}, follow=True).content.decode()
    after = CaseFile.objects.get()
    assert (after.notes, after.status, after.revision) == (before.notes, before.status, before.revision)


def test_the_centre_entrusts_a_file(client, centre, coach):
    case_file = make_case_file()
    post(client, "case_files:owner", case_file, owner=coach.pk)
    assert CaseFile.objects.get().owner == coach


@pytest.mark.parametrize("role", [COORDINATION, None])
def test_a_file_is_not_entrusted_to_whoever_cannot_follow_it(client, centre, role):
    person = make_member(role or COACHING)
    if role is None:
        person.is_active = False
        person.save()
    case_file = make_case_file()
    post(client, "case_files:owner", case_file, owner=person.pk)
    assert CaseFile.objects.get().owner is None


def framing_values(case_file, blocking="oui", score="2"):
    return {
        f"value_{criterion.pk}": blocking if criterion.is_blocking else score
        for criterion in FramingCriterion.objects.all()
    }


def test_the_grid_is_filled_and_scored(client, coach):
    case_file = make_ready(Stage.FRAMING, coach)
    case_file.framing_answers.all().delete()
    FramingCriterion.objects.filter(slug="transfert").update(weight=3)
    client.force_login(coach)
    text = post(client, "case_files:framing", case_file, **framing_values(case_file)).content.decode()
    # Eight criteria out of 3, one of which counts three times: 2 × (7 + 3) of 3 × (7 + 3).
    assert "Score : 20 sur 30 (67 %)" in text
    assert set(case_file.framing_answers.filter(criterion__is_blocking=True).values_list("is_met", flat=True)) == {True}


def test_a_part_of_the_grid_may_wait(client, coach):
    case_file = make_ready(Stage.FRAMING, coach)
    client.force_login(coach)
    values = framing_values(case_file) | {
        f"value_{criterion.pk}": ""
        for criterion in FramingCriterion.objects.filter(slug__in=["transfert", "originalite"])
    }
    text = post(client, "case_files:framing", case_file, **values).content.decode()
    assert "2 critères sans note" in text


@pytest.mark.parametrize("forged", ["4", "-1", "oui", "x"])
def test_a_score_out_of_bounds_is_refused(client, coach, forged):
    case_file = make_ready(Stage.FRAMING, coach)
    client.force_login(coach)
    text = post(client, "case_files:framing", case_file, **framing_values(case_file, score=forged)).content
    assert "n’est pas enregistrée" in text.decode()
    assert set(case_file.framing_answers.filter(criterion__is_blocking=False).values_list("score", flat=True)) == {2}


def test_the_grid_says_what_is_little_covered(client, centre):
    theme, other = make_theme("isolement"), make_theme("logement")
    clsm = make_clsm()
    clsm.departments.set([make_department()])
    make_sheet(clsms=[clsm], themes=[other])
    make_sheet(clsms=[clsm], themes=[other])
    make_sheet(clsms=[clsm], themes=[other], live=False)
    case_file = make_case_file(Stage.FRAMING, answer=make_answer(main_theme=theme, clsm=clsm))
    text = page(client, case_file).content.decode()
    assert "Isolement : 0 fiche publiée (moyenne : 0,7) – <strong>peu couvert" in text
    assert "Occitanie : 2 fiches publiées" in text


def test_a_file_is_opened_from_a_census_answer(client, centre, coach):
    answer = make_answer(title="Un jardin partagé")
    url = reverse("case_files:open", args=[answer.pk])
    assert "Un jardin partagé" in client.get(url).content.decode()
    response = client.post(url, {"owner": coach.pk})
    case_file = CaseFile.objects.get()
    assert response.url == reverse("case_files:edit", args=[case_file.pk])
    assert (case_file.answer, case_file.owner) == (answer, coach)
    assert client.get(url).url == response.url
    assert "déjà ouvert" in client.post(url).content.decode()


def test_what_cannot_be_opened_says_why(client, centre):
    answer = make_answer(state=CensusState.SUBMITTED)
    url = reverse("case_files:open", args=[answer.pk])
    assert "doit d’abord être recensée" in client.get(url).content.decode()
    assert client.post(url).status_code == 200
    assert not CaseFile.objects.exists()


@pytest.mark.parametrize("role", [EDITING, COACHING, COORDINATION])
def test_only_the_centre_opens_files(client, role):
    client.force_login(make_member(role))
    response = client.post(reverse("case_files:open", args=[make_answer().pk]))
    assert_refused(response, NO_RIGHT)
    assert not CaseFile.objects.exists()


def test_the_list_filters_and_searches(client, centre, coach):
    yesterday = timezone.localdate() - timedelta(days=1)
    make_case_file(Stage.FRAMING, owner=coach, due_on=yesterday, answer=make_answer(title="Action en retard"))
    make_case_file(Stage.WRITING, answer=make_answer(title="Action à l’heure"))
    make_case_file(
        Stage.WRITING, status=CaseStatus.POSTPONED, due_on=yesterday, answer=make_answer(title="Action ajournée")
    )
    shown = {
        "stage=4": {"à l’heure", "ajournée"},
        "status=ajourne": {"ajournée"},
        f"owner={coach.pk}": {"en retard"},
        "owner=null": {"à l’heure", "ajournée"},
        "retard=oui": {"en retard"},
        "retard=non": {"à l’heure", "ajournée"},
        "q=jour": {"ajournée"},
        "stage=99": {"en retard", "à l’heure", "ajournée"},
    }
    for query, expected in shown.items():
        text = client.get(f"{reverse('case_files:index')}?{query}").content.decode()
        assert {name for name in ("en retard", "à l’heure", "ajournée") if f"Action {name}" in text} == expected, query


def test_a_file_and_its_opening_cost_twenty_queries(client, centre, django_assert_max_num_queries):
    case_file, answer = make_case_file(Stage.FRAMING, owner=centre), make_answer()
    answer_framing(case_file)
    page(client, case_file)
    for url in (reverse("case_files:edit", args=[case_file.pk]), reverse("case_files:open", args=[answer.pk])):
        with django_assert_max_num_queries(20):
            assert client.get(url).status_code == 200


def test_the_list_is_exported(client, centre, coach):
    clsm = make_clsm(title="CLSM d’essai")
    due = timezone.localdate() - timedelta(days=1)
    make_case_file(Stage.FRAMING, owner=coach, due_on=due, answer=make_answer(title="=1+1", clsm=clsm))
    make_case_file(Stage.WRITING)
    response = client.get(f"{reverse('case_files:index')}?export=csv&stage=1")
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    headings, row = csv.reader(io.StringIO(content), delimiter=";")
    assert headings == [
        "Action",
        "CLSM",
        "Étape",
        "Situation",
        "Accompagnateur·rice",
        "À cette étape depuis le",
        "Jours à cette étape",
        "Échéance",
        "En retard",
        "Ouvert le",
    ]
    today = timezone.localdate()
    assert row[:5] == ["'=1+1", "CLSM d’essai", "cadrage", "en cours", str(coach)]
    assert row[5:] == [str(today), "0", str(due), "oui", str(today)]
    assert "no-store" in response["Cache-Control"]


def test_the_list_is_exported_for_a_spreadsheet(client, centre):
    make_case_file(Stage.FRAMING, answer=make_answer(title="=1+1"))
    response = client.get(f"{reverse('case_files:index')}?export=xlsx")
    headings, row = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active.iter_rows()
    assert (headings[0].value, row[0].value, row[0].data_type) == ("Action", "=1+1", "s")
    assert (headings[5].value, row[5].value) == ("À cette étape depuis le", timezone.localdate())


def test_nobody_adds_nor_deletes_a_file_from_the_list(client, centre):
    make_case_file(Stage.FRAMING)
    client.force_login(make_member(ADMINISTRATION))
    assert client.get(reverse("case_files:index")).status_code == 200
    for name in ("add", "delete"):
        with pytest.raises(NoReverseMatch):
            reverse(f"case_files:{name}")


@pytest.mark.parametrize(
    ("role", "entries"),
    [
        (
            ADMINISTRATION,
            [
                "Tableau des dossiers",
                "Liste des dossiers",
                "Liste des fiches",
                "Relectures par les CLSM",
                "Délais et couverture",
                "Campagnes de recensement",
                "Critères de cadrage",
                "Grilles de relecture",
                "Grilles d’entretien",
                "Actions recensées",
            ],
        ),
        (COACHING, ["Tableau des dossiers", "Liste des dossiers", "Liste des fiches", "Actions recensées"]),
    ],
)
def test_the_menu_shows_what_each_role_opens(rf, role, entries):
    request = rf.get("/admin/")
    request.user = make_member(role)
    [group] = [item for item in admin_menu.registered_menu_items if item.name == "capitalisation"]
    shown = sorted(group.menu.menu_items_for_request(request), key=lambda item: item.order)
    assert [item.label for item in shown] == entries


def test_the_centre_edits_the_criteria(client, centre):
    answer_framing(make_case_file(Stage.FRAMING))
    criterion = FramingCriterion.objects.get(slug="transfert")
    url = reverse("capitalisation_criteria:edit", args=[criterion.pk])
    values = {
        "label": "Transfert possible",
        "slug": "transfert",
        "help": "",
        "weight": 2,
        "order": 1,
        "is_active": "on",
    }
    assert client.post(url, values).status_code == 302
    criterion.refresh_from_db()
    assert (criterion.label, criterion.weight) == ("Transfert possible", 2)
    assert client.post(reverse("capitalisation_criteria:delete", args=[criterion.pk])).status_code == 302
    assert FramingCriterion.objects.filter(pk=criterion.pk).exists()


@pytest.mark.parametrize("role", [EDITING, COACHING])
def test_the_others_do_not_edit_the_criteria(client, role):
    answer_framing(make_case_file(Stage.FRAMING))
    criterion = FramingCriterion.objects.get(slug="transfert")
    client.force_login(make_member(role))
    client.post(reverse("capitalisation_criteria:edit", args=[criterion.pk]), {"label": "Forgé"})
    criterion.refresh_from_db()
    assert criterion.label == "Potentiel de transfert"
