"""The choosers of the editing forms, by HTTP."""

import pytest
from django.test import Client

from portal.users.models import User
from tests.refusals import NO_OFFICE, SIGN_IN, assert_refused

pytestmark = pytest.mark.usefixtures("places")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("St Denis 974", "Saint-Denis (974)"), ("34800", "Clermont-l’Hérault (34)"), ("l’hay", "aucune correspondance")],
)
def test_communes_are_found_by_name_or_postcode(admin_client: Client, typed: str, expected: str) -> None:
    response = admin_client.get("/admin/commune_chooser/results/", {"q": typed})
    assert response.status_code == 200
    assert expected in response.content.decode()


def test_results_are_ranked_and_paginated(admin_client: Client) -> None:
    first = admin_client.get("/admin/commune_chooser/results/", {"q": "saint"})
    second = admin_client.get("/admin/commune_chooser/results/", {"q": "saint", "p": 2})
    names = [str(commune) for commune in first.context["results"]]
    assert len(names) == 10
    assert names[0] == "Saint-Denis (974)"
    assert not set(names) & {str(commune) for commune in second.context["results"]}


def test_the_modal_opens_and_a_choice_comes_back(admin_client: Client) -> None:
    modal = admin_client.get("/admin/commune_chooser/").json()
    assert "Choisir une commune" in modal["html"]
    assert "Nom ou code postal" in modal["html"]
    chosen = admin_client.get("/admin/commune_chooser/chosen/34079/").json()
    assert chosen["result"]["title"] == "Clermont-l’Hérault (34)"


def test_several_communes_are_chosen_at_once(admin_client: Client) -> None:
    page = admin_client.get("/admin/commune_chooser/", {"multiple": 1}).json()["html"]
    assert 'type="checkbox"' in page


def test_epcis_are_found_by_name_or_siren(admin_client: Client) -> None:
    for typed in ("plaine-commune", "200057867"):
        assert "Plaine Commune" in admin_client.get("/admin/epci_chooser/results/", {"q": typed}).content.decode()


def test_a_page_of_results_takes_few_queries(admin_client: Client, django_assert_max_num_queries) -> None:
    admin_client.get("/admin/commune_chooser/results/", {"q": "saint"})
    with django_assert_max_num_queries(10):
        admin_client.get("/admin/commune_chooser/results/", {"q": "saint"})


@pytest.mark.parametrize("path", ["commune_chooser", "commune_chooser/results", "epci_chooser/results"])
def test_only_people_of_the_back_office_may_look(client: Client, path: str) -> None:
    assert_refused(client.get(f"/admin/{path}/"), SIGN_IN)
    client.force_login(User.objects.create_user(email="lecteur@clsm.example", password="x"))
    response = client.get(f"/admin/{path}/", {"q": "saint"})
    assert_refused(response, NO_OFFICE)
    assert b"Saint-Denis" not in response.content
