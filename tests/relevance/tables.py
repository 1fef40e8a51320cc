"""The measures as text: means by part and by kind, the queries that lose most."""

from collections.abc import Iterable, Iterator

from tests.relevance.measuring import Measure, Report
from tests.relevance.scoring import DEPTH, mean

WORST = 25
SHOWN = 5


def summary(reports: Iterable[Report]) -> Iterator[str]:
    """One line per engine: means by part, acceptance queries without their answer, moments missed."""
    yield f"{'engine':14} {'all':>6} {'tuned':>6} {'held out':>9} {'unanswered':>11} {'moments missed':>15}"
    for report in reports:
        parts = (report.mean(), report.mean(is_held_out=False), report.mean(is_held_out=True))
        lost = len(report.unanswered()), len(report.lost_moments())
        yield "{:14} {:6.3f} {:6.3f} {:9.3f} {:11d} {:15d}".format(report.engine, *parts, *lost)


def by_kind(report: Report) -> Iterator[str]:
    kinds = sorted({one.query.kind for one in report.measures})
    for kind in kinds:
        scores = [one.score for one in report.measures if one.query.kind == kind]
        yield f"  {kind:12} {len(scores):3d} {mean(scores):6.3f}"


def worst(report: Report, number: int = WORST) -> Iterator[str]:
    """The queries that lose most: what came first with its grade, what was expected.

    Held-out queries are counted, not shown: nobody tunes on them.
    """
    shown = [one for one in report.measures if not one.query.is_held_out]
    for one in sorted(shown, key=lambda measure: measure.score)[:number]:
        if one.score < 1:
            yield from _lines(one)


def _lines(one: Measure) -> Iterator[str]:
    grades = one.query.grades
    yield f"{one.score:.3f} [{one.query.kind}] {one.query.text}"
    yield "      came: " + ", ".join(f"{key} ({grades.get(key, 0)})" for key in one.ranking[:DEPTH])
    missed = [f"{key} ({grade})" for key, grade in grades.items() if key not in one.ranking[:DEPTH]]
    yield "      missed: " + ", ".join(missed[:SHOWN]) + (f" … {len(missed)}" if len(missed) > SHOWN else "")


def lost_moments(report: Report) -> Iterator[str]:
    for one in report.lost_moments():
        expected = one.query.moment.second if one.query.moment else 0
        yield f"  {one.query.text}: expected {expected:.0f} s, shown {list(one.seconds)}"


def text(reports: list[Report], with_queries: bool = False) -> str:
    lines = [*summary(reports)]
    for report in reports:
        lines += ["", report.engine, *by_kind(report)]
        if with_queries:
            lines += ["", "Worst tuned queries:", *worst(report), "", "Moments missed:", *lost_moments(report)]
    return "\n".join(lines)
