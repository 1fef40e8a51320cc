"""The profile on a phone: changed in steps with a lost connection, sent, returned once, approved, public."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from network.models import ClsmPage
from tests.e2e.conftest import AXE, WIDTHS
from tests.e2e.served import browsing
from tests.factories.network import make_clsm, make_coordinator

pytestmark = [pytest.mark.e2e, pytest.mark.django_db]
SAVED = re.compile(r"Enregistré à \d\d:\d\d")


def status(page: Page):
    return page.locator("#enregistrement")


def task_of(clsm: ClsmPage):
    return ClsmPage.objects.get(pk=clsm.pk).current_workflow_task_state


def check_screen(page: Page) -> None:
    """No sideways scroll, and nothing that axe refuses."""
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS["mobile"]
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document.querySelector('main'))")["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


def test_a_profile_is_changed_on_a_phone_and_answered(browser: Browser, client: Client, home):
    centre = get_user_model().objects.create_superuser("centre@portail.example", "x")
    clsm = make_clsm(is_vacant=False)
    client.force_login(make_coordinator(clsm))
    with browsing(browser, client) as (context, served):
        page = context.new_page()
        page.set_viewport_size({"width": WIDTHS["mobile"], "height": 800})
        page.goto(reverse("space_home", args=[clsm.pk]))
        page.get_by_role("link", name="Mettre à jour mon profil").click()
        page.get_by_label("Site web").fill("https://clsm.example/")
        expect(status(page)).to_have_text(SAVED)
        check_screen(page)
        page.get_by_role("button", name="Instances et groupes").click()
        page.get_by_role("button", name="Ajouter un groupe de travail").click()
        title = page.get_by_label("Intitulé")
        expect(title).to_be_visible()
        page.wait_for_load_state("networkidle")
        served.is_cut = True
        title.fill("Logement et santé mentale")
        expect(status(page)).to_contain_text("Pas de connexion")
        page.get_by_role("button", name="Enregistrer et continuer").click()
        expect(title).to_have_value("Logement et santé mentale")  # the page is not left
        served.is_cut = False
        page.evaluate("dispatchEvent(new Event('focus'))")
        expect(status(page)).to_have_text(SAVED)
        page.get_by_role("button", name="Ajouter une instance").click()
        expect(page.locator("#nouvelle_body_items")).to_be_visible()
        page.wait_for_load_state("networkidle")
        check_screen(page)
        page.get_by_role("button", name="Envoyer au Centre").click()
        expect(page.get_by_text("Votre profil est envoyé")).to_be_visible()
        assert page.url.endswith(f"/mon-clsm/{clsm.pk}/")
        task_of(clsm).reject(user=centre, comment="Ajoutez la présentation.")
        page.reload()
        page.get_by_role("link", name="Reprendre le profil").click()
        expect(page.get_by_text("Ajoutez la présentation.")).to_be_visible()
        page.wait_for_load_state("networkidle")
        check_screen(page)
        page.goto(reverse("profile_step", args=[clsm.pk, "presentation"]))
        page.locator("#id_description").fill("Un CLSM fictif, pour l’exemple.")
        page.get_by_role("button", name="Envoyer au Centre").click()
        expect(page.get_by_text("Votre profil est envoyé")).to_be_visible()
        task_of(clsm).approve(user=centre)
        page.goto(ClsmPage.objects.get(pk=clsm.pk).url)
        expect(page.get_by_text("Un CLSM fictif, pour l’exemple.")).to_be_visible()
        assert "Logement et santé mentale" in page.content()


def test_rows_written_without_network_are_offered_back(browser: Browser, client: Client, home):
    clsm = make_clsm(is_vacant=False)
    client.force_login(make_coordinator(clsm))
    address = reverse("profile_step", args=[clsm.pk, "instances"])
    with browsing(browser, client) as (context, served):
        page = context.new_page()
        page.goto(f"{address}?nouvelle=working_group_items", wait_until="networkidle")
        served.is_cut = True
        page.get_by_label("Intitulé").fill("Écrit dans le train")
        expect(status(page)).to_contain_text("Pas de connexion")
        page.close()
        served.is_cut = False
        page = context.new_page()
        page.goto(address)
        page.locator("#copie-locale").get_by_role("button", name="Les reprendre").click()
        expect(page.get_by_text("Écrit dans le train", exact=True)).to_be_visible()
        expect(page.locator("#copie-locale")).to_be_hidden()
    groups = ClsmPage.objects.get(pk=clsm.pk).get_latest_revision_as_object().working_group_items.all()
    assert [group.title for group in groups] == ["Écrit dans le train"]


def test_a_step_works_by_keyboard(browser: Browser, client: Client, home):
    """The Enter key saves and stays: it never presses the button of a row."""
    clsm = make_clsm(is_vacant=False)
    client.force_login(make_coordinator(clsm))
    with browsing(browser, client) as (context, _):
        page = context.new_page()
        page.goto(reverse("profile_step", args=[clsm.pk, "territoire"]))
        page.get_by_label("Population couverte").fill("1200")
        page.keyboard.press("Enter")
        page.wait_for_load_state()
        expect(page.get_by_label("Population couverte")).to_have_value("1200")
        expect(page.get_by_text("Clermont-l’Hérault (34)", exact=True)).to_be_visible()
        page.get_by_label("Chercher une commune").fill("Saint-André")
        page.keyboard.press("Enter")
        expect(page.get_by_text("désigne plusieurs lieux")).to_be_visible()
