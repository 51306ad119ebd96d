"""How many jobs are claimed together."""

from collections import defaultdict

_TOGETHER = 0.25  # seconds of work that are claimed in one statement
_WEIGHT = 0.2  # of the newest job in the average


class Pace:
    """Quick jobs are claimed many at a time, slow ones one by one: what a worker has claimed and not begun is lost
    with it, and meanwhile nobody else can do it. One number a queue, from the jobs that this process has done."""

    def __init__(self) -> None:
        self._average: dict[str, float] = defaultdict(lambda: _TOGETHER)

    def together(self, queue: str) -> int:
        """How many to claim next; one while nothing is known."""
        return max(1, int(_TOGETHER / max(self._average[queue], 1e-4)))

    def took(self, queue: str, seconds: float) -> None:
        """A job was done."""
        self._average[queue] += _WEIGHT * (seconds - self._average[queue])
