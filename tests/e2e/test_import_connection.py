"""The connection is lost while an import is checked: it is said, and the check goes on when it is back."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Route, expect

from portal.imports.models import ImportStep
from portal.site_setup.roles import EDITING
from tests.e2e.served import SITE, browsing
from tests.factories.capitalisation import make_member
from tests.factories.imports import make_import

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile:ResourceWarning"),
]


def test_the_check_stops_and_goes_on(browser: Browser, client: Client):
    person = make_member(EDITING)
    client.force_login(person)
    table = make_import("census", person, ImportStep.CHECK)
    is_cut = True

    def answer(route: Route) -> None:
        route.abort("internetdisconnected") if is_cut else route.fallback()

    with browsing(browser, client) as (context, _):
        context.route("**/avancer/", answer)
        page = context.new_page()
        page.goto(SITE + reverse("census_import:table", args=[table.pk]))
        expect(page.locator(".table-import__stopped")).to_contain_text("La vérification s’est arrêtée")
        expect(page.get_by_role("button", name="Continuer la vérification")).to_be_visible()
        is_cut = False
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(page.get_by_text("2 lignes vérifiées")).to_be_visible()
