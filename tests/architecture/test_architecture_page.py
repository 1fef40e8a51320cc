"""``docs/architecture.md`` names files, functions and hooks that exist, and every package of the tree."""

import re

from tests.architecture.sources import ROOT, files, shown

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PREFIXES = ("", "caps_sheets/", "caps_sheets/capitalisation/", "caps_sheets/podcasts/", "portal/base/")
NAMED = re.compile(r"`([\w/]+\.py)(?::([\w.]+))?`")
#: Names of files that several packages have, given without their folder.
SHARED_NAMES = re.compile(r"^\w+\.py$")


def found(path: str) -> list[str]:
    return [prefix + path for prefix in PREFIXES if (ROOT / prefix / path).is_file()]


def test_it_names_files_that_exist():
    named = {path for path, _ in NAMED.findall(PAGE)}
    everywhere = {path.name for path in files(".py")}
    assert len(named) > 30
    assert [path for path in named if not found(path) and not (SHARED_NAMES.match(path) and path in everywhere)] == []


def test_it_names_functions_that_exist():
    pairs = [(path, name) for path, names in NAMED.findall(PAGE) for name in names.split(".") if name]
    texts = {path: (ROOT / found(path)[0]).read_text(encoding="utf-8") for path, _ in pairs}
    assert [pair for pair in pairs if not re.search(rf"^\s*(?:def |class )?{pair[1]}\b", texts[pair[0]], re.M)] == []


def test_its_hooks_are_read_and_registered():
    hooks = re.findall(r"^\| `(\w+)` \|", PAGE, re.M)
    code = "".join(path.read_text(encoding="utf-8") for path in files(".py") if not shown(path).startswith("tests/"))
    assert len(hooks) == 5
    assert [name for name in hooks if f'get_hooks("{name}")' not in code or f'register("{name}"' not in code] == []


def test_it_names_every_package():
    """Those of the first two levels, whose folder has a ``__init__.py``."""
    packages = {
        path.parent.name
        for top in ("portal", "network", "caps_sheets", "search")
        for pattern in ("*/__init__.py", "*/*/__init__.py")
        for path in (ROOT / top).glob(pattern)
    }
    technical = {
        "management",
        "migrations",
        "models",
        "templatetags",
        "commands",
        "admin_views",
        "guides",
        "starting_texts",
    }
    assert [name for name in sorted(packages - technical) if f"{name}/" not in PAGE] == []
