"""What the screens that are not pages do for each role, and whose images and documents one may touch."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Collection

from portal.medialib.models import PortalImage
from portal.site_setup import rights
from portal.site_setup.roles import ADMINISTRATION, COACHING, MODERATION
from portal.taxonomies.models import Term, Theme
from portal.users.models import User
from search.models import IndexChange, MeasuredTerm, SynonymGroup
from search.outbox import rebuild
from tests.factories.medialib import make_image
from tests.refusals import NO_RIGHT, assert_refused
from tests.security.world import make_world

pytestmark = pytest.mark.django_db


def may(role: str, address: str) -> bool:
    """What the table of ``portal.site_setup.rights`` says; ``test_matrix`` asks for every address itself."""
    return not rights.is_refused(rights.row_of(address), role)


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world([])
        transaction.set_rollback(True)


@pytest.fixture
def people(shared_world, db) -> dict[str, User]:
    return shared_world.people


@pytest.mark.parametrize("role", rights.ROLE_NAMES)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_table_of_gaps_in_a_file(client, people, kind, role):
    client.force_login(people[role])
    response = client.get(reverse("search_gaps"), {"export": kind})
    assert ("attachment" in response.get("Content-Disposition", "")) is may(role, "search_gaps")


@pytest.mark.parametrize("role", rights.ROLE_NAMES)
def test_nobody_but_administration_gives_roles(client, people, role):
    person = people[COACHING]
    client.force_login(people[role])
    groups = [Group.objects.get(name=MODERATION).pk]
    form = {"email": person.email, "first_name": "Alix", "last_name": "Exemple", "is_active": "on", "groups": groups}
    client.post(reverse("wagtailusers_users:edit", args=[person.pk]), form)
    assert person.groups.filter(name=MODERATION).exists() is may(role, "wagtailusers_users:edit")


@pytest.mark.parametrize("role", rights.ROLE_NAMES)
def test_vocabularies_are_changed_by_the_centre_alone(client, people, role):
    theme = Theme.objects.first()
    client.force_login(people[role])
    form = {"name": "Forgé", "objective": theme.objective_id, "description": "", "synonyms": "", "order": 1}
    client.post(reverse("themes:edit", args=[theme.pk]), form | {"external_code": ""})
    assert Theme.objects.filter(pk=theme.pk, name="Forgé").exists() is may(role, "themes:edit")
    assert Term.objects.exists()


@pytest.mark.parametrize("role", [ADMINISTRATION, COACHING])
def test_vocabularies_and_redirects_are_neither_open_nor_offered_to_the_hospital(client, people, role):
    client.force_login(people[role])
    menu = client.get(reverse("wagtailadmin_home")).content.decode()
    for name in ("themes:index", "themes:add", "termes:index", "termes:add", "wagtailredirects:index"):
        assert f'"{reverse(name)}"' not in menu
        assert_refused(client.get(reverse(name)), NO_RIGHT)
    for name in ("themes:add", "termes:add", "wagtailredirects:add", "wagtailredirects:start_import"):
        assert_refused(client.post(reverse(name), {"name": "Forgé", "old_path": "/forge"}), NO_RIGHT)
    client.force_login(people[MODERATION])
    assert f'"{reverse("wagtailredirects:index")}"' in client.get(reverse("wagtailadmin_home")).content.decode()


@pytest.mark.parametrize("role", rights.ROLE_NAMES)
@pytest.mark.parametrize("action", ["edit", "delete", "history", "usage"])
def test_synonyms_are_kept_by_the_team(client, people, role, action):
    group = SynonymGroup.objects.create(phrases="un truc\nune chose")
    url = reverse(f"search_synonyms:{action}", args=[group.pk])
    client.force_login(people[role])
    assert (client.get(url).status_code == 200) is may(role, "search_synonyms:edit")
    client.post(url, {"phrases": "forgé\nécrit de force", "note": ""})
    client.post(reverse("search_synonyms:add"), {"phrases": "ajouté\ntruc", "note": ""})
    is_touched = not SynonymGroup.objects.filter(pk=group.pk, phrases="un truc\nune chose").exists()
    assert is_touched is (may(role, "search_synonyms:edit") and action in ("edit", "delete"))
    assert SynonymGroup.objects.filter(phrases__startswith="ajouté").exists() is may(role, "search_synonyms:edit")


@pytest.mark.parametrize("role", rights.ROLE_NAMES)
def test_pages_are_recommended_by_the_team(client, people, role):
    link = {"external_link_url": "https://exemple.example", "external_link_text": "Lien"}
    promotion = SearchPromotion.objects.create(query=Query.get("répit"), **link)
    form = {f"editors_picks-0-{name}": value for name, value in link.items()}
    form |= {"editors_picks-TOTAL_FORMS": 1, "editors_picks-INITIAL_FORMS": 0, "editors_picks-0-ORDER": 1}
    client.force_login(people[role])
    client.post(reverse("wagtailsearchpromotions:add"), form | {"query_string": "forgé"})
    assert SearchPromotion.objects.filter(query__query_string="forgé").exists() is (
        may(role, "wagtailsearchpromotions:edit")
    )
    for action in ("edit", "delete"):
        url = reverse(f"wagtailsearchpromotions:{action}", args=[promotion.query_id])
        assert (client.get(url).status_code == 200) is may(role, "wagtailsearchpromotions:edit")
    client.post(url)
    assert SearchPromotion.objects.filter(pk=promotion.pk).exists() is (not may(role, "wagtailsearchpromotions:edit"))


@pytest.mark.parametrize("role", rights.ROLE_NAMES)
def test_searched_terms_leave_with_the_team_and_are_erased_by_administration(client, people, role):
    term = MeasuredTerm.objects.create(digest="1", text="répit")
    client.force_login(people[role])
    for kind in ("csv", "xlsx"):
        assert (client.get(reverse("search_terms"), {"export": kind}).status_code == 200) is may(role, "search_terms")
    url = reverse("search_terms_erase", args=[term.pk])
    assert (client.get(url).status_code == 200) is may(role, "search_terms_erase")
    client.post(url)
    assert MeasuredTerm.objects.filter(text="répit").exists() is (not may(role, "search_terms_erase"))


@pytest.mark.parametrize("role", rights.ROLE_NAMES)
def test_indexing_is_relaunched_by_administration(client, people, role, settings, tmp_path):
    settings.SEARCH_INDEX_ROOT = tmp_path / "index"
    rebuild()
    IndexChange.objects.create(key="sheet:0", reason=IndexChange.Reason.SAVED)
    client.force_login(people[role])
    assert ("Relancer" in client.get(reverse("search_state")).content.decode()) is may(role, "search_relaunch")
    client.post(reverse("search_relaunch"))
    assert IndexChange.objects.exists() is (not may(role, "search_relaunch"))


@pytest.mark.parametrize("role", rights.ROLE_NAMES)
def test_the_team_alone_is_told_that_the_search_is_late(client, people, role):
    IndexChange.objects.create(key="sheet:0", reason=IndexChange.Reason.SAVED, created_at=timezone.now() - timedelta(1))
    client.force_login(people[role])
    page = client.get(reverse("wagtailadmin_home")).content.decode()
    assert ("La recherche a du retard" in page) is may(role, "search_state")


def add_image(client, collection: str) -> bool:
    """Upload to a collection, whatever the form proposes."""
    source = make_image()
    with source.file.open() as file:
        form = {"title": "Image ajoutée", "file": file, "collection": Collection.objects.get(name=collection).pk}
        client.post(reverse("wagtailimages:add"), form | {"credit": "Exemple", "licence": source.licence_id})
    return PortalImage.objects.filter(title="Image ajoutée", collection__name=collection).exists()


@pytest.mark.parametrize("role", rights.ROLE_NAMES)
@pytest.mark.parametrize("collection", ["Fiches CAPS", "CLSM", "Podcast"])
def test_images_are_added_where_the_role_works(client, people, role, collection):
    client.force_login(people[role])
    cell = dict(zip(rights.ROLE_NAMES, rights.row_of("wagtailimages:add").cells, strict=True))[role]
    assert add_image(client, collection) is (cell == "partout" or f"« {collection} »" in cell)


@pytest.mark.parametrize("role", rights.ROLE_NAMES)
def test_images_of_others(client, people, role):
    image = make_image(collection=Collection.objects.get(name="CLSM"), uploaded_by_user=people["author"])
    client.force_login(people[role])
    form = {"title": "Titre forgé", "collection": image.collection_id, "licence": image.licence_id}
    client.post(reverse("wagtailimages:edit", args=[image.pk]), form | {"tags": ""})
    client.post(reverse("wagtailimages:delete", args=[image.pk]))
    image = PortalImage.objects.filter(pk=image.pk).first()
    is_touched = image is None or image.title == "Titre forgé"
    is_everywhere = not rights.is_own_only(rights.row_of("wagtailimages:edit"), role)
    assert is_touched is is_everywhere
