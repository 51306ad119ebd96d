"""When recurring jobs are due. Pure: instants are UTC, hours are those on the wall of a place."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from exodrive.core.ledger import kind_for, kind_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a wall hangs. `zone` is a name of the tz database."""

    id: UUID
    name: str
    zone: str


class Places(Protocol):
    """The port to the room that knows the locations."""

    def all(self) -> Sequence[Place]:
        """Every location that is open for business."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One time at which a recurring job is due; `following` is the next. It is promised late rather than not, until
    `lapses`; None is always. While a job with `key` is open, a slot joins it."""

    name: str
    kind: str
    job: object
    key: str
    at: datetime
    following: datetime
    lapses: datetime | None
    rhythm: str


@dataclass(frozen=True, slots=True)
class Recurring:
    """A job without particulars, promised once in each slot of `every`."""

    job: object
    every: timedelta

    @property
    def kind(self) -> str:
        return kind_of(self.job).name

    @property
    def rhythm(self) -> str:
        return f"every {in_words(self.every).removeprefix('1 ')}"

    def names(self, _places: Sequence[Place]) -> tuple[str, ...]:
        return (self.kind,)

    def slots(self, now: datetime, _places: Sequence[Place]) -> Iterator[Slot]:
        """The slot that `now` falls in: they are counted from the epoch, so all machines agree."""
        at = current_slot(now, self.every)
        yield Slot(
            name=self.kind,
            kind=self.kind,
            job=self.job,
            key=f"schedule:{self.kind}",
            at=at,
            following=at + self.every,
            lapses=None,
            rhythm=self.rhythm,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AtEachPlace:
    """A job of each location, once on each day of its calendar, `at` an hour on its wall: `make(location_id, day)`.
    An hour that the spring change skips comes when it would have been, one that the autumn change repeats the first
    time. What nobody was there to promise is made up for within `catch_up`, then left out."""

    contract: type
    at: time
    make: Callable[[UUID, date], object]
    catch_up: timedelta = timedelta(hours=12)

    @property
    def kind(self) -> str:
        return kind_for(self.contract).name

    @property
    def rhythm(self) -> str:
        return f"daily at {self.at:%H:%M} at each location"

    def names(self, places: Sequence[Place]) -> tuple[str, ...]:
        return tuple(f"{self.kind}@{place.name}" for place in places)

    def slots(self, now: datetime, places: Sequence[Place]) -> Iterator[Slot]:
        """The latest slot of each place, begun at `now` or before."""
        for place in places:
            day = now.astimezone(ZoneInfo(place.zone)).date()
            if on_wall(day, self.at, place.zone) > now:
                day -= _DAY
            at = on_wall(day, self.at, place.zone)
            name = f"{self.kind}@{place.name}"
            yield Slot(
                name=name,
                kind=self.kind,
                job=self.make(place.id, day),
                key=f"schedule:{name}:{day}",
                at=at,
                following=on_wall(day + _DAY, self.at, place.zone),
                lapses=at + self.catch_up,
                rhythm=f"daily at {self.at:%H:%M} in {place.zone}",
            )


Entry = Recurring | AtEachPlace


@dataclass(frozen=True, slots=True)
class Schedule:
    """Everything that recurs."""

    entries: tuple[Entry, ...]


def current_slot(now: datetime, every: timedelta) -> datetime:
    """The slot of `every` that `now` falls in."""
    seconds = int(every.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


def on_wall(day: date, at: time, zone: str) -> datetime:
    """The instant at which the wall of `zone` shows, or would have shown, `at` for the first time on `day`."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def in_words(length: timedelta) -> str:
    """Whole seconds in the largest unit that fits: `90 seconds`, `1 hour`."""
    seconds = int(length.total_seconds())
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds % size == 0:
            number = seconds // size
            return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    raise AssertionError("every number of seconds is one of seconds")
