"""The vocabularies shipped with the portal, and their loading."""

import pytest
from django.core.management import call_command

from portal.taxonomies.models import Term, Theme, Vocabulary
from portal.taxonomies.services import load_all

pytestmark = pytest.mark.django_db

EXPECTED_SLUGS = {
    Vocabulary.OBJECTIVE: {"stigmatisation", "prevention", "inclusion", "parcours", "determinants"},
    Vocabulary.CLSM_STATUS: {
        "en-projet",
        "en-prefiguration",
        "operationnel",
        "en-sommeil",
        "fusionne",
        "dissous",
    },
    Vocabulary.SCALE: {
        "infra-communale",
        "communale",
        "pluricommunale",
        "intercommunale",
        "pays-petr",
        "secteur-de-psychiatrie",
        "departementale",
    },
    Vocabulary.AREA_TYPE: {"urbain", "semi-urbain-ou-semi-rural", "rural"},
}


@pytest.fixture(scope="module")
def loaded(module_db) -> None:
    """What ``load_all`` left, for the tests of what comes next."""
    load_all()


def rows() -> list[tuple]:
    return [*Term.objects.order_by("pk").values_list(), *Theme.objects.order_by("pk").values_list()]


def test_every_vocabulary_has_terms(loaded):
    assert set(Term.objects.values_list("vocabulary", flat=True)) == set(Vocabulary.values)
    assert Theme.objects.count() == 47
    assert Term.objects.count() + Theme.objects.count() == 296


@pytest.mark.parametrize("vocabulary", EXPECTED_SLUGS)
def test_slugs_that_the_code_relies_on(loaded, vocabulary):
    assert set(vocabulary_slugs(vocabulary)) == EXPECTED_SLUGS[vocabulary]


def vocabulary_slugs(vocabulary: Vocabulary) -> list[str]:
    return list(Term.objects.filter(vocabulary=vocabulary).values_list("slug", flat=True))


def test_themes_that_the_code_relies_on(loaded):
    assert {"prevention-du-suicide", "stages-croises", "situations-complexes", "sism"} <= set(
        Theme.objects.values_list("slug", flat=True)
    )
    assert list(Theme.objects.filter(shows_help=True).values_list("slug", flat=True)) == ["prevention-du-suicide"]


def test_terms_are_grouped(loaded):
    audiences = Term.objects.filter(vocabulary=Vocabulary.AUDIENCE)
    assert list(audiences.filter(parent=None).values_list("slug", flat=True)) == ["age", "situation", "relais"]
    assert Term.objects.get(slug="adolescents").parent.slug == "age"
    assert Term.objects.get(vocabulary=Vocabulary.PROGRAMME, slug="ptsm").children.count() == 6


def test_every_line_can_be_read_and_found(loaded):
    for item in [*Term.objects.all(), *Theme.objects.all()]:
        assert item.description.endswith("."), item
        assert "**" not in str(item) and "[" not in str(item), item
    assert "ados" in Term.objects.get(slug="adolescents").synonym_list()
    assert "cas complexes" in Theme.objects.get(slug="situations-complexes").synonym_list()


def test_loading_twice_changes_nothing(loaded):
    before = rows()
    reports = load_all()
    assert rows() == before
    assert sum(report.created for report in reports) == 0


def test_what_the_centre_wrote_is_kept(loaded):
    Theme.objects.filter(slug="sism").update(name="Semaines de la santé mentale", synonyms="SISM")
    Term.objects.create(vocabulary=Vocabulary.FUNDER, slug="loterie", label="Loterie")
    load_all()
    assert Theme.objects.get(slug="sism").name == "Semaines de la santé mentale"
    assert Term.objects.filter(slug="loterie").exists()


def test_reset_puts_the_shipped_text_back(loaded, capsys):
    Term.objects.filter(slug="adolescents").update(label="Ados", order=99)
    call_command("load_taxonomies", "--reset")
    term = Term.objects.get(slug="adolescents")
    assert (term.label, term.order) == ("Adolescents (12–17 ans)", 6)
    assert "thèmes : 0 créés, 47 remis, 0 conservés" in capsys.readouterr().out
