"""The public card: only what the CLSM and the Centre both let through, everywhere the public looks."""

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from caps_sheets.capitalisation.census.services import change_state, follow_case
from caps_sheets.capitalisation.models import CARD_FIELDS, PUBLIC_STATES, CensusAnswer, CensusState
from portal.site_setup.roles import EDITING
from search.models import IndexChange
from search.outbox import compare, rebuild
from tests.factories.capitalisation import make_answer, make_case_file, make_member
from tests.factories.network import make_clsm, make_commune, make_department
from tests.factories.sheets import make_sheet
from tests.factories.site import make_private

pytestmark = pytest.mark.django_db
SECRET = "Zéphyrine"


@pytest.fixture
def index(settings, tmp_path, saved_pages):
    settings.SEARCH_INDEX_ROOT = tmp_path / "index"
    rebuild()


@pytest.fixture
def drained(index, django_capture_on_commit_callbacks):
    """Runs what follows a commit: the outbox is drained as after a request."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def shows(client, answer: CensusAnswer) -> bool:
    return client.get(answer.url).status_code == 200


@pytest.mark.parametrize("state", list(CensusState))
@pytest.mark.parametrize("allowed", [True, False, None])
def test_the_card_needs_both_consents(home, client, state, allowed):
    answer = make_answer(state=state, allows_publication=allowed)
    assert shows(client, answer) is (state in PUBLIC_STATES and allowed is True)


def test_the_card_follows_the_page_of_its_clsm(home, client):
    answer = make_answer()
    assert shows(client, answer)
    clsm = answer.clsm
    clsm.unpublish()
    assert not shows(client, answer)
    answer = make_answer()
    make_private(answer.clsm)
    assert not shows(client, answer)


def test_one_address_only(home, client):
    answer = make_answer(title="Café des aidants")
    assert answer.url == f"/actions/{answer.pk}-cafe-des-aidants/"
    response = client.get(f"/actions/{answer.pk}-ancien-titre/")
    assert (response.status_code, response.url) == (301, answer.url)
    assert client.get("/actions/999999-rien/").status_code == 404
    assert client.post(answer.url).status_code == 405


def test_a_title_without_letters_still_has_an_address(home, client):
    answer = make_answer(title="???")
    assert shows(client, answer)


def test_what_the_card_tells_and_what_it_keeps(home, client):
    private = {
        "respondent_email": "secret@clsm.example",
        "respondent_role": "Fonction-secrète",
        "went_wrong": "Problème-secret",
        "availability": "Mardi-secret",
        "partners": "Partenaire-secret",
    }
    answer = make_answer(description="Un lieu\noù souffler.", carrier_name="Commune d’exemple", **private)
    answer.communes.set([make_commune()])
    page = client.get(answer.url).content.decode()
    for shown in (answer.title, "où souffler.", "Clermont-l’Hérault", "Commune d’exemple", answer.clsm.title):
        assert shown in page.replace("&#x27;", "’")
    for value in private.values():
        assert value not in page


def test_the_card_leads_to_its_sheet_once_public(home, client):
    sheet = make_sheet(live=False, title="Fiche de l’action")
    answer = make_case_file(sheet=sheet, answer=make_answer()).answer
    assert "Fiche de l’action" not in client.get(answer.url).content.decode()
    public = make_sheet(title="Fiche en ligne")
    answer = make_case_file(sheet=public, answer=make_answer()).answer
    assert "Fiche en ligne" in client.get(answer.url).content.decode()


def test_the_card_is_read_in_a_constant_number_of_queries(home, client, django_assert_max_num_queries):
    answer = make_answer()
    answer.communes.set([make_commune(f"340{number}", f"Commune {number}") for number in range(20, 50)])
    client.get(answer.url)
    with django_assert_max_num_queries(30):
        client.get(answer.url)


def test_the_profile_lists_the_public_actions(home, client):
    clsm = make_clsm()
    make_answer(clsm=clsm, title="Action publique")
    make_answer(clsm=clsm, title=f"Action {SECRET}", state=CensusState.DRAFT)
    make_answer(clsm=clsm, title=f"Refusée {SECRET}", state=CensusState.REFUSED)
    make_answer(clsm=clsm, title=f"Discrète {SECRET}", allows_publication=False)
    page = client.get(clsm.url).content.decode()
    assert "Action publique" in page
    assert SECRET not in page


# The search


def found(client, **params: str) -> str:
    return client.get(reverse("search"), params).content.decode()


def everywhere(client, text: str) -> dict[str, str]:
    """All that the public gets about ``text``, by address."""
    addresses = {
        "page": (reverse("search"), {"q": text}),
        "suggestions": ("/recherche/suggestions/", {"q": text}),
        "csv": ("/recherche/export.csv", {"q": text}),
        "json": ("/recherche/export.json", {"q": text}),
        "feed": ("/recherche/flux.rss", {"q": text}),
        "print": ("/recherche/imprimer/", {"q": text}),
        "sitemap": ("/sitemap-actions.xml", {}),
    }
    return {name: _body(client.get(*address)) for name, address in addresses.items()}


def _body(response) -> str:
    assert response.status_code == 200, response.request["PATH_INFO"]
    content = b"".join(response.streaming_content) if response.streaming else response.content
    text = content.decode()
    return json.dumps(json.loads(text), ensure_ascii=False) if text.startswith("{") else text


def test_a_public_action_is_found_with_its_type(home, client, index):
    make_answer(title=f"Café {SECRET}", description="Un lieu où souffler.")
    rebuild()
    page = found(client, q=SECRET.lower(), type="actions")
    assert "Action recensée" in page
    assert "Un lieu où souffler" in page
    told = everywhere(client, SECRET)
    for name in ("suggestions", "csv", "json", "print"):
        assert f"Café {SECRET}" in told[name], name
    assert "cafe-zephyrine" in told["sitemap"]
    assert '"actions"' in told["json"]


def test_an_action_and_a_page_of_the_same_number_are_not_taken_for_one_another(home, client, index):
    clsm = make_clsm(title="CLSM au même numéro")
    answer = make_answer(clsm=make_clsm(), pk=clsm.pk, title="Action au même numéro")
    rebuild()
    told = everywhere(client, "même numéro")
    assert told["json"].count("Action au même numéro") >= 1
    assert told["json"].count("CLSM au même numéro") >= 1
    answer.state = CensusState.ARCHIVED
    CensusAnswer.objects.filter(pk=answer.pk).update(state=CensusState.ARCHIVED)  # the index does not know yet
    told = everywhere(client, "même numéro")
    assert "Action au même numéro" not in told["json"] + told["page"] + told["suggestions"]
    assert "CLSM au même numéro" in told["page"]


@pytest.mark.parametrize(
    "hidden",
    [{"state": state} for state in CensusState if state not in PUBLIC_STATES] + [{"allows_publication": False}],
    ids=str,
)
def test_what_is_not_public_leaks_nowhere(home, client, index, hidden):
    make_answer(title=f"Café {SECRET}", description=SECRET, **hidden)
    rebuild()
    for name, body in everywhere(client, SECRET).items():
        assert f"Café {SECRET}" not in body, name


def test_the_index_follows_the_state(home, client, drained):
    with drained():
        answer = make_answer(title=f"Café {SECRET}", state=CensusState.SUBMITTED)
    assert "Café" not in found(client, q=SECRET)
    with drained():
        answer.state = CensusState.RECORDED
        answer.save()
    assert "Café" in found(client, q=SECRET)
    with drained():
        answer.allows_publication = False
        answer.save()
    assert compare() == (set(), set())
    assert not IndexChange.objects.exists()


def test_the_index_follows_the_clsm(home, client, drained):
    with drained():
        answer = make_answer(title=f"Café {SECRET}")
    with drained():
        answer.clsm.unpublish()
    assert compare() == (set(), set())
    with drained():
        answer.clsm.save_revision().publish()
    assert compare() == (set(), set())
    assert "Café" in found(client, q=SECRET)
    with drained():
        make_private(answer.clsm.get_parent())
    assert compare() == (set(), set())


def test_a_draft_is_not_even_noted(home, index):
    IndexChange.objects.all().delete()
    answer = make_answer(state=CensusState.DRAFT)
    answer.title = "Encore un brouillon"
    answer.save()
    assert not IndexChange.objects.filter(key__startswith="action:").exists()


def test_an_action_is_found_by_its_place(home, client, index):
    paris = make_commune("75056", "Paris", department=make_department("75", "Paris", ("11", "Île-de-France")))
    make_answer(title="Action parisienne").communes.set([paris])
    make_answer(title="Action héraultaise").communes.set([make_commune()])
    rebuild()
    page = found(client, type="actions", departement="departement-75")
    assert "Action parisienne" in page
    assert "Action héraultaise" not in page


def test_the_check_of_the_index_passes(home, index):
    make_answer()
    rebuild()
    call_command("search_check", stdout=io.StringIO())


class TestDate:
    """What robots and feeds are told moves with the card, and with nothing else."""

    BEFORE = datetime(2026, 1, 5, 12, tzinfo=UTC)

    @pytest.fixture
    def answer(self, home) -> CensusAnswer:
        return self.aged(make_answer(title="Café", clsm=make_clsm(slug="ex-001"), import_key="A1"))

    def aged(self, answer: CensusAnswer) -> CensusAnswer:
        CensusAnswer.objects.filter(pk=answer.pk).update(updated_at=self.BEFORE)
        answer.refresh_from_db()
        return answer

    def moves(self, client) -> bool:
        said = client.get("/sitemap-actions.xml").content.decode()
        assert "<lastmod>" in said
        return "<lastmod>2026-01-05</lastmod>" not in said

    def test_a_step_inside_the_centre_is_no_news(self, client, answer):
        change_state(answer, CensusState.SHORTLISTED, by=make_member(EDITING))
        assert not self.moves(client)
        follow_case(answer, CensusState.CAPITALISING, by=None)
        assert not self.moves(client)
        follow_case(answer, CensusState.CAPITALISED, by=None)
        assert self.moves(client), "the card leads to the sheet"

    def test_going_public_is_news(self, client, home):
        answer = self.aged(make_answer(state=CensusState.SUBMITTED))
        change_state(answer, CensusState.RECORDED, by=make_member(EDITING))
        assert self.moves(client)

    @pytest.mark.parametrize(("column", "cell", "is_shown"), [("personnes", "40", False), ("porteur", "Autre", True)])
    def test_an_import(self, client, answer, tmp_path, column, cell, is_shown):
        path = tmp_path / "actions.csv"
        path.write_text(f"identifiant;clsm;intitule;{column}\nA1;{answer.clsm.slug};Café;{cell}\n", encoding="utf-8")
        call_command("import_census", path, stdout=io.StringIO())
        answer.refresh_from_db()
        assert cell in (str(answer.reach), answer.carrier_name)
        assert self.moves(client) is is_shown

    def test_the_fields_of_the_card_are_known(self):
        card = (Path(settings.BASE_DIR) / "templates/pages/census/card.html").read_text(encoding="utf-8")
        shown = set(re.findall(r"answer\.(\w+)", card))
        shown = {re.sub(r"^get_(\w+)_display$", r"\1", name) for name in shown}
        assert shown - {"pk"} <= CARD_FIELDS
