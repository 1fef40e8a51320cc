"""The steering figures: each number is checked against what was made."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.case_files.figures import all_figures
from caps_sheets.capitalisation.models import CaseStatus, Stage, StageMove
from caps_sheets.models import CapsSheetPage, Reuse, ReuseState, SheetConfirmation
from portal.site_setup.roles import ADMINISTRATION, COACHING, EDITING, MODERATION
from tests.factories.capitalisation import make_case_file, make_member
from tests.factories.network import make_clsm, make_department, make_theme
from tests.factories.sheets import make_sheet

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 20)


def table(key, today=TODAY):
    figure = next(figure for figure in all_figures(today) if figure.key == key)
    return {row.label: row.values for row in figure.rows}


def make_history(case_file, *stays):
    """``stays``: (stage, days) in order, from the opening on."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    StageMove.objects.create(case_file=case_file, action="ouvrir", before=0, after=0, at=at)
    for stage, days in stays:
        at += timedelta(days=days)
        StageMove.objects.create(case_file=case_file, action="avancer", before=stage, after=stage + 1, at=at)


def test_delays_are_medians_of_the_stays_that_ended():
    for days in (2, 4, 30):
        make_history(make_case_file(Stage.COLLECTION), (Stage.SPOTTING, 1), (Stage.FRAMING, days))
    found = table("delais")
    assert found["0. repérage"][:2] == (1, 3)
    assert found["1. cadrage"][:2] == (4, 3)
    assert found["2. recueil"][:2] == (None, 0)


def test_a_postponement_does_not_cut_a_stay():
    case_file = make_case_file(Stage.FRAMING)
    make_history(case_file, (Stage.SPOTTING, 1), (Stage.FRAMING, 10))
    middle = datetime(2026, 1, 5, tzinfo=UTC)
    StageMove.objects.create(case_file=case_file, action="ajourner", before=1, after=1, at=middle)
    assert table("delais")["1. cadrage"][:2] == (10, 1)


def test_a_stay_without_known_start_is_left_out():
    case_file = make_case_file(Stage.FRAMING)
    StageMove.objects.create(case_file=case_file, action="cadrer", before=0, after=1)
    assert table("delais")["0. repérage"][:2] == (None, 0)


def test_the_age_of_running_files_is_that_of_the_day():
    for days in (10, 20, 60):
        make_case_file(Stage.ANALYSIS, stage_since=timezone.now() - timedelta(days=days))
    make_case_file(Stage.ANALYSIS, status=CaseStatus.POSTPONED, stage_since=timezone.now() - timedelta(days=900))
    assert table("delais")["3. analyse"][2] == 20


def test_coverage_counts_public_sheets_once_a_line():
    theme, second, empty = make_theme("isolement"), make_theme("logement"), make_theme("jeunesse")
    gone = make_theme("ancien", is_active=False)
    brittany = make_department("35", "Ille-et-Vilaine", ("53", "Bretagne"))
    clsm = make_clsm()
    clsm.departments.set([make_department(), brittany])
    make_sheet(clsms=[clsm], themes=[theme, second])
    make_sheet(clsms=[clsm, make_clsm()], themes=[theme, gone])
    make_sheet(clsms=[clsm], themes=[theme], live=False)
    themes, regions = table("themes"), table("regions")
    assert (themes[theme.name], themes[second.name], themes[empty.name]) == ((2,), (1,), (0,))
    assert gone.name not in themes
    assert (regions["Occitanie"], regions["Bretagne"]) == ((2,), (2,))


def test_what_is_little_covered_is_said():
    theme, empty = make_theme("isolement"), make_theme("jeunesse")
    make_sheet(themes=[theme])
    figure = next(figure for figure in all_figures(TODAY) if figure.key == "themes")
    assert {row.label: row.note for row in figure.rows} == {
        theme.name: "",
        empty.name: "peu couvert",
        "Acces aux soins": "peu couvert",
    }


def test_freshness_of_sheets():
    old = datetime(2023, 1, 1, tzinfo=UTC)
    fresh, stale, confirmed = make_sheet(), make_sheet(), make_sheet()
    CapsSheetPage.objects.filter(pk=fresh.pk).update(last_published_at=datetime(2026, 1, 1, tzinfo=UTC))
    CapsSheetPage.objects.filter(pk__in=[stale.pk, confirmed.pk]).update(last_published_at=old)
    SheetConfirmation.objects.create(sheet=confirmed, confirmed_on=date(2023, 2, 1))
    SheetConfirmation.objects.create(sheet=confirmed, confirmed_on=date(2026, 2, 1))
    assert table("fraicheur-fiches") == {"À jour": (2,), "À confirmer": (1,), "Sans date": (0,)}


def test_the_freshness_of_drafts_is_not_counted():
    """Neither a draft that was never public, nor what is no longer."""
    make_sheet(live=False)
    gone = make_sheet()
    gone.unpublish()
    assert table("fraicheur-fiches") == {"À jour": (0,), "À confirmer": (0,), "Sans date": (0,)}


def test_reuses_are_counted():
    sheet, clsm = make_sheet(), make_clsm()
    for state in (ReuseState.PUBLISHED, ReuseState.PUBLISHED, ReuseState.PROPOSED):
        Reuse.objects.create(sheet=sheet, clsm=clsm, year=2025, kept="Tout", adapted="Rien", state=state)
    assert table("reutilisations") == {"À relire": (1,), "Publiée": (2,), "Refusée": (0,)}


def test_an_empty_portal_has_figures_too(client):
    client.force_login(make_member(MODERATION))
    text = client.get(reverse("case_figures:index")).content.decode()
    assert "pas encore connu" in text
    assert text.count('class="figures"') == len(all_figures())


def test_bars_are_in_proportion():
    sheet, clsm = make_sheet(), make_clsm()
    for state in (ReuseState.PUBLISHED, ReuseState.PUBLISHED, ReuseState.PROPOSED):
        Reuse.objects.create(sheet=sheet, clsm=clsm, year=2025, kept="Tout", adapted="Rien", state=state)
    figure = next(figure for figure in all_figures(TODAY) if figure.key == "reutilisations")
    assert [share for _, share in figure.lines()] == [50, 100, 0]


def test_the_export_holds_every_number(client):
    make_case_file(Stage.FRAMING)
    client.force_login(make_member(ADMINISTRATION))
    response = client.get(f"{reverse('case_figures:index')}?export=csv")
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Tableau", "Ligne", "Mesure", "Valeur", "Remarque"]
    assert ["Délais par étape", "1. cadrage", "Durée médiane (jours)", "", ""] in rows
    assert len(rows) == 1 + sum(len(row.values) for figure in all_figures() for row in figure.rows)


@pytest.mark.parametrize("role", [EDITING, COACHING])
def test_figures_are_for_the_centre(client, role):
    client.force_login(make_member(role))
    assert client.get(reverse("case_figures:index")).status_code == 302
    assert client.get(f"{reverse('case_figures:index')}?export=csv").status_code == 302
