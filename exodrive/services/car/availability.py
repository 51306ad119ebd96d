"""A car's time: what is busy, what is free, and claims on it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from exodrive.core.cache import AnswerCache
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.period import Period
from exodrive.core.uow import UnitOfWork
from exodrive.services.car import claims, subjects
from exodrive.services.car.contracts import Busy, DayState, LocationView
from exodrive.services.car.errors import CarTaken
from exodrive.services.car.rules import SEARCH_DAYS, day_state, is_free, nearest_free
from exodrive.services.car.subjects import ClaimedTime


class AvailabilityService:
    """Advice about free time, and the claims by which the constraint decides."""

    def __init__(self, database: Database, clock: Clock, cache: AnswerCache) -> None:
        self._database = database
        self._clock = clock
        self._cache = cache

    def busy(self, cars: Sequence[UUID], since: datetime, until: datetime) -> dict[UUID, tuple[Busy, ...]]:
        """The claims of each car that reach into [`since`, `until`), in order."""
        with self._database.read() as connection:
            return claims.busy(connection, cars, since, until, self._clock.now())

    def is_free(self, car_id: UUID, period: Period, turnaround_minutes: int) -> bool:
        """Whether the car can be had for the period, as of now."""
        turnaround = timedelta(minutes=turnaround_minutes)
        busy = self.busy([car_id], period.start, period.end + turnaround)
        return is_free(period, busy[car_id], turnaround)

    def nearest_free(
        self,
        cars: Sequence[tuple[UUID, int]],
        wanted: Period,
        location: LocationView,
        limit: int = 3,
        *,
        back: LocationView | None = None,
    ) -> dict[UUID, tuple[Period, ...]]:
        """For each car (with its turnaround in minutes) the stretches like `wanted`, from `location` and `back` to
        another or there, nearest to it in which the car is free. One query for all cars."""
        return self._nearest_free(
            [(car, turnaround, wanted, location) for car, turnaround in cars], limit, back
        )

    def nearest_free_each(
        self, wishes: Sequence[tuple[UUID, int, Period, LocationView]], limit: int = 3
    ) -> dict[UUID, tuple[Period, ...]]:
        """As `nearest_free`, each car (with its turnaround in minutes) with a stretch and a location of its own. One
        query for all cars."""
        return self._nearest_free(wishes, limit, None)

    def _nearest_free(
        self,
        wishes: Sequence[tuple[UUID, int, Period, LocationView]],
        limit: int,
        back: LocationView | None,
    ) -> dict[UUID, tuple[Period, ...]]:
        if not wishes:
            return {}
        reach = timedelta(days=SEARCH_DAYS + 3)
        since = min(wanted.start for _, _, wanted, _ in wishes) - reach
        until = max(wanted.end for _, _, wanted, _ in wishes) + reach
        busy = self.busy([car for car, *_ in wishes], since, until)
        now = self._clock.now()
        return {
            car: nearest_free(
                wanted,
                busy[car],
                location=location,
                back=back or location,
                turnaround=timedelta(minutes=turnaround),
                earliest=now + timedelta(minutes=location.lead_time_minutes),
                limit=limit,
            )
            for car, turnaround, wanted, location in wishes
        }

    def calendar(self, car_id: UUID, location: LocationView, first: date, days: int) -> dict[date, DayState]:
        """The state of each of `days` days from `first`, by the location's clock. Past days are taken."""
        zone = ZoneInfo(location.zone)
        since = datetime.combine(first, datetime.min.time(), zone).astimezone(UTC)
        dates = [first + timedelta(days=n) for n in range(days)]
        busy = _by_day(self.busy([car_id], since, since + timedelta(days=days + 1))[car_id], zone)
        today = self._clock.now().astimezone(zone).date()
        return {
            day: DayState.TAKEN if day < today else day_state(day, busy.get(day, ()), location)
            for day in dates
        }

    def reclaim(self, uow: UnitOfWork, car_id: UUID, period: Period, booking_id: UUID) -> None:
        """Claim a car again for a booking whose hold had lapsed; `period` includes the turnaround. Raises
        `CarTaken`."""
        written = claims.insert(
            uow.session,
            car_id=car_id,
            kind="booking",
            starts_at=period.start,
            ends_at=period.end,
            booking_id=booking_id,
            expires_at=None,
            now=uow.now,
        )
        if not written:
            raise CarTaken("The car has been taken by somebody else in the meantime.")
        self._outdate(uow, written)

    def lapsed(self, uow: UnitOfWork, car_id: UUID, period: Period) -> list[UUID]:
        """Bookings whose lapsed but unswept hold is in the way of `period`."""
        return claims.lapsed(uow.session, car_id, period.start, period.end, uow.now)

    def confirm(self, uow: UnitOfWork, booking_id: UUID) -> None:
        """Turn a hold into a booking's claim, which does not expire: one that has just lapsed counts again."""
        self._outdate(uow, claims.confirm(uow.session, booking_id))

    def extend(self, uow: UnitOfWork, booking_id: UUID, until: datetime) -> None:
        """Let a hold's claim live until `until`."""
        self._outdate(uow, claims.extend(uow.session, booking_id, until))

    def release(self, uow: UnitOfWork, bookings: Sequence[UUID]) -> None:
        """Give the time of these bookings back."""
        self._outdate(uow, claims.release(uow.session, bookings))

    def _outdate(self, uow: UnitOfWork, written: Sequence[ClaimedTime]) -> None:
        if written:
            self._cache.outdate(uow, *subjects.of_claims(written))


def _by_day(busy: Sequence[Busy], zone: ZoneInfo) -> dict[date, list[Busy]]:
    """The stretches that touch each day of the zone: a year's calendar looks at each of them a few times only."""
    days: dict[date, list[Busy]] = {}
    for stretch in busy:
        day, last = (instant.astimezone(zone).date() for instant in (stretch.start, stretch.end))
        while day <= last:
            days.setdefault(day, []).append(stretch)
            day += timedelta(days=1)
    return days
