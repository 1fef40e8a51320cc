"""On a phone: a visitor writes from a profile, the coordinator reads and answers, the visitor receives."""

from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from network.messages.models import Message
from network.models import ClsmPage
from portal.moderation.notices.delivery import deliver
from tests.e2e.conftest import AXE, WIDTHS, require, send
from tests.e2e.served import browsing
from tests.e2e.test_public_pages import axe
from tests.factories.messages import make_message
from tests.factories.network import make_clsm, make_coordinator

pytestmark = [pytest.mark.e2e, pytest.mark.django_db]

PHONE = {"width": 360, "height": 780}
QUESTION = "Bonjour, comment rejoindre votre groupe sur le logement ?"
ANSWER = "Venez jeudi à la maison des associations."


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def clsm(home) -> ClsmPage:
    return make_clsm(title="CLSM du Val", is_vacant=False)


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_written_on_a_phone_answered_and_received(browser: Browser, clsm: ClsmPage):
    person = make_coordinator(clsm, email="camille@val.example")
    with browsing(browser, Client()) as (context, _):
        page = context.new_page()
        page.set_viewport_size(PHONE)
        page.goto(clsm.url)
        button = page.get_by_role("link", name="Écrire à ce CLSM").first
        assert button.bounding_box()["y"] < PHONE["height"], "on the first screen"
        send(button)
        assert fits(page)
        page.get_by_label("Votre message").fill("J’ai envie de mourir.")
        page.get_by_label("Votre nom").fill("Dominique Exemple")
        page.get_by_label("Votre adresse e-mail").fill("dominique@association.example")
        send(page.get_by_role("button", name="Envoyer le message"))
        expect(page.get_by_role("alert")).to_contain_text("3114")
        expect(page.get_by_role("alert")).to_be_in_viewport()
        expect(page.get_by_label("Votre nom")).to_have_value("Dominique Exemple")
        page.get_by_label("Votre message").fill(QUESTION)
        send(page.get_by_role("button", name="Envoyer quand même"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Merci, votre message est envoyé")
    deliver()
    assert [sent.to for sent in mail.outbox] == [["camille@val.example"]] and QUESTION not in mail.outbox[0].body
    client = Client()
    client.force_login(person)
    with browsing(browser, client) as (context, _):
        page = context.new_page()
        page.set_viewport_size(PHONE)
        page.goto(f"/mon-clsm/{clsm.pk}/")
        send(page.get_by_role("link", name="Lire et répondre"))
        expect(page.get_by_text(QUESTION)).to_be_visible()
        page.get_by_label("Votre réponse").fill(ANSWER)
        send(page.get_by_role("button", name="Envoyer la réponse"))
        expect(page.locator(".messages")).to_contain_text("Votre réponse est envoyée")
        assert fits(page)
    deliver()
    assert mail.outbox[-1].to == ["dominique@association.example"] and ANSWER in mail.outbox[-1].body
    assert Message.objects.get().state == "repondu"


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_axe_finds_nothing(browser: Browser, clsm: ClsmPage, width: int):
    require(AXE.exists(), "axe-core est absent (npm) : accessibilité non vérifiée.")
    script, client = AXE.read_text(), Client()
    person = make_coordinator(clsm)
    message = make_message(clsm)
    client.force_login(person)
    space = f"/mon-clsm/{clsm.pk}/"
    paths = [f"/ecrire/{clsm.pk}/", "/contact/", f"/ecrire/{clsm.pk}/merci/", clsm.url]
    paths += [space, f"{space}courrier/", f"{space}courrier/{message.pk}/", f"{space}ecrire-au-centre/"]
    with browsing(browser, client) as (context, _):
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        found = {path: axe(page, path, script) for path in paths}
    assert {path: violations for path, violations in found.items() if violations} == {}
