"""Time of a reader against the length of what it reads, told from the noise of a loaded machine."""

import gc
import math
import time
from collections.abc import Callable
from typing import AnyStr

RATIO = 10  # of the two lengths
BOUND = 3 * RATIO  # of their times: a quadratic reader takes 100 times as long
TIMER = 0.05  # seconds: below, the clock of the processor says little
ATTEMPTS = 6


def assert_proportional(read: Callable[[AnyStr], object], write: Callable[[int], AnyStr], length: int = 4_000) -> None:
    """``read`` takes a time in proportion to the text: the shortest of several runs, since noise only adds.

    ``write(n)`` gives a text of about ``n`` characters, or bytes.
    """
    short, long = write(length), write(RATIO * length)
    read(short)
    least_short = least_long = math.inf
    for _ in range(ATTEMPTS):
        least_short, least_long = min(least_short, _spent(read, short)), min(least_long, _spent(read, long))
        if least_long < TIMER + BOUND * least_short:
            return
    raise AssertionError(
        f"{RATIO} times the length, {least_long / least_short:.0f} times the time ({least_long:.2f} s)"
    )


def _spent(read: Callable[[AnyStr], object], text: AnyStr) -> float:
    """Seconds of this process, without the collector of garbage: a whole round of it takes a second in a long run."""
    gc.disable()
    try:
        start = time.process_time()
        read(text)
        return time.process_time() - start
    finally:
        gc.enable()
