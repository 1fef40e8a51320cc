"""Nothing is lost and nothing private is found: from the change to the index."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from taggit.managers import TaggableManager
from wagtail.models import PageViewRestriction

from caps_sheets.models import CapsSheetPage
from network.territories.models import Department
from portal.home.models import HomePage
from search.documents import SearchDocument, build, family_of
from search.engines.base import EngineError, SearchEngine
from search.models import IndexChange
from search.outbox import compare, drain, drain_quietly, oldest, paused, rebuild
from search.queries import SearchQuery
from search.synonyms import Synonyms, starting_groups
from tests.factories.network import make_clsm, make_department, make_directory, make_term, make_theme
from tests.factories.podcasts import make_episode
from tests.factories.sheets import make_sheet, make_sheets_index
from tests.factories.site import make_news

pytestmark = pytest.mark.django_db


def found(engine: SearchEngine, text: str, **filters: tuple[str, ...]) -> set[str]:
    return {hit.key for hit in engine.search(SearchQuery(text, filters), Synonyms(starting_groups())).hits}


def key(page: object) -> str:
    return f"sheet:{page.pk}"


def test_a_published_sheet_is_found_after_the_commit_by_all_that_describes_it(
    built: SearchEngine, committed: Callable
) -> None:
    with committed():
        clsm = make_clsm(title="CLSM du Vallon")
        clsm.departments.set([make_department()])
        sheet = make_sheet(title="Portes ouvertes", clsms=[clsm], themes=[make_theme("deuil", name="Deuil")])
    assert not IndexChange.objects.exists()
    for text in ("portes", "binomes", "infirmière", "vallon", "deuil", "hérault", "34", "occitanie"):
        assert key(sheet) in found(built, text), text
    assert key(sheet) in found(built, "", theme=("deuil",), type=("fiches",), departement=("departement-34",))


def test_a_draft_is_never_indexed(built: SearchEngine, committed: Callable) -> None:
    with committed():
        sheet = make_sheet(live=False)
    assert not found(built, "", type=("fiches",))
    assert build([key(sheet)]) == []


def test_saving_a_draft_of_a_live_page_changes_nothing(built: SearchEngine, committed: Callable) -> None:
    with committed():
        sheet = make_sheet(title="Avant")
    IndexChange.objects.all().delete()
    sheet.title = "Confidentiel"
    sheet.save_revision()
    assert not IndexChange.objects.exists()
    rebuild()
    assert not found(built, "confidentiel")


def test_unpublish_and_delete_remove(built: SearchEngine, committed: Callable) -> None:
    with committed():
        one, other = make_sheet(), make_sheet()
    with committed():
        one.unpublish()
        other.delete()
    assert not found(built, "", type=("fiches",))


def test_deleting_the_parent_removes_its_descendants(built: SearchEngine, committed: Callable) -> None:
    with committed():
        make_sheet()
    with committed():
        make_sheets_index().delete()
    assert not found(built, "", type=("fiches",))


def test_a_restriction_hides_the_descendants_and_its_removal_shows_them(
    built: SearchEngine, committed: Callable
) -> None:
    with committed():
        sheet = make_sheet()
    with committed():
        lock = PageViewRestriction.objects.create(page=make_sheets_index(), restriction_type="login")
    assert key(sheet) not in found(built, "")
    with committed():
        lock.delete()
    assert key(sheet) in found(built, "")


def test_a_moved_or_renamed_parent_changes_the_address(built: SearchEngine, committed: Callable) -> None:
    with committed():
        sheet = make_sheet(slug="une-fiche")
    index = make_sheets_index()
    index.slug = "capitalisation"
    with committed():
        index.save()
    with committed():
        drain_quietly()
    (hit,) = built.search(SearchQuery("", {"type": ("fiches",)}), Synonyms(starting_groups())).hits
    assert hit.url == "/capitalisation/une-fiche/"
    with committed():
        index.move(make_directory(), pos="last-child")
    (hit,) = built.search(SearchQuery("", {"type": ("fiches",)}), Synonyms(starting_groups())).hits
    assert hit.url == "/clsm/capitalisation/une-fiche/"
    assert hit.key == key(sheet)


def test_what_a_sheet_leans_on_changes_its_document(built: SearchEngine, committed: Callable) -> None:
    theme = make_theme("deuil", name="Deuil")
    term = make_term("publics", "travailleurs-sociaux")
    with committed():
        clsm = make_clsm(title="CLSM ancien")
        sheet = make_sheet(themes=[theme], clsms=[clsm])
    theme.synonyms, term.label, clsm.title = "endeuillés", "Assistantes de service", "CLSM rebaptisé"
    with committed():
        theme.save()
        term.save()
        clsm.save()
    for text in ("endeuillés", "assistantes", "rebaptisé"):
        assert key(sheet) in found(built, text), text
    with committed():
        make_episode(sheets=[sheet])
    hits = built.search(SearchQuery("", {"type": ("fiches",)}), Synonyms(starting_groups())).hits
    assert [hit.payload["has_episode"] for hit in hits] == [True]


def test_what_leaves_a_page_without_saving_it_is_indexed_again(home: HomePage) -> None:
    """Each many-to-many of each kind of page: a public taken off, a department that a CLSM no longer covers."""
    tried = []
    for page in (make_sheet(), make_clsm(), make_episode(), make_news()):
        family = family_of(type(page))
        for field in (each for each in page._meta.many_to_many if not isinstance(each, TaggableManager)):
            links = getattr(page, field.name)
            row = make_department() if field.related_model is Department else make_term("publics", "un-public")
            commit = getattr(links, "commit", int)  # some of these wait for the page to be saved
            links.set([row]), commit()
            IndexChange.objects.all().delete()
            links.clear() if len(tried) % 2 else links.remove(row)
            commit()
            assert {row.key for row in IndexChange.objects.all()} == {family.key_of(page.pk)}, field.name
            tried.append(field.name)
    assert {"audiences", "settings", "departments"} <= set(tried)


def test_an_episode_is_found_by_what_is_said_in_it(built: SearchEngine, committed: Callable) -> None:
    with committed():
        episode = make_episode()
    assert found(built, "bienvenue") == {f"episode:{episode.pk}"}
    assert not found(built, "WEBVTT")


@pytest.fixture
def broken(built: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable]:
    """``broken()`` stops the engine's writes; ``broken(False)`` starts them again."""
    write = type(built).replace

    def fail(*args: object) -> int:
        raise EngineError("disque plein (alix@val.example, 06 12 34 56 78)")

    yield lambda down=True: monkeypatch.setattr(type(built), "replace", fail if down else write)


def test_a_change_made_while_the_engine_is_down_is_indexed_when_it_is_back(
    built: SearchEngine, committed: Callable, broken: Callable
) -> None:
    broken()
    with committed():
        sheet = make_sheet()  # no exception reaches the person who publishes
    rows = list(IndexChange.objects.all())
    assert rows and all((row.attempts, row.last_error) == (1, "disque plein (… …)") for row in rows)
    assert all(row.next_attempt > timezone.now() for row in rows)
    assert drain() == 0  # each waits for its time
    IndexChange.objects.update(next_attempt=timezone.now())
    with pytest.raises(CommandError, match="disque plein"):
        call_command("search_drain")
    first, second = rows[0].next_attempt, IndexChange.objects.first().next_attempt
    assert second - timezone.now() > first - rows[0].created_at - timedelta(seconds=5)
    broken(False)
    call_command("search_drain", "--all")
    assert not IndexChange.objects.exists()
    assert key(sheet) in found(built, "")


def test_an_old_waiting_change_raises_an_alert(built: SearchEngine, committed: Callable) -> None:
    make_sheet()
    late = timezone.now() + timedelta(hours=3)
    IndexChange.objects.update(created_at=timezone.now() - timedelta(hours=1), next_attempt=late)
    assert oldest() < timezone.now() - timedelta(minutes=59)
    with pytest.raises(CommandError, match="attend"):
        call_command("search_drain")


def test_a_page_that_can_not_be_built_holds_back_no_other(
    built: SearchEngine, committed: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = family_of(CapsSheetPage)
    document = family.document

    def fragile(page: object) -> SearchDocument | None:
        if page.title == "Cassée":
            raise ValueError("bloc inconnu dans la fiche d’alix@val.example")
        return document(page)

    monkeypatch.setattr(family, "document", fragile)
    with committed():
        make_sheet(title="Cassée")
        sheet = make_sheet(title="Saine")
    assert key(sheet) in found(built, "saine")
    assert {row.last_error for row in IndexChange.objects.all()} == {"ValueError"}, "its words may quote somebody"
    assert drain(everything=True) == 0


def test_without_an_index_changes_wait_for_the_first_rebuild(engine: SearchEngine, committed: Callable) -> None:
    with committed():
        sheet = make_sheet()
    assert IndexChange.objects.exists()
    call_command("search_rebuild")
    assert not IndexChange.objects.exists()
    assert key(sheet) in found(engine, "")


def test_a_busy_writer_leaves_the_change_in_the_outbox(
    built: SearchEngine, committed: Callable, writing: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.outbox.COMMIT_TIMEOUT", 0.0)
    with writing():
        with committed():
            sheet = make_sheet()
        assert key(sheet) not in found(built, "")
    assert IndexChange.objects.filter(attempts=0).exists()
    call_command("search_drain")
    assert key(sheet) in found(built, "")


def test_a_page_saved_during_a_rebuild_is_in_the_new_index(
    built: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = make_sheet(title="Avant")
    rebuild_engine = type(built).rebuild

    def slow(engine: SearchEngine, documents: Iterator[SearchDocument]) -> int:
        number = rebuild_engine(engine, documents)
        sheet.title = "Pendant"
        sheet.save()  # after it was read, before the end of the command
        return number

    monkeypatch.setattr(type(built), "rebuild", slow)
    rebuild()
    assert found(built, "pendant") == {key(sheet)}


def test_paused_changes_are_noted_and_not_drained(built: SearchEngine, committed: Callable) -> None:
    with committed() as callbacks, paused():
        make_sheet()
    assert drain_quietly not in callbacks
    assert IndexChange.objects.exists()


def test_check_finds_and_repairs_what_went_around_the_signals(built: SearchEngine, committed: Callable) -> None:
    with committed():
        shown, hidden = make_sheet(), make_sheet(live=False)
    type(shown).objects.filter(pk=shown.pk).update(live=False)
    type(shown).objects.filter(pk=hidden.pk).update(live=True)
    assert compare() == ({key(hidden)}, {key(shown)})
    said = io.StringIO()
    with pytest.raises(CommandError, match="relancez avec --repair"):
        call_command("search_check", stdout=said)
    assert said.getvalue().splitlines() == [
        "1 documents manquants, 1 en trop.",
        *sorted([f"  en trop : {key(shown)}", f"  manque : {key(hidden)}"], key=lambda line: line.split(" : ")[1]),
    ]
    call_command("search_check", "--repair", stdout=io.StringIO())
    assert compare() == (set(), set())


def test_building_costs_the_same_queries_for_one_sheet_and_for_ten(
    db: None, django_assert_num_queries: DjangoAssertNumQueries, django_assert_max_num_queries: Callable
) -> None:
    ids = [make_sheet(clsms=[make_clsm()]).pk for _ in range(10)]
    family = family_of(CapsSheetPage)
    family.build(ids[:1])
    with django_assert_max_num_queries(30) as captured:
        assert len(family.build(ids[:1])) == 1
    with django_assert_num_queries(len(captured)):
        assert len(family.build(ids)) == 10
