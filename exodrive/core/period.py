"""A stretch of time, half-open: [start, end)."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """Two aware instants; `start` belongs to the period, `end` does not."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a period needs aware instants")
        if self.end <= self.start:
            raise ValueError("a period ends after it starts")

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def padded(self, tail: timedelta) -> "Period":
        """The same period with `tail` added to its end."""
        return Period(self.start, self.end + tail)
