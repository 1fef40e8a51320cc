"""Files joined from several: served, collected, and checked."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.checks import run_checks
from django.core.management import call_command
from pytest_django import Settings

PARTS = ("tokens", "base", "components", "home", "sheet", "pages", "search")


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.STATIC_BUNDLES_ROOT = tmp_path / "bundles"
    settings.STATIC_ROOT = tmp_path / "static"
    finders.get_finder.cache_clear()
    yield tmp_path
    finders.get_finder.cache_clear()


def part(settings: Settings, name: str) -> str:
    return Path(settings.BASE_DIR, "portal/static/css", f"{name}.css").read_text()


def test_the_style_sheets_are_joined_in_their_order(folder: Path, settings: Settings) -> None:
    joined = Path(str(finders.find("css/portal.css"))).read_text()
    assert joined == "\n".join(part(settings, name) for name in PARTS)


def test_a_changed_part_is_joined_again(folder: Path, settings: Settings) -> None:
    settings.STATIC_BUNDLES = {"css/portal.css": ["css/tokens.css"]}
    assert Path(str(finders.find("css/portal.css"))).read_text() == part(settings, "tokens")
    settings.STATIC_BUNDLES = {"css/portal.css": ["css/base.css"]}
    assert Path(str(finders.find("css/portal.css"))).read_text() == part(settings, "base")


def test_each_script_keeps_its_names_to_itself(folder: Path, settings: Settings) -> None:
    joined = Path(str(finders.find("js/search-page.js"))).read_text()
    parts = settings.STATIC_BUNDLES["js/search-page.js"]
    assert joined == "\n".join(f"{{\n{Path(str(finders.find(part))).read_text()}}}" for part in parts)
    assert not [part for part in parts if "import " in Path(str(finders.find(part))).read_text()]


def test_they_are_collected_with_the_other_files(folder: Path, settings: Settings) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    assert part(settings, "search") in (folder / "static/css/portal.css").read_text()


def test_a_missing_part_is_told_before_anything_is_served(folder: Path, settings: Settings) -> None:
    settings.STATIC_BUNDLES = {"css/portal.css": ["css/absent.css"]}
    assert [error.id for error in run_checks() if "css/absent.css" in error.msg] == ["portal.E005"]
