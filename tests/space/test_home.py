"""« Qu’attend-on de moi ? »: what the space says of a profile, and what one does from it."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail import hooks
from wagtail.models import PageLogEntry

from network import space_sections
from network.completeness import RECOMMENDED, completeness
from network.coordination.invitations import declare
from network.models import ClsmPage, ClsmRecord, ClsmWorkingGroup, CoordinatorAssignment
from portal.base.dates import months_before
from portal.moderation.models import Notice
from portal.space.profile.questionnaire import QUESTIONNAIRE
from tests.factories.network import make_clsm, make_commune, make_coordinator, make_theme

pytestmark = pytest.mark.django_db
CONFIRM = "Rien n’a changé, je confirme"


@pytest.fixture
def clsm(home):
    return make_clsm()


@pytest.fixture
def person(client, clsm):
    user = make_coordinator(clsm)
    clsm.is_vacant = False
    clsm.save()
    client.force_login(user)
    return user


def home_of(client, clsm) -> str:
    response = client.get(reverse("space_home", args=[clsm.pk]))
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def todos_of(client, clsm) -> list[str]:
    text = home_of(client, clsm)
    return re.findall(r'space-todos__text">([^<]+)<', text)


def verify(clsm, day: date) -> None:
    ClsmRecord.objects.filter(clsm=clsm).update(verified_on=day)


def test_a_fresh_profile_asks_for_nothing(client, clsm, person):
    verify(clsm, timezone.localdate())
    text = home_of(client, clsm)
    assert "Rien ne vous attend aujourd’hui" in text and "Aucun message non lu" in text
    assert "no-store" in client.get(reverse("space_home", args=[clsm.pk])).headers["Cache-Control"]


def test_an_old_profile_is_confirmed_in_one_click_without_moderation(client, clsm, person):
    verify(clsm, months_before(timezone.localdate(), 7))
    assert todos_of(client, clsm)[0].startswith("Votre profil public a été confirmé le")
    response = client.post(reverse("space_confirm", args=[clsm.pk]), follow=True)
    assert "confirmé à la date d’aujourd’hui" in response.content.decode()
    record = ClsmRecord.objects.get(clsm=clsm)
    assert (record.verified_on, record.verified_by) == (timezone.localdate(), person)
    clsm.refresh_from_db()
    assert clsm.latest_revision is None and clsm.current_workflow_state is None
    assert PageLogEntry.objects.get(page=clsm.pk, action="network.profile_confirmed").user == person
    assert todos_of(client, clsm) == []


def test_nothing_is_confirmed_while_the_centre_reads(client, clsm, person):
    verify(clsm, months_before(timezone.localdate(), 7))
    clsm.save_revision(user=person)
    clsm.get_workflow().start(clsm, person)
    assert CONFIRM not in home_of(client, clsm)
    response = client.post(reverse("space_confirm", args=[clsm.pk]), follow=True)
    assert "Le Centre relit vos modifications : sa réponse confirmera le profil." in response.content.decode()
    assert ClsmRecord.objects.get(clsm=clsm).verified_on == months_before(timezone.localdate(), 7)


def test_a_draft_is_not_confirmed(client, home):
    draft = make_clsm(live=False)
    client.force_login(make_coordinator(draft))
    assert CONFIRM not in home_of(client, draft)
    response = client.post(reverse("space_confirm", args=[draft.pk]), follow=True)
    assert "pas encore public" in response.content.decode()
    assert ClsmRecord.objects.get(clsm=draft).verified_on is None


def test_reading_changes_nothing(client, clsm, person):
    assert client.get(reverse("space_confirm", args=[clsm.pk])).status_code == 405
    home_of(client, clsm)
    assert ClsmRecord.objects.get(clsm=clsm).verified_on is None


def test_what_misses_is_linked_to_its_step(client, clsm, person):
    clsm.presidency_role = ""
    clsm.cofacilitation_items = []
    clsm.save_revision()
    text = home_of(client, clsm)
    for name in ("presidency_role", "cofacilitation_items", "description", "working_group_items"):
        step = QUESTIONNAIRE.step_with(name)
        address = reverse("profile_step", args=[clsm.pk, step.key])
        assert f'href="{address}#id_{name}"' in text
        assert f'id="id_{name}"' in client.get(address).content.decode()
    assert "Éléments nécessaires qui manquent au profil : 2." in todos_of(client, clsm)


def test_the_percentage_counts_what_is_filled(clsm, person):
    before = completeness(clsm)
    assert before.required == [] and len(before.recommended) == len(RECOMMENDED)
    clsm.description = "<p>Un CLSM fictif.</p>"
    clsm.working_group_items = [ClsmWorkingGroup(title="Logement")]
    clsm.save_revision()
    after = completeness(ClsmPage.objects.get(pk=clsm.pk))
    assert len(after.missing) == len(before.missing) - 2 and after.percent > before.percent
    assert after.asked == before.asked


def test_a_filled_field_misses_no_more(clsm, person):
    filled = dict.fromkeys(("ptsm_name", "roadmap_period", "description"), "2024")
    for name, value in filled.items():
        setattr(clsm, name, value)
    clsm.save_revision()
    done = completeness(ClsmPage.objects.get(pk=clsm.pk))
    assert done.percent == (done.asked - len(done.missing)) * 100 // done.asked < 100
    assert not {item.name for item in done.missing} & set(filled)


def test_the_states_of_moderation(client, clsm, person, admin_user):
    verify(clsm, timezone.localdate())
    clsm.short_description = "Autre texte."
    clsm.save_revision(user=person)
    assert todos_of(client, clsm) == ["Des modifications de votre profil ne sont pas encore envoyées au Centre."]
    clsm = ClsmPage.objects.get(pk=clsm.pk)
    state = clsm.get_workflow().start(clsm, person)
    assert "Le Centre relit vos modifications" in home_of(client, clsm) and todos_of(client, clsm) == []
    state.current_task_state.reject(user=admin_user, comment="Précisez l’année.")
    text = home_of(client, clsm)
    assert "Motif du Centre" in text and "Précisez l’année." in text
    assert todos_of(client, clsm)[0] == "Le Centre demande des modifications à votre profil."


def test_somebody_in_post_at_a_vacant_clsm_is_told(client, home):
    clsm = make_clsm(is_vacant=True)
    client.force_login(make_coordinator(clsm))
    assert any("annonce un poste vacant" in todo for todo in todos_of(client, clsm))


def test_messages_are_read_one_by_one_or_together(client, clsm, person):
    other = Notice.objects.create(recipient=make_coordinator(), subject="Pour un autre", message="…")
    mine = [
        Notice.objects.create(recipient=person, subject=f"Avis {n}", message="Bonjour", page=clsm) for n in (1, 2, 3)
    ]
    text = home_of(client, clsm)
    assert "Avis 1" in text and "Pour un autre" not in text
    assert "3 messages du Centre non lus." in todos_of(client, clsm)
    url = reverse("space_mark_read", args=[clsm.pk])
    for forged in (str(other.pk), "abc", "-1", "9" * 30):
        client.post(url, {"notice": forged})
    assert Notice.objects.filter(read_at=None).count() == 4
    client.post(url, {"notice": mine[0].pk})
    assert [notice.subject for notice in Notice.objects.filter(recipient=person, read_at=None)] == ["Avis 3", "Avis 2"]
    client.post(url)
    assert Notice.objects.filter(read_at=None).get() == other


def test_a_room_adds_its_section_and_what_it_expects_comes_first(client, clsm, person):
    verify(clsm, timezone.localdate())
    todo = space_sections.Todo("Une fiche attend votre relecture.", "Relire", "/relire/")
    expecting = space_sections.Section(
        "essai", "Section d’essai", 85, "components/space/messages.html", lambda clsm, user: {"todos": [todo]}
    )
    silent = space_sections.Section("muette", "Section muette", 1, "absent.html", lambda clsm, user: None)
    with hooks.register_temporarily(
        [("clsm_space_sections", lambda: expecting), ("clsm_space_sections", lambda: silent)]
    ):
        text = home_of(client, clsm)
        assert todos_of(client, clsm) == ["Une fiche attend votre relecture."]
    assert text.index("Section d’essai") < text.index(">Mon profil<") and "Section muette" not in text


def test_queries_do_not_grow_with_rows(client, clsm, person, django_assert_max_num_queries):
    today = timezone.localdate()
    clsm.themes.add(*[make_theme(f"theme-{n}") for n in range(15)])
    clsm.working_group_items = [
        ClsmWorkingGroup(title=f"Groupe {n}", theme=make_theme(f"theme-{n}")) for n in range(15)
    ]
    clsm.commune_items = [
        type(clsm.commune_items.first())(commune=make_commune(f"34{n:03}", f"Commune {n}")) for n in range(60)
    ]
    clsm.save_revision(user=person)
    for n in range(30):
        Notice.objects.create(recipient=person, subject=f"Avis {n}", message="…", page=clsm)
        other = make_clsm()
        CoordinatorAssignment.objects.create(clsm=other, user=person, start=today - timedelta(days=n))
        CoordinatorAssignment.objects.create(clsm=clsm, user=make_coordinator(), start=today)
    declare(clsm.assignments.get(user=person), last_day=today, successor=None, by=person)
    home_of(client, clsm)
    with django_assert_max_num_queries(20):
        home_of(client, clsm)
