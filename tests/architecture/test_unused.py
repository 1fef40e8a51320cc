"""Each function of a module is called, registered or named somewhere: a hook without its decorator does nothing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import files, shown

ROOMS = ("portal/", "network/", "caps_sheets/", "search/")
WORD = re.compile(r"\w+")
#: Decorators by which somebody else calls the function.
REGISTERS = re.compile(r"register|receiver|hooks\.|task\b")
#: For the tests or the migrations alone.
TEST_ONLY = {"clean_stored_emails", "is_own_only", "row_of", "schema_digest"}
LONGEST_NAME = 200  # characters: a longer text is prose, and names no function


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in files(".py"):
        if shown(path).startswith(ROOMS):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def names(tree: ast.Module) -> Iterator[str]:
    """What a module calls, passes or names in a text, such as the dotted path of a setting."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < LONGEST_NAME:
            yield from WORD.findall(node.value)


def test_each_function_of_a_module_is_used():
    found = list(modules())
    used = {name for _, tree in found for name in names(tree)}
    for template in files(".html", ".txt"):
        used.update(WORD.findall(template.read_text(encoding="utf-8")))
    unused = [
        f"{shown(path)}: {node.name}"
        for path, tree in found
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name not in used | TEST_ONLY
        and not any(REGISTERS.search(ast.unparse(each)) for each in node.decorator_list)
    ]
    assert unused == []
