"""« Fiches proches », on the page of a sheet and straight from the engine."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from wagtail.models import Page

from caps_sheets.models import CapsSheetPage
from portal.taxonomies.models import Vocabulary
from search.engines.base import Likeness, SearchEngine
from search.outbox import rebuild
from search.similar import telling_words
from search.text import stems
from tests.factories.network import make_clsm, make_term, make_theme
from tests.factories.replay import replayed
from tests.factories.sheets import make_sheet
from tests.factories.site import make_private
from tests.search.documents import make_document

pytestmark = pytest.mark.django_db


def shown(client: Client, sheet: CapsSheetPage) -> list[str]:
    """The titles under « Fiches proches », in order; [] when there is no such section."""
    response = client.get(sheet.url)
    assert response.status_code == 200
    return titles(response.content.decode())


def titles(page: str) -> list[str]:
    _, _, section = page.partition('id="fiches-proches"')
    return re.findall(r'card__title"><a href="[^"]+">([^<]+)<', section.partition("</section>")[0])


def sheet(title: str, theme: str, public: str, **kw: object) -> CapsSheetPage:
    audiences = [make_term(Vocabulary.AUDIENCE, public)]
    kw.setdefault("clsms", [make_clsm()])
    return make_sheet(title=title, hook="", summary=kw.pop("summary", "<p></p>"), themes=[make_theme(theme)],
                      audiences=audiences, **kw)  # fmt: skip


@replayed
def make_sheets() -> list[CapsSheetPage]:
    return [
        sheet("Loger les jeunes avec les bailleurs", "logement", "jeunes"),
        sheet("Une colocation accompagnée", "logement", "jeunes"),
        sheet("Un bail glissant", "logement", "personnes-agees"),
        sheet("Loger les abeilles, les bailleurs et les jeunes", "environnement", "grand-public"),
        sheet("Un jardin partagé", "deuil", "aidants"),
    ]


@pytest.fixture
def sheets(
    engine: SearchEngine, db: None, indexed: Callable, monkeypatch: pytest.MonkeyPatch
) -> dict[str, CapsSheetPage]:
    monkeypatch.setattr(CapsSheetPage, "publication_errors", lambda self: {})
    made = make_sheets()
    indexed(make_sheets)
    return {one.title.split()[-1]: one for one in made}


def test_theme_and_public_come_before_words_alone(client: Client, sheets: dict) -> None:
    found = shown(client, sheets["bailleurs"])
    assert found == [
        "Une colocation accompagnée",
        "Un bail glissant",
        "Loger les abeilles, les bailleurs et les jeunes",
    ]


def test_a_sheet_is_never_proposed_on_its_own_page(client: Client, sheets: dict) -> None:
    for one in sheets.values():
        assert one.title not in shown(client, one)


def test_what_is_private_or_withdrawn_leaves_at_once(client: Client, sheets: dict) -> None:
    """The engine is not told: what it believes does not matter."""
    make_private(sheets["accompagnée"])
    Page.objects.filter(pk=sheets["glissant"].pk).update(live=False)
    found = shown(client, sheets["bailleurs"])
    assert "Une colocation accompagnée" not in found
    assert "Un bail glissant" not in found
    assert found[0] == "Loger les abeilles, les bailleurs et les jeunes"


def test_at_most_three_are_shown(client: Client, sheets: dict) -> None:
    for number in range(4):
        sheet(f"Encore un logement {number}", "logement", "jeunes")
    rebuild()
    assert len(shown(client, sheets["bailleurs"])) == 3


def test_the_engine_weighs_what_is_shared(engine: SearchEngine) -> None:
    """By hand: same theme and public, then same theme, then the same words; other families never."""
    facets = {"type": ["fiches"]}
    engine.rebuild(
        [
            make_document(1, "Habitat et santé", facets=facets | {"theme": ["logement"], "public": ["jeunes"]}),
            make_document(2, "Un atelier", facets=facets | {"theme": ["logement"], "public": ["jeunes"]}),
            make_document(3, "Une marche", facets=facets | {"theme": ["logement"]}),
            make_document(4, "Habitat et santé", summary="habitat santé", facets=facets | {"theme": ["deuil"]}),
            make_document(5, "Rien à voir", facets=facets | {"theme": ["deuil"]}),
            make_document(6, "Habitat et santé", key="clsm:6", family="clsm", facets={"theme": ["logement"]}),
        ]
    )
    asked = Likeness("sheet:1", {"theme": ("logement",), "public": ("jeunes",)}, tuple(stems("habitat santé")))
    assert [hit.key for hit in engine.similar(asked, "sheet", 10)] == ["sheet:2", "sheet:3", "sheet:4"]


def test_the_telling_words_are_few_distinct_and_meaningful(
    built: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CapsSheetPage, "publication_errors", lambda self: {})
    summary = (
        "<p>Avec les bailleurs</p><p>bailleurs " + " ".join(f"mot{letter}" * 2 for letter in "abcdefghij" * 9) + "</p>"
    )
    many = "".join(f"<p>terme{number}</p>" for number in range(60))
    words = telling_words(sheet("Loger avec les bailleurs", "logement", "jeunes", summary=summary + many))
    assert words[:2] == tuple(stems("loger bailleurs"))
    assert len(words) == len(set(words)) == 40
    assert not set(stems("avec les")) & set(words)


def test_without_an_engine_the_sheets_of_the_main_theme_are_shown(client: Client, engine: SearchEngine) -> None:
    first, second = make_sheet(title="Première"), make_sheet(title="Deuxième")
    make_sheet(title="Brouillon", live=False)
    alone = make_sheet(title="Seule", themes=[make_theme("deuil")])
    assert shown(client, first) == ["Deuxième"]
    make_private(second)
    assert shown(client, first) == []
    assert shown(client, alone) == []


def test_nothing_is_shown_when_nothing_is_alike(client: Client, built: SearchEngine) -> None:
    only = make_sheet()
    rebuild()
    page = client.get(only.url).content.decode()
    assert "Fiches proches" not in page


def test_the_preview_of_a_new_draft_already_has_them(sheets: dict) -> None:
    draft = CapsSheetPage(title="Loger autrement", slug="loger-autrement", live=False)
    sheets["jardin" if "jardin" in sheets else "partagé"].get_parent().add_child(instance=draft)
    draft.themes.add(make_theme("logement"))
    draft.audiences = [make_term(Vocabulary.AUDIENCE, "personnes-agees")]
    page = draft.save_revision().as_object().make_preview_request().content.decode()
    assert titles(page)[0] == "Un bail glissant"


def test_the_preview_of_an_empty_draft_is_never_an_error(sheets: dict) -> None:
    draft = CapsSheetPage(title="?", slug="vide", live=False)
    sheets["partagé"].get_parent().add_child(instance=draft)
    response = draft.save_revision().as_object().make_preview_request()
    assert response.status_code == 200
    assert titles(response.content.decode()) == []
