"""A campaign of the census: opened, followed, reminded, closed, exported; its dates are those of Paris."""

import io
import re
from collections import Counter
from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.core.management import call_command
from django.urls import reverse

from caps_sheets.capitalisation.census.answer_import import AnswerImporter
from caps_sheets.capitalisation.census.editions import reuse, start
from caps_sheets.capitalisation.census.reminders import ALL, remind, remind_due
from caps_sheets.capitalisation.census.services import send
from caps_sheets.capitalisation.models import CensusAnswer, CensusEdition, CensusReminder, CensusState
from network.models import ClsmPage, CoordinatorAssignment, RegionalModerator
from network.models.covered_area import moderators_by_clsm, moderators_for
from network.territories.models import Region
from portal.base.errors import RefusedError
from portal.base.tables.importer import Outcome
from portal.moderation.models import Notice
from portal.site_setup.roles import EDITING, MODERATION
from tests.capitalisation.census_world import make_draft, url
from tests.factories.capitalisation import make_answer, make_member
from tests.factories.network import make_clsm, make_commune, make_coordinator, make_department

pytestmark = pytest.mark.django_db

OPENS, CLOSES = date(2026, 3, 2), date(2026, 6, 30)
DAY = date(2026, 5, 4)


@pytest.fixture
def edition() -> CensusEdition:
    return CensusEdition.objects.create(
        year=2026, opens_on=OPENS, closes_on=CLOSES, grace_days=7, reminder_days="21, 7", text="Merci de répondre."
    )


@pytest.fixture
def centre(client):
    person = make_member(EDITING)
    client.force_login(person)
    return person


def on(day: date) -> time_machine.travel:
    return time_machine.travel(f"{day}T10:00:00+02:00", tick=False)


def page(name: str, edition: CensusEdition) -> str:
    return reverse(f"census_campaigns:{name}", args=[edition.pk])


def said(response) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def reminded() -> Counter[str]:
    return Counter(Notice.objects.filter(event__startswith="census_reminder").values_list("event", flat=True))


# Dates


def test_an_edition_is_opened_by_the_centre_with_its_dates_checked(client, centre):
    values = {"year": 2026, "opens_on": "2026-03-02", "closes_on": "2026-02-01", "grace_days": 7, "reminder_days": "x"}
    response = client.post(reverse("census_campaigns:add"), values | {"text": "Merci."})
    assert response.status_code == 200 and not CensusEdition.objects.exists()
    errors = response.context["form"].errors
    assert errors["reminder_days"] == ["Écrivez des nombres de jours séparés par des virgules, par exemple « 21, 7 »."]
    assert errors["closes_on"] == ["Il ne précède pas l’ouverture."]
    assert 'value="2026-02-01"' in response.content.decode()
    right = values | {"closes_on": "2026-06-30", "reminder_days": "7 ; 21"}
    with on(DAY):
        response = client.post(reverse("census_campaigns:add"), right)
    edition = CensusEdition.objects.get()
    assert response.url == page("campaign", edition)
    assert "ouvert jusqu’au 30 juin 2026 inclus" in said(response)
    with on(DAY):
        response = client.post(reverse("census_campaigns:add"), right | {"text": "Une autre fois."})
    assert response.context["form"].errors["year"] == ["Le recensement de cette année existe déjà."]


@pytest.mark.parametrize(
    ("changed", "place", "told"),
    [
        ({"closes_on": "9999-12-31", "grace_days": 1}, "closes_on", "Une date de 2026, 2027 ou 2028."),
        ({"opens_on": "0001-01-01"}, "opens_on", "Une date de 2026, 2027 ou 2028."),
        ({"opens_on": "2026-06-30"}, "__all__", "Recensement 2026 est ouvert du 02/03/2026 au 30/06/2026"),
    ],
)
def test_dates_that_would_break_the_census_are_refused(client, centre, edition, changed, place, told):
    values = {"year": 2027, "opens_on": "2027-03-01", "closes_on": "2027-06-30", "grace_days": 0} | changed
    response = client.post(reverse("census_campaigns:add"), values)
    assert told in response.context["form"].errors[place][0]
    assert list(CensusEdition.objects.all()) == [edition]


def test_the_year_of_declared_actions_does_not_change(client, centre, edition):
    make_answer(edition=2026)
    values = {"year": 2025, "opens_on": "2025-03-01", "closes_on": "2025-06-30", "grace_days": 0}
    response = client.post(page("edit", edition), values)
    assert response.context["form"].errors["year"] == [
        "Des actions sont déclarées pour 2026 : cette année ne se change plus."
    ]
    values |= {"year": 2026, "opens_on": "2026-03-02", "closes_on": "2026-07-31"}
    assert client.post(page("edit", edition), values).status_code == 302


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (OPENS - timedelta(1), "Le recensement 2026 ouvre le 2 mars 2026."),
        (CLOSES + timedelta(1), "Le recensement 2026 est fermé depuis le 30 juin 2026 au soir."),
    ],
)
def test_nobody_begins_outside_the_dates_and_each_screen_says_so(client, edition, day, text):
    clsm = make_clsm()
    with on(day):
        client.force_login(make_coordinator(clsm))
        for address in (reverse("census_list", args=[clsm.pk]), reverse("space_home", args=[clsm.pk])):
            shown = client.get(address).content.decode()
            assert text in shown and "Déclarer une action" not in shown
        response = client.post(reverse("census_new", args=[clsm.pk]))
    assert text in said(response)
    assert response.url == reverse("census_list", args=[clsm.pk])
    assert not CensusAnswer.objects.exists()


def test_the_open_edition_gives_its_year_its_message_and_its_grace(client, edition):
    CensusEdition.objects.filter(pk=edition.pk).update(year=2027)
    clsm = make_clsm()
    person = make_coordinator(clsm)
    with on(DAY):
        assert start(clsm, person).edition == 2027
        client.force_login(person)
        shown = client.get(reverse("census_list", args=[clsm.pk])).content.decode()
    assert "Merci de répondre." in shown and "Déclarer une action" in shown
    assert "peut encore être envoyée jusqu’au 7 juillet 2026" in shown


def test_the_last_day_ends_at_midnight_in_paris(month_end, edition):
    """It is 23:30 UTC on 31 January: in Paris, 1 February."""
    clsm = make_clsm()
    person = make_coordinator(clsm)
    draft = make_draft(clsm, edition=2027)
    dates = {"year": 2027, "opens_on": date(2027, 1, 4), "closes_on": date(2027, 1, 31)}
    CensusEdition.objects.filter(pk=edition.pk).update(**dates, grace_days=0, reminder_days="0")
    with pytest.raises(RefusedError, match="fermé depuis le 31 janvier 2027"):
        start(clsm, person)
    with pytest.raises(RefusedError, match="fermé depuis le 31 janvier 2027"):
        send(draft, by=person, revision=0)
    assert remind_due() == 0
    CensusEdition.objects.filter(pk=edition.pk).update(closes_on=date(2027, 2, 1))
    assert remind_due() == 1
    assert send(draft, by=person, revision=0).state == CensusState.SUBMITTED


def test_what_was_begun_is_sent_within_the_grace_and_what_the_centre_asks_always(client, edition):
    clsm = make_clsm()
    person = make_coordinator(clsm)
    draft, late = (make_draft(clsm, edition=2026) for _ in range(2))
    asked = make_answer(clsm=clsm, edition=2026, state=CensusState.INCOMPLETE, respondent_email="a@clsm.example")
    with on(edition.last_sending):
        assert send(draft, by=person, revision=0).state == CensusState.SUBMITTED
    with on(edition.last_sending + timedelta(1)):
        assert send(asked, by=person, revision=0).state == CensusState.SUBMITTED
        client.force_login(person)
        shown = client.get(url("check", late)).content.decode()
        assert "pouvaient être envoyées jusqu’au 7 juillet 2026" in shown
        with pytest.raises(RefusedError, match="Votre brouillon est gardé"):
            send(late, by=person, revision=0)


def test_a_draft_left_behind_goes_on_in_the_next_edition(client, edition):
    clsm = make_clsm()
    person = make_coordinator(clsm)
    draft = make_draft(clsm, edition=2026, title="Café")
    with on(DAY), pytest.raises(RefusedError, match="encore un brouillon"):
        reuse(draft, person)
    CensusEdition.objects.create(year=2027, opens_on="2027-03-01", closes_on="2027-06-30")
    with on(date(2027, 2, 1)), pytest.raises(RefusedError, match="ouvre le 1er mars 2027"):
        reuse(draft, person)
    with on(date(2027, 3, 1)):
        client.force_login(person)
        assert (
            "Reprendre pour l’édition suivante" in client.get(reverse("census_list", args=[clsm.pk])).content.decode()
        )
        client.post(url("next", draft))
    assert CensusAnswer.objects.values_list("title", "edition", "state").get() == ("Café", 2027, CensusState.DRAFT)


# Following


def test_every_moderator_is_that_of_each_profile():
    places = [
        make_commune("34079"),
        make_commune("75056", "Paris", department=make_department("75", "Paris", ("11", "Île-de-France"))),
    ]
    clsms = [make_clsm(communes=[place]) for place in places] + [make_clsm(communes=places)]
    for _ in range(2):
        assert {pk: set(people) for pk, people in moderators_by_clsm().items()} == {
            clsm.pk: set(moderators_for(clsm)) for clsm in clsms
        }
        one, _other = make_member(MODERATION), make_member(MODERATION)
        RegionalModerator.objects.create(user=one).regions.add(Region.objects.get(code="76"))


def test_a_campaign_of_three_hundred_clsms(client, centre, edition, django_assert_max_num_queries):
    """Opened, reminded twice, closed, exported and imported unchanged."""
    make_member(MODERATION)
    clsms = [make_clsm(title=f"CLSM {number:03}", generic_email=f"clsm{number}@ville.example") for number in range(300)]
    people = [make_coordinator() for _ in range(270)]
    CoordinatorAssignment.objects.bulk_create(
        CoordinatorAssignment(clsm=clsm, user=person, start=date(2021, 1, 1))
        for clsm, person in zip(clsms, people, strict=False)
    )
    ClsmPage.objects.filter(pk__in=[clsm.pk for clsm in clsms[290:]]).update(generic_email="")
    for clsm in clsms[:100]:
        make_answer(clsm=clsm, edition=2026, state=CensusState.SUBMITTED)
    for clsm in clsms[90:150]:
        make_draft(clsm, edition=2026)
    make_answer(clsm=clsms[299], edition=2025)
    with on(DAY):
        with django_assert_max_num_queries(20):
            shown = client.get(page("campaign", edition))
        counts = {label: (number, address) for label, number, address in shown.context["whole"]}
        assert {label: number for label, (number, _) in counts.items()} == {
            "ont répondu": 100, "ont commencé": 50, "n’ont pas commencé": 150, "en tout": 300,
        }  # fmt: skip
        rows = [cells for _, _, lines in shown.context["tables"] for _, cells in lines]
        for _, number, address in [*(cell for cells in rows for cell in cells), *shown.context["whole"]]:
            assert client.get(address).context["paginator"].count == number
        with django_assert_max_num_queries(20):
            client.get(counts["en tout"][1])
        exported = client.get(counts["ont commencé"][1] + "&export=csv").getvalue().decode()
        assert exported.count("\r\n") == 51 and ";a commencé;" in exported
        assert client.get(page("clsms", edition) + "?export=xlsx").status_code == 200

        preview = client.get(page("remind", edition) + "?groupe=pas-commence")
        assert (preview.context["reached"].clsms, preview.context["reached"].people) == (150, 120)
        assert preview.context["reached"].addresses == 20 and preview.context["reached"].by_the_centre == 10
        assert "150 CLSM" in preview.content.decode() and "n’a encore déclaré aucune action" in preview.content.decode()
        answer = client.post(page("remind", edition), {"groupe": "pas-commence", "note": "À bientôt."})
        assert "150 CLSM relancés" in said(answer)
        again = client.post(page("remind", edition), {"groupe": "pas-commence", "note": ""})
        assert "Personne à relancer" in said(again)
    assert reminded() == {"census_reminder": 120, "census_reminder_vacant": 20, "census_reminder_centre": 10}
    for _ in range(2):
        call_command("remind_census", f"--today={CLOSES - timedelta(7)}", stdout=io.StringIO())
    assert reminded() == {"census_reminder": 290, "census_reminder_vacant": 40, "census_reminder_centre": 20}
    told = set(Notice.objects.filter(event="census_reminder").values_list("recipient", flat=True))
    assert told == {person.pk for person in people[100:]}
    with on(CLOSES + timedelta(1)):
        client.force_login(centre)
        assert (
            "est fermé depuis le 30 juin 2026" in client.post(page("remind", edition), {"groupe": ALL}).content.decode()
        )
    assert sum(reminded().values()) == 350
    client.force_login(centre)
    for extension in ("csv", "xlsx"):
        raw = client.get(f"/admin/recensement/?annee=2026&export={extension}").getvalue()
        importer = AnswerImporter()
        assert Counter(result.outcome for result in importer.import_lines(importer.read(raw).items)) == {
            Outcome.UNCHANGED: 100
        }


# Reminders


def test_a_reminder_goes_to_who_is_in_post_that_day_and_says_what_is_left(edition):
    clsm = make_clsm()
    gone, here = make_coordinator(clsm), make_coordinator(clsm)
    CoordinatorAssignment.objects.filter(user=gone).update(end=DAY - timedelta(1))
    make_draft(clsm, edition=2026)
    remind(edition, ALL, note="Un mot.", today=DAY)
    notice = Notice.objects.get()
    assert (notice.recipient, notice.link) == (here, reverse("census_list", args=[clsm.pk]))
    assert "ne l’a pas encore envoyée" in notice.message and "Message du Centre : Un mot." in notice.message
    assert CensusReminder.objects.values_list("due_on", "sent_on").get() == (DAY, DAY)


def test_planned_reminders_are_sent_on_their_day_or_at_the_next_run_and_never_twice(edition):
    make_coordinator(make_clsm())
    sent = {}
    for days in (22, 20, 19, 7, 6, 0, -1):
        sent[days] = remind_due(CLOSES - timedelta(days))
    assert sent == {22: 0, 20: 1, 19: 0, 7: 1, 6: 0, 0: 0, -1: 0}
    other = make_clsm()
    make_coordinator(other)
    assert remind(edition, ALL, today=CLOSES - timedelta(6)).clsms == 2
    edition.closes_on += timedelta(14)
    edition.save()
    assert remind_due(CLOSES + timedelta(7)) == 2


def test_a_forged_group_sends_nothing(client, centre, edition):
    make_coordinator(make_clsm())
    with on(DAY):
        assert client.get(page("remind", edition) + "?groupe=%00tous'").status_code == 200
        response = client.post(page("remind", edition), {"groupe": "repondu"})
    assert "repondu" in response.context["form"].errors["groupe"][0]
    assert not Notice.objects.exists()
    for query in ("?situation=x", "?region=%27", "?moderateur=9e9", "?poste=non", "?p=0", "?ordering=password"):
        assert client.get(page("clsms", edition) + query).status_code in (200, 404)
    assert client.get(reverse("census_campaigns:campaign", args=[999])).status_code == 404


def test_no_word_of_the_machine_is_in_a_letter(edition):
    clsm = make_clsm(generic_email="")
    make_member(MODERATION)
    make_clsm(generic_email="accueil@ville.example")
    make_coordinator(make_clsm())
    remind(edition, ALL, today=DAY)
    texts = " ".join(notice.subject + notice.message for notice in Notice.objects.all())
    assert clsm.title in texts and not re.search(r"brouillon|pas-commence|None|census", texts)
