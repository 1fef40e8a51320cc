"""Circles that exist for types alone: the contracts of `.importlinter` read the imports of the run time only."""

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

PACKAGES = ("portal", "network", "caps_sheets", "search")


def circles(arrows: dict[str, set[str]]) -> list[set[str]]:
    """The circles of a graph, one after the other: each one found is cut at every arrow between its members."""
    arrows = {module: set(imported) for module, imported in arrows.items()}
    found = []
    while True:
        try:
            TopologicalSorter(arrows).prepare()
        except CycleError as error:
            members = set(error.args[1])
            found.append(members)
            for module in members:
                arrows[module] -= members
        else:
            return found


def imports(exclude_type_checking: bool) -> dict[str, set[str]]:
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=exclude_type_checking, cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) & graph.modules for module in graph.modules}


def test_circles_are_seen():
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [{"a", "b", "c"}]
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


@pytest.mark.parametrize("exclude_type_checking", [True, False])
def test_modules_know_each_other_in_a_folder_of_models_only(exclude_type_checking):
    """A page and what it answers about itself name each other's types; nothing else does, nothing at run time."""
    found = circles(imports(exclude_type_checking))
    if exclude_type_checking:
        assert found == []
    folders = [{module.rpartition(".")[0] for module in members} for members in found]
    assert [members for members, places in zip(found, folders, strict=True) if len(places) > 1] == []
    assert [folder for places in folders for folder in places if not folder.endswith(".models")] == []
