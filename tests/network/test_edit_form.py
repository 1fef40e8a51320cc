"""The edit form of a profile, as the Centre and a coordinator use it."""

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from network.coordination.assignments import assign
from network.models import ClsmPage, Organisation
from portal.site_setup.roles import COACHING
from portal.taxonomies.models import Vocabulary
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm, make_commune, make_coordinator, make_organisation, make_term, make_theme

pytestmark = pytest.mark.django_db
PARTS = ["epci_items", "qpv_items", "sector_items", "working_group_items", "funder_items", "report_items"]


def form_data(page: ClsmPage, **kw: object) -> dict[str, object]:
    """What the browser would post for a complete profile."""
    data: dict[str, object] = {
        "title": page.title,
        "slug": page.slug,
        "status": page.status_id,
        "status_date": "2022-01-01",
        "created_on": "2021-01-01",
        "created_precision": "annee",
        "short_description": "Texte du formulaire.",
        "description": rich_text("<p>Une présentation.</p>"),
        "scale": page.scale_id,
        "presidency_role": "Adjoint au maire",
        "presidency_authority": "Commune d’exemple",
        "user_representation": "oui",
        "carer_representation": "non",
        "carrier": make_organisation().pk,
        "is_vacant": "on",
        "commune_items": inline_formset([{"commune": make_commune().pk}]),
        "cofacilitation_items": inline_formset([{"hospital": "CH d’exemple"}]),
        "body_items": inline_formset([{"kind": make_term(Vocabulary.BODY_TYPE, "comite-de-pilotage").pk}]),
        "comments": inline_formset([]),
    }
    data |= {name: inline_formset([]) for name in PARTS}
    choices = {
        "themes": [make_theme().name],
        "objectives": [make_term(Vocabulary.OBJECTIVE, "parcours").pk],
        "audiences": [],
    }
    choices |= {name: kw.pop(name) for name in list(kw) if name in choices}
    return {**nested_form_data(data | kw), **choices}


@pytest.fixture
def clsm():
    """A live profile whose parts are emptied in the draft, so that a post states all of them."""
    page = make_clsm()
    for name in ("commune_items", "cofacilitation_items", "body_items"):
        getattr(page, name).clear()
    page.themes.clear()
    page.save_revision()
    return page


@pytest.fixture
def url(clsm):
    return reverse("wagtailadmin_pages:edit", args=[clsm.pk])


def test_the_form_is_in_six_tabs_in_plain_french(admin_client, url):
    html = admin_client.get(url).content.decode()
    for tab in ("Identité", "Territoire", "Gouvernance", "Portage et coordination", "Articulation", "Action"):
        assert tab in html
    assert "Choisir une commune" in html
    assert "grouped-checkboxes" in html


def test_the_centre_publishes_a_complete_profile(admin_client, clsm, url):
    response = admin_client.post(url, {**form_data(clsm), "action-publish": "1"}, follow=True)
    assert "Les aidants ne sont pas représentés" in response.content.decode()
    live = ClsmPage.objects.get(pk=clsm.pk)
    assert live.short_description == "Texte du formulaire."
    assert [term.slug for term in live.objectives.all()] == ["parcours"]
    assert [theme.slug for theme in live.themes.all()] == ["acces-aux-soins"]
    assert [item.commune.name for item in live.commune_items.all()] == ["Clermont-l’Hérault"]


def test_publication_says_what_is_missing_beside_each_field(admin_client, clsm, url):
    data = form_data(clsm, short_description="", themes=[], commune_items=inline_formset([]))
    response = admin_client.post(url, {**data, "action-publish": "1"})
    assert response.status_code == 200
    html = response.content.decode()
    assert "Présentez le CLSM en une ou deux phrases" in html
    assert "Choisissez au moins un thème prioritaire." in html
    assert "Ajoutez au moins une commune couverte" in html
    clsm.refresh_from_db()
    assert clsm.short_description == "Profil d’exemple fictif."


def test_an_incomplete_draft_is_saved(admin_client, clsm, url):
    data = form_data(clsm, short_description="", themes=[], commune_items=inline_formset([]))
    assert admin_client.post(url, data).url == url
    draft = ClsmPage.objects.get(pk=clsm.pk).get_latest_revision_as_object()
    assert draft.short_description == "" and not draft.commune_items.all()


def test_what_a_coordinator_saves_waits_for_the_centre(client, clsm, url):
    person = make_coordinator()
    assign(clsm, person, start=timezone.localdate())
    client.force_login(person)
    forged = client.post(url, {**form_data(clsm), "action-publish": "1"}).content.decode()
    assert "Cette action n’est pas possible maintenant" in forged and "Texte du formulaire." in forged
    client.post(url, form_data(clsm))
    live = ClsmPage.objects.get(pk=clsm.pk)
    assert live.short_description == "Profil d’exemple fictif."
    assert live.get_latest_revision_as_object().short_description == "Texte du formulaire."
    assert "Texte du formulaire" not in client.get(clsm.url).content.decode()


def test_organisations_have_their_own_screens(admin_client):
    make_organisation("Agence d’exemple")
    html = admin_client.get(reverse("wagtailsnippets_network_organisation:list")).content.decode()
    assert "Agence d’exemple" in html


def create_in_the_chooser(client, **typed: object) -> dict:
    address = reverse("wagtailsnippetchoosers_network_organisation:create")
    return client.post(address, {"acronym": "", "website": ""} | typed).json()


def test_an_organisation_is_created_where_it_is_chosen(client):
    kind = make_organisation("Commune d’exemple").kind_id
    client.force_login(make_member(COACHING))
    chooser = client.get(reverse("wagtailsnippetchoosers_network_organisation:choose")).json()["html"]
    assert "Créer une organisation" in chooser and "est-ce elle" not in chooser
    answer = create_in_the_chooser(client, name="Maison des habitants, exemple", kind=kind)
    made = Organisation.objects.get(name="Maison des habitants, exemple")
    assert answer["result"]["id"] == str(made.pk)


def test_an_organisation_of_nearly_the_same_name_is_proposed(client):
    known = make_organisation("Fédération d’exemple des usagers")
    client.force_login(make_member(COACHING))
    typed = {"name": "Fédérations d’exemple des usagers", "kind": known.kind_id}
    asked = create_in_the_chooser(client, **typed)["htmlFragment"]
    assert f"Oui, choisir « {known} »" in asked and "choisissez" in asked and "Non, en créer une autre" in asked
    assert create_in_the_chooser(client, **typed, same=known.pk)["result"]["id"] == str(known.pk)
    assert Organisation.objects.filter(name__contains="des usagers").count() == 1
    forged = create_in_the_chooser(client, **typed, same="999999")
    assert "htmlFragment" in forged and Organisation.objects.filter(name__contains="des usagers").count() == 1
    assert create_in_the_chooser(client, **typed, same="autre")["result"]["id"] != str(known.pk)
    again = create_in_the_chooser(client, name="FEDERATION D'EXEMPLE des usagers", kind=known.kind_id, same="autre")
    assert "htmlFragment" in again and "Non, en créer une autre" not in again["htmlFragment"]
