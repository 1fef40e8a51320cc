"""The vocabularies as the Centre edits them."""

import pytest
from django.urls import reverse

from network.models import ClsmPage, Organisation
from portal.taxonomies.models import Term, Theme, Vocabulary
from portal.taxonomies.services import load_all
from portal.taxonomies.usage import count_uses
from tests.factories.sheets import make_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(module_db) -> None:
    load_all()


@pytest.fixture
def admin(loaded, admin_client):
    return admin_client


def posted(term: Term, **changes: object) -> dict[str, object]:
    values = {
        "vocabulary": term.vocabulary,
        "label": term.label,
        "slug": term.slug,
        "parent": term.parent_id or "",
        "description": term.description,
        "synonyms": term.synonyms,
        "order": term.order,
        "external_code": "",
        "is_active": "on",
    }
    return values | changes


def messages_of(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_terms_are_listed_by_vocabulary_and_found_by_synonym(admin):
    listing = reverse("termes:index")
    response = admin.get(listing, {"vocabulary": "publics", "q": "ados"})
    assert [str(term) for term in response.context["object_list"]] == ["Adolescents (12–17 ans)"]


def test_a_new_term_gets_its_identifier_from_its_label(admin):
    new = Term(vocabulary=Vocabulary.FUNDER, label="Loterie nationale", order=30)
    admin.post(reverse("termes:add"), posted(new))
    assert Term.objects.get(label="Loterie nationale").slug == "loterie-nationale"


def test_a_label_changes_but_not_the_identifier(admin):
    term = Term.objects.get(vocabulary=Vocabulary.SCALE, slug="communale")
    admin.post(
        reverse("termes:edit", args=[term.pk]),
        posted(term, label="Une commune", slug="autre", vocabulary="milieux"),
    )
    term.refresh_from_db()
    assert (term.label, term.slug, term.vocabulary) == ("Une commune", "communale", "echelles")


def test_a_parent_belongs_to_the_same_vocabulary(admin):
    new = Term(vocabulary=Vocabulary.FUNDER, label="Loterie", parent=Term.objects.get(slug="age"))
    response = admin.post(reverse("termes:add"), posted(new))
    assert "Choisissez un groupe du même vocabulaire." in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_used_term_is_not_deleted(admin, method):
    kind = Term.objects.get(vocabulary=Vocabulary.ORGANISATION_TYPE, slug="association")
    Organisation.objects.create(name="Association fictive", kind=kind)
    response = getattr(admin, method)(reverse("termes:delete", args=[kind.pk]), follow=True)
    assert Term.objects.filter(pk=kind.pk).exists()
    assert "organisations (1)" in messages_of(response)


def test_an_objective_is_kept_by_its_themes(admin):
    objective = Term.objects.get(vocabulary=Vocabulary.OBJECTIVE, slug="parcours")
    assert count_uses(objective) == {"thèmes": 8}


def test_a_page_that_names_a_theme_twice_counts_once(home):
    sheet = make_sheet(live=False)
    theme = sheet.themes.first()
    sheet.main_theme = theme
    sheet.save()
    uses = count_uses(theme)
    assert uses["fiches CAPS"] == 1
    assert uses[str(ClsmPage._meta.verbose_name_plural)] == 1


def test_an_unused_term_is_deleted(admin):
    theme = Theme.objects.get(slug="deuil")
    assert not count_uses(theme)
    admin.post(reverse("themes:delete", args=[theme.pk]))
    assert not Theme.objects.filter(pk=theme.pk).exists()


def test_the_theme_form_opens_and_saves(admin):
    theme = Theme.objects.get(slug="deuil")
    url = reverse("themes:edit", args=[theme.pk])
    assert admin.get(url).status_code == 200
    admin.post(
        url,
        {
            "name": "Deuil et perte",
            "objective": theme.objective_id,
            "description": "…",
            "synonyms": "",
            "order": 3,
            "external_code": "",
        },
    )
    theme.refresh_from_db()
    assert (theme.name, theme.slug) == ("Deuil et perte", "deuil")
