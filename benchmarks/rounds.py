"""Every query asked of every contender in turn, round after round, and what comes of it."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.contenders.base import Contender
from benchmarks.remote import Built, Remote, StoppedError

ROUNDS = 5


@dataclass
class Side:
    """One form of a contender: for each query its total and the times it took, in ms, the warm-up first."""

    name: str
    remote: Remote
    kind: type[Contender]
    built: Built
    documents: int
    laps: dict[int, list[float]] = field(default_factory=dict)
    totals: dict[int, int] = field(default_factory=dict)
    memory: tuple[float, float] = (0.0, 0.0)
    is_stopped: bool = False

    def ask(self, number: int) -> None:
        """Asks a query once, unless the patience with this contender is over."""
        left = None if self.kind.patience is None else self.kind.patience - self.spent
        try:
            if left is not None and left <= 0:
                raise StoppedError
            lap, total = self.remote.call("ask", self.name, number, patience=left)
        except StoppedError:
            self.is_stopped = True
            return
        self.laps.setdefault(number, []).append(lap)
        self.totals[number] = total

    @property
    def spent(self) -> float:
        """Seconds."""
        return sum(map(sum, self.laps.values())) / 1000

    @property
    def medians(self) -> list[float]:
        """The median of each query, in ms, in order; the warm-up counts for those asked only once."""
        return sorted(statistics.median(laps[1:] or laps) for laps in self.laps.values())

    @property
    def p50(self) -> float:
        return statistics.median(self.medians)

    @property
    def p95(self) -> float:
        return self.medians[int(len(self.medians) * 0.95) - 1 if len(self.medians) > 1 else 0]


def play(sides: Sequence[Side], queries: int) -> None:
    """A warm-up, then ROUNDS rounds. The order turns round each time: who comes next finds what the first has read."""
    for turn in range(ROUNDS + 1):
        for number in range(queries):
            for side in sides if (turn + number) % 2 else reversed(sides):
                if not side.is_stopped:
                    side.ask(number)
    for side in sides:
        if side.remote.process.is_alive():
            side.memory = side.remote.call("memory")


def disagreements(sides: Sequence[Side]) -> list[int]:
    """The queries that the forms of one index do not count alike."""
    reference = sides[0].totals
    return [number for side in sides for number, total in side.totals.items() if total != reference[number]]
