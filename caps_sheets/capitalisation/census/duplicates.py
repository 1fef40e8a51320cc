"""Answers that may tell the same action twice: near titles within a CLSM, or in the same département."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.utils.text import slugify
from rapidfuzz import fuzz, process

from caps_sheets.capitalisation.models import CensusAnswer, CensusState
from network.models import ClsmPage

#: How near two titles must be, out of 100: their words, whatever their order.
SAME_CLSM, SAME_DEPARTMENT = 82, 90
Row = tuple[int, str, int, int | None]


@dataclass(frozen=True)
class Twin:
    """Another answer that looks like the same action."""

    pk: int
    title: str


class Titles:
    """Every sent answer, as far as the comparison needs it: two queries, whatever their number."""

    def __init__(self) -> None:
        sent = CensusAnswer.objects.exclude(state=CensusState.DRAFT).order_by("pk")
        rows: list[Row] = list(sent.values_list("pk", "title", "clsm_id", "previous_id"))
        self.titles = {pk: title for pk, title, _, _ in rows}
        self.words = {pk: " ".join(sorted(slugify(title).split("-"))) for pk, title, _, _ in rows}
        self.clsms = {pk: clsm for pk, _, clsm, _ in rows}
        self.chains = _chains(rows)
        self.places = _places()
        self.by_clsm: dict[int, list[int]] = defaultdict(list)
        self.by_place: dict[str, list[int]] = defaultdict(list)
        for pk, _, clsm, _ in rows:
            self.by_clsm[clsm].append(pk)
            for place in self.places.get(clsm, ()):
                self.by_place[place].append(pk)

    def twins(self, pk: int) -> list[Twin]:
        """Those near ``pk``, the nearest first; an edition of the same chain is not one of them."""
        if not self.words.get(pk):
            return []
        clsm = self.clsms[pk]
        near = self._near(pk, self.by_clsm[clsm], SAME_CLSM)
        for place in self.places.get(clsm, ()):
            near |= self._near(pk, self.by_place[place], SAME_DEPARTMENT)
        found = sorted(near, key=lambda other: (-near[other], other))
        return [Twin(other, self.titles[other]) for other in found]

    def with_twins(self) -> set[int]:
        """The ids of all the answers that have one."""
        return {pk for pk in self.words if self.twins(pk)}

    def _near(self, pk: int, others: Iterable[int], least: int) -> dict[int, float]:
        words = {other: self.words[other] for other in others if self.chains[other] != self.chains[pk]}
        scores = process.extract_iter(self.words[pk], words, scorer=fuzz.ratio, score_cutoff=least)
        return {other: score for _, score, other in scores}


def twins_of(answers: Collection[CensusAnswer]) -> Mapping[int, list[Twin]]:
    """The possible duplicates of each of ``answers``, by id. Two queries."""
    titles = Titles() if answers else None
    return {answer.pk: titles.twins(answer.pk) for answer in answers} if titles else {}


def _chains(rows: Iterable[Row]) -> dict[int, int]:
    """Each answer → the first edition of its chain."""
    previous = {pk: before for pk, _, _, before in rows}
    chains = {}
    for pk in previous:
        first, seen = pk, {pk}
        while (before := previous.get(first)) is not None and before not in seen:
            first = before
            seen.add(first)
        chains[pk] = first
    return chains


def _places() -> dict[int, list[str]]:
    """Each CLSM → the codes of its départements."""
    places: dict[int, list[str]] = defaultdict(list)
    for clsm, code in ClsmPage.departments.through.objects.values_list("clsmpage_id", "department_id"):
        places[clsm].append(code)
    return dict(places)
