"""« Mes coordonnées »: what a coordinator shows, since when, and that the public page follows within the request."""

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from network.coordination.assignments import assign
from network.models import ContactConsent, ContactItem, CoordinatorAssignment
from portal.moderation.models import Notice
from portal.site_setup.roles import ADMINISTRATION, setup_roles
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm, make_coordinator

pytestmark = pytest.mark.django_db
PHONE = "02 62 12 34 56"
SHOWN = {"job_title": "Coordinatrice", "phone": PHONE, "shows_name": "on", "shows_email": "on", "shows_phone": "on"}


@pytest.fixture
def clsm(home):
    return make_clsm()


@pytest.fixture
def person(client, clsm):
    user = make_coordinator(clsm, first_name="Alix", last_name="Exemplaire")
    client.force_login(user)
    return user


def url(clsm) -> str:
    return reverse("space_details", args=[clsm.pk])


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def public_text(client, clsm, person) -> str:
    return text_of(client.get(clsm.url))


def post_of(person) -> CoordinatorAssignment:
    return CoordinatorAssignment.objects.get(user=person)


def test_each_thing_is_shown_by_its_own_box_and_dated(client, clsm, person):
    assert person.email not in public_text(client, clsm, person)
    answer = client.post(url(clsm), SHOWN, follow=True)
    assert "C’est enregistré" in text_of(answer) and "Adresse e-mail montrée depuis le" in text_of(answer)
    shown = public_text(client, clsm, person)
    assert "Alix Exemplaire" in shown and person.email in shown and PHONE in shown
    consents = ContactConsent.objects.filter(assignment__user=person)
    assert {(one.item, one.is_given, one.decided_by) for one in consents} == {
        (item.value, True, person) for item in ContactItem
    }
    assert all(abs(one.decided_at - timezone.now()) < timedelta(minutes=1) for one in consents)


@pytest.mark.parametrize("item", ["shows_name", "shows_email", "shows_phone"])
def test_what_is_withdrawn_is_gone_from_the_public_within_the_request(client, clsm, person, item):
    client.post(url(clsm), SHOWN)
    client.post(url(clsm), {name: value for name, value in SHOWN.items() if name != item})
    hidden = {"shows_name": "Exemplaire", "shows_email": person.email, "shows_phone": PHONE}[item]
    client.logout()
    for address in (clsm.url, f"/recherche/?q={clsm.title}", "/clsm/", "/sitemap.xml"):
        assert hidden not in text_of(client.get(address)), address
    last = ContactConsent.objects.filter(assignment__user=person).first()
    assert (last.is_given, last.decided_by) == (False, person)


def test_one_button_withdraws_everything(client, clsm, person):
    client.post(url(clsm), SHOWN)
    client.post(url(clsm), {"hide": "1"}, follow=True)
    post = post_of(person)
    assert (post.shows_name, post.shows_email, post.shows_phone) == (False, False, False)
    assert (post.phone, post.job_title) == (PHONE, "Coordinatrice"), "kept for the Centre"
    assert ContactConsent.objects.filter(is_given=False).count() == 3


def test_the_preview_is_the_public_page_and_saves_nothing(client, clsm, person):
    answer = client.post(url(clsm), SHOWN | {"preview": "1"})
    tried = BeautifulSoup(answer.content, "html.parser").select_one("#apercu .contact")
    assert "Ce que verrait le public" in text_of(answer) and not ContactConsent.objects.exists()
    assert not post_of(person).shows_name
    client.post(url(clsm), SHOWN)
    shown = BeautifulSoup(client.get(clsm.url).content, "html.parser").select_one(".contact")
    saved = BeautifulSoup(client.get(url(clsm)).content, "html.parser").select_one("#apercu .contact")
    assert str(tried) == str(shown) == str(saved)


def test_a_number_is_needed_to_show_one(client, clsm, person):
    answer = client.post(url(clsm), SHOWN | {"phone": ""})
    assert answer.status_code == 422 and "décochez « Montrer mon téléphone »" in text_of(answer)
    assert "Coordinatrice" in text_of(answer) and not post_of(person).shows_phone
    assert client.post(url(clsm), SHOWN | {"phone": "demain"}).status_code == 422


def test_nothing_else_of_the_post_is_changed_by_a_forged_sending(client, clsm, person):
    other = make_clsm()
    forged = {"end": "2099-01-01", "start": "2000-01-01", "user": "1", "clsm": str(other.pk), "id": "1"}
    before = post_of(person)
    client.post(url(clsm), SHOWN | forged)
    after = post_of(person)
    assert (after.start, after.end, after.clsm_id) == (before.start, before.end, clsm.pk)


def test_it_is_the_matter_of_who_is_in_post(client, clsm, person):
    stranger = make_clsm()
    make_coordinator(stranger)
    assert client.post(url(stranger), SHOWN).status_code == 404
    CoordinatorAssignment.objects.update(end=timezone.localdate() - timedelta(days=1))
    assert client.post(url(clsm), SHOWN).status_code == 404
    assert not ContactConsent.objects.exists()


def test_the_centre_says_how_the_person_agreed_and_they_learn_it(client, clsm):
    setup_roles()
    person, boss = make_coordinator(clsm), make_member(ADMINISTRATION)
    post = post_of(person)
    client.force_login(boss)
    edit = reverse("network_assignments:edit", args=[post.pk])
    form = {"clsm": clsm.pk, "user": person.pk, "start": post.start, "end": "", "job_title": "", "phone": ""}
    refused = client.post(edit, form | {"shows_email": "on"})
    assert "Dites comment la personne a accepté" in text_of(refused) and not post_of(person).shows_email
    client.post(edit, form | {"shows_email": "on", "consent_note": "courriel du 12 mars"})
    consent = ContactConsent.objects.get()
    assert (consent.item, consent.note, consent.decided_by) == (ContactItem.EMAIL, "courriel du 12 mars", boss)
    notice = Notice.objects.get(recipient=person)
    assert "adresse e-mail (courriel du 12 mars)" in notice.message and notice.link == url(clsm)
    client.post(edit, form)
    assert not post_of(person).shows_email and Notice.objects.filter(recipient=person).count() == 1
    assert not ContactConsent.objects.first().is_given


class TestTwoOpenPosts:
    ADD = "/admin/reseau/affectations/new/"

    def data(self, clsm, person, **kw: object) -> dict[str, object]:
        return {"clsm": clsm.pk, "user": person.pk, "start": timezone.localdate().isoformat(), "end": ""} | kw

    def test_the_admin_form_refuses_the_second(self, client, clsm, person):
        setup_roles()
        client.force_login(make_member(ADMINISTRATION))
        refused = client.post(self.ADD, self.data(clsm, person))
        assert "déjà en poste dans ce CLSM à ces dates" in text_of(refused)
        assert CoordinatorAssignment.objects.filter(user=person).count() == 1
        past = {"start": "2020-01-01", "end": "2020-12-31"}
        assert client.post(self.ADD, self.data(clsm, person, **past)).status_code == 302
        assert client.post(self.ADD, self.data(make_clsm(), person)).status_code == 302
        post = CoordinatorAssignment.objects.current().get(user=person, clsm=clsm)
        edited = self.data(clsm, person, start=post.start.isoformat(), job_title="Coordination")
        assert client.post(f"/admin/reseau/affectations/edit/{post.pk}/", edited).status_code == 302

    def test_both_follow_what_the_person_chooses(self, client, clsm, person):
        """Two posts entered before the form refused it."""
        today = timezone.localdate()
        assign(clsm, person, start=today - timedelta(days=2000), phone="02 62 99 99 99", shows_phone=True)
        assert "Ne plus rien montrer de moi" in text_of(client.get(url(clsm)))
        client.post(url(clsm), SHOWN)
        shown = public_text(client, clsm, person)
        assert PHONE in shown and "02 62 99 99 99" not in shown
        client.post(url(clsm), {"hide": "1"})
        shown = public_text(client, clsm, person)
        assert PHONE not in shown and person.email not in shown and "Exemplaire" not in shown


class TestChangedAddress:
    def test_the_new_one_is_hidden_until_the_person_agrees(self, client, clsm, person):
        client.post(url(clsm), SHOWN)
        setup_roles()
        client.force_login(make_member(ADMINISTRATION))
        edit = f"/admin/users/edit/{person.pk}/"
        form = client.get(edit).context["form"]
        data = {name: value for name in form.fields if (value := form[name].value())} | {"email": "alix@maison.example"}
        assert client.post(edit, data).status_code == 302
        shown = public_text(client, clsm, person)
        assert "alix@maison.example" not in shown and person.email not in shown and PHONE in shown
        notice = Notice.objects.get(recipient=person)
        assert notice.event == "email_hidden" and notice.link == url(clsm) and "a changé" in notice.message
        last = ContactConsent.objects.filter(item=ContactItem.EMAIL).first()
        assert (last.is_given, last.decided_by) == (False, None)
        client.force_login(person)
        client.post(url(clsm), SHOWN)
        assert "alix@maison.example" in public_text(client, clsm, person)
