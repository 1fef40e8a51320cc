"""``docs/architecture.md`` names files, functions and hooks that exist, and every package of the tree."""

import re

from wagtail import hooks

from tests.architecture.sources import ROOT, files, shown

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`([\w/]+\.py)(?::([\w.]+))?`")
#: « (chemins sous `caps_sheets/podcasts/`) »: the folder of the paths of a paragraph.
FOLDER = re.compile(r"\(chemins sous `([\w/]+/)`\)")
#: Names of files that several packages have, given without their folder.
SHARED_NAMES = re.compile(r"^\w+\.py$")


def named() -> list[tuple[str, str]]:
    """Each path that the page names, from the root where such a file exists, and the function named with it."""
    pairs = []
    for paragraph in re.split(r"\n\s*\n", PAGE):
        folders = [*FOLDER.findall(paragraph), ""]
        for path, name in NAMED.findall(paragraph):
            whole = next((folder + path for folder in folders if (ROOT / folder / path).is_file()), path)
            pairs.append((whole, name))
    return pairs


def test_it_names_files_that_exist():
    paths = {path for path, _ in named()}
    everywhere = {path.name for path in files(".py")}
    unknown = [path for path in paths if not (ROOT / path).is_file()]
    assert len(paths) > 30
    assert [path for path in unknown if not (SHARED_NAMES.match(path) and path in everywhere)] == []


def test_it_names_functions_that_exist():
    pairs = [(path, name) for path, names in named() for name in names.split(".") if name]
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path, _ in pairs}
    assert [pair for pair in pairs if not re.search(rf"^\s*(?:def |class )?{pair[1]}\b", texts[pair[0]], re.M)] == []


def test_it_names_every_agreement_that_a_publication_needs():
    checks = hooks.get_hooks("sheet_clearance_checks")
    assert len(checks) > 3
    wanted = {(f"{check.__module__.replace('.', '/')}.py", check.__name__) for check in checks}
    assert wanted - set(named()) == set()


def test_its_hooks_are_read_and_registered():
    hooks = re.findall(r"^\| `(\w+)` \|", PAGE, re.M)
    code = "".join(path.read_text(encoding="utf-8") for path in files(".py") if not shown(path).startswith("tests/"))
    assert len(hooks) > 5
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
