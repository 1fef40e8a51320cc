"""The facet choices beside the results: groups with their counts, and a chip for each selected choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from search.facets import GROUPS
from search.queries import SearchQuery
from search.references import Labels, References

#: A longer group collapses the rest of its choices behind « Voir tout ».
SHOWN_CHOICES = 6


@dataclass(frozen=True)
class Choice:
    """One checkbox of a group."""

    value: str
    label: str
    count: int
    selected: bool


class Section(NamedTuple):
    """Choices under a heading; no heading when ``label`` is empty."""

    label: str
    choices: list[Choice]


class Facet(NamedTuple):
    """One group of the form: the visible choices, the collapsed ones; ``is_open`` if it must be expanded."""

    name: str
    label: str
    choices: list[Choice]
    more: list[Section]
    is_open: bool

    @property
    def size(self) -> int:
        return len(self.choices) + sum(len(section.choices) for section in self.more)


class Chip(NamedTuple):
    """One choice and the URL without it."""

    group: str
    label: str
    params: str


def facets(query: SearchQuery, counts: dict[str, dict[str, int]], reference: References) -> list[Facet]:
    """Each group with the values that give results, most frequent first; a selected choice stays visible at zero."""
    groups = []
    for group in GROUPS:
        chosen = query.filters.get(group.name, ())
        counted = counts.get(group.name, {})
        choices = [
            Choice(value, label, counted.get(value, 0), value in chosen)
            for value, label in reference.labels[group.name].items()
            if value in chosen or counted.get(value)
        ]
        choices.sort(key=lambda choice: (not choice.selected, -choice.count, choice.label))
        if choices:
            shown = max(SHOWN_CHOICES, len(chosen)) if len(choices) > SHOWN_CHOICES + 2 else len(choices)
            headings = reference.headings.get(group.name, {})
            groups.append(
                Facet(group.name, group.label, choices[:shown], sections(choices[shown:], headings), bool(chosen))
            )
    return groups


def sections(choices: list[Choice], headings: Mapping[str, str]) -> list[Section]:
    """``choices`` under their heading, headings in the order of ``headings``."""
    by_heading: dict[str, list[Choice]] = {heading: [] for heading in headings.values()}
    for choice in choices:
        by_heading.setdefault(headings.get(choice.value, ""), []).append(choice)
    return [Section(label, some) for label, some in by_heading.items() if some]


def chips(query: SearchQuery, labels: Labels) -> list[Chip]:
    return [
        Chip(group.label, labels[group.name][value], query.without(group.name, value).url_params())
        for group in GROUPS
        for value in query.filters.get(group.name, ())
    ]
