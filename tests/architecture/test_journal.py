"""Each line that the journal knows how to show is written by something."""

import ast
import sys
from collections.abc import Iterator
from importlib import import_module

from wagtail.log_actions import registry

from tests.architecture.sources import shown
from tests.architecture.test_unused import modules


def texts_in(tree: ast.Module, name: str) -> Iterator[str]:
    """The texts that the functions of a module use, by themselves or by the name of a constant."""
    module = sys.modules.get(name) or import_module(name)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and "register_log_actions" not in ast.unparse(function):
            for node in ast.walk(function):
                if isinstance(node, ast.Constant):
                    yield node.value
                elif isinstance(node, ast.Name):
                    yield getattr(module, node.id, "")
                elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    yield getattr(getattr(module, node.value.id, None), node.attr, "")


def test_each_action_of_the_journal_is_written_somewhere():
    ours = {action for action, _ in registry.get_choices() if not action.startswith("wagtail")}
    found = set()
    for path, tree in modules():
        if not path.name.startswith("_") and "management" not in path.parts and "settings" not in path.parts:
            found.update(text for text in texts_in(tree, shown(path)[:-3].replace("/", ".")) if isinstance(text, str))
    assert len(ours) > 50
    assert ours - found == set()
