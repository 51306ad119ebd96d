"""What recurs, and how often: one table."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Recurring:
    """A job without particulars, promised once in each slot of `every`."""

    job: object
    every: timedelta


SCHEDULE: tuple[Recurring, ...] = ()
