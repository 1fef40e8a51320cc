"""The inbox of the Centre: who reads what, answers, entrusts and closes; how long it is kept."""

from datetime import UTC, date, datetime, timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from network.lifecycle.services import merge_clsm
from network.messages.models import CopyLink, Message, MessageAnswer
from network.messages.services import answer, close, forget_messages, reopen
from network.models import CoordinatorAssignment
from portal.moderation.models import Notice
from portal.moderation.notifications import tell
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION, setup_roles
from portal.users.privacy.erasure import erase_person
from portal.users.privacy.export import export_person
from portal.users.privacy.people import find_person
from tests.factories.capitalisation import make_member
from tests.factories.messages import FORM, make_message
from tests.factories.network import make_clsm
from tests.refusals import NO_RIGHT, NOT_FOUND, assert_refused, told

pytestmark = pytest.mark.django_db

INDEX = "/admin/messages/"
ANSWER = {"text": "Écrivez à votre mairie, qui porte le CLSM.", "seen": "0"}


@pytest.fixture(autouse=True)
def roles(home) -> None:
    setup_roles()


@pytest.fixture
def message(clsm) -> Message:
    return make_message()


def url(name: str, message: Message) -> str:
    return reverse(f"network_messages:{name}", args=[message.pk])


def names(client, query: str = "") -> list[str]:
    page = client.get(INDEX + query)
    return [message.name for message in page.context["object_list"]]


class TestRights:
    def test_each_role_reads_its_part(self, client, clsm, message):
        to_clsm = make_message(clsm, name="Au CLSM")
        make_message(clsm, name="Transmis", desk="centre")
        every = {"Au CLSM", "Transmis", FORM["name"]}
        for role, read in ((ADMINISTRATION, every), (MODERATION, every), (EDITING, every - {"Au CLSM"})):
            client.force_login(make_member(role))
            assert set(names(client)) == read, role
            if role == EDITING:
                for name in ("detail", "close", "assign", "reopen"):
                    assert_refused(client.get(url(name, to_clsm)), NOT_FOUND)
                    assert_refused(client.post(url(name, to_clsm), ANSWER), NOT_FOUND)

    @pytest.mark.parametrize("role", [COACHING, COORDINATION])
    def test_the_others_read_nothing(self, client, message, role):
        client.force_login(make_member(role))
        for address in (INDEX, *(url(name, message) for name in ("detail", "close", "assign"))):
            assert_refused(client.get(address), NO_RIGHT)
        for name in ("detail", "close", "assign", "reopen"):
            assert_refused(client.post(url(name, message), ANSWER | {"reason": "x", "person": 1}), NO_RIGHT)
        message.refresh_from_db()
        assert message.state == "a-repondre" and not MessageAnswer.objects.exists()
        assert "Messages (" not in client.get("/admin/").content.decode()

    def test_the_menu_counts_what_waits_for_the_centre(self, client, clsm, message):
        make_message(clsm)
        client.force_login(make_member(MODERATION))
        assert "Messages (1)" in client.get("/admin/").content.decode()
        Message.objects.update(state="repondu")
        assert "Messages (" not in client.get("/admin/").content.decode()


class TestWork:
    def test_what_waits_comes_first_and_filters_keep_one_kind(self, client, clsm):
        member = make_member(MODERATION)
        make_message(name="Répondu", state="repondu", subject="presse")
        old = make_message(name="Ancien", received_at=datetime(2026, 1, 1, tzinfo=UTC), assigned_to=member)
        make_message(clsm, name="Au CLSM")
        client.force_login(member)
        assert names(client) == ["Au CLSM", "Ancien", "Répondu"]
        assert names(client, "?state=repondu") == ["Répondu"]
        assert names(client, "?desk=centre&state=a-repondre") == ["Ancien"]
        assert names(client, "?subject=presse") == ["Répondu"]
        assert names(client, f"?clsm={clsm.pk}") == ["Au CLSM"]
        assert names(client, f"?assigned_to={member.pk}") == [old.name]
        assert names(client, "?q=Ancien") == ["Ancien"]

    def test_read_then_answered_in_the_name_of_the_centre(self, client, message, django_capture_on_commit_callbacks):
        member = make_member(EDITING)
        client.force_login(member)
        assert FORM["text"] in client.get(url("detail", message)).content.decode()
        message.refresh_from_db()
        assert message.read_at
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(url("detail", message), ANSWER, follow=True)
        assert "La réponse est envoyée" in told(response)
        [sent] = mail.outbox
        assert sent.to == [FORM["email"]] and "Le Centre national répond" in sent.body
        assert member.email not in sent.body and reverse("contact") in sent.body
        assert ModelLogEntry.objects.filter(action="network_messages.answered", user=member).count() == 1
        entry = ModelLogEntry.objects.get(action="network_messages.answered")
        assert FORM["name"] not in f"{entry.label} {entry.data}"

    def test_the_second_person_reads_who_answered(self, client, message):
        first, second = make_member(MODERATION), make_member(ADMINISTRATION)
        answer(message, "Réponse.", by=first, desk="centre", seen=0)
        client.force_login(second)
        page = client.post(url("detail", message), ANSWER)
        text = told(page)
        assert f"Décision déjà prise par {first} le" in text and ANSWER["text"] in text
        assert MessageAnswer.objects.count() == 1

    def test_entrusted_to_somebody_who_may_read_it(self, client, clsm, message):
        member, editor, coach = make_member(MODERATION), make_member(EDITING), make_member(COACHING)
        client.force_login(member)
        client.post(url("assign", message), {"person": coach.pk})
        assert not Message.objects.exclude(assigned_to=None).exists()
        client.post(url("assign", message), {"person": editor.pk})
        assert Message.objects.get(pk=message.pk).assigned_to == editor
        assert Notice.objects.get(recipient=editor, event="message_assigned").link == url("detail", message)
        to_clsm = make_message(clsm)
        client.post(url("assign", to_clsm), {"person": editor.pk})
        assert Message.objects.get(pk=to_clsm.pk).assigned_to is None, "Édition does not read it"

    def test_closed_with_a_reason_and_opened_again(self, client, message):
        client.force_login(make_member(MODERATION))
        client.post(url("close", message), {"seen": "0", "reason": ""})
        assert Message.objects.get().state == "a-repondre"
        client.post(url("close", message), {"seen": "0", "reason": "Publicité."})
        text = client.get(url("detail", message)).content.decode()
        assert "Publicité." in text and "Répondre au nom du Centre" not in text
        client.post(url("reopen", message))
        assert Message.objects.get().state == "a-repondre"

    def test_the_number_of_queries_does_not_grow(self, client, clsm):
        client.force_login(make_member(MODERATION))
        counts = []
        for more in (2, 20):
            for n in range(more):
                message = make_message(clsm if n % 2 else None, assigned_to=make_member(EDITING))
                MessageAnswer.objects.create(message=message, text="Oui.", desk="centre")
            for address in (INDEX, url("detail", message)):
                client.get(address)
                with CaptureQueriesContext(connection) as captured:
                    client.get(address)
                counts.append(len(captured))
        assert counts[:2] == counts[2:] and max(counts) <= 20, counts


class TestMeanwhile:
    def test_a_refused_answer_is_kept(self, client, clsm, person, message):
        member = make_member(MODERATION)
        client.force_login(member)
        answer(message, "Déjà dit.", by=make_member(ADMINISTRATION), desk="centre", seen=0)
        refused = client.post(url("detail", message), ANSWER)
        again = {name: refused.context["form"][name].value() for name in ("text", "seen")}
        assert again == {"text": ANSWER["text"], "seen": "1"} and "Déjà dit." in refused.content.decode()
        close(message, "Doublon.", by=member, desk="centre", seen=1)
        refused = client.post(url("detail", message), again).content.decode()
        assert ANSWER["text"] in refused and "Rouvrir ce message" in refused
        reopen(message, by=member, desk="centre")
        assert client.post(url("detail", message), again).status_code == 302


class TestPersonalData:
    def test_the_notices_written_before_lose_the_text(self, client, clsm, person):
        words = {"event": "clsm_message_received", "subject": "Un message", "message": FORM["text"]}
        notice = Notice.objects.create(recipient=person, **words)
        letter = Notice.objects.create(address="clsm@val.example", **words)
        import_module("network.messages.migrations.0002_notices_without_text").remove_texts(apps, None)
        client.force_login(person)
        shown = client.get("/compte/avis/").content.decode()
        assert "Un message vous a été adressé" in shown and FORM["text"] not in shown
        letter.refresh_from_db()
        assert letter.message == FORM["text"] and Notice.objects.filter(pk=notice.pk).exists()

    def test_deleted_twelve_months_after_the_last_exchange(self, clsm, capsys):
        member = make_member(MODERATION)
        with time_machine.travel(datetime(2026, 1, 31, 23, 30, tzinfo=UTC)):  # the first of February in Paris
            old, answered = make_message(clsm, text="Ancien texte"), make_message(clsm)
            CopyLink.objects.create(message=old, address=FORM["email"])
            link = reverse("clsm_message", args=[clsm.pk, old.pk])
            tell("clsm_message_received", [member], link=link, clsm="x", name=old.text, is_in_post=True)
        with time_machine.travel(datetime(2026, 6, 1, tzinfo=UTC)):
            answer(answered, "Réponse.", by=member, desk="centre", seen=0)
        assert old.delete_on == date(2027, 2, 1)
        assert forget_messages(date(2027, 1, 31)) == 0
        call_command("purge_due", today=date(2027, 2, 1), dry_run=True)
        assert "1 message" in capsys.readouterr().out and Message.objects.count() == 2
        for _ in range(2):
            call_command("purge_due", today=date(2027, 2, 1))
        assert "1 message supprimé" in capsys.readouterr().out
        assert list(Message.objects.all()) == [answered] and not CopyLink.objects.exists()
        assert not Notice.objects.filter(message__contains="Ancien texte").exists()

    def test_a_person_reads_then_erases_what_they_wrote(self, clsm, person, message):
        member = make_member(ADMINISTRATION)
        mine = make_message(clsm, to="centre", desk="centre", sender=person, email=person.email, text="Mon départ")
        answer(message, "Réponse.", by=person, desk="centre", seen=0)
        visitor = find_person(FORM["email"].upper())
        assert FORM["text"] in str(export_person(visitor, by=member))
        erase_person(visitor, by=member)
        assert list(Message.objects.all()) == [mine] and not MessageAnswer.objects.exists()
        assert "Mon départ" in str(export_person(find_person(person.email), by=member))

    def test_they_follow_a_merged_clsm(self, clsm):
        heir = make_clsm()
        kept = make_message(clsm)
        merge_clsm(clsm, heir, by=make_member(ADMINISTRATION))
        kept.refresh_from_db()
        assert kept.clsm == heir

    def test_nothing_of_them_is_public(self, client, clsm):
        make_message(clsm, name="Zéphyrine", text="Zéphyrine-confidentiel", context="Zéphyrine")
        addresses = (clsm.url, "/clsm/", "/sitemap.xml", "/recherche/?q=Zephyrine", "/robots.txt", "/contact/", "/")
        for address in (*addresses, reverse("write_to_clsm", args=[clsm.pk])):
            page = client.get(address, follow=True)
            assert "confidentiel" not in page.content.decode(), address


class TestVacantPosts:
    """What waits for a CLSM passes to the Centre when nobody there can answer any more."""

    @pytest.fixture
    def moderator(self):
        return make_member(MODERATION)

    def passed(self, client, message, moderator) -> bool:
        """The desk, the notice and the count of the menu say the same."""
        message.refresh_from_db()
        is_passed = message.desk == "centre"
        notices = Notice.objects.filter(recipient=moderator, event="centre_message_received")
        assert [notice.link for notice in notices] == ([url("detail", message)] if is_passed else [])
        assert all("c’est à vous de répondre" in notice.message for notice in notices)
        client.force_login(moderator)
        assert ("Messages (1)" in client.get(INDEX).content.decode()) is is_passed
        return is_passed

    def test_the_night_after_the_last_day(self, client, clsm, person, moderator):
        message, answered = make_message(clsm), make_message(clsm, state="repondu")
        today = timezone.localdate()
        CoordinatorAssignment.objects.update(end=today)
        call_command("expire_coordinators", today=today)
        assert not self.passed(client, message, moderator)
        for _ in range(2):
            call_command("expire_coordinators", today=today + timedelta(days=1))
        assert self.passed(client, message, moderator)
        answered.refresh_from_db()
        assert answered.desk == "clsm"

    @pytest.mark.parametrize("how", ["ended", "deleted", "deactivated"])
    def test_at_once_when_the_last_one_leaves(
        self, client, clsm, person, colleague, moderator, how, django_capture_on_commit_callbacks
    ):
        message = make_message(clsm)
        for user, is_last in ((person, False), (colleague, True)):
            post = CoordinatorAssignment.objects.get(user=user)
            with django_capture_on_commit_callbacks(execute=True):
                if how == "ended":
                    post.start, post.end = (timezone.localdate() - timedelta(days=n) for n in (9, 1))
                    post.save()
                elif how == "deleted":
                    post.delete()
                else:
                    user.is_active = False
                    user.save()
            assert self.passed(client, message, moderator) is is_last
