"""The public sound: only while a public episode uses it, and by ranges."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from caps_sheets.podcasts.models import EpisodePage
from portal.users.models import User
from tests.factories.medialib import make_audio, silent_mp3
from tests.factories.podcasts import make_episode, make_show

pytestmark = pytest.mark.django_db


def status(client, address: str) -> int:
    response = client.get(address)
    assert not response.streaming or b"".join(response)
    return response.status_code


def restrict(page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def test_public_sound_is_served_by_ranges(client):
    episode = make_episode(audio=make_audio(seconds=30, name="Été n°1.mp3"))
    address = episode.audio.public_url
    assert address == f"/audio/{episode.audio.uuid}/{episode.audio.version}/ete-n1.mp3"
    response = client.get(address, headers={"Range": "bytes=0-1"})
    assert response.status_code == 206
    assert b"".join(response) == silent_mp3(30)[:2]
    assert response["Content-Type"] == "audio/mpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies
    head = client.head(address)
    assert (head.status_code, head["Content-Length"]) == (200, str(episode.audio.file_size))
    assert client.post(address).status_code == 405


def test_sound_without_episode_or_of_a_draft_is_404(client):
    unused, draft = make_audio(), make_episode(live=False)
    assert status(client, unused.public_url) == 404
    assert status(client, draft.audio.public_url) == 404


def test_scheduled_sound_is_404(client):
    episode = make_episode(live=False)
    episode.go_live_at = timezone.now() + timedelta(days=1)
    episode.save_revision().publish()
    assert status(client, episode.audio.public_url) == 404


def test_expired_sound_is_404_even_before_the_command_runs(client):
    episode = make_episode()
    EpisodePage.objects.filter(pk=episode.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert status(client, episode.audio.public_url) == 404


@pytest.mark.parametrize("is_parent", [False, True])
def test_private_sound_is_404(client, is_parent):
    episode = make_episode()
    restrict(episode.get_parent() if is_parent else episode)
    assert status(client, episode.audio.public_url) == 404


def test_unpublished_sound_is_404_at_once(client):
    episode = make_episode()
    assert status(client, episode.audio.public_url) == 200
    episode.unpublish()
    assert status(client, episode.audio.public_url) == 404


def test_old_version_and_other_names_are_404(client):
    episode = make_episode()
    old = episode.audio.public_url
    audio = episode.audio
    audio.file = ContentFile(silent_mp3(20), name="nouveau.mp3")
    audio.save()
    assert status(client, old) == 404
    assert status(client, audio.public_url) == 200
    assert status(client, audio.public_url.replace("nouveau", "autre")) == 404


def test_sound_chosen_in_a_draft_stays_private(client):
    episode = make_episode()
    current = episode.audio
    episode.audio = make_audio(seconds=70)
    episode.save_revision()
    assert status(client, episode.audio.public_url) == 404
    assert status(client, current.public_url) == 200


def test_file_lost_by_the_storage_is_404(client):
    episode = make_episode()
    episode.audio.file.storage.delete(episode.audio.file.name)
    assert status(client, episode.audio.public_url) == 404


def test_two_shows_may_share_a_sound(client):
    audio = make_audio()
    make_episode(audio=audio, live=False)
    make_episode(audio=audio, show=make_show(slug="autre-emission"))
    assert status(client, audio.public_url) == 200


def test_library_refuses_to_change_or_delete_a_sound_on_air(client):
    client.force_login(User.objects.create_superuser(email="edition@clsm.example", password="x"))
    audio = make_episode().audio
    version = audio.version
    fields = {"title": "Son", "tags": "", "file": ContentFile(silent_mp3(3), name="autre.mp3")}
    response = client.post(reverse("wagtailmedia:edit", args=[audio.pk]), fields)
    assert "diffusé dans un épisode en ligne" in str(response.context["form"].errors["file"])
    client.post(reverse("wagtailmedia:delete", args=[audio.pk]))
    audio.refresh_from_db()
    assert audio.version == version
    assert audio.file.storage.exists(audio.file.name)
