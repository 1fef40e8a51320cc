"""The search server stops, and comes back: nobody sees an error, nothing is missing, nothing is there twice."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone

from search.engines.base import EngineError, IndexMissingError, SearchEngine
from search.engines.current import get_engine
from search.engines.elasticsearch import ElasticsearchEngine
from search.models import IndexChange
from search.outbox import compare, rebuild
from search.queries import SearchQuery
from search.synonyms import Synonyms
from tests.factories.network import make_clsm, make_theme
from tests.factories.review import clear
from tests.factories.sheets import make_sheet
from tests.search.documents import make_document
from tests.search_server.engines import ELASTICSEARCH, engine_settings, index_names, remove_indexes
from tests.search_server.switch import Switch

PUBLISHED = 50
WITHOUT_ENGINE = ["/recherche/?q=isolement", "/recherche/suggestions/?q=isol", "/recherche/imprimer/?q=isolement"]


@pytest.fixture
def server(engine_name: str, tmp_path: Path) -> Iterator[Switch]:
    """The way to a search server that the test may cut; the portal goes that way."""
    if engine_name != ELASTICSEARCH:
        pytest.skip("the embedded engine has no server to stop")
    real = urlsplit(settings.ELASTICSEARCH_TEST_URL)
    switch = Switch((real.hostname or "", real.port or 9200))
    switch.on()
    with override_settings(**engine_settings(ELASTICSEARCH, tmp_path) | {"ELASTICSEARCH_URL": switch.address}):
        yield switch
        switch.off()
        switch.on()
        remove_indexes(get_engine())
    switch.off()


@pytest.mark.django_db
def test_what_is_published_while_the_server_is_stopped_is_found_once_it_is_back(
    server: Switch, client: Client, committed: Callable
) -> None:
    clsm, theme = make_clsm(), make_theme()
    before = make_sheet(title="Déjà là", clsms=[clsm], themes=[theme])
    rebuild()
    server.off()
    for number in range(PUBLISHED):
        with committed():
            make_sheet(title=f"Prévenir l’isolement {number}", clsms=[clsm], themes=[theme])
    with committed():
        before.title = "Déjà là, et changé"
        before.save_revision()
        clear(before)
        before.get_latest_revision().publish()
    page = client.get(WITHOUT_ENGINE[0])
    assert page.status_code == 200
    assert "momentanément indisponible" in page.content.decode()
    assert "Prévenir l’isolement" in page.content.decode()
    assert all(client.get(address).status_code == 200 for address in WITHOUT_ENGINE)
    with pytest.raises(CommandError):
        call_command("search_drain")
    server.on()
    IndexChange.objects.update(next_attempt=timezone.now())
    call_command("search_drain")
    assert not IndexChange.objects.exists()
    assert compare() == (set(), set())
    results = get_engine().search(SearchQuery("isolement", size=100), Synonyms([]))
    assert results.total == PUBLISHED == len({hit.key for hit in results.hits})
    assert "momentanément" not in client.get(WITHOUT_ENGINE[0]).content.decode()


def test_a_server_cut_in_the_middle_of_a_rebuild_keeps_the_old_index(server: Switch) -> None:
    engine = get_engine()
    engine.rebuild([make_document(1)])

    def cut() -> Iterator:
        for number in range(2000):
            if number == 1500:
                server.off()
            yield make_document(number)

    with pytest.raises(EngineError):
        engine.rebuild(cut())
    server.on()
    assert engine.keys() == {"sheet:1"}
    assert engine.rebuild([make_document(2)]) == 1
    assert engine.keys() == {"sheet:2"}
    assert len(index_names(engine)) == 1


def test_a_stopped_server_is_an_engine_error_at_every_door(server: Switch) -> None:
    engine = get_engine()
    engine.rebuild([make_document(1)])
    server.off()
    for use in doors(engine):
        with pytest.raises(EngineError) as caught:
            use()
        assert not isinstance(caught.value, IndexMissingError)
    assert not engine.health().ok


def doors(engine: SearchEngine) -> list[Callable]:
    return [
        engine.count,
        engine.keys,
        lambda: engine.search(SearchQuery("fiche"), Synonyms([])),
        lambda: engine.suggest("fi", 3),
        lambda: engine.corrections("fichier"),
        lambda: engine.index([make_document(2)]),
        lambda: engine.delete(["sheet:1"]),
        lambda: engine.rebuild([make_document(2)]),
    ]


def test_nothing_is_written_where_there_is_no_index(server: Switch) -> None:
    engine = get_engine()
    assert isinstance(engine, ElasticsearchEngine)
    for write in (lambda: engine.index([make_document(1)]), lambda: engine.delete(["sheet:1"])):
        with pytest.raises(IndexMissingError):
            write()
    assert not engine.client.indices.exists(index=engine.alias)


def test_a_portal_leaves_the_indexes_of_another_alone(server: Switch) -> None:
    engine = get_engine()
    assert isinstance(engine, ElasticsearchEngine)
    stranger = f"{engine.alias}-recette-0123456789ab"
    engine.client.indices.create(index=stranger)
    orphan = f"{engine.alias}-0123456789ab"
    engine.client.indices.create(index=orphan)
    engine.rebuild([make_document(1)])
    names = index_names(engine)
    assert stranger in names
    assert orphan not in names
    assert len(names) == 2
