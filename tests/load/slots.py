"""Free time for the holds of a load test: quotes in years that no seed reaches, made ready beforehand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from exodrive.core.db import Database
from exodrive.core.ids import new_reference

# As a quote of three days made just now. Each car is quoted once a week, from the first week in which no claim is.
_QUOTES = text("""
INSERT INTO quote (id, car_id, pick_up_location_id, return_location_id, starts_at, ends_at, days, young_driver,
    currency, lines, total, deposit, included_miles, overage_per_mile, asked, created_at, expires_at)
SELECT gen_random_uuid(), car_id, location_id, location_id, starts_at, starts_at + interval '3 days', 3, false,
    currency, jsonb_build_array(jsonb_build_object('code', 'rental', 'label', '3 days', 'quantity', 3, 'unit', 'day',
        'unit_amount', daily_rate, 'amount', daily_rate * 3, 'taxable', true)),
    daily_rate * 3, deposit, included_miles * 3, overage_per_mile,
    jsonb_build_object('car', slug, 'pick_up_location', home, 'pick_up_date', starts_at::date, 'pick_up_time',
        '10:00:00', 'return_date', starts_at::date + 3, 'return_time', '10:00:00'),
    now(), now() + interval '1 day'
FROM (
    SELECT car.id AS car_id, car.*, location.slug AS home,
           date_trunc('week', greatest(now() + interval '4 years', (SELECT max(ends_at) FROM claim)))
           + week * interval '7 days' + interval '14 days' AS starts_at
    FROM generate_series(0, (:count - 1) / (SELECT count(*)::int FROM car)) AS week, car
    JOIN location ON location.id = car.location_id ORDER BY week LIMIT :count
) AS slot
RETURNING id, car_id, pick_up_location_id, starts_at, ends_at""")


@dataclass(frozen=True)
class Slot:
    """A quote that nobody has held yet, and what it is for."""

    quote_id: UUID
    car_id: UUID
    location_id: UUID
    starts_at: datetime
    ends_at: datetime

    def instead_of(self, other: "Slot") -> dict[Any, Any]:
        """Values for a recording of a hold of the other slot."""
        return {
            other.quote_id: self.quote_id,
            other.car_id: self.car_id,
            other.location_id: self.location_id,
            other.starts_at: self.starts_at,
            other.ends_at: self.ends_at,
        }


def ready(database: Database, count: int) -> list[Slot]:
    """So many slots, in an order that spreads over the cars."""
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        rows = connection.execute(_QUOTES, {"count": count}).all()
    return [Slot(*row) for row in rows]


class Booth:
    """Gives slots out to threads, each once."""

    def __init__(self, database: Database, batch: int) -> None:
        self._database = database
        self._batch = batch
        self._slots: Iterator[Slot] = iter(())

    def fill(self) -> None:
        """Before a round, so that nothing is made during it."""
        left = list(self._slots)
        self._slots = iter(left if len(left) >= self._batch else ready(self._database, self._batch))

    def take(self) -> Slot:
        """The next slot; AssertionError when the batch was too small."""
        slot = next(self._slots, None)
        assert slot is not None, "the batch of slots is used up: fewer seconds, or a larger batch"
        return slot


def fresh_reference() -> str:
    """Unique among all that a load test writes."""
    return new_reference()
