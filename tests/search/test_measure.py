"""Searches are counted without people: nothing forged, nothing twice, no rare text, no cookie."""

import re
from datetime import date, timedelta

import pytest
from django.core import signing
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from search import search_terms
from search.engines.base import EngineError, SearchEngine
from search.engines.current import get_engine
from search.models import MeasuredTerm, TermCount
from search.outbox import rebuild
from search.queries import SearchQuery
from search.search_terms import NOT_KEPT, SALT, digest_of, make_token
from tests.factories.sheets import make_sheet

pytestmark = pytest.mark.django_db
URL = "/recherche/mesure/"
SECRET = "ma voisine lison"


def unavailable(*args: object) -> None:
    raise EngineError("en panne")


@pytest.fixture(autouse=True)
def no_token_seen() -> None:
    cache.clear()


@pytest.fixture
def sheet(built: SearchEngine) -> None:
    make_sheet(title="Répit")
    rebuild()


def token(text: str, total: int = 3, **query: object) -> str:
    """What the page of ``text`` carries when it shows ``total`` results."""
    return make_token(SearchQuery(text, **query), total, is_degraded=False)


def served(text: str, **params: object) -> str:
    return Client().get("/recherche/", {"q": text, **params}).context["measure_token"]


def send(token: str, event: str = "recherche", rank: object = "", **headers: str) -> HttpResponse:
    return Client().post(
        URL,
        f"jeton={token}&evenement={event}&rang={rank}",
        content_type="application/x-www-form-urlencoded",
        headers=headers,
    )


def counted(text: str) -> tuple[int, int, int, int, int]:
    found = TermCount.objects.filter(term__digest=digest_of(text))
    names = ("searches", "without_result", "clicks", "click_rank_sum", "promoted_clicks")
    return next(iter(found.values_list(*names)), (0, 0, 0, 0, 0))


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(search_terms.timezone, "localdate", lambda: day)


def test_a_search_then_a_click_on_its_rank(sheet: None) -> None:
    shown = served("répit")
    assert send(shown).status_code == 204
    assert send(shown, "clic", 2).status_code == 400
    assert send(shown, "clic", 1).status_code == 204
    assert counted("répit") == (1, 0, 1, 1, 0)


def test_clicks_add_their_ranks() -> None:
    for rank in (2, 3):
        send(token("répit"), "clic", rank)
    assert counted("répit") == (0, 0, 2, 5, 0)


def test_the_same_words_otherwise_written_are_one_term() -> None:
    for text in ("Répit", "repit !", "RÉPIT"):
        send(token(text))
    assert counted("répit")[0] == 3
    assert MeasuredTerm.objects.count() == 1


def test_nothing_found_is_counted_unless_a_filter_or_the_engine_explains_it(
    sheet: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(served("xylophone"))
    assert counted("xylophone") == (1, 1, 0, 0, 0)
    send(served("clavecin", episode="avec"))
    assert counted("clavecin") == (1, 0, 0, 0, 0)
    monkeypatch.setattr(get_engine(), "search", unavailable)
    send(served("viole"))
    assert counted("viole") == (1, 0, 0, 0, 0)


def test_a_click_on_a_recommendation_has_no_rank() -> None:
    shown = token("répit")
    send(shown, "clic", 0)
    assert counted("répit") == (0, 0, 0, 0, 1)


def test_the_second_page_counts_clicks_only() -> None:
    shown = token("répit", total=30, page=2)
    assert send(shown).status_code == 400
    assert send(shown, "clic", 20).status_code == 400  # a rank of the first page
    assert send(shown, "clic", 0).status_code == 400
    assert send(shown, "clic", 21).status_code == 204
    assert counted("répit") == (0, 0, 1, 21, 0)


def test_a_page_without_words_has_nothing_to_count(built: SearchEngine) -> None:
    assert served("") == served("!!!", type="fiches") == ""


def test_a_replay_counts_once_for_each_event() -> None:
    shown = token("répit")
    for _ in range(3):
        assert send(shown).status_code == 204
        assert send(shown, "clic", 1).status_code == 204
    send(shown, "clic", 3)
    assert counted("répit") == (1, 0, 1, 1, 0)
    send(token("répit"))  # somebody else, at the same second
    assert counted("répit")[0] == 2


@pytest.mark.parametrize("forged", ["", "x", "WyJuIiwiYSIsMSwwLHRydWVd:1sX:zz", "é" * 300])
def test_a_forged_token(forged: str) -> None:
    assert send(forged).status_code == 400
    assert not TermCount.objects.exists()


def test_a_token_signed_for_something_else() -> None:
    assert send(signing.dumps(["n", "insulte", 1, 0, True], salt="autre")).status_code == 400
    assert not TermCount.objects.exists()


def test_an_altered_token() -> None:
    shown = token("répit")
    assert send(f"A{shown[1:]}" if shown[0] != "A" else f"B{shown[1:]}").status_code == 400


def test_an_expired_token(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = token("répit")
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 3590)
    assert send(shown).status_code == 204
    monkeypatch.setattr(signing.time, "time", lambda: now + 3602)
    assert send(shown, "clic", 1).status_code == 400
    assert counted("répit") == (1, 0, 0, 0, 0)


@pytest.mark.parametrize("event", ["", "autre", "RECHERCHE", "clic%00"])
def test_an_unknown_event(event: str) -> None:
    assert send(token("répit"), event).status_code == 400


@pytest.mark.parametrize("rank", ["", "-1", "4", "99999999999999999999", "1.5", "٣", "a", "%ff"])
def test_a_rank_that_was_not_shown(rank: str) -> None:
    assert send(token("répit"), "clic", rank).status_code == 400
    assert counted("répit")[2:] == (0, 0, 0)


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
def test_only_a_post(client: Client, method: str) -> None:
    assert getattr(client, method)(URL).status_code == 405


def test_a_huge_or_unreadable_body(client: Client) -> None:
    form = "application/x-www-form-urlencoded"
    assert client.post(URL, b"jeton=" + b"a" * 5000, content_type=form).status_code == 413
    assert client.post(URL, b"\xff\xfe\x00jeton=\xff", content_type=form).status_code == 400
    assert client.post(URL, b"jeton=a", content_type=f"{form}; charset=utf-16").status_code == 400
    assert client.post(URL, b"jeton=a", content_type="text/plain").status_code == 415
    assert client.post(URL, {"jeton": token("répit"), "evenement": "recherche"}).status_code == 415
    assert not TermCount.objects.exists()


def test_no_cookie_is_needed_nor_set(built: SearchEngine) -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/recherche/", {"q": "répit"})
    body = f"jeton={page.context['measure_token']}&evenement=recherche"
    response = strict.post(URL, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 204
    assert not strict.cookies
    assert "no-store" in response["Cache-Control"]


def test_nothing_of_the_person_is_stored() -> None:
    send(token(SECRET), **{"user-agent": "Navigateur-Reconnaissable", "x-forwarded-for": "203.0.113.9"})
    with connection.cursor() as cursor:
        cursor.execute("select * from portal_search_measuredterm")
        terms = cursor.fetchall()
        cursor.execute("select * from portal_search_termcount")
        stored = f"{terms}{cursor.fetchall()}".lower()
    assert len(terms) == 1
    for trace in ("lison", "voisine", "reconnaissable", "203.0.113"):
        assert trace not in stored


def test_a_text_is_kept_once_searched_three_times_on_two_days(monkeypatch: pytest.MonkeyPatch) -> None:
    today = timezone.localdate()
    for _ in range(4):
        send(token("Répit des aidants"))
    assert [term.text for term in MeasuredTerm.objects.all()] == [""]
    on(monkeypatch, today + timedelta(days=1))
    send(token("Répit  des aidants"))
    assert [term.text for term in MeasuredTerm.objects.all()] == ["répit des aidants"]


def test_two_searches_on_two_days_are_too_few(monkeypatch: pytest.MonkeyPatch) -> None:
    send(token(SECRET))
    on(monkeypatch, timezone.localdate() + timedelta(days=1))
    send(token(SECRET))
    assert MeasuredTerm.objects.get().text == ""


@pytest.mark.parametrize(
    "text",
    [
        "camille@exemple.example",
        "https://exemple.example/page",
        "www.exemple.example",
        "exemple.fr",
        "06 12 34 56 78",
        "06.12.34.56.78",
        "+33 (0)6-12-34",
        "né le 12/03/1985",
        "dossier 123456",
        "un deux trois quatre cinq six sept huit neuf",
        "anticonstitutionnellement " * 4,
    ],
)
def test_what_may_be_about_somebody_is_counted_without_its_text(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    today = timezone.localdate()
    for day in range(3):
        on(monkeypatch, today + timedelta(days=day))
        send(token(text))
    assert [term.text for term in MeasuredTerm.objects.all()] == [NOT_KEPT]
    assert sum(TermCount.objects.values_list("searches", flat=True)) == 3
    assert text.lower().strip() not in signing.loads(token(text), salt=SALT)


@pytest.mark.parametrize("text", ["34000 Montpellier", "habitant.e.s", "QPV", "aller-vers", "12-25 ans", "loi 2002-2"])
def test_ordinary_searches_are_not_taken_for_somebody(text: str) -> None:
    assert signing.loads(token(text), salt=SALT)[1] == text.lower()


def test_one_day_holds_a_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_terms, "MOST_A_DAY", 2)
    monkeypatch.setattr(search_terms, "MOST_TERMS_A_DAY", 2)
    for text in ("un", "un", "un", "deux", "trois", "quatre"):
        send(token(text))
    assert counted("un")[0] == 2
    assert counted("trois")[0] == counted("quatre")[0] == 0
    assert TermCount.objects.get(term__text=NOT_KEPT).searches == 2


def test_an_erased_text_never_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    today = timezone.localdate()
    for day in range(3):
        on(monkeypatch, today + timedelta(days=day))
        send(token(SECRET))
    term = MeasuredTerm.objects.get(text=SECRET)
    search_terms.erase(term)
    for day in range(3, 6):
        on(monkeypatch, today + timedelta(days=day))
        send(token(SECRET))
    term.refresh_from_db()
    assert (term.text, sum(term.counts.values_list("searches", flat=True))) == ("", 6)


def test_old_counts_are_forgotten(capsys: pytest.CaptureFixture) -> None:
    today = timezone.localdate()
    common, rare, gone = (
        MeasuredTerm.objects.create(digest=name, text=name[1:]) for name in ("1commun", "2", "3vieux")
    )
    erased = MeasuredTerm.objects.create(digest="4", is_erased=True)
    for term, age in ((common, 390), (common, 400), (rare, 80), (rare, 100), (gone, 397)):
        TermCount.objects.create(term=term, day=today - timedelta(days=age), searches=1)
    call_command("search_forget")
    assert capsys.readouterr().out == "3 décomptes effacés.\n"
    kept = TermCount.objects.order_by("day").values_list("term__digest", flat=True)
    assert list(kept) == ["1commun", "2"]
    assert set(MeasuredTerm.objects.all()) == {common, rare, erased}


def test_the_page_tells_the_script_where_it_stands(client: Client, sheet: None) -> None:
    html = client.get("/recherche/", {"q": "répit"}).content.decode()
    assert re.search(r'data-measure-token="[^"]+" data-measure-url="/recherche/mesure/" data-measure-first="0"', html)
    assert "data-measure-results" in html
