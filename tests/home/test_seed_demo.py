"""The demonstration: every file obeys the rules of publication, and ``seed_demo`` may run twice."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from caps_sheets.models import CapsSheetPage
from caps_sheets.publication_rules import KEY_POINTS, SUMMARY_WORDS, word_count
from caps_sheets.sections import SECTIONS
from network.models import ClsmPage
from portal.home.demo.sheet_files import FOLDER, paragraphs, read_folder

SHEETS = read_folder(FOLDER)


def run() -> str:
    output = io.StringIO()
    call_command("seed_demo", "--force", stdout=output)
    return output.getvalue()


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demonstration, once for the module: loading the territories takes seconds."""
    with django_db_blocker.unblock(), transaction.atomic():
        run()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def seeded(demo, db):
    """The demonstration, inside the transaction of one test."""


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet["slug"])
def test_a_sheet_file_is_a_full_sheet(sheet):
    low, high = SUMMARY_WORDS
    assert low <= word_count(paragraphs(sheet["summary"])) <= high
    assert len(sheet["title"]) <= 120 and "fictif" not in sheet["title"]
    assert len(sheet["hook"]) <= 200
    assert KEY_POINTS[0] <= len(sheet["key_points"]) <= KEY_POINTS[1]
    assert all(len(point) <= 160 for point in sheet["key_points"])
    assert all(sheet.get(section.key) for section in SECTIONS if section.is_required)
    assert sheet["transferabilite"]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet["slug"])
def test_a_sheet_file_is_typeset_in_french(sheet):
    text = (FOLDER / f"{sheet['slug']}.toml").read_text(encoding="utf-8")
    assert "'" not in text
    assert not [mark for mark in (" :", " ;", " ?", " !", "« ", " »") if mark in text]


def test_refuses_to_run_in_production(db, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError):
        call_command("seed_demo")


def test_everything_is_public_and_complete(seeded):
    assert CapsSheetPage.objects.live().count() == len(SHEETS)
    for page in [*CapsSheetPage.objects.live(), *ClsmPage.objects.live()]:
        assert page.publication_errors() == {}, page.title


def test_second_run_changes_nothing(seeded):
    def state() -> list[tuple]:
        pages = [page for model in (CapsSheetPage, ClsmPage) for page in model.objects.order_by("pk")]
        return [(page.pk, page.live, page.latest_revision_id, page.last_published_at) for page in pages]

    before = state()
    run()
    assert state() == before
