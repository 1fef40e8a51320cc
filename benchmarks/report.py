"""The tables of the search benchmark and what they say of our targets."""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.rounds import Side

Results = Mapping[int, Sequence[Side]]  # size of the corpus → its sides

MOST_TIMES_RAW = 2.0
MOST_MS = 30.0
AT = 50_000
HEADINGS = (
    "moteur", "p50 ms", "p95 ms", "p95 ÷ sa forme brute", "p95 ÷ notre Tantivy", "indexés/s", "Mo sur disque",
    "Mo de mémoire : indexer, répondre", "Mo du serveur : indexer, répondre",
)  # fmt: skip


def table(sides: Sequence[Side], queries: int) -> Iterator[str]:
    yield "| " + " | ".join(HEADINGS) + " |"
    yield "|" + "---|" * len(HEADINGS)
    for side in sides:
        yield "| " + " | ".join(cells(side, sides, queries)) + " |"


def cells(side: Side, sides: Sequence[Side], queries: int) -> Iterator[str]:
    raw = raw_of(side, sides)
    yield side.name + stopped(side, queries)
    if not side.laps:
        yield from "–" * 4
    else:
        yield f"{side.p50:.2f}"
        yield f"{side.p95:.2f}"
        yield f"{side.p95 / raw.p95:.2f}" if raw else "–"
        yield f"{side.p95 / sides[0].p95:.2f}"
    yield f"{rate(side):,.0f}".replace(",", " ")
    yield f"{side.built.size:.0f}"
    yield f"{side.built.memory:.0f}, {side.memory[0]:.0f}" if side.memory[0] else f"{side.built.memory:.0f}, –"
    yield f"{side.built.server_memory:.0f}, {side.memory[1]:.0f}" if side.built.server_memory else "–"


def rate(side: Side) -> float:
    """Documents indexed in a second."""
    return side.documents / side.built.seconds


def stopped(side: Side, queries: int) -> str:
    if not side.is_stopped:
        return ""
    return f" (arrêté après {side.kind.patience:.0f} s : {len(side.laps)} requêtes sur {queries})"


def raw_of(side: Side, sides: Sequence[Side]) -> Side | None:
    """The raw form beside which ``side`` is ours."""
    if not side.kind.is_ours or side.name != side.kind.forms[0]:
        return None
    return next(other for other in sides if other.kind is side.kind and other is not side)


def growth(results: Results) -> Iterator[str]:
    """How much slower the largest corpus is than the smallest, for what was measured on both."""
    small, large = min(results), max(results)
    yield f"Croissance de {number(small)} à {number(large)} documents (× {large / small:.0f}) :"
    yield ""
    yield "| moteur | p50 | p95 |"
    yield "|---|---|---|"
    for side in results[large]:
        if before := same(side, results[small]):
            yield f"| {side.name} | × {side.p50 / before.p50:.1f} | × {side.p95 / before.p95:.1f} |"


def same(side: Side, others: Sequence[Side]) -> Side | None:
    return next((other for other in others if other.name == side.name and other.laps and side.laps), None)


def targets(results: Results) -> Iterator[str]:
    """One line for each target and each engine of ours."""
    for size, sides in results.items():
        for side in sides:
            if raw := raw_of(side, sides):
                ratio = side.p95 / raw.p95
                said = f"{side.name}, {number(size)} documents : p95 à {ratio:.2f} fois sa forme brute"
                yield verdict(ratio <= MOST_TIMES_RAW, f"{said} (2 au plus)")
                if size == AT:
                    yield verdict(
                        side.p95 <= MOST_MS, f"{side.name}, {number(size)} documents : {side.p95:.1f} ms (30)"
                    )
    small, large = min(results), max(results)
    for side in results[large] if large > small else ():
        if side.kind.is_ours and (before := same(side, results[small])):
            slower = max(side.p95 / before.p95, side.p50 / before.p50)
            said = f"{side.name} : × {slower:.1f} quand le corpus fait × {large / small:.0f}"
            yield verdict(slower < large / small, said)


def verdict(is_met: bool, said: str) -> str:
    return f"- {'atteint' if is_met else 'MANQUÉ'} — {said}"


def number(value: int) -> str:
    return f"{value:,}".replace(",", " ")
