"""Who may be in distress sees the 3114 first: a false alarm costs a line of text, a miss may cost more."""

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from caps_sheets.podcasts.models import EpisodePage
from search.distress import DistressPhrases, read_distress_phrases, starting_groups
from search.engines.base import EngineError, SearchEngine
from search.models import DistressPhraseGroup
from search.outbox import rebuild
from tests.factories.network import make_clsm, make_theme
from tests.factories.podcasts import make_episode
from tests.factories.sheets import make_sheet

HERE = Path(__file__).parent / "distress"
URL = "/recherche/"
#: How many of the ordinary searches of plain.txt may show the 3114.
MOST_ALARMS = 0.02


@pytest.fixture(scope="module")
def starting() -> DistressPhrases:
    return read_distress_phrases([])


def phrases(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text().splitlines() if line and not line.startswith("#")]


def main_of(client: Client, url: str, **params: object) -> str:
    response = client.get(url, params)
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2].partition("</main")[0]


def shows_help(client: Client, url: str = URL, **params: object) -> bool:
    return 'href="tel:3114"' in main_of(client, url, **params)


def test_no_phrase_of_distress_is_missed(starting: DistressPhrases) -> None:
    said = phrases("said.txt")
    assert len(said) >= 400
    assert [phrase for phrase in said if not starting.are_in(phrase)] == []


def test_ordinary_searches_rarely_alarm(starting: DistressPhrases) -> None:
    plain = phrases("plain.txt")
    alarms = [phrase for phrase in plain if starting.are_in(phrase)]
    assert len(plain) >= 200
    assert len(alarms) <= MOST_ALARMS * len(plain), alarms


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda text: text.replace("é", "e").replace("è", "e").replace("ê", "e").replace("à", "a"),
        lambda text: text.replace("'", "’"),
        lambda text: f"  {text} ?!",
        lambda text: f'"{text}"',
        lambda text: f"bonjour je ne sais comment dire {text} merci",
        lambda text: text.replace(" ", " - "),
    ],
)
def test_how_a_phrase_is_typed_does_not_matter(starting: DistressPhrases, change) -> None:
    said = phrases("said.txt")[::5]
    assert [phrase for phrase in said if not starting.are_in(change(phrase))] == []


def test_one_letter_lost_doubled_or_swapped_in_a_clinical_word(starting: DistressPhrases) -> None:
    for word in ("suicide", "suicidaire", "pendaison", "scarification", "automutilation", "défenestration"):
        for at in range(1, len(word)):
            for typed in (word[:at] + word[at + 1 :], word[:at] + word[at] * 2 + word[at + 1 :],
                          word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]):  # fmt: skip
                assert starting.are_in(typed), typed


def test_words_between_count(starting: DistressPhrases) -> None:
    assert DistressPhrases(["plus envie vivre"]).are_in("je n’ai plus du tout envie de vraiment vivre")
    assert not DistressPhrases(["plus envie"]).are_in("plus un deux trois quatre envie")
    assert not DistressPhrases(['"à bout"']).are_in("à un bout")


def test_words_that_look_alike_are_told_apart() -> None:
    assert DistressPhrases(["pendre"]).are_in("prendre")
    assert not DistressPhrases(["pendre"], ["prendr*"]).are_in("prendre")
    assert DistressPhrases(["pendre"], ["pendr*"]).are_in("pendre"), "the word itself always counts"


def test_an_expression_that_says_something_else_is_told_apart() -> None:
    phrases = DistressPhrases(["tuer", "plus/mourir"], ['"tuer/tue le temps"', '"prendr*"'])
    assert not phrases.are_in("Tuer le temps")
    assert phrases.are_in("tuer le temps et mourir"), "the rest still counts"
    assert phrases.are_in("tuer tout le temps"), "word for word"
    assert phrases.are_in("me tuer le temps venu"), "of oneself"
    assert phrases.are_in("tuer") and phrases.are_in("tuer le")
    assert not DistressPhrases(["pendre"], ['"prendr*"']).are_in("prendre"), "one word, in quotation marks or not"


def test_a_distance_is_not_a_wish_to_die(starting: DistressPhrases) -> None:
    assert all(map(starting.are_in, ("kms", "KMS", "jvais kms", "want to kms")))
    assert not any(map(starting.are_in, ("5 kms", "10kms", "2,5 kms à pied", "les kms", "CMS")))


def test_figures_signs_and_spaces_are_read_as_the_letters_they_stand_for(starting: DistressPhrases) -> None:
    typed = ("su1c1de", "suic1d3", "sui6de", "suici2", "m0urir", "$uicide", "5uicide", "s u i c i d e", "s.u.i.c.i.d.e")
    assert [one for one in typed if not starting.are_in(one)] == []
    ordinary = ("covid19", "MDPH93", "3DS", "co2", "B12", "QPV 34", "24h/24", "C M P", "1 jeune 1 solution")
    assert [one for one in ordinary if starting.are_in(one)] == []


@pytest.mark.django_db
class TestInstalled:
    """What a portal receives that started before a group was written."""

    added = import_module("search.migrations.0007_more_distress_phrases")

    def test_the_new_group_arrives_and_nothing_that_was_removed_comes_back(self) -> None:
        DistressPhraseGroup.objects.filter(title=self.added.ADDED).delete()
        DistressPhraseGroup.objects.filter(title="En anglais").update(phrases="kms")
        DistressPhraseGroup.objects.filter(title="Se faire du mal").delete()
        self.added.add(apps, None)
        kept = dict(DistressPhraseGroup.objects.values_list("title", "phrases"))
        assert "bon débarras" in kept[self.added.ADDED] and kept["En anglais"] == "kms"
        assert "Se faire du mal" not in kept

    def test_it_arrives_once(self) -> None:
        DistressPhraseGroup.objects.filter(title=self.added.ADDED).update(phrases="chamboultou")
        self.added.add(apps, None)
        assert DistressPhraseGroup.objects.get(title=self.added.ADDED).phrases == "chamboultou"

    def test_every_group_of_the_file_has_its_migration(self) -> None:
        """The first seven came with the table; another one is a section of the file and a migration like this one."""
        assert [group.title for group in starting_groups()[7:]] == [self.added.ADDED]


@pytest.mark.django_db
class TestPages:
    def test_the_words_as_typed_or_as_corrected(self, client: Client, built: SearchEngine) -> None:
        make_sheet(title="Le chamboultou")
        DistressPhraseGroup.objects.create(title="Essai", phrases="chamboultou")
        rebuild()
        assert shows_help(client, q="je veux mourir")
        assert shows_help(client, q="chanboultpu"), "two letters: the engine alone corrects it"
        assert not shows_help(client, q="logement")

    def test_a_theme_that_shows_the_3114_is_chosen(self, client: Client, built: SearchEngine) -> None:
        make_theme("suicide", name="Prévention du suicide", shows_help=True)
        make_theme("logement", name="Logement")
        assert shows_help(client, theme="suicide")
        assert not shows_help(client, theme="logement")

    def test_most_of_the_first_results_are_about_suicide(self, client: Client, built: SearchEngine) -> None:
        theme = make_theme("crise", name="Crise", shows_help=True)
        other = make_theme("sport", name="Sport")
        for number in range(2):
            make_sheet(title=f"Sentinelles {number}", themes=[theme])
        make_sheet(title="Sentinelles du sport", themes=[other])
        make_sheet(title="Marche", themes=[other])
        rebuild()
        assert shows_help(client, q="sentinelles")
        assert shows_help(client, "/recherche/imprimer/", q="sentinelles")
        assert not shows_help(client, q="marche")
        assert not shows_help(client), "the whole list asks for nothing"

    def test_without_the_engine(self, client: Client, built: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: object) -> None:
            raise EngineError("arrêté")

        monkeypatch.setattr(type(built), "search", fail)
        make_sheet(title="Parler du suicide en mairie")
        assert shows_help(client, q="envie de mourrir")
        assert shows_help(client, "/recherche/imprimer/", q="envie de mourrir")
        assert shows_help(client, q="mairie"), "the titles found tell it too"

    def test_while_typing(self, client: Client, built: SearchEngine) -> None:
        first = client.get("/recherche/suggestions/", {"q": "envie de mouri"}).json()["suggestions"][0]
        assert (first["kind"], first["url"]) == ("Besoin d’aide ?", "/besoin-d-aide/")
        assert "3114" in first["label"]
        others = client.get("/recherche/suggestions/", {"q": "loge"}).json()["suggestions"]
        assert {suggestion["kind"] for suggestion in others} <= {"Commune"}

    def test_the_page_of_a_clsm_that_works_on_suicide(self, client: Client) -> None:
        theme = make_theme("suicide", name="Prévention du suicide", shows_help=True)
        assert shows_help(client, make_clsm(title="CLSM concerné", themes=[theme]).url)
        assert not shows_help(client, make_clsm(title="CLSM voisin", slug="voisin").url)

    def test_an_episode_that_always_shows_it_says_so_in_the_feed_of_a_search(
        self, client: Client, built: SearchEngine
    ) -> None:
        make_episode(title="Entretien crépusculaire", help_choice=EpisodePage.Help.ALWAYS, content_note="Le suicide.")
        rebuild()
        assert "3114" in client.get("/recherche/flux.rss", {"q": "crépusculaire"}).content.decode()


@pytest.mark.django_db
class TestAdmin:
    def test_what_the_centre_saves_serves_the_next_search(self, admin_client: Client, built: SearchEngine) -> None:
        assert not shows_help(admin_client, q="xyloglotte")
        form = {"title": "Essai", "phrases": "xyloglotte\nxyloglotte", "lookalikes": ""}
        admin_client.post(reverse("search_distress:add"), form)
        assert DistressPhraseGroup.objects.get(title="Essai").phrases == "xyloglotte"
        assert shows_help(admin_client, q="xyloglottes")

    @pytest.mark.parametrize(
        ("typed", "error"),
        [("de", "trop courant"), ("mourir\n…", "ni lettre ni chiffre"), ("x" * 301, "trop long"), ("", "Champ requis")],
    )
    def test_an_error_is_said_beside_the_field(self, admin_client: Client, typed: str, error: str) -> None:
        form = {"title": "Essai", "phrases": typed, "lookalikes": ""}
        response = admin_client.post(reverse("search_distress:add"), form)
        assert error in response.context["form"].errors["phrases"][0]
        assert not DistressPhraseGroup.objects.filter(title="Essai").exists()

    def test_help_never_stops(self, client: Client, built: SearchEngine) -> None:
        DistressPhraseGroup.objects.all().delete()
        DistressPhraseGroup.objects.create(title="Reste", phrases="xyloglotte").delete()
        assert shows_help(client, q="suicde")
