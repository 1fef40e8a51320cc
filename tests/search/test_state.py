"""« État de la recherche »: what the team sees when changes wait, and the button that indexes them."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from search.engines.base import EngineError, SearchEngine, WriterBusyError
from search.engines.current import get_engine
from search.health import explain
from search.models import IndexChange
from tests.factories.sheets import make_sheet
from tests.refusals import assert_refused

pytestmark = pytest.mark.django_db
STATE, RELAUNCH = reverse("search_state"), reverse("search_relaunch")


@pytest.fixture
def waiting(built: SearchEngine) -> IndexChange:
    """A sheet published five hours ago and not indexed since."""
    make_sheet(title="Un toit")
    IndexChange.objects.update(
        created_at=timezone.now() - timedelta(hours=5),
        next_attempt=timezone.now() + timedelta(hours=1),
        attempts=4,
        last_error="ConnectionError: connection refused",
    )
    change = IndexChange.objects.first()
    assert change is not None
    return change


def html(response: HttpResponse) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def messages_of(response: HttpResponse) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_all_is_well(admin_client: Client, built: SearchEngine) -> None:
    page = html(admin_client.get(STATE))
    assert type(built).__name__.removesuffix("Engine") in page
    assert "il répond" in page
    assert 'role="alert"' not in page
    assert "Relancer" not in page


def test_late_changes_are_said_with_their_cause(admin_client: Client, waiting: IndexChange) -> None:
    page = html(admin_client.get(STATE))
    assert "Des changements attendent depuis 5" in page
    assert "plus que les 30 minutes prévues" in page
    assert "Le moteur de recherche ne répond pas. Les changements seront indexés à son retour." in page
    assert "ConnectionError" in page
    assert f'action="{RELAUNCH}"' in page


def test_the_limit_is_a_setting(admin_client: Client, waiting: IndexChange, settings) -> None:
    settings.SEARCH_ALERT_MINUTES = 301
    assert 'role="alert"' not in html(admin_client.get(STATE))
    settings.SEARCH_ALERT_MINUTES = 299
    assert 'role="alert"' in html(admin_client.get(STATE))


def test_an_engine_that_does_not_answer(admin_client: Client, engine: SearchEngine) -> None:
    page = html(admin_client.get(STATE))
    assert "La recherche ne répond pas" in page
    assert "L’index n’a pas encore été construit" in page
    assert "inconnu" in page


def test_the_button_indexes_everything_that_waits(admin_client: Client, waiting: IndexChange) -> None:
    response = admin_client.post(RELAUNCH, follow=True)
    assert "Plus rien n’attend." in messages_of(response)
    assert not IndexChange.objects.exists()
    assert get_engine().count() > 0


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (WriterBusyError("Une autre écriture de l’index est en cours."), "laissera bientôt la place"),
        (EngineError("timed out"), "Les changements restent en attente. Le moteur de recherche ne répond pas."),
    ],
)
def test_a_relaunch_that_fails_loses_nothing(
    admin_client: Client, waiting: IndexChange, monkeypatch: pytest.MonkeyPatch, error: EngineError, said: str
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(type(get_engine()), "replace", fail)
    before = IndexChange.objects.count()
    assert said in messages_of(admin_client.post(RELAUNCH, follow=True))
    assert IndexChange.objects.count() == before


def test_the_button_answers_to_a_post_only(admin_client: Client, waiting: IndexChange) -> None:
    assert admin_client.get(RELAUNCH).status_code == 405
    assert_refused(Client(enforce_csrf_checks=True).post(RELAUNCH), 403)
    assert IndexChange.objects.exists()


def test_the_dashboard_tells_when_a_change_waits_too_long(admin_client: Client, waiting: IndexChange, settings) -> None:
    home = reverse("wagtailadmin_home")
    assert "La recherche a du retard" in html(admin_client.get(home))
    settings.SEARCH_ALERT_MINUTES = 301
    assert "La recherche a du retard" not in html(admin_client.get(home))


def test_the_command_fails_past_the_same_limit(waiting: IndexChange, settings) -> None:
    with pytest.raises(CommandError, match="Un changement attend depuis"):
        call_command("search_drain", stdout=StringIO())
    settings.SEARCH_ALERT_MINUTES = 301
    call_command("search_drain", stdout=StringIO())


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("KeyError", "ne peut pas être préparé"),
        ("TypeError: build() takes 1 argument", "ne peut pas être préparé"),
        ("ConnectionError(Connection refused)", "ne répond pas"),
        ("Connection timed out", "ne répond pas"),
        ("L’index de recherche n’a pas encore été construit.", "search_rebuild"),
        ("L’index de recherche est illisible : x", "search_rebuild"),
        ("mapper_parsing_exception", "a refusé"),
    ],
)
def test_errors_in_plain_french(error: str, words: str) -> None:
    assert words in explain(error)


def test_the_committed_change_is_not_late(built: SearchEngine, committed: Callable, admin_client: Client) -> None:
    with committed():
        make_sheet()
    assert "aucun" in html(admin_client.get(STATE))
