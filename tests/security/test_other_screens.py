"""Who opens the screens that are not pages, and whose images and documents one may touch."""

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse
from wagtail.models import Collection

from network.models import ClsmPage
from portal.home.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION, ROLES
from portal.medialib.models import PortalImage
from portal.taxonomies.models import Term, Theme
from portal.users.models import User
from tests.factories.medialib import make_image
from tests.security.world import make_world

pytestmark = pytest.mark.django_db

ONLY_ADMINISTRATION = {ADMINISTRATION}
CENTRE = {ADMINISTRATION, MODERATION}
TEAM = {ADMINISTRATION, MODERATION, EDITING}
ROLE_NAMES = [role.name for role in ROLES]

SCREENS = {
    "wagtailusers_users:index": ONLY_ADMINISTRATION,
    "wagtailusers_users:add": ONLY_ADMINISTRATION,
    "wagtailusers_groups:index": ONLY_ADMINISTRATION,
    "termes:index": ONLY_ADMINISTRATION,
    "termes:add": ONLY_ADMINISTRATION,
    "themes:index": ONLY_ADMINISTRATION,
    "wagtailredirects:index": ONLY_ADMINISTRATION,
    "wagtailadmin_collections:index": ONLY_ADMINISTRATION,
    "wagtailadmin_workflows:index": set(),
    "wagtailsites:index": set(),
    "wagtailmedia:index": TEAM,
}


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world([])
        transaction.set_rollback(True)


@pytest.fixture
def people(shared_world, db) -> dict[str, User]:
    return shared_world.people


@pytest.mark.parametrize("role", ROLE_NAMES)
@pytest.mark.parametrize("screen", SCREENS)
def test_screens(client, people, screen, role):
    client.force_login(people[role])
    assert (client.get(reverse(screen)).status_code == 200) is (role in SCREENS[screen])


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_internal_records(client, people, role):
    clsm = ClsmPage.objects.get(title="Poste en cours")
    client.force_login(people[role])
    response = client.get(reverse("network_records:edit", args=[clsm.pk]))
    assert (response.status_code == 200) is (role in CENTRE)


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_nobody_but_administration_gives_roles(client, people, role):
    person = people[COACHING]
    client.force_login(people[role])
    groups = [Group.objects.get(name=MODERATION).pk]
    form = {"email": person.email, "first_name": "Alix", "last_name": "Exemple", "is_active": "on", "groups": groups}
    client.post(reverse("wagtailusers_users:edit", args=[person.pk]), form)
    assert person.groups.filter(name=MODERATION).exists() is (role in ONLY_ADMINISTRATION)


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_vocabularies_are_changed_by_administration_alone(client, people, role):
    theme = Theme.objects.first()
    client.force_login(people[role])
    form = {"name": "Forgé", "objective": theme.objective_id, "description": "", "synonyms": "", "order": 1}
    client.post(reverse("themes:edit", args=[theme.pk]), form | {"external_code": ""})
    assert Theme.objects.filter(pk=theme.pk, name="Forgé").exists() is (role in ONLY_ADMINISTRATION)
    assert Term.objects.exists()


def add_image(client, collection: str) -> bool:
    """Upload to a collection, whatever the form proposes."""
    source = make_image()
    with source.file.open() as file:
        form = {"title": "Image ajoutée", "file": file, "collection": Collection.objects.get(name=collection).pk}
        client.post(reverse("wagtailimages:add"), form | {"credit": "Exemple", "licence": source.licence_id})
    return PortalImage.objects.filter(title="Image ajoutée", collection__name=collection).exists()


@pytest.mark.parametrize("role", ROLE_NAMES)
@pytest.mark.parametrize(
    ("collection", "extra"), [("Fiches CAPS", {COACHING}), ("CLSM", {COORDINATION}), ("Podcast", set())]
)
def test_images_are_added_where_the_role_works(client, people, role, collection, extra):
    client.force_login(people[role])
    assert add_image(client, collection) is (role in TEAM | extra)


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_images_of_others(client, people, role):
    image = make_image(collection=Collection.objects.get(name="CLSM"), uploaded_by_user=people["author"])
    client.force_login(people[role])
    form = {"title": "Titre forgé", "collection": image.collection_id, "credit": "", "licence": image.licence_id}
    client.post(reverse("wagtailimages:edit", args=[image.pk]), form | {"tags": ""})
    client.post(reverse("wagtailimages:delete", args=[image.pk]))
    image = PortalImage.objects.filter(pk=image.pk).first()
    is_touched = image is None or image.title == "Titre forgé"
    assert is_touched is (role in TEAM)
