"""Alphabetical order in French, the same on every database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.models import ClsmPage, Organisation
from network.models.queries import directory
from portal.base.sort_keys import LONGEST, fill, sort_key
from portal.taxonomies.models import Theme
from portal.users.models import User
from tests.factories.network import make_clsm, make_organisation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("Évry", "evry"),
        ("  ŒUVRE  d’Ælia ", "oeuvre d aelia"),
        ("Saint-Étienne (42)", "saint etienne 42"),
        ("…", ""),
    ],
)
def test_a_key_has_no_accent_capital_or_punctuation(text, key):
    assert sort_key(text) == key


@given(st.text(max_size=400))
def test_any_text_has_a_key_that_is_its_own(text):
    key = sort_key(text)
    assert len(key) <= LONGEST and key.isascii() and sort_key(key) == key


def test_the_directory_is_in_alphabetical_order_whatever_the_accents():
    for title in ("Zuydcoote", "Étampes", "arles", "Évry", "Eaubonne"):
        make_clsm(title=title, slug=f"clsm-{sort_key(title)}").save()
    titles = list(directory().values_list("title", flat=True))
    assert titles == ["arles", "Eaubonne", "Étampes", "Évry", "Zuydcoote"]


def test_organisations_themes_and_people_too():
    for name in ("Zèbre", "Écoute", "Accueil"):
        make_organisation(name)
        User.objects.create_user(f"{sort_key(name)}@portail.example", first_name="Lou", last_name=name)
    names = ["Accueil", "Écoute", "Zèbre"]
    assert [name for name in Organisation.objects.values_list("name", flat=True) if name in names] == names
    people = User.objects.filter(first_name="Lou").order_by("sort_key").values_list("last_name", flat=True)
    assert list(people) == names
    assert Theme.objects.filter(sort_key="").count() == 0


def test_a_migration_fills_the_keys_of_the_rows_saved_before():
    organisation = make_organisation("Écoute et lien")
    Organisation.objects.update(sort_key="")
    fill(Organisation, "sort_key")
    organisation.refresh_from_db()
    assert organisation.sort_key == "ecoute et lien"


def test_a_key_follows_the_name():
    clsm = make_clsm()
    clsm.title = "Âge d’or"
    clsm.save()
    assert ClsmPage.objects.get().computed_sort_key == "age d or"
