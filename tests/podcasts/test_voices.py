"""Agreements of the people heard: recorded with their signed file, withdrawn, told, never reachable by others."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry

from caps_sheets.podcasts.models import EpisodePage, VoiceAuthorisation
from portal.moderation.models import Notice
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from tests.factories.capitalisation import make_member
from tests.factories.podcasts import make_authorisation, make_episode, make_show
from tests.refusals import NO_RIGHT, NOT_FOUND, SIGN_IN, assert_refused

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n" + bytes(300)
ROLE = "Élue locale"


@pytest.fixture
def episode() -> EpisodePage:
    return make_episode(live=False, speakers=[{"role": ROLE}])


def sign_in(client, role: str):
    member = make_member(role)
    client.force_login(member)
    return member


def pdf(name: str = "signee.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def answers(**kw: object) -> dict[str, object]:
    return {
        "role": ROLE,
        "text_version": "2026-1",
        "signed_on": "2026-01-05",
        "scope": "diffusion",
        "until": "",
        "file": pdf(),
    } | kw


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_agreement_is_recorded_with_its_signed_file_and_lets_the_voice_out(client, episode):
    member = sign_in(client, EDITING)
    assert "manque" in client.get(reverse("episode_voices", args=[episode.pk])).content.decode()
    form = client.get(reverse("voice_add", args=[episode.pk])).content.decode()
    assert f'value="{ROLE}"' in form
    response = client.post(reverse("voice_add", args=[episode.pk]), answers())
    assert response.url == reverse("episode_voices", args=[episode.pk])
    held = VoiceAuthorisation.objects.get()
    assert (held.recorded_by, held.mime_type) == (member, "application/pdf")
    assert held.file.name.startswith("voix/") and "signee" not in held.file.name
    assert not episode.publication_errors()
    page = client.get(response.url)
    assert "no-store" in page["Cache-Control"]
    assert "Autorisation valable" in page.content.decode()
    read = client.get(reverse("voice_file", args=[held.uuid]))
    assert body(read) == PDF
    assert {"private", "no-store"} <= set(read["Cache-Control"].split(", "))
    assert "attachment" in read["Content-Disposition"]
    actions = PageLogEntry.objects.filter(page=episode.pk, user=member).values_list("action", flat=True)
    assert {"podcasts.voice_recorded", "podcasts.voice_file_read"} <= set(actions)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"file": ""}, "file"),
        ({"file": pdf("signee.pdf", b"<html>")}, "file"),
        ({"file": pdf("signee.exe")}, "file"),
        ({"role": "Mme Exemple"}, "role"),
        ({"role": ""}, "role"),
        ({"signed_on": "2999-01-01"}, "signed_on"),
        ({"until": "2025-12-31"}, "__all__"),
        ({"text_version": "autre"}, "text_version"),
        ({"scope": "tout"}, "scope"),
    ],
)
def test_wrong_agreement_is_refused_beside_its_field(client, episode, changes, field):
    sign_in(client, EDITING)
    response = client.post(reverse("voice_add", args=[episode.pk]), answers(**changes))
    assert list(response.context["form"].errors) == [field]
    assert not VoiceAuthorisation.objects.exists()


def test_correction_keeps_the_file_or_replaces_it(client, episode):
    sign_in(client, EDITING)
    client.post(reverse("voice_add", args=[episode.pk]), answers())
    held = VoiceAuthorisation.objects.get()
    address = reverse("voice_correct", args=[held.uuid])
    client.post(address, answers(file="", until="2027-01-01"))
    held.refresh_from_db()
    first = held.file.name
    assert (held.until, held.file.storage.exists(first)) == (date(2027, 1, 1), True)
    client.post(address, answers(file=pdf("autre.pdf", PDF + b"2")))
    held.refresh_from_db()
    assert held.file.name != first
    assert held.file.storage.exists(held.file.name)


def test_withdrawal_is_kept_blocks_publication_and_tells_when_on_air(client, django_capture_on_commit_callbacks):
    episode = make_episode(voices=[ROLE])
    member = sign_in(client, MODERATION)
    administrator = make_member(ADMINISTRATION)
    held = VoiceAuthorisation.objects.get()
    address = reverse("voice_withdraw", args=[held.uuid])
    assert "en ligne" in client.get(address).content.decode()
    refused = client.post(address, {"withdrawn_on": "2025-01-01", "reason": ""})
    assert "précède la signature" in refused.content.decode()
    client.post(address, {"withdrawn_on": "2026-02-01", "reason": "A changé d’avis."})
    held.refresh_from_db()
    assert (held.withdrawn_on, held.withdrawal_reason) == (date(2026, 2, 1), "A changé d’avis.")
    told = Notice.objects.filter(event="voice_withdrawn")
    assert {notice.recipient for notice in told} == {member, administrator}
    assert "changé d’avis" not in told[0].message
    assert "a été retirée" in episode.publication_errors()["speaker_items"][0]
    again = client.post(address, {"withdrawn_on": "2026-02-02", "reason": ""})
    assert "Décision déjà prise : le retrait du 01/02/2026 est enregistré" in again.content.decode()
    corrected = client.post(reverse("voice_correct", args=[held.uuid]), answers())
    assert "retirée" in corrected.content.decode()
    screen = client.get(reverse("episode_voices", args=[episode.pk])).content.decode()
    assert "Demandez à l’Administration de dépublier" in screen
    client.force_login(administrator)
    screen = client.get(reverse("episode_voices", args=[episode.pk])).content.decode()
    assert reverse("wagtailadmin_pages:unpublish", args=[episode.pk]) in screen


def test_withdrawal_for_a_draft_tells_nobody(client, episode):
    held = make_authorisation(episode, role=ROLE)
    sign_in(client, EDITING)
    client.post(reverse("voice_withdraw", args=[held.uuid]), {"withdrawn_on": "2026-02-01", "reason": ""})
    assert not Notice.objects.exists()


def test_end_is_told_a_month_before_and_once_it_has_come():
    make_show()
    member = make_member(MODERATION)
    today = timezone.localdate()
    episode = make_episode(voices=[ROLE])
    until = today + timedelta(days=40)
    VoiceAuthorisation.objects.update(until=until)
    replaced = make_episode(voices=[ROLE])
    replaced.voice_authorisations.update(until=until)
    make_authorisation(replaced, role=ROLE)
    told = []
    for day in (0, 11, 12, 40, 41, 42):
        call_command("podcast_voices", today=today + timedelta(days=day))
        told.append(Notice.objects.filter(event="voice_ends", page=episode.pk, recipient=member).count())
    assert told == [0, 1, 1, 1, 2, 2]
    assert not Notice.objects.filter(page=replaced.pk).exists()


def test_scheduled_episode_whose_agreement_ends_is_not_published(episode):
    make_authorisation(episode, role=ROLE, until=timezone.localdate() - timedelta(days=1))
    EpisodePage.objects.filter(pk=episode.pk).update(go_live_at=timezone.now() - timedelta(hours=1))
    episode.refresh_from_db()
    revision = episode.save_revision()
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() - timedelta(hours=1))
    call_command("publish_scheduled")
    episode.refresh_from_db()
    assert not episode.live


@pytest.mark.parametrize("role", [COORDINATION, COACHING])
def test_forged_requests_of_those_without_right_change_nothing(client, episode, role):
    held = make_authorisation(episode, role=ROLE, file=pdf(), mime_type="application/pdf")
    sign_in(client, role)
    for name, key in (("episode_voices", episode.pk), ("voice_add", episode.pk), ("voice_text", episode.pk)):
        assert_refused(client.get(reverse(name, args=[key])), NO_RIGHT)
    for name in ("voice_correct", "voice_withdraw", "voice_file"):
        assert_refused(client.get(reverse(name, args=[held.uuid])), NO_RIGHT)
    posts = {
        reverse("voice_add", args=[episode.pk]): answers(role="Autre"),
        reverse("voice_correct", args=[held.uuid]): answers(role="Autre"),
        reverse("voice_withdraw", args=[held.uuid]): {"withdrawn_on": "2026-02-01"},
    }
    for address, data in posts.items():
        assert_refused(client.post(address, data), NO_RIGHT)
    held.refresh_from_db()
    assert (VoiceAuthorisation.objects.count(), held.role, held.withdrawn_on) == (1, ROLE, None)


def test_signed_file_has_no_public_address_and_goes_with_the_episode(
    client, episode, django_capture_on_commit_callbacks
):
    held = make_authorisation(episode, role=ROLE, file=pdf())
    storage, name = held.file.storage, held.file.name
    for address in (f"/media/{name}", f"/{name}", reverse("voice_file", args=[held.uuid])):
        assert_refused(client.get(address), SIGN_IN if address.startswith("/admin/") else NOT_FOUND)
    with django_capture_on_commit_callbacks(execute=True):
        episode.delete()
    assert not storage.exists(name)
