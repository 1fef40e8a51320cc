"""Who opens « Pilotage », with which filters."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.models import CensusState, Stage
from portal.users.queries import COACHING, COORDINATION, MODERATION
from tests.factories.capitalisation import make_answer, make_case_file, make_member
from tests.refusals import NO_RIGHT, NOT_FOUND, assert_refused

pytestmark = pytest.mark.django_db


def test_the_period_is_counted_in_days_of_paris(client, month_end):
    """It is 23:30 UTC on 31 January: an answer sent now is of 1 February."""
    client.force_login(make_member(MODERATION))
    make_answer(state=CensusState.SUBMITTED, submitted_at=timezone.now(), title="Envoyée à l’instant")
    address = reverse("indicator_list", args=["recensement", "toutes", "toutes"])
    shown = client.get(address, {"du": "2027-02-01", "au": "2027-02-28"})
    assert [item.row.title for item in shown.context["items"]] == ["Envoyée à l’instant"]
    assert client.get(address, {"au": "2027-01-31"}).context["page_obj"].paginator.count == 0
    index = client.get(reverse("indicators"))
    assert index.context["today"] == date(2027, 2, 1)
    assert ("Ce mois-ci", f"{reverse('indicators')}?du=2027-02-01&au=2027-02-01") in index.context["periods"]


def test_who_may_see_what(client):
    mine = make_member(COACHING)
    make_case_file(Stage.FRAMING, owner=mine)
    make_case_file(Stage.FRAMING, owner=make_member(COACHING))
    client.force_login(mine)
    shown = client.get(reverse("indicators"))
    keys = [each["table"].key for each in shown.context["tables"]]
    assert keys == ["echeances", "dossiers", "accords", "recensement", "fiches"]
    assert "personne" not in shown.context["form"].fields
    address = reverse("indicator_list", args=["dossiers", "1", "en-cours"])
    assert client.get(address).context["page_obj"].paginator.count == 1
    assert_refused(client.get(reverse("indicator_list", args=["postes", "vacants", "tous"])), NOT_FOUND)
    client.force_login(make_member(COORDINATION))
    for url in (reverse("indicators"), address):
        assert_refused(client.get(url), NO_RIGHT)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"du": "2026-13-45"}, "Saisissez une date valide."),
        ({"du": "2026-02-01", "au": "2026-01-01"}, "Ce jour précède le début de la période."),
        ({"region": "atlantide"}, "atlantide"),
        ({"personne": "-1\x00"}, "personne"),
    ],
)
def test_a_wrong_filter_is_said_beside_its_field(client, asked, reason):
    client.force_login(make_member(MODERATION))
    shown = client.get(reverse("indicators"), asked)
    assert shown.status_code == 200 and shown.context["tables"] == []
    assert reason in str(shown.context["form"].errors)
    assert_refused(client.get(reverse("indicator_list", args=["dossiers", "toutes", "en-cours"]), asked), NOT_FOUND)


def test_every_number_is_in_one_file(client):
    client.force_login(make_member(MODERATION))
    make_case_file(Stage.FRAMING)
    shown = client.get(reverse("indicators"), {"region": "region-76"}).context["tables"]
    exported = client.get(reverse("indicators"), {"region": "region-76", "export": "csv"})
    lines = exported.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0] == "Tableau;Ligne;Mesure;Valeur;Remarque"
    assert "Dossiers par étape;1. cadrage;En cours;1;Région\u00a0: Occitanie" in lines
    assert len(lines) - 1 == sum(len(cells) for each in shown for _, cells in each["lines"])


@pytest.mark.parametrize("keys", [("x", "y", "z"), ("dossiers", "99", "en-cours"), ("echeances", "postes", "depasse")])
def test_a_number_that_does_not_exist_is_not_found(client, keys):
    client.force_login(make_member(MODERATION))
    assert_refused(client.get(reverse("indicator_list", args=keys)), NOT_FOUND)
