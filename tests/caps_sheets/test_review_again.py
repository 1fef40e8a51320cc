"""A text that comes back to its reviewer: what changed since their reading, and the answers carried over."""

import json

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html

from caps_sheets.models import CapsSheetPage, GridReview
from caps_sheets.models.clearance import text_key
from caps_sheets.models.parts import HEADINGS
from caps_sheets.models.review import criteria_of, grid_errors, review_of
from caps_sheets.review.grid import ABOUT, OFFICIAL
from portal.site_setup.roles import EDITING
from portal.users.models import User
from tests.factories.capitalisation import make_member
from tests.factories.replay import replayed
from tests.factories.review import fill_grid
from tests.factories.sheets import body, make_sheet, make_sheets_index

pytestmark = pytest.mark.django_db

NR = {"evaluation": ("nr", "Rien n’est dit."), "equite": ("non", "Qui vient ?")}


@replayed
def make_read() -> tuple[User, CapsSheetPage]:
    """A reviewer, and a sheet read once then changed by four characters in « Leviers »."""
    make_sheets_index()
    author, reviewer = make_member(EDITING), make_member(EDITING)
    sheet = make_sheet(live=False, title="Fiche relue", owner=author)
    sheet.save_revision(user=author)
    fill_grid(sheet, by=reviewer, **NR)
    return reviewer, sheet


@pytest.fixture
def read(db, client) -> tuple[User, CapsSheetPage]:
    reviewer, sheet = make_read()
    client.force_login(reviewer)
    return reviewer, sheet


def write(sheet: CapsSheetPage, **sections: list[dict]) -> None:
    sheet = CapsSheetPage.objects.get(pk=sheet.pk).get_latest_revision_as_object()
    sheet.body = json.dumps(body(**sections))
    sheet.save_revision(user=sheet.owner)


def screen(client, sheet: CapsSheetPage) -> str:
    return client.get(reverse("review_grid", args=[sheet.pk])).content.decode()


def form_of(html: str) -> dict:
    forms = html.split("<form")[1:]
    return querydict_from_html(
        html, form_index=next(rank for rank, one in enumerate(forms) if 'name="seen"' in one)
    ).dict()


def given(html: str) -> dict[str, str]:
    """The answers that the form gives, by key of their criterion."""
    keys = {str(one.pk): one.key for one in criteria_of(None)}
    return {keys[name[6:]]: value for name, value in form_of(html).items() if name.startswith("value-")}


def lever(text: str) -> list[dict]:
    return [{"type": "lever", "value": {"title": "Portage", "text": text}}]


def test_one_part_is_read_again_and_its_questions_alone(client, read):
    _, sheet = read
    write(sheet, leviers=lever("L’élue préside tout."))
    html = screen(client, sheet)
    page = BeautifulSoup(html, "html.parser")
    assert [one["id"] for one in page.select(".review__part:has(.review__changed)")] == ["partie-leviers"]
    assert len(page.select(".review__part > details")) == len(HEADINGS) - 2, "but the part that has no text"
    assert [one.get_text() for one in page.select("#partie-leviers ins")] == ["[ajouté\xa0:  tout]"]
    assert given(html) == {key: NR.get(key, ("oui",))[0] for key in ABOUT}
    assert "vous aviez répondu «&nbsp;oui&nbsp;»" in html


def test_carried_answers_count_once_the_person_saved_them(client, read):
    reviewer, sheet = read
    write(sheet, resultats=[{"type": "evaluation", "value": {"kind": "Interne"}}])
    revision = CapsSheetPage.objects.get(pk=sheet.pk).get_latest_revision()
    html = screen(client, sheet)
    assert "evaluation" not in given(html) and given(html)["equite"] == "non"
    assert review_of(sheet, text_key(revision)) is None and grid_errors(sheet, revision, text_key(revision))
    wanted = {f"value-{one.pk}": "oui" for one in criteria_of(None) if one.key not in given(html)}
    client.post(reverse("review_grid", args=[sheet.pk]), form_of(html) | wanted)
    review = review_of(sheet, text_key(revision))
    assert (review.reviewer, review.answers.count()) == (reviewer, len(criteria_of(None)))
    assert review.answers.get(criterion__key="equite").comment == "Qui vient ?"


def test_an_answer_about_a_text_that_changed_meanwhile_is_refused(client, read):
    """No grid was filled for either text: only the text on screen tells them apart."""
    _, sheet = read
    write(sheet, leviers=lever("Un."))
    opened = form_of(screen(client, sheet))
    write(sheet, leviers=lever("Deux."))
    html = client.post(reverse("review_grid", args=[sheet.pk]), opened).content.decode()
    assert "Le texte a changé pendant votre lecture" in html and GridReview.objects.count() == 1


def test_somebody_else_answers_it_all(client, read):
    _, sheet = read
    write(sheet, leviers=lever("L’élue préside tout."))
    client.force_login(make_member(EDITING))
    html = screen(client, sheet)
    assert "Depuis votre lecture" not in html and given(html) == {}


def test_what_a_colleague_saved_about_this_text_comes_first(client, read):
    _, sheet = read
    write(sheet, leviers=lever("L’élue préside tout."))
    fill_grid(sheet, evaluation=("oui", ""), equite=("oui", ""))
    assert given(screen(client, sheet))["equite"] == "oui"


def test_each_question_leads_to_its_part(client, read, django_assert_max_num_queries):
    _, sheet = read
    write(sheet, leviers=lever("L’élue préside tout."))
    screen(client, sheet)
    with django_assert_max_num_queries(28):
        html = screen(client, sheet)
    page = BeautifulSoup(html, "html.parser")
    links = page.select(".review__criterion a[href^='#']")
    assert len(page.select(".review__criterion")) == len(criteria_of(None)) <= len(links)
    assert all(page.find(id=link["href"][1:]) for link in links)
    assert "Le territoire manquait d’un lieu" in html


def test_the_parts_of_a_criterion_exist():
    keys = {key for criteria in OFFICIAL.values() for key, _, _ in criteria}
    assert ABOUT.keys() <= keys
    assert {part for about in ABOUT.values() for part in about} <= HEADINGS.keys()
