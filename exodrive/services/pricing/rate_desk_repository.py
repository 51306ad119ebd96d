"""SQL of the rates that managers set."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, insert, select, text, update
from sqlalchemy.orm import Session

from exodrive.services.car.models import Car, Location
from exodrive.services.pricing.models import LongStayTier, Season

_SEASON = """
SELECT s.*, car.make || ' ' || car.model AS car, location.slug AS location, location.name AS location_name,
       coalesce(car.currency, location.currency) AS currency
FROM season s LEFT JOIN car ON car.id = s.car_id LEFT JOIN location ON location.id = s.location_id
"""
# In the order in which they count.
_IN_ORDER = "ORDER BY s.car_id IS NULL, s.location_id IS NULL, s.starts_on DESC, s.id DESC"
_OF = {
    "car": "((s.car_id = :id OR s.car_id IS NULL) AND (s.location_id IS NULL OR s.location_id ="
    " (SELECT location_id FROM car WHERE id = :id)))",
    "location": "(s.location_id = :id OR (s.location_id IS NULL AND (s.car_id IS NULL OR car.location_id = :id)))",
    "all": "CAST(:id AS uuid) IS NULL",
}
_SEASONS = {
    of: text(f"{_SEASON} WHERE s.ends_on >= :today AND {which} {_IN_ORDER}") for of, which in _OF.items()
}
_ONE = text(f"{_SEASON} WHERE s.id = :id FOR UPDATE OF s")
_CURRENCIES = text("SELECT count(DISTINCT currency) FROM location WHERE active")


def car(at: Connection | Session, car_id: UUID) -> RowMapping | None:
    found = select(Car.id, Car.version, Car.currency, Car.daily_rate, Car.weekend_rate).where(
        Car.id == car_id
    )
    return at.execute(found).mappings().one_or_none()


def location_id(at: Connection | Session, slug: str) -> UUID | None:
    return at.execute(select(Location.id).where(Location.slug == slug, Location.active)).scalar_one_or_none()


def seasons(
    connection: Connection, today: date, *, car_id: UUID | None = None, location: UUID | None = None
) -> Sequence[RowMapping]:
    """Those of a car, of a location and its cars, or all; none that is over."""
    of = "car" if car_id else "location" if location else "all"
    values = {"id": car_id or location, "today": today}
    return connection.execute(_SEASONS[of], values).mappings().all()


def tiers(connection: Connection) -> Sequence[RowMapping]:
    found = select(LongStayTier.from_day, LongStayTier.discount).order_by(LongStayTier.from_day)
    return connection.execute(found).mappings().all()


def season(at: Connection | Session, season_id: UUID) -> RowMapping | None:
    """A season that nobody else changes until this transaction ends."""
    return at.execute(_ONE, {"id": season_id}).mappings().one_or_none()


def currencies(session: Session) -> int:
    """In how many of them the business counts."""
    return int(session.execute(_CURRENCIES).scalar_one())


def add(session: Session, values: Mapping[str, Any]) -> None:
    session.execute(insert(Season).values(values))


def change(session: Session, season_id: UUID, values: Mapping[str, Any]) -> None:
    session.execute(update(Season).where(Season.id == season_id).values(values))


def remove(session: Session, season_id: UUID) -> None:
    session.execute(delete(Season).where(Season.id == season_id))
