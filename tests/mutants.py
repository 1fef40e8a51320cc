"""Breaks the portal on purpose, one small fault at a time, and says which faults the tests do not see.

    python -m tests.mutants --sample 40 --seed 7          what the tests of the room see
    python -m tests.mutants --only templates --list       what would be tried, without running anything

Each fault is made in a copy of the repository; the tests are those of the room of the file, and those that read every
file or render every page.
"""

import argparse
import ast
import difflib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "node_modules", "var", "__pycache__", ".*_cache", "screenshots")
NOT_MUTATED = re.compile(r"/(?:migrations|demo)/|settings/(?:test|development)|write_pipeline|seed_")
#: Tried on a real server only (``make test-elasticsearch``).
NEEDS_SERVER = re.compile(r"engines/elasticsearch")
#: Tests that see any file.
EVERYWHERE = (
    "tests/rendered",
    "tests/architecture/test_empty_pages.py",
    "tests/architecture/test_unused.py",
    "tests/architecture/test_journal.py",
    "tests/base",
)
#: Start of a path → its tests, the first that fits.
ROOMS = (
    ("caps_sheets/podcasts", "tests/podcasts"),
    ("caps_sheets/capitalisation", "tests/capitalisation"),
    ("caps_sheets", "tests/caps_sheets"),
    ("network/coordination", "tests/space"),
    ("network/territories", "tests/territories"),
    ("network", "tests/network"),
    ("search", "tests/search"),
    ("portal/settings", "tests/security"),
    *(
        (f"portal/{room}", f"tests/{room}")
        for room in ("users", "medialib", "taxonomies", "moderation", "space", "home")
    ),
    ("portal/base", "tests/base"),
    ("portal/site_setup", "tests/home"),
    ("portal/demo", "tests/home"),
)
#: The same for templates: a word of the path.
TEMPLATES = (
    ("podcast", "tests/podcasts"),
    ("medialib", "tests/medialib"),
    ("census|capitalisation|proofreading", "tests/capitalisation"),
    ("email|notices", "tests/moderation"),
    ("search", "tests/search"),
    ("network|coordination", "tests/network"),
    ("space", "tests/space"),
    ("account|users|allauth", "tests/users"),
    ("review|life|caps_sheets|blocks", "tests/caps_sheets"),
    ("", "tests/home"),
)


@dataclass(frozen=True)
class Mutant:
    path: str
    kind: str
    start: int
    end: int
    text: str

    def apply(self, source: str) -> str:
        return source[: self.start] + self.text + source[self.end :]

    def shown(self) -> str:
        before = (ROOT / self.path).read_text(encoding="utf-8")
        lines = difflib.unified_diff(before.splitlines(), self.apply(before).splitlines(), n=0, lineterm="")
        body = [line for line in lines if not line.startswith(("---", "+++"))]
        return "\n".join([f"{self.path} [{self.kind}]", *(f"    {line[:180]}" for line in body)])


#: kind → (pattern, replacement), by line of a template.
IN_TEMPLATES = {
    "include removed": (r"{%\s*include [^%]*%}", ""),
    "condition negated": (r"{% if (?!not )((?:(?! and | or )[^%])+) %}", r"{% if not \1 %}"),
    "condition dropped": (r"{% if (?:not |[^%]* (?:and|or) )[^%]*%}", "{% if 1 %}"),
    "CSRF removed": (r"{% csrf_token %}", ""),
    "not escaped": (r"{{ ([\w.]+)(?<!pk)(?<!id) }}", r"{{ \1|safe }}"),
    "value removed": (r"{{ [^}]*}}", ""),
    "attribute removed": (r" (?:for|name|href|alt|type|action|method|lang|required|aria-[a-z]+)=\"[^\"]*\"", ""),
}
IN_SCRIPTS = {
    "condition negated": (r"\bif \((?!!)(.+)\) (?=\{|return)", r"if (!(\1)) "),
    "call removed": (r"^ +[\w.]+\([^()]*\);$", ""),
    "comparison turned": (r"===", "!=="),
    "bound moved": (r"(?<=[<>] )(\d+)\b", r"(\1 + 1)"),
    "and for or": (r" && ", " || "),
}


def by_pattern(path: str, source: str, patterns: dict[str, tuple[str, str]]) -> Iterator[Mutant]:
    for kind, (pattern, replacement) in patterns.items():
        for match in re.finditer(pattern, source, re.MULTILINE):
            yield Mutant(path, kind, match.start(), match.end(), match.expand(replacement))


TURNED = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "=="}
SIGNS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


#: Decorators whose loss is a syntax of the same thing, or is cost alone.
EQUIVALENT = re.compile(
    r"abstractmethod|property|staticmethod|classmethod|cached_property|lru_cache|dataclass|contextmanager"
)


class InPython(ast.NodeVisitor):
    """The faults of one module, by place in its text."""

    def __init__(self, path: str, source: str) -> None:
        self.path, self.source, self.found = path, source, list[Mutant]()
        self.lines = [0]
        for line in source.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))
        self.visit(ast.parse(source))

    def place(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Columns of ``ast`` count bytes: the accents before them are taken off."""
        rows = self.source.splitlines(keepends=True)

        def index(row: int, column: int) -> int:
            return self.lines[row - 1] + len(rows[row - 1].encode()[:column].decode())

        return index(node.lineno, node.col_offset), index(node.end_lineno or 0, node.end_col_offset or 0)

    def add(self, kind: str, node: ast.expr | ast.stmt, text: str) -> None:
        self.found.append(Mutant(self.path, kind, *self.place(node), text))

    def visit_If(self, node: ast.If | ast.IfExp) -> None:
        start, end = self.place(node.test)
        self.add("condition negated", node.test, f"not ({self.source[start:end]})")
        self.generic_visit(node)

    visit_IfExp = visit_If

    def visit_Compare(self, node: ast.Compare) -> None:
        sign = type(node.ops[0])
        if sign in TURNED:
            begin, end = self.place(node.left)[1], self.place(node.comparators[0])[0]
            text = self.source[begin:end].replace(SIGNS[sign], TURNED[sign], 1)
            self.found.append(Mutant(self.path, "bound moved", begin, end, text))
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            self.add("call dropped", node, "pass")
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for decorator in node.decorator_list:
            if not EQUIVALENT.match(ast.unparse(decorator)):
                start, end = self.place(decorator)
                self.found.append(Mutant(self.path, "decorator removed", start - 1, end, ""))
        for statement in node.body:
            self.visit(statement)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for statement in node.body:
            self.visit(statement)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, bool):
            self.add("value turned", node, str(not node.value))
        elif isinstance(node.value, int):
            self.add("bound moved", node, str(node.value + 1))

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        start, end = self.place(node)
        left, right = (" and ", " or ") if isinstance(node.op, ast.And) else (" or ", " and ")
        if left in self.source[start:end]:
            self.add("and for or", node, self.source[start:end].replace(left, right, 1))
        self.generic_visit(node)


def is_out_of_reach(path: str) -> bool:
    return NEEDS_SERVER.search(path) is not None and not os.environ.get("ELASTICSEARCH_TEST_URL")


def mutants(only: str = "") -> list[Mutant]:
    """Every fault that can be made, in the order of the files."""
    found: list[Mutant] = []
    for folder in ("templates", "portal", "network", "caps_sheets", "search"):
        for file in sorted((ROOT / folder).rglob("*.*")):
            path = file.relative_to(ROOT).as_posix()
            if (only and only not in path) or NOT_MUTATED.search(path) or is_out_of_reach(path):
                continue
            if folder == "templates":
                kinds = {
                    kind: one for kind, one in IN_TEMPLATES.items() if file.suffix == ".html" or kind != "not escaped"
                }
                found += by_pattern(path, file.read_text(encoding="utf-8"), kinds)
            elif file.suffix == ".js":
                found += by_pattern(path, file.read_text(encoding="utf-8"), IN_SCRIPTS)
            elif file.suffix == ".py":
                found += InPython(path, file.read_text(encoding="utf-8")).found
    return found


def sample(found: list[Mutant], size: int, seed: int) -> list[Mutant]:
    """As many of each kind of file, then of each kind of fault: there are ten times more lines of Python than of JS."""
    chance = random.Random(seed)
    shelves: dict[tuple[str, str], list[Mutant]] = {}
    for one in found:
        shelves.setdefault((Path(one.path).suffix, one.kind), []).append(one)
    chosen: list[Mutant] = []
    while len(chosen) < min(size, len(found)):
        for shelf in shelves.values():
            if shelf and len(chosen) < size:
                chosen.append(shelf.pop(chance.randrange(len(shelf))))
    return chosen


def tests_of(path: str) -> list[str]:
    if path.endswith(".js"):
        name = Path(path).stem
        named = [file for file in (ROOT / "tests" / "e2e").glob("test_*.py") if name.split("-")[0] in file.read_text()]
        return [file.relative_to(ROOT).as_posix() for file in named] or ["tests/e2e"]
    if path.startswith("templates/"):
        return [next(room for words, room in TEMPLATES if re.search(words, path)), *EVERYWHERE]
    return [next(room for start, room in ROOMS if path.startswith(start)), *EVERYWHERE]


def is_seen(mutant: Mutant, copy: Path, tests: list[str], workers: str) -> bool:
    file = copy / mutant.path
    source = file.read_text(encoding="utf-8")
    file.write_text(mutant.apply(source), encoding="utf-8")
    marks = ["-m", "e2e and not slow"] if mutant.path.endswith(".js") else []
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", workers, "--dist", "loadfile", *marks, *tests]
    try:
        done = subprocess.run(
            command, cwd=copy, capture_output=True, check=False, env=os.environ | {"VAR_DIR": str(copy / "var")}
        )
    finally:
        file.write_text(source, encoding="utf-8")
    return done.returncode == 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="a part of the path: templates, .js, settings, caps_sheets/life…")
    parser.add_argument("--workers", default="2")
    parser.add_argument("--list", action="store_true", help="show the faults and run nothing")
    options = parser.parse_args()
    chosen = sample(mutants(options.only), options.sample, options.seed)
    if options.list:
        sys.stdout.write("".join(f"{one.shown()}\n" for one in chosen))
        return 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(shutil.copytree(ROOT, Path(folder, "portal"), ignore=LEFT_OUT, symlinks=True))
        for link in ("tests/e2e/node_modules", "tests/podcasts/feed_parsers/node_modules"):
            if (ROOT / link).exists() and not (copy / link).exists():
                (copy / link).symlink_to((ROOT / link).resolve())
        alive = [one for one in chosen if not is_seen(one, copy, tests_of(one.path), options.workers)]
    sys.stdout.write("".join(f"{one.shown()}\n" for one in alive))
    sys.stdout.write(f"{len(chosen) - len(alive)} of {len(chosen)} faults seen\n")
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main())
