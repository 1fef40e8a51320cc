"""The list of the sheets: what each line says, filters and sorting, who sees which, and at what cost."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from caps_sheets.capitalisation.models import Stage
from caps_sheets.models import CapsSheetPage, SheetClsm, SheetsIndexPage
from portal.base.sort_keys import sort_key
from portal.site_setup.roles import COACHING, COORDINATION, EDITING
from portal.site_setup.workflows import setup_workflows
from portal.users.models import User
from tests.factories.capitalisation import make_case_file, make_member
from tests.factories.network import make_clsm, make_theme
from tests.factories.sheets import make_sheet, make_sheets_index
from tests.refusals import NO_RIGHT, assert_refused

pytestmark = pytest.mark.django_db
LIST = "sheet_list:index"


@pytest.fixture
def writer(home):
    make_sheets_index()
    return make_member(COACHING, first_name="Autrice", last_name="Exemple")


def carried_by(sheet: CapsSheetPage, name: str) -> CapsSheetPage:
    sheet.clsm_items.all().delete()
    SheetClsm.objects.create(page=sheet, clsm=make_clsm(title=name, computed_sort_key=sort_key(name)))
    return sheet


def lines(client, **query) -> list[list[str]]:
    response = client.get(reverse(LIST), query)
    assert response.status_code == 200
    rows = BeautifulSoup(response.content, "html.parser").select("table.listing tbody tr")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.select("td")] for row in rows]


def titles(client, **query) -> list[str]:
    return [line[0] for line in lines(client, **query)]


def test_a_line_says_clsm_theme_stage_and_person_and_is_found_by_each(client, writer):
    setup_workflows()
    owner = make_member(COACHING, first_name="Accompagnant", last_name="Exemple")
    client.force_login(make_member(EDITING))
    theme = make_theme("sommeil")
    waiting = carried_by(make_sheet(title="Zone calme", live=False, owner=writer), "CLSM d’Étampes")
    waiting.get_workflow().start(waiting, writer)
    online = carried_by(make_sheet(title="Atelier", owner=writer, main_theme=theme), "CLSM de Zuydcoote")
    make_case_file(Stage.LIFE, owner=owner, sheet=online)
    step = waiting.current_workflow_task.name
    of = {line[0]: line[1:5] for line in lines(client)}
    assert of["Zone calme"][0] == "CLSM d’Étampes"
    assert step in of["Zone calme"][2]
    assert "Autrice Exemple" in of["Zone calme"][3]
    assert [str(theme) in of["Atelier"][1], "En ligne" in of["Atelier"][2]] == [True, True]
    assert "Accompagnant Exemple" in of["Atelier"][3]
    clsm = waiting.clsm_items.get().clsm_id
    assert titles(client, clsm=clsm) == titles(client, etape=step) == ["Zone calme"]
    assert titles(client, personne=writer.pk) == titles(client, q="zone") == ["Zone calme"]
    assert titles(client, theme=theme.pk) == titles(client, personne=owner.pk) == ["Atelier"]
    for key in ("clsm_key", "stage", "person_key", "main_theme__name", "draft_title"):
        assert titles(client, ordering=key) == titles(client, ordering=f"-{key}")[::-1]
    assert titles(client, ordering="clsm_key") == ["Zone calme", "Atelier"]
    assert len(titles(client, clsm="x", theme="'", etape="?", personne="-1", ordering="nothing")) == 2


def test_each_person_sees_the_sheets_they_may_change(client, writer):
    make_sheet(title="La mienne", live=False, owner=writer)
    make_sheet(title="D’une autre personne", live=False, owner=User.objects.create_user("autre@portail.example"))
    client.force_login(writer)
    assert titles(client) == ["La mienne"]
    client.force_login(make_member(COORDINATION))
    assert_refused(client.get(reverse(LIST)), NO_RIGHT)


def queries_of(client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_neither_list_takes_more_queries_with_more_sheets(client, writer):
    client.force_login(make_member(EDITING))
    index = reverse("wagtailadmin_explore", args=[SheetsIndexPage.objects.get().pk])
    counted = []
    for first, last in ((0, 5), (5, 15)):
        for number in range(first, last):
            theme = make_theme(f"theme-{number}")
            sheet = make_sheet(title=f"Fiche {number}", live=bool(number % 2), owner=writer, main_theme=theme)
            make_case_file(Stage.LIFE, owner=writer, sheet=sheet)
        counted.append([queries_of(client, url) for url in (reverse(LIST), index)])
    assert counted[0] == counted[1]
    assert counted[0][0] <= 20 and counted[0][1] <= 40, counted  # Wagtail’s own list of pages takes thirty


def test_the_pages_under_the_index_say_the_same_columns(client, writer):
    """A coach meets the public sheets of others there: neither their stage nor their person."""
    other = make_member(COACHING, first_name="Autre", last_name="Personne")
    carried_by(make_sheet(title="Atelier", owner=writer, main_theme=make_theme("sommeil")), "CLSM de Zuydcoote")
    carried_by(make_sheet(title="Banc", owner=other), "CLSM d’Étampes")
    for reader, seen in ((make_member(EDITING), True), (writer, False)):
        client.force_login(reader)
        page = client.get(reverse("wagtailadmin_explore", args=[SheetsIndexPage.objects.get().pk]))
        rows = BeautifulSoup(page.content, "html.parser").select("main table.listing tbody tr")
        texts = [" ".join(row.get_text(" ").split()) for row in rows]
        of = {name: next(text for text in texts if name in text) for name in ("Atelier", "Banc")}
        assert all(word in of["Atelier"] for word in ("CLSM de Zuydcoote", "En ligne", "Autrice Exemple"))
        assert "CLSM d’Étampes" in of["Banc"]
        assert ("Autre Personne" in of["Banc"]) is ("En ligne" in of["Banc"]) is seen
