"""What the results page shows of a place, of a moment, of a recommendation, and when nothing is found."""

import re
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from wagtail.contrib.search_promotions.models import Query, SearchPromotion

from caps_sheets.models.related import SheetCommune
from search.engines.base import SearchEngine
from search.outbox import rebuild
from tests.factories.medialib import make_audio
from tests.factories.network import make_clsm, make_commune, make_department, make_theme
from tests.factories.podcasts import make_episode
from tests.factories.replay import replayed
from tests.factories.sheets import make_sheet

pytestmark = pytest.mark.django_db
URL = "/recherche/"
LODEVE = {"latitude": 43.73, "longitude": 3.32, "population": 7_400}
CLERMONT = {"latitude": 43.63, "longitude": 3.43, "population": 9_000}  # 14 km from Lodève


@replayed
def make_world() -> None:
    lodeve = make_commune("34142", "Lodève", **LODEVE)
    clermont = make_commune("34079", "Clermont-l’Hérault", **CLERMONT)
    clsm = make_clsm(title="CLSM du Cœur", communes=[lodeve])
    make_sheet(title="Un toit", clsms=[clsm], themes=[make_theme("logement", name="Logement et habitat")])
    elsewhere = [SheetCommune(commune=clermont)]
    make_sheet(title="Un jardin", commune_items=elsewhere, clsms=[clsm], themes=[make_theme("deuil", name="Deuil")])


@pytest.fixture
def world(engine: SearchEngine, db: None, indexed: Callable) -> None:
    make_world()
    indexed(make_world)


def shown(client: Client, **params: object) -> Tag:
    response = client.get(URL, params)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def text(tag: Tag | None) -> str:
    return " ".join(tag.get_text(" ").split()) if tag else ""


def test_one_form_holds_the_words_the_place_and_every_filter(client: Client, world: None) -> None:
    page = shown(client, q="toit", lieu="Lodève", rayon="25", tri="recent")
    form = page.select_one("form#recherche-page")
    assert form["action"] == URL
    assert form.select_one("[name=q]")["value"] == "toit"
    assert form.select_one("[name=lieu]")["value"] == "Lodève"
    assert form.select_one("[name=rayon] option[selected]")["value"] == "25"
    assert page.select_one("select[form=recherche-page][name=tri] option[selected]")["value"] == "recent"
    boxes = page.select("#filtres input[type=checkbox]")
    assert {box["form"] for box in boxes} == {"recherche-page"}
    assert len(page.select("form[role=search]")) == 1


def test_labels_name_every_field_and_the_place_says_what_is_kept(client: Client, world: None) -> None:
    page = shown(client)
    for name in ("mots", "lieu", "rayon", "tri"):
        assert page.select_one(f"label[for={name}]"), name
    described = page.select_one("#lieu")["aria-describedby"].split()
    assert "ni demandée ni gardée" in " ".join(text(page.select_one(f"#{name}")) for name in described)


def test_a_covered_commune_names_its_clsm_and_cards_say_how_far(client: Client, world: None) -> None:
    page = shown(client, lieu="Lodève", type="fiches")
    block = page.select_one(".place-found")
    assert text(block.select_one("h3")) == "Le CLSM qui couvre Lodève"
    assert text(block.select_one("a")) == "CLSM du Cœur"
    distances = {text(card.select_one("h3")): text(card.select_one(".card__distance")) for card in page.select(".card")}
    assert distances == {"Un toit": "à moins d’un kilomètre", "Un jardin": "à 14 km"}
    assert text(page.select_one("#tri option")) == "Du plus proche"
    assert "à moins de 50 km de Lodève" in text(page.select_one("#resultats"))


def test_a_commune_without_clsm_leads_to_the_nearest_and_to_the_directory(client: Client, world: None) -> None:
    block = shown(client, lieu="Clermont-l’Hérault").select_one(".place-found")
    assert text(block.select_one("h3")) == "Aucun CLSM ne couvre encore Clermont-l’Hérault"
    links = [link["href"] for link in block.select("a")]
    assert links[0].startswith("/recherche/?type=clsm&lieu=Clermont")
    assert links[1].startswith("/clsm/?commune=Clermont")
    assert "CLSM du Cœur" in text(shown(client, type="clsm", lieu="Clermont-l’Hérault (34)").select_one(".cards"))


@pytest.mark.parametrize(
    ("typed", "title", "count"),
    [
        ("Le Puy-en-Velay", "Le Puy-en-Velay", "à moins de 50 km du Puy-en-Velay"),
        ("Aulnay (10)", "Aulnay (10)", "à moins de 50 km d’Aulnay (10)"),
    ],
)
def test_the_place_is_named_in_french_and_told_from_its_homonyms(
    client: Client, world: None, typed: str, title: str, count: str
) -> None:
    make_commune("43157", "Le Puy-en-Velay", latitude=45.04, longitude=3.88)
    make_commune("10017", "Aulnay", latitude=48.46, longitude=4.53)
    page = shown(client, lieu=typed, type="fiches")
    assert text(page.select_one(".place-found h3")) == f"Aucun CLSM ne couvre encore {title}"
    assert count in text(page.select_one("#resultats"))


def test_homonyms_are_proposed_with_the_same_search(client: Client, world: None) -> None:
    message = shown(client, q="toit", lieu="Gignac", type="fiches").select_one("#lieu-message")
    assert "« Gignac » désigne plusieurs lieux. Lu ici comme Gignac (34)" in text(message)
    first, second = message.select("a")
    assert (text(first), text(second)) == ("Gignac (46)", "Gignac (84)")
    assert first["href"] == "/recherche/?q=toit&type=fiches&lieu=Gignac+%2846%29"


def test_a_departement_with_its_article_comes_before_a_village_of_this_name(client: Client, world: None) -> None:
    gueret = make_commune("23096", "Guéret", department=make_department("23", "Creuse"))
    make_clsm(title="CLSM de Guéret", communes=[gueret])
    page = shown(client, lieu="la Creuse")
    assert "CLSM de Guéret" in text(page.select_one(".place-found"))
    message = page.select_one("#lieu-message")
    assert "« la Creuse » désigne plusieurs lieux. Lu ici comme Creuse (département 23)" in text(message)
    assert text(message.select_one("a")) == "La Creuse (70)"


def test_a_former_name_and_the_beginning_of_one_are_said(client: Client, world: None) -> None:
    message = text(shown(client, lieu="Cran-Gevrier").select_one("#lieu-message"))
    assert "ancien nom, ou celui d’une partie de la commune : lu comme Annecy (74)" in message
    message = text(shown(client, lieu="lodèv").select_one("#lieu-message"))
    assert "« lodèv » n’est le nom entier d’aucun lieu. Lu ici comme Lodève (34)" in message


def test_a_place_with_a_spelling_mistake_is_proposed_and_not_taken(client: Client, world: None) -> None:
    page = shown(client, lieu="Marseile")
    message = page.select_one("#lieu-message")
    assert "Nous ne trouvons pas « Marseile ». Vouliez-vous dire Marseille (13) ?" in text(message)
    assert "lieu=Marseille+%2813%29" in message.select_one("a")["href"]


def test_an_unknown_place_is_said_beside_its_field_and_everything_is_kept(client: Client, world: None) -> None:
    page = shown(client, q="toit", lieu="Xyzville", type="fiches")
    field = page.select_one("#lieu")
    assert field["aria-invalid"] == "true"
    assert field["value"] == "Xyzville"
    assert "lieu-message" in field["aria-describedby"].split()
    assert "Nous ne trouvons pas « Xyzville »" in text(page.select_one("#lieu-message"))
    assert text(page.select_one(".card h3")) == "Un toit"
    assert "aria-invalid" not in shown(client, lieu="Lodève").select_one("#lieu").attrs


def test_the_place_is_a_choice_that_a_chip_removes(client: Client, world: None) -> None:
    chip = shown(client, q="toit", lieu="Lodève", rayon="10").select_one(".chosen a")
    assert text(chip) == "Retirer le lieu : Près de Lodève"
    assert chip["href"] == "/recherche/?q=toit"


def test_an_episode_shows_its_summary_then_its_moments(client: Client, built: SearchEngine) -> None:
    said = "WEBVTT\n\n00:00:20.000 --> 00:00:40.000\n<v Voix>Le bailleur nous appelle.\n"
    make_episode(title="Ensemble", summary="Une porte s’ouvre.", transcript=said, audio=make_audio(seconds=60))
    rebuild()
    card = shown(client, q="bailleur").select_one(".card")
    assert text(card.select_one(".card__text")) == "Une porte s’ouvre."
    (moment,) = card.select(".moments li")
    assert text(moment) == "Écouter à 0:20 « Le bailleur nous appelle. »"
    assert moment.a["href"].endswith("/?t=20#lecteur")
    assert moment.a["data-rank"] == "1"


def test_ranks_go_on_from_page_to_page(client: Client, built: SearchEngine) -> None:
    clsm, theme = make_clsm(), make_theme()
    for _ in range(22):
        make_sheet(title="Même titre", clsms=[clsm], themes=[theme])
    rebuild()
    second = shown(client, q="titre", page="2")
    assert [link["data-rank"] for link in second.select("[data-rank]")] == ["21", "22"]


def test_only_long_groups_have_a_filter_box(client: Client, built: SearchEngine) -> None:
    themes = [make_theme(f"theme-{number}", name=f"Thème {number}") for number in range(12)]
    for start in (0, 4, 8):
        make_sheet(themes=themes[start : start + 4])
    rebuild()
    page = shown(client)
    assert [group["id"] for group in page.select(".facet:has(.facet__filter)")] == ["facette-theme"]
    assert text(page.select_one("#facette-theme .facet__unfold")) == "Voir tout (13)"
    assert page.select_one("label[for=filtre-theme]")


def test_groups_open_where_a_choice_was_made(client: Client, world: None) -> None:
    closed = shown(client)
    assert {group["id"] for group in closed.select(".facet[open]")} == {"facette-type", "facette-theme"}
    opened = shown(client, departement="departement-34")
    assert opened.select_one("#facette-departement").has_attr("open")


def test_recommendations_come_before_the_results(client: Client, world: None) -> None:
    SearchPromotion.objects.create(
        query=Query.get("toit"),
        external_link_url="https://exemple.fr/",
        external_link_text="Un guide",
        description="Utile.",
    )
    page = shown(client, q="toit")
    block = page.select_one(".best-bets")
    assert text(block) == "Recommandé par le Centre Un guide Utile."
    assert block.find_next(class_="cards")
    assert shown(client, q="jardin").select_one(".best-bets") is None


def test_nothing_found_says_what_to_change_and_how_to_tell_of_an_action(client: Client, world: None) -> None:
    page = shown(client, q="jardin", theme="logement", lieu="Lodève")
    assert text(page.select_one("#resultats")).startswith("0 résultat pour « jardin »")
    assert "Sans « Logement et habitat » 1 résultat" in text(page.select_one(".nothing__list"))
    links = {link["href"] for link in page.select(".nothing a")}
    assert {"/clsm/", "/la-demarche-caps/", "/recherche/?q=jardin"} <= links


def test_nothing_found_for_a_slip_proposes_the_word_and_themes(client: Client, world: None) -> None:
    page = shown(client, q="loggementt xylophone", type="clsm")
    assert "Vouliez-vous dire logement" in text(page.select_one(".nothing__spelling"))
    assert page.select(".nothing .chip")


def test_the_title_says_how_much_was_found(client: Client, world: None) -> None:
    assert re.sub(r"\s", " ", text(shown(client, q="toit").title)) == "toit – 1 résultat – Recherche – Portail CLSM"
    assert text(shown(client).title) == "Recherche – Portail CLSM"
