"""SQL over claims: the one table and the one constraint that say whether a car is taken."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.orm import Session

from exodrive.core.ids import new_id
from exodrive.services.car.contracts import MAX_CLAIM_DAYS, Busy
from exodrive.services.car.subjects import ClaimedTime

_REACH = timedelta(days=MAX_CLAIM_DAYS)
"""No claim is longer, so that only starts in a window can matter: both bounds on one index."""

_BUSY = text(
    """
SELECT car_id, starts_at, ends_at FROM claim
WHERE car_id = ANY(:cars) AND starts_at < :until AND starts_at >= :since - CAST(:reach AS interval)
  AND ends_at > :since AND (expires_at IS NULL OR expires_at > :now)
ORDER BY starts_at"""
)
# What is told of the claims that a statement writes. The lock has whoever moves a car, or changes its turnaround, wait
# until they are committed, and waits for them: so that where the car is said to be is where searches look for it.
_TOLD = """
SELECT car.slug, (SELECT slug FROM location WHERE location.id = car.location_id),
       written.starts_at - car.turnaround_minutes * interval '1 minute', written.ends_at
FROM written JOIN car ON car.id = written.car_id FOR SHARE OF car"""


def _telling(write: str) -> TextClause:
    return text(f"WITH written AS ({write} RETURNING car_id, starts_at, ends_at) {_TOLD}")


# ON CONFLICT without a target covers the exclusion constraint: the loser waits for the winner's commit and then
# inserts nothing, without a failed transaction and without the deadlock of two plain inserts.
_CLAIM = _telling(
    """
INSERT INTO claim (id, car_id, kind, starts_at, ends_at, booking_id, expires_at, created_at)
VALUES (:id, :car_id, :kind, :starts_at, :ends_at, :booking_id, :expires_at, :now)
ON CONFLICT DO NOTHING"""
)
_LAPSED = text(
    """
SELECT booking_id FROM claim
WHERE car_id = :car_id AND kind = 'hold' AND expires_at <= :now AND starts_at < :ends_at AND ends_at > :starts_at
  AND starts_at >= :starts_at - CAST(:reach AS interval)"""
)
_CONFIRM = _telling("UPDATE claim SET kind = 'booking', expires_at = NULL WHERE booking_id = :booking_id")
_EXTEND = _telling("UPDATE claim SET expires_at = :until WHERE booking_id = :booking_id AND kind = 'hold'")
_RELEASE = _telling("DELETE FROM claim WHERE booking_id = ANY(:bookings)")


def busy(
    connection: Connection, cars: Sequence[UUID], since: datetime, until: datetime, now: datetime
) -> dict[UUID, tuple[Busy, ...]]:
    """Claims of each car that reach into [`since`, `until`), in order; lapsed holds do not count."""
    found: dict[UUID, list[Busy]] = {car: [] for car in cars}
    rows = connection.execute(
        _BUSY, {"cars": list(cars), "since": since, "until": until, "now": now, "reach": _REACH}
    )
    for car_id, starts_at, ends_at in rows:
        found[car_id].append(Busy(starts_at, ends_at))
    return {car: tuple(stretches) for car, stretches in found.items()}


def insert(session: Session, **values: Any) -> list[ClaimedTime]:
    """Claim the time; nothing where another claim has some of it."""
    return _written(session, _CLAIM, {"id": new_id(), **values})


def lapsed(
    session: Session, car_id: UUID, starts_at: datetime, ends_at: datetime, now: datetime
) -> list[UUID]:
    """Bookings whose hold has lapsed but is not swept, in the way of a stretch of time."""
    values = {"car_id": car_id, "starts_at": starts_at, "ends_at": ends_at, "now": now, "reach": _REACH}
    return list(session.execute(_LAPSED, values).scalars())


def confirm(session: Session, booking_id: UUID) -> list[ClaimedTime]:
    return _written(session, _CONFIRM, {"booking_id": booking_id})


def extend(session: Session, booking_id: UUID, until: datetime) -> list[ClaimedTime]:
    return _written(session, _EXTEND, {"booking_id": booking_id, "until": until})


def release(session: Session, bookings: Sequence[UUID]) -> list[ClaimedTime]:
    return _written(session, _RELEASE, {"bookings": list(bookings)})


def _written(session: Session, statement: TextClause, values: Mapping[str, Any]) -> list[ClaimedTime]:
    return [ClaimedTime(*row) for row in session.execute(statement, values)]
