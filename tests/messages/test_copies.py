"""The copy of a message: proposed by a mail that holds none of it, sent after a click, once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from network.messages.models import CopyLink, Message
from network.messages.services import MAX_COPIES_A_DAY
from portal.base.signed_links import token_of
from portal.moderation.models import Notice
from tests.factories.messages import FORM, make_message
from tests.refusals import NOT_FOUND, assert_refused

pytestmark = pytest.mark.django_db

ASKED = FORM | {"wants_copy": "on"}


@pytest.fixture
def send(client, clsm, person, django_capture_on_commit_callbacks):
    """Post to an address; the mails that the sender gets."""

    def post(url: str, data: dict | None = None) -> list:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(url, data or {})
        return [sent for sent in mail.outbox if sent.to == [FORM["email"]]]

    return post


def write_url(clsm) -> str:
    return reverse("write_to_clsm", args=[clsm.pk])


def copy_url() -> str:
    return reverse("message_copy", args=[token_of(CopyLink.objects.latest("pk"))])


def test_nothing_is_sent_to_the_sender_without_being_asked(send, clsm):
    assert send(write_url(clsm), FORM) == [] and not CopyLink.objects.exists()


def test_the_proposal_holds_nothing_of_what_was_typed(send, client, clsm):
    [proposal] = send(write_url(clsm), ASKED | {"name": "Zoé Exemple", "organisation": "Publicité"})
    for typed in (ASKED["text"], "Zoé", "Publicité"):
        assert typed not in proposal.body + proposal.subject
    assert copy_url() in proposal.body
    assert "M’envoyer la copie" in client.get(copy_url()).content.decode()
    assert CopyLink.objects.get().copied_at is None, "a GET sends nothing: mail filters follow links"
    [copy] = send(copy_url())
    assert ASKED["text"] in copy.body


def test_a_link_serves_once(send, client, clsm):
    send(write_url(clsm), ASKED)
    assert len(send(copy_url())) == 1
    assert send(copy_url()) == []
    assert_refused(client.post(copy_url()), "déjà été envoyée")
    assert_refused(client.get(copy_url()), "déjà été envoyée")


def test_a_forged_or_old_link_sends_nothing(send, client, clsm):
    send(write_url(clsm), ASKED)
    url = copy_url()
    for forged in (f"{url[:-3]}/", url.replace("copie/", "copie/x"), reverse("message_copy", args=["1"])):
        assert_refused(client.get(forged), NOT_FOUND)
        assert_refused(client.post(forged), NOT_FOUND)
    CopyLink.objects.update(created_at=timezone.now() - timedelta(days=8))
    assert_refused(client.post(url), "Ce lien a expiré")
    Message.objects.all().delete()
    assert_refused(client.get(url), NOT_FOUND)
    assert not Notice.objects.filter(event="message_copy").exists()


def test_an_address_is_not_bombed(client, clsm, person):
    for n in range(MAX_COPIES_A_DAY + 2):
        alias = {"email": FORM["email"].replace("@", f"+{n}@")} if n else {}
        assert client.post(write_url(clsm), ASKED | alias, REMOTE_ADDR=f"203.0.113.{n}").status_code == 302
    assert Message.objects.count() == MAX_COPIES_A_DAY + 2, "the messages are received all the same"
    assert Notice.objects.filter(event="message_copy_offered").count() == MAX_COPIES_A_DAY
    CopyLink.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
    client.post(write_url(clsm), ASKED, REMOTE_ADDR="203.0.113.99")
    assert Notice.objects.filter(event="message_copy_offered").count() == MAX_COPIES_A_DAY + 1


def test_the_page_of_a_link_is_kept_nowhere(client, clsm):
    link = CopyLink.objects.create(message=make_message(clsm), address="a@val.example")
    page = client.get(reverse("message_copy", args=[token_of(link)]))
    assert "no-store" in page["Cache-Control"] and page["X-Robots-Tag"] == "noindex"
    assert FORM["text"] not in page.content.decode()
