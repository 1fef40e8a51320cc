"""The media library works with private files: each address of the back office, and who may listen."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import Collection, GroupCollectionPermission, ModelLogEntry

from portal.medialib.models import PortalMedia
from portal.users.models import User
from tests.factories.medialib import make_audio, silent_mp3
from tests.factories.podcasts import make_episode

pytestmark = pytest.mark.django_db


def make_member(collection: Collection | None) -> User:
    """Somebody with access to the back office and, if given, to the sounds of one collection."""
    group = Group.objects.create(name="Équipe d’exemple")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    if collection:
        GroupCollectionPermission.objects.create(
            group=group, collection=collection, permission=Permission.objects.get(codename="change_media")
        )
    user = User.objects.create_user(email="membre@clsm.example", password="x")
    user.groups.add(group)
    return user


@pytest.mark.parametrize("name", ["index", "chooser"])
def test_lists_show_the_sound(admin_client, name):
    make_audio(title="Entretien fictif")
    assert "Entretien fictif" in admin_client.get(reverse(f"wagtailmedia:{name}")).text


@pytest.mark.parametrize("name", ["edit", "delete", "media_usage", "media_chosen"])
def test_pages_of_one_sound_answer(admin_client, name):
    media = make_audio()
    response = admin_client.get(reverse(f"wagtailmedia:{name}", args=[media.pk]))
    assert response.status_code == 200
    assert "/media/audio/" not in response.text


def test_sound_is_heard_by_ranges_in_the_back_office(admin_client):
    media = make_audio(seconds=5)
    response = admin_client.get(media.url, headers={"Range": "bytes=100-199"})
    assert response.status_code == 206
    assert b"".join(response) == silent_mp3(5)[100:200]
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", ")), "not kept on a shared machine"


def test_listening_to_a_sound_that_is_not_public_is_noted_once(month_end, admin_client, admin_user):
    """A player asks for the rest of a sound piece by piece, for half an hour; from its start it is heard again."""
    media = make_audio(seconds=15)
    episode = make_episode(audio=media, live=False)

    def listen(**headers: str) -> list[ModelLogEntry]:
        b"".join(admin_client.get(media.url, headers=headers))
        return list(ModelLogEntry.objects.for_instance(media).filter(action="medialib.listened"))

    admin_client.head(media.url)
    (entry,) = listen()
    assert (entry.user, entry.message) == (admin_user, "Son non publié écouté")
    month_end.shift(timedelta(minutes=29))
    assert len(listen(Range="bytes=100-")) == 1
    month_end.shift(timedelta(minutes=2))
    assert len(listen(Range="bytes=100-")) == 2
    assert len(listen(Range="bytes=0-99")) == 3
    episode.save_revision().publish()
    assert len(listen()) == 3, "everybody hears it"


def test_sound_of_another_collection_is_refused(client):
    root = Collection.get_first_root_node()
    ours, theirs = root.add_child(name="Nous"), root.add_child(name="Eux")
    media = {name: make_audio(collection=place) for name, place in (("ours", ours), ("theirs", theirs))}
    client.force_login(make_member(ours))
    allowed = client.get(media["ours"].url)
    assert allowed.status_code == 200
    assert b"".join(allowed) == silent_mp3(60)
    assert client.get(media["theirs"].url).status_code == 302


def test_visitor_is_sent_to_the_login_page(client):
    response = client.get(make_audio().url)
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_missing_file_is_404_and_its_pages_still_open(admin_client):
    media = make_audio()
    media.file.storage.delete(media.file.name)
    assert admin_client.get(media.url).status_code == 404
    assert admin_client.get(reverse("wagtailmedia:edit", args=[media.pk])).status_code == 200


def test_unused_sound_can_be_deleted(admin_client):
    media = make_audio()
    admin_client.post(reverse("wagtailmedia:delete", args=[media.pk]))
    assert not PortalMedia.objects.exists()
