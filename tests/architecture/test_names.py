"""Names of modules, views and hooks, as CONTRIBUTING.md gives them."""

import re
from collections import defaultdict
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.sources import ROOT, files, shown

PACKAGES = ("portal", "network", "caps_sheets", "search", "scripts")
NO_PURPOSE = {"utils", "helpers", "common", "misc"}
#: The word of the field: « relecture par le CLSM ».
NOUNS_IN_ING = {"proofreading"}
#: Django's and Wagtail's own names for what answers a URL.
VIEWS = re.compile(r"(?:.*_)?views|viewsets|choosers|feeds|modeladmin|sitemaps")
HOOKS = {"hooks.py", "wagtail_hooks.py"}


def product_modules() -> list[str]:
    """Path of every module, from the root of the repository, without its suffix."""
    return [shown(path).removesuffix(".py") for path in files(".py") if shown(path).startswith(PACKAGES)]


def views(resolver: URLResolver) -> Iterator[tuple[str, str]]:
    """(URL, module of its view) of each URL that a module of the product answers."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from views(entry)
        elif isinstance(entry, URLPattern):
            view = entry.callback
            while hasattr(view, "__wrapped__"):
                view = view.__wrapped__
            module = getattr(view, "view_class", view).__module__
            if module.startswith(PACKAGES):
                yield str(entry.pattern), module


def test_modules_are_named_by_a_noun():
    words = {(path, part) for path in product_modules() for part in path.split("/")}
    assert [path for path, part in words if part in NO_PURPOSE] == []
    assert [path for path, part in words if part.endswith("ing") and part not in NOUNS_IN_ING] == []


def test_views_stand_in_the_files_of_views():
    found = dict(views(get_resolver()))
    assert len(found) > 100
    named = {url: module for url, module in found.items() if any(map(VIEWS.fullmatch, module.split(".")))}
    assert found == named


def test_hooks_are_registered_in_the_files_of_hooks():
    found = [shown(path) for path in files(".py") if "hooks.register(" in path.read_text(encoding="utf-8")]
    assert [path for path in found if path.startswith(PACKAGES) and (ROOT / path).name not in HOOKS] == []


def test_a_class_name_is_given_once_in_a_package():
    """Django names the class of every command ``Command``."""
    places: dict[tuple[str, str], list[str]] = defaultdict(list)
    for path in files(".py"):
        top = shown(path).split("/")[0]
        if top in PACKAGES and not shown(path).startswith("scripts"):
            for name in re.findall(r"^class (\w+)", path.read_text(encoding="utf-8"), re.M):
                places[top, name].append(shown(path))
    assert {name: found for (_, name), found in places.items() if len(found) > 1 and name != "Command"} == {}
