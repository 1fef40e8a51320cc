"""The documents say what the code does: variables, commands of the Makefile, decisions, links."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT, files, shown

DOCUMENTS = sorted(files(".md"))
READ_VARIABLE = re.compile(r"\b(?:env(?:\.\w+)?|environ\.setdefault)\(\s*\"([A-Z_]+)\"")
LISTED_VARIABLE = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
MAKE_TARGET = re.compile(r"\bmake ([a-z][a-z0-9-]*)")
TARGET = re.compile(r"^([a-z][a-z0-9-]*):", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
DEPENDENCIES = ROOT / "docs" / "adr" / "0007-dependances.md"
SCREENSHOTS = ROOT / "docs" / "screenshots"


def test_environment_variables_are_the_listed_ones():
    readers = [*(ROOT / "portal" / "settings").glob("*.py"), ROOT / "manage.py", ROOT / "portal" / "wsgi.py"]
    read = {name for path in readers for name in READ_VARIABLE.findall(path.read_text(encoding="utf-8"))}
    listed = LISTED_VARIABLE.findall((ROOT / "docs" / "environment.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(read)


def test_make_targets_exist():
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    codes = [(path, code) for path in DOCUMENTS for code in CODE.findall(path.read_text(encoding="utf-8"))]
    named = {(shown(path), name) for path, code in codes for name in MAKE_TARGET.findall(code)}
    assert sorted((path, name) for path, name in named if name not in targets) == []


def test_decisions_are_numbered_without_gaps():
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        assert path.read_text(encoding="utf-8").startswith(f"# {int(path.name[:4])}. "), shown(path)


def test_every_dependency_has_its_reason():
    """ADR 7 has one line a package, except for the two that ADR 1 is about."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.match(r"[A-Za-z0-9-]+", one)[0] for one in project["dependencies"]} - {"Django", "wagtail"}
    rows = [line for line in DEPENDENCIES.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert {re.sub(r"\[.*", "", name) for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])} == names


def local_links(path: Path) -> Iterator[Path]:
    for link in LINK.findall(path.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:|#|/", link):
            yield path.parent / link.split("#")[0]


def test_links_lead_to_files():
    missing = [(shown(path), link) for path in DOCUMENTS for link in local_links(path) if not link.exists()]
    if not SCREENSHOTS.exists():  # drawn by `make screenshots`
        missing = [(path, link) for path, link in missing if link.parent != SCREENSHOTS]
    assert missing == []


def test_documents_named_in_code_exist():
    named = [
        (path, name)
        for path in files(".py", ".toml", ".css", ".js", ".html")
        for name in re.findall(r"[\w-]+(?:/[\w-]+)+\.md\b", path.read_text(encoding="utf-8"))
    ]
    places = [(shown(path), name, (ROOT / name, path.parent / name)) for path, name in named]
    assert [(path, name) for path, name, found in places if not any(one.exists() for one in found)] == []
