"""A campaign in a browser: the Centre reminds in two clicks, a coordinator takes an action back on a phone."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, expect

from caps_sheets.capitalisation.models import CensusAnswer, CensusEdition, CensusState
from portal.moderation.models import Notice
from portal.site_setup.roles import MODERATION
from tests.capitalisation.census_world import url
from tests.e2e.served import SITE, browsing
from tests.e2e.test_phone import FAULTS, PHONE
from tests.factories.capitalisation import make_answer, make_member
from tests.factories.network import make_clsm, make_coordinator

pytestmark = [pytest.mark.e2e, pytest.mark.django_db]


@pytest.fixture
def edition() -> CensusEdition:
    today = timezone.localdate()
    dates = {"opens_on": today - timedelta(days=30), "closes_on": today + timedelta(days=30)}
    return CensusEdition.objects.create(year=today.year, **dates)


def test_two_clicks_remind(browser: Browser, edition: CensusEdition) -> None:
    person = make_coordinator(make_clsm(title="CLSM d’exemple"))
    client = Client()
    client.force_login(make_member(MODERATION))
    with browsing(browser, client) as (context, _):
        page = context.new_page()
        page.goto(f"{SITE}/admin/recensement/campagnes/{edition.pk}/")
        page.get_by_role("link", name="Relancer ceux qui n’ont pas commencé (1)").click()
        expect(page.get_by_text("1 personne en poste")).to_be_visible()
        expect(page.get_by_text("« CLSM d’exemple » n’a encore déclaré aucune action")).to_be_visible()
        page.get_by_role("button", name="Envoyer la relance").click()
        expect(page.get_by_text("1 CLSM relancé.")).to_be_visible()
    assert Notice.objects.get(event="census_reminder").recipient == person


def test_an_action_is_taken_back_then_asked_about_on_a_phone(browser: Browser, edition: CensusEdition) -> None:
    answer = make_answer(state=CensusState.SUBMITTED, edition=edition.year, respondent_email="ici@clsm.example")
    client = Client()
    client.force_login(make_coordinator(answer.clsm))
    with browsing(browser, client) as (context, _):
        page = context.new_page()
        page.set_viewport_size({"width": PHONE, "height": 800})
        page.goto(SITE + url("answer", answer))
        assert page.evaluate(FAULTS) == []
        page.get_by_role("button", name="Reprendre cette action").click()
        expect(page.get_by_text("est de nouveau un brouillon")).to_be_visible()
        expect(page.get_by_role("link", name="Continuer")).to_be_visible()
        CensusAnswer.objects.filter(pk=answer.pk).update(state=CensusState.RECORDED)
        page.goto(SITE + url("answer", answer))
        page.get_by_role("link", name="Demander une correction ou le retrait").click()
        page.get_by_label("retirer l’action").check()
        page.get_by_label("Précisez").fill("Elle n’a pas eu lieu.")
        assert page.evaluate(FAULTS) == []
        page.get_by_role("button", name="Envoyer la demande").click()
        expect(page.get_by_text("Le Centre n’a pas encore répondu.")).to_be_visible()
    assert answer.requests.get().text == "Elle n’a pas eu lieu."
