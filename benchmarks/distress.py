"""What the words of distress cost a search: python -m benchmarks.distress

The phrases of the tests are tried in a fresh process, never seen then seen again; the share is that of the target of a
results page at 50,000 documents (benchmarks/results_page.py).
"""

import sys
from pathlib import Path
from statistics import median
from time import process_time

from search.distress import DistressPhrases, read_distress_phrases

TARGET_MS = 80.0
PHRASES = Path(__file__).parents[1] / "tests" / "search" / "distress"
ROUNDS = 5


def laps(phrases: DistressPhrases, texts: list[str]) -> list[float]:
    """Milliseconds for each of ``texts``."""
    found = []
    for text in texts:
        start = process_time()
        phrases.are_in(text)
        found.append((process_time() - start) * 1000)
    return sorted(found)


def main() -> None:
    start = process_time()
    phrases = read_distress_phrases([])
    sys.stdout.write(
        f"Lire les expressions de départ : {(process_time() - start) * 1000:.1f} ms, une fois par changement\n"
    )
    lines = [line for path in sorted(PHRASES.glob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [line for line in lines if line and not line.startswith("#")]
    first = laps(phrases, texts)
    again = [lap for _ in range(ROUNDS) for lap in laps(phrases, texts)]
    for name, found in (("mots jamais vus", first), ("mots déjà vus", sorted(again))):
        p95 = found[int(len(found) * 0.95)]
        share = p95 / TARGET_MS
        sys.stdout.write(
            f"{name} : médiane {median(found):.3f} ms, p95 {p95:.3f} ms, soit {share:.1%} de {TARGET_MS:.0f} ms\n"
        )


if __name__ == "__main__":
    main()
