"""« Mon CLSM »: the people in post that day read and answer what was written to their CLSM, and write to the Centre."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from network.messages.models import Message, MessageAnswer
from network.messages.services import answer, close, forward
from network.messages.space_views import PER_PAGE
from network.models import CoordinatorAssignment
from portal.moderation.models import Notice
from portal.moderation.models.notices import NoticePreference
from portal.moderation.notices.digests import choose_rhythm, deliver_digests
from portal.site_setup.roles import ADMINISTRATION, COACHING, EDITING, MODERATION
from tests.factories.capitalisation import make_member
from tests.factories.messages import FORM, make_message
from tests.factories.network import make_clsm, make_coordinator
from tests.refusals import NOT_FOUND, SIGN_IN, assert_refused, told

pytestmark = pytest.mark.django_db

ANSWER = {"text": "Venez jeudi à la maison des associations.", "seen": "0"}


@pytest.fixture
def message(clsm) -> Message:
    return make_message(clsm)


def url(name: str, message: Message) -> str:
    return reverse(name, args=[message.clsm_id, message.pk])


def inbox(clsm, query: str = "") -> str:
    return reverse("clsm_messages", args=[clsm.pk]) + query


def home_of(client, clsm) -> str:
    return client.get(reverse("space_home", args=[clsm.pk])).content.decode()


class TestReading:
    def test_the_home_says_what_waits_and_leads_to_it(self, client, clsm, person, message):
        client.force_login(person)
        text = home_of(client, clsm)
        assert "1 message attend votre réponse." in text and url("clsm_message", message) in text
        assert "1 message à répondre, dont 1 non lu." in text
        make_message(clsm)
        text = home_of(client, clsm)
        assert "2 messages attendent votre réponse." in text and inbox(clsm, "?voir=a-repondre") in text

    def test_a_notice_of_a_message_is_said_in_its_section_alone(self, client, clsm, person):
        client.post(reverse("write_to_clsm", args=[clsm.pk]), FORM)
        client.force_login(person)
        assert "message du Centre non lu" not in home_of(client, clsm)
        message = Message.objects.get()
        assert Notice.objects.get(recipient=person).read_at is None
        client.get(url("clsm_message", message))
        message.refresh_from_db()
        assert message.read_at and Notice.objects.get(recipient=person).read_at

    def test_the_list_is_in_pages_and_keeps_what_waits(self, client, clsm, person):
        for n in range(PER_PAGE + 1):
            make_message(clsm, name=f"Visiteuse {n:02}", state="a-repondre" if n else "repondu")
        client.force_login(person)
        first, second = (client.get(inbox(clsm, f"?page={n}")).content.decode() for n in (1, 2))
        assert "Visiteuse 20" in first and "Visiteuse 00" in second and "Visiteuse 20" not in second
        assert "Visiteuse 00" not in client.get(inbox(clsm, "?voir=a-repondre&page=99")).content.decode()

    def test_an_empty_list_says_what_comes_there(self, client, clsm, person):
        client.force_login(person)
        assert "Aucun message pour l’instant" in client.get(inbox(clsm)).content.decode()
        assert "Aucun message n’attend de réponse" in client.get(inbox(clsm, "?voir=a-repondre")).content.decode()

    def test_the_number_of_queries_does_not_grow(self, client, clsm, person):
        client.force_login(person)
        addresses = [inbox(clsm), reverse("space_home", args=[clsm.pk])]
        counts = []
        for more in (2, 15):
            for _ in range(more):
                message = make_message(clsm)
                MessageAnswer.objects.create(message=message, text="Oui.", desk="clsm", written_by=person)
            for _ in range(more):
                MessageAnswer.objects.create(message=message, text="Oui.", desk="clsm", written_by=person)
            for address in [*addresses, url("clsm_message", message)]:
                client.get(address)
                with CaptureQueriesContext(connection) as captured:
                    client.get(address)
                counts.append(len(captured))
        assert counts[:3] == counts[3:], counts
        assert counts[0] <= 20 and counts[2] <= 20, counts


class TestAnswers:
    def test_a_visitor_receives_it_and_no_address_is_given_away(
        self, client, clsm, person, message, django_capture_on_commit_callbacks
    ):
        client.force_login(person)
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(url("clsm_message", message), ANSWER, follow=True)
        assert "Votre réponse est envoyée" in told(response) and ANSWER["text"] in response.content.decode()
        [sent] = mail.outbox
        assert sent.to == [FORM["email"]] and ANSWER["text"] in sent.body and "« CLSM du Val » répond" in sent.body
        assert person.email not in sent.body and not sent.reply_to
        assert reverse("write_to_clsm", args=[clsm.pk]) in sent.body
        message.refresh_from_db()
        assert (message.state, message.answered_at is not None) == ("repondu", True)
        assert message.answers.get().written_by == person

    def test_the_second_of_two_people_reads_who_answered(self, client, clsm, person, colleague, message):
        client.force_login(person)
        seen = client.get(url("clsm_message", message)).context["form"].initial
        assert seen == {"seen": 0}
        answer(message, "Je réponds.", by=colleague, desk="clsm", seen=0)
        refused = client.post(url("clsm_message", message), ANSWER)
        assert_refused(refused, "Décision déjà prise par Sacha Exemple le")
        assert ANSWER["text"] in refused.content.decode() and "Je réponds." in refused.content.decode()
        assert MessageAnswer.objects.count() == 1
        again = {name: refused.context["form"][name].value() for name in ("text", "seen")}
        assert again == {"text": ANSWER["text"], "seen": "1"}
        assert client.post(url("clsm_message", message), again).status_code == 302, "read, then added"

    @pytest.mark.parametrize("decision", ["closed", "forwarded"])
    def test_what_was_typed_meanwhile_stays_on_the_page(self, client, clsm, person, colleague, message, decision):
        if decision == "closed":
            close(message, "Doublon.", by=colleague, desk="clsm", seen=0)
        else:
            forward(message, by=colleague, seen=0)
        client.force_login(person)
        for name, data in (("clsm_message", ANSWER), ("close_message", {"reason": "Une publicité.", "seen": "0"})):
            refused = client.post(url(name, message), data)
            assert_refused(refused, "Décision déjà prise par Sacha Exemple le")
            page = BeautifulSoup(refused.content, "html.parser")
            [typed] = [area for area in page.select("textarea") if area.has_attr("readonly")]
            assert typed.text.strip() == data.get("text", data.get("reason"))
            assert page.select_one(f'label[for="{typed["id"]}"]')

    @pytest.mark.parametrize("name", ["close_message", "forward_message", "reopen_message"])
    def test_the_address_of_an_act_reloaded_leads_to_the_message(self, client, clsm, person, message, name):
        client.force_login(person)
        assert client.get(url(name, message))["Location"] == url("clsm_message", message)
        assert_refused(client.get(reverse(name, args=[clsm.pk, message.pk + 1])), NOT_FOUND)
        message.refresh_from_db()
        assert (message.state, message.desk) == ("a-repondre", "clsm")

    @pytest.mark.parametrize("data", [{"text": ""}, {"text": "x" * 5001}, {"seen": "-1"}, {"seen": "x"}, {"seen": ""}])
    def test_a_wrong_answer_sends_nothing(self, client, clsm, person, message, data):
        client.force_login(person)
        assert client.post(url("clsm_message", message), ANSWER | data).status_code == 422
        assert not MessageAnswer.objects.exists()

    def test_passed_on_to_the_centre_by_one_button(self, client, clsm, person, message):
        moderator = make_member(MODERATION)
        client.force_login(person)
        response = client.post(url("forward_message", message), {"seen": "0"}, follow=True)
        assert "transmis au Centre national" in told(response)
        notice = Notice.objects.get(recipient=moderator)
        assert "vous transmet ce message" in notice.message and FORM["text"] not in notice.message
        assert_refused(client.post(url("clsm_message", message), ANSWER), "ce message est transmis au Centre")
        assert_refused(client.post(url("forward_message", message), {"seen": "0"}), "déjà prise par Camille Exemple")
        answer(message, "Le Centre répond.", by=moderator, desk="centre", seen=0)
        assert "Le Centre répond." in client.get(url("clsm_message", message)).content.decode()

    def test_closed_with_a_reason_and_opened_again(self, client, clsm, person, message):
        client.force_login(person)
        empty = client.post(url("close_message", message), {"seen": "0", "reason": " "})
        assert_refused(empty, "Dites pourquoi vous classez ce message.")
        client.post(url("close_message", message), {"seen": "0", "reason": "Publicité."})
        assert "Publicité." in client.get(url("clsm_message", message)).content.decode()
        assert_refused(client.post(url("clsm_message", message), ANSWER), "ce message est classé")
        assert not Notice.objects.filter(address=FORM["email"]).exists()
        client.post(url("reopen_message", message))
        assert_refused(client.post(url("reopen_message", message)), "il est déjà ouvert")
        assert client.post(url("clsm_message", message), ANSWER).status_code == 302


class TestRights:
    @pytest.mark.parametrize(
        "who", ["nobody", "former", "future", "elsewhere", ADMINISTRATION, MODERATION, EDITING, COACHING]
    )
    def test_only_those_in_post_that_day(self, client, clsm, person, message, who):
        today = timezone.localdate()
        if who in ("former", "future"):
            dates = {"end": today - timedelta(days=1)} if who == "former" else {"start": today + timedelta(days=1)}
            CoordinatorAssignment.objects.filter(user=person).update(**dates)
            client.force_login(person)
        elif who == "elsewhere":
            client.force_login(make_coordinator(make_clsm()))
        elif who != "nobody":
            client.force_login(make_member(who))
        why = SIGN_IN if who == "nobody" else NOT_FOUND
        for address in (inbox(clsm), url("clsm_message", message), reverse("write_to_centre", args=[clsm.pk])):
            assert_refused(client.get(address), why)
        data = ANSWER | {"reason": "Publicité.", "subject": "autre"}
        for name in ("clsm_message", "forward_message", "close_message", "reopen_message"):
            assert_refused(client.post(url(name, message), data), why)
        assert_refused(client.post(reverse("write_to_centre", args=[clsm.pk]), data), why)
        message.refresh_from_db()
        assert (message.state, message.desk, message.read_at) == ("a-repondre", "clsm", None)
        assert Message.objects.count() == 1 and not MessageAnswer.objects.exists()

    def test_who_left_reads_nothing_of_it_in_their_notices(
        self, client, clsm, person, django_capture_on_commit_callbacks
    ):
        choose_rhythm(person, "chaque-jour")
        NoticePreference.objects.update(last_digest_on=None)
        client.post(reverse("write_to_clsm", args=[clsm.pk]), FORM)
        CoordinatorAssignment.objects.update(end=timezone.localdate() - timedelta(days=1))
        client.force_login(person)
        shown = client.get("/compte/avis/").content.decode()
        assert "Un message pour" in shown and FORM["text"] not in shown
        assert deliver_digests(timezone.now() + timedelta(days=2)) == 1
        [digest] = [sent for sent in mail.outbox if sent.to == [person.email]]
        assert "Un message pour" in digest.body and FORM["text"] not in digest.body

    def test_a_message_of_another_clsm_under_one_s_own_address(self, client, clsm, person):
        other = make_message(make_clsm())
        client.force_login(person)
        for name in ("clsm_message", "forward_message", "close_message", "reopen_message"):
            assert_refused(client.post(reverse(name, args=[clsm.pk, other.pk]), ANSWER), NOT_FOUND)
        assert_refused(client.get(reverse("clsm_message", args=[clsm.pk, other.pk])), NOT_FOUND)

    def test_a_colleague_does_not_read_what_one_writes_to_the_centre(self, client, clsm, person, colleague):
        mine = make_message(clsm, to="centre", desk="centre", sender=colleague)
        client.force_login(person)
        assert_refused(client.get(url("clsm_message", mine)), NOT_FOUND)
        assert "Au Centre" not in client.get(inbox(clsm)).content.decode()


class TestToTheCentre:
    def test_who_writes_is_known(self, client, clsm, person):
        moderator = make_member(MODERATION)
        client.force_login(person)
        form = reverse("write_to_centre", args=[clsm.pk])
        assert person.email in client.get(form).content.decode()
        data = {"subject": "clsm", "text": "Notre CLSM change de porteur en janvier."}
        response = client.post(form, data | {"name": "Forgé", "email": "forge@val.example"}, follow=True)
        assert "envoyé au Centre national" in told(response) and data["text"] in response.content.decode()
        message = Message.objects.get()
        assert (message.sender, message.name, message.email) == (person, "Camille Exemple", person.email)
        assert (message.to, message.desk, message.clsm, message.organisation) == ("centre", "centre", clsm, clsm.title)
        assert Notice.objects.get(recipient=moderator).message.startswith("Camille Exemple (CLSM du Val) a écrit")
        client.post(url("clsm_message", message), ANSWER)
        assert not MessageAnswer.objects.exists(), "nobody answers their own message"

    def test_the_answer_is_a_notice_that_leads_to_it(self, client, clsm, person):
        moderator = make_member(MODERATION)
        message = make_message(clsm, to="centre", desk="centre", sender=person, name=str(person), email=person.email)
        answer(message, "C’est noté.", by=moderator, desk="centre", seen=0)
        notice = Notice.objects.get(recipient=person)
        assert notice.link == url("clsm_message", message) and "Le Centre national répond" in notice.message
        client.force_login(person)
        assert "Réponse à votre message" in home_of(client, clsm)
        assert "C’est noté." in client.get(notice.link).content.decode()
        assert Notice.objects.get(pk=notice.pk).read_at

    def test_who_left_receives_it_without_a_link_to_the_space(
        self, client, clsm, person, django_capture_on_commit_callbacks
    ):
        message = make_message(clsm, to="centre", desk="centre", sender=person, name=str(person), email=person.email)
        CoordinatorAssignment.objects.update(end=timezone.localdate() - timedelta(days=1))
        with django_capture_on_commit_callbacks(execute=True):
            answer(message, "C’est noté.", by=make_member(MODERATION), desk="centre", seen=0)
        [sent] = mail.outbox
        assert sent.to == [person.email] and "C’est noté." in sent.body
        assert reverse("contact") in sent.body and "/mon-clsm/" not in sent.body

    def test_a_message_of_the_centre_is_answered(self, client, clsm, person):
        notice = Notice.objects.create(recipient=person, subject="Votre action est recensée", message="Merci.")
        client.force_login(person)
        link = f"{reverse('write_to_centre', args=[clsm.pk])}?avis={notice.pk}"
        assert f'href="{link}"' in home_of(client, clsm)
        client.post(link, {"subject": "contenu", "text": "Merci, une précision sur la date."})
        assert Message.objects.get().context == "Message du Centre : Votre action est recensée"

    def test_a_notice_of_somebody_else_is_no_context(self, client, clsm, person, colleague):
        notice = Notice.objects.create(recipient=colleague, subject="Confidentiel", message="Merci.")
        client.force_login(person)
        for pk in (notice.pk, 0, "x", 10**30):
            page = client.get(f"{reverse('write_to_centre', args=[clsm.pk])}?avis={pk}")
            assert page.status_code == 200 and "Confidentiel" not in page.content.decode()
