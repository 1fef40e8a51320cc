"""The judged queries: ``judgements.toml`` read, its rules resolved to the documents of the corpus."""

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from network.territories.files import DATA
from tests.relevance.corpus import Item, items
from tests.relevance.corpus.items import Kind, folded

SOURCE = Path(__file__).parent / "judgements.toml"
HELD_OUT = "held-out"
Condition = str | list[str]


@dataclass(frozen=True)
class Moment:
    """Where the words of a query are spoken: the episode, and the second its cue starts at."""

    episode: str
    second: float
    says: str


@dataclass(frozen=True)
class Query:
    """``grades``: 1 to 3 by key of document, the best first; a document that is not there is worth 0."""

    id: str
    text: str
    kind: str
    split: str
    grades: Mapping[str, int]
    acceptance: bool = False
    expects_nothing: bool = False
    moment: Moment | None = None

    @property
    def is_held_out(self) -> bool:
        return self.split == HELD_OUT

    @property
    def answers(self) -> set[str]:
        """The documents of the best grade: one of them must come in the first ten."""
        best = max(self.grades.values(), default=0)
        return {key for key, grade in self.grades.items() if grade == best}


@lru_cache
def queries() -> tuple[Query, ...]:
    with SOURCE.open("rb") as handle:
        source = tomllib.load(handle)
    return tuple(_query(entry, source["topics"]) for entry in source["query"])


def _query(entry: dict[str, Any], topics: dict[str, Any]) -> Query:
    topic = topics[entry["topic"]] if "topic" in entry else {}
    grades = {**_graded(topic), **_higher(_graded(entry), _graded(topic))}
    explicit = {**topic.get("grades", {}), **entry.get("grades", {})}
    grades |= explicit
    found = {key: grade for key, grade in grades.items() if grade and not _is_excluded(key, entry.get("without", ()))}
    return Query(
        id=entry["id"],
        text=entry["text"],
        kind=entry["kind"],
        split=entry["split"],
        grades=dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))),
        acceptance=entry.get("acceptance", False),
        expects_nothing=entry.get("expects_nothing", False),
        moment=Moment(**entry["moment"]) if "moment" in entry else None,
    )


def _higher(left: dict[str, int], right: dict[str, int]) -> dict[str, int]:
    return {key: max(grade, right.get(key, 0)) for key, grade in left.items()}


def _is_excluded(key: str, words: Iterable[str]) -> bool:
    return key in items() and any(contains(items()[key].text, word) for word in words)


def _graded(part: dict[str, Any]) -> dict[str, int]:
    """What the rules of a query or of a topic give, the best for each document."""
    grades: dict[str, int] = {}
    for rule in (*_about(part.get("about")), *_place(part.get("place")), *part.get("rules", ())):
        for key in matching(rule):
            grades[key] = max(rule["grade"], grades.get(key, 0))
    return grades


def _about(theme: str | None) -> list[dict[str, Any]]:
    if theme is None:
        return []
    return [
        {"grade": 3, "kind": "sheet", "main": theme},
        {"grade": 2, "kind": "sheet", "theme": theme},
        {"grade": 3, "kind": "episode", "theme": theme},
        {"grade": 1, "kind": "clsm", "theme": theme},
    ]


def _place(where: dict[str, Any] | None) -> list[dict[str, Any]]:
    if where is None:
        return []
    return [{"grade": 3, "kind": "clsm", **where}, {"grade": 2, "kind": ["sheet", "episode"], **where}]


def matching(rule: dict[str, Any]) -> list[str]:
    """The documents that hold every condition of a rule; a condition with several values holds for any."""
    conditions = {name: value for name, value in rule.items() if name != "grade"}
    return [
        key
        for key, item in items().items()
        if all(_holds(item, name, [value] if isinstance(value, str) else value) for name, value in conditions.items())
    ]


def _holds(item: Item, name: str, wanted: list[str]) -> bool:
    if name in ("says", "has"):
        text = item.text if name == "has" else folded(" ".join((item.title, item.hook, item.summary)))
        return any(contains(text, words) for words in wanted)
    return not _values(item, name).isdisjoint(wanted)


def _values(item: Item, name: str) -> set[str]:
    values: dict[str, Iterable[str]] = {
        "kind": (item.kind.value,),
        "main": (item.main,),
        "theme": item.themes,
        "public": item.publics,
        "milieu": item.milieux,
        "type": item.types,
        "programme": item.programmes,
        "function": item.functions,
        "department": item.departments,
        "region": item.regions,
        "commune": _communes(item),
    }
    if name == "postcode":
        return {code for commune in _communes(item) for code in _postcodes()[commune]}
    return set(values[name])


def _communes(item: Item) -> tuple[str, ...]:
    """The communes of a CLSM; of a sheet or an episode, those of the CLSM that carried it."""
    if item.kind is Kind.CLSM:
        return item.communes
    return tuple(code for key in item.clsms for code in items()[key].communes)


@lru_cache
def _postcodes() -> dict[str, list[str]]:
    with (DATA / "communes.csv").open(encoding="utf-8", newline="") as handle:
        return {row["code"]: row["postcodes"].split() for row in csv.DictReader(handle)}


def contains(text: str, words: str) -> bool:
    """Whether ``text`` (folded) holds ``words``, from the start of a word."""
    return re.search(rf"\b{re.escape(folded(words))}", text) is not None
