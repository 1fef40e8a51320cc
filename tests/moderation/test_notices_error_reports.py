"""« Signaler une erreur »: anybody, without a trace; the Centre reads, handles, and forgets addresses in time."""

from datetime import date, datetime

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from portal.base import rate
from portal.moderation.models import ErrorReport, Notice
from portal.site_setup.roles import setup_roles
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm
from tests.factories.sheets import make_sheet
from tests.refusals import NO_RIGHT, assert_refused

pytestmark = pytest.mark.django_db

MESSAGE = "La date de la première réunion est fausse."


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sheet(home):
    return make_sheet(title="Stages croisés")


def report_url(page) -> str:
    return reverse("report_error", args=[page.pk])


def test_a_visitor_tells_an_error_and_the_centre_is_told(client, sheet):
    setup_roles()
    people = {make_member("Administration").pk, make_member("Modération").pk}
    make_member("Édition")
    assert report_url(sheet) in client.get(sheet.url).content.decode()
    form = client.get(report_url(sheet))
    assert "no-store" in form["Cache-Control"]
    assert "3114" in form.content.decode()
    answer = client.post(report_url(sheet), {"message": MESSAGE, "email": "lectrice@exemple.example"}, follow=True)
    assert "Merci" in answer.content.decode()
    report = ErrorReport.objects.get()
    assert (report.page_id, report.email, report.state) == (sheet.pk, "lectrice@exemple.example", "nouveau")
    notices = Notice.objects.filter(event="error_reported")
    assert set(notices.values_list("recipient", flat=True)) == people
    assert notices.first().url == reverse("error_reports:edit", args=[report.pk])


def test_a_mistake_loses_nothing_of_what_was_typed(client, sheet):
    page = client.post(report_url(sheet), {"message": MESSAGE, "email": "pas-une-adresse"}).content.decode()
    assert MESSAGE in page
    assert "pas encore envoyé" in page
    assert not ErrorReport.objects.exists()


def test_whoever_fills_the_hidden_field_is_asked_again_and_never_thanked(client, sheet):
    page = client.post(report_url(sheet), {"message": MESSAGE, "zq7": "rempli par un gestionnaire"})
    text = " ".join(page.content.decode().split())
    assert "a rempli un champ caché" in text and f"> {MESSAGE}</textarea>" in text
    assert not ErrorReport.objects.exists()
    again = page.context["form"].data
    assert client.post(report_url(sheet), {"message": again["message"], "zq7": again["zq7"]}).status_code == 302
    assert ErrorReport.objects.get().message == MESSAGE


def test_five_an_hour_from_one_connection_then_a_clear_message(client, sheet):
    for _ in range(5):
        assert client.post(report_url(sheet), {"message": MESSAGE}).status_code == 302
    page = client.post(report_url(sheet), {"message": MESSAGE})
    assert page.status_code == 200
    assert "Réessayez dans une heure" in page.content.decode()
    assert MESSAGE in page.content.decode()
    assert ErrorReport.objects.count() == 5
    for n, address in enumerate(["10.9.8.7", *(f"2001:db8:1:2::{n}" for n in range(1, 6))]):
        assert client.post(report_url(sheet), {"message": f"{MESSAGE} {n}"}, REMOTE_ADDR=address).status_code == 302
    neighbour = client.post(report_url(sheet), {"message": MESSAGE}, REMOTE_ADDR="2001:db8:1:2:3::4")
    assert "Réessayez dans une heure" in neighbour.content.decode()


def test_the_sender_is_known_by_a_hash_that_dies_with_its_salt(monkeypatch):
    kept = {}
    add = cache.add

    def spy(key, value, timeout, **kw):
        kept[key] = timeout
        return add(key, value, timeout, **kw)

    monkeypatch.setattr(cache, "add", spy)
    for _ in range(2):
        assert rate.too_many("essai", "192.0.2.7", 5) is False
        cache.delete("rate.salt")
    senders = [key for key in kept if key.startswith("rate.essai.")]
    assert len(senders) == 2, "the same sender has another hash under another salt"
    assert not any("192.0.2.7" in key for key in senders)
    assert set(kept.values()) == {3600}


def test_only_public_pages_have_the_form(client, home):
    for page in (make_sheet(live=False), make_clsm(live=False)):
        assert client.get(report_url(page)).status_code == 404
        assert client.post(report_url(page), {"message": MESSAGE}).status_code == 404
    assert client.get(report_url(make_clsm())).status_code == 200


def test_the_centre_handles_a_report_and_nobody_else_reads_it(client, sheet):
    setup_roles()
    report = ErrorReport.objects.create(page=sheet, message=MESSAGE, email="lectrice@exemple.example")
    listing, edit = reverse("error_reports:index"), reverse("error_reports:edit", args=[report.pk])
    for name in ("Édition", "Accompagnement", "Coordination"):
        client.force_login(make_member(name))
        for url in (listing, edit):
            assert_refused(client.get(url), NO_RIGHT)
        client.post(edit, {"state": "traite", "note": ""})
    report.refresh_from_db()
    assert report.state == "nouveau"
    moderator = make_member("Modération")
    client.force_login(moderator)
    assert "Stages croisés" in client.get(listing, {"state": "nouveau"}).content.decode()
    page = client.get(edit).content.decode()
    assert MESSAGE in page
    client.post(edit, {"state": "traite", "note": "Date corrigée.", "message": "réécrit", "email": "x@y.example"})
    report.refresh_from_db()
    assert (report.state, report.note, report.handled_by) == ("traite", "Date corrigée.", moderator)
    assert (report.message, report.email) == (MESSAGE, "lectrice@exemple.example")
    assert_refused(client.post(reverse("error_reports:delete", args=[report.pk])), NO_RIGHT)
    assert ErrorReport.objects.exists()


def test_addresses_are_erased_after_six_months_and_the_report_stays(sheet):
    old, new = (
        ErrorReport.objects.create(page=sheet, message=MESSAGE, email="lectrice@exemple.example", received_at=moment)
        for moment in (timezone.make_aware(datetime(2026, 5, 21, 23)), timezone.make_aware(datetime(2026, 5, 22, 1)))
    )
    for _ in range(2):
        call_command("forget_addresses", today=date(2026, 11, 22))
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.email, old.message) == ("", MESSAGE)
    assert new.email
