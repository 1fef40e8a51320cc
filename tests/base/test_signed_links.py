"""Links for people without an account, over two kinds that no room has."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, models
from django.http import HttpResponse
from django.test.utils import isolate_apps
from django.utils import timezone

from portal.base.signed_links import DeadLinkError, SignedLink, kept_private, read_token, token_of

pytestmark = pytest.mark.django_db
LIFETIME = timedelta(hours=36)

with isolate_apps("portal.base"):

    class AnswerLink(SignedLink):
        lifetime = LIFETIME
        created_by = None  # accounts are not in this registry of models
        is_answered = models.BooleanField(default=False)

        class Meta(SignedLink.Meta):
            app_label = "portal_base"

        def __str__(self) -> str:
            return self.address

        def over_reason(self) -> str:
            return "Vous avez déjà répondu." if self.is_answered else ""

    class OtherLink(SignedLink):
        lifetime = LIFETIME
        created_by = None

        class Meta(SignedLink.Meta):
            app_label = "portal_base"

        def __str__(self) -> str:
            return self.address


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    """They go with the transaction of the test."""
    editor = connection.SchemaEditorClass(connection)
    with connection.cursor() as cursor:
        for model in (AnswerLink, OtherLink):
            cursor.execute(*editor.table_sql(model))
    yield


@pytest.fixture
def link() -> AnswerLink:
    return AnswerLink.objects.create(address="pilote@structure.example")


def reason(link: AnswerLink, **kw: object) -> str:
    with pytest.raises(DeadLinkError) as dead:
        read_token(AnswerLink.objects.all(), token_of(link), **kw)
    assert dead.value.link == link
    return dead.value.reason


def test_the_token_opens_its_row_each_time(link):
    assert read_token(AnswerLink.objects.all(), token_of(link)) == link
    assert token_of(AnswerLink.objects.get()) == token_of(link), "a reminder gives the same link"
    assert read_token(AnswerLink.objects.filter(is_answered=True), token_of(link)) is None


def test_the_row_does_not_hold_the_token(link):
    stored = AnswerLink.objects.values().get()
    assert token_of(link) not in map(str, stored.values())


def test_a_token_of_one_kind_never_opens_another(link):
    other = OtherLink.objects.create(pk=link.pk, address=link.address)
    assert token_of(other) != token_of(link)
    assert read_token(AnswerLink.objects.all(), token_of(other)) is None
    assert read_token(OtherLink.objects.all(), token_of(link)) is None


@pytest.mark.parametrize("token", ["", "x", "1:abc", "MQ:xxxx", "\x00"])
def test_an_invented_token_opens_nothing(link, token):
    assert read_token(AnswerLink.objects.all(), token) is None


def test_a_deleted_link_opens_nothing(link):
    token = token_of(link)
    link.delete()
    assert read_token(AnswerLink.objects.all(), token) is None


def test_a_dead_link_says_why(link):
    last_day = f"{timezone.localdate(link.created_at + LIFETIME):%d/%m/%Y}"
    assert read_token(AnswerLink.objects.all(), token_of(link), now=link.expires_at - timedelta(seconds=1)) == link
    assert reason(link, now=link.expires_at).startswith(f"Ce lien a expiré le {last_day}.")
    AnswerLink.objects.update(is_answered=True)
    assert reason(link) == reason(link, now=link.expires_at) == "Vous avez déjà répondu."
    link.revoke()
    assert "retiré" in reason(link)


def test_a_link_is_revoked_once(link):
    same = AnswerLink.objects.get()
    assert link.revoke()
    assert not same.revoke()
    assert same.revoked_at == link.revoked_at == AnswerLink.objects.get().revoked_at


def test_a_link_lives_as_long_as_its_kind(link):
    assert not link.has_expired
    link.created_at -= LIFETIME
    assert link.has_expired


def test_no_cache_nor_robot_keeps_its_page(rf):
    response = kept_private(lambda request: HttpResponse("Bonjour"))(rf.get("/"))
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert response["X-Robots-Tag"] == "noindex"
