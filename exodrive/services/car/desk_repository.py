"""SQL of the staff's view of the fleet: retired cars, plates and versions too."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, TextClause, insert, select, text, update
from sqlalchemy.orm import Session

from exodrive.services.car.desk_contracts import FindFleet, FleetState
from exodrive.services.car.models import Car, Location
from exodrive.services.car.repository import search_words

_PHOTOS = "(SELECT count(*) FROM car_image c WHERE c.car_id = car.id) AS photos"
_LINES = f"""
SELECT car.id, car.slug, car.make, car.model, car.year, car.category, car.plate, location.slug AS location,
       location.name AS location_name, car.currency, car.daily_rate, car.active, car.version,
       i.path, i.widths, i.width, i.height, i.alt_text, {_PHOTOS}
FROM car JOIN location ON location.id = car.location_id
LEFT JOIN LATERAL (SELECT * FROM car_image c WHERE c.car_id = car.id ORDER BY c.position LIMIT 1) i ON true
"""  # noqa: S608  constants
_CONDITIONS = {
    "location": "location.slug = :location",
    "category": "car.category = :category",
    "active": "car.active = :active",
    "words": "(car.words @@ to_tsquery('simple', :words)"
    " OR starts_with(replace(car.plate, ' ', ''), :mark) OR starts_with(car.vin, :mark))",
    "after": "car.slug > :after",
}
_ONE = text(
    f"""
SELECT car.*, coalesce(car.featured, 0) AS place, location.slug AS location, location.name AS location_name,
       location.zone, {_PHOTOS},
       (SELECT count(*) FROM claim
        WHERE claim.car_id = car.id AND claim.kind IN ('booking', 'hold') AND claim.ends_at > :now
          AND (claim.expires_at IS NULL OR claim.expires_at > :now)) AS ahead
FROM car JOIN location ON location.id = car.location_id WHERE car.id = :id"""  # noqa: S608  constants
)
# Whoever names a car waits for the one before, so that two do not choose the same name.
_NAMING = text("SELECT pg_advisory_xact_lock(hashtext('car.slug'))")
_SLUGS = text("SELECT slug FROM car WHERE slug = :slug OR slug LIKE :slug || '-%'")


def find(connection: Connection, wanted: FindFleet, *, after: str | None, limit: int) -> Sequence[RowMapping]:
    """In the order of the slugs: makes and models stand together."""
    words = search_words(wanted.q)
    values: dict[str, Any] = {
        "location": wanted.location,
        "category": wanted.category and wanted.category.value,
        "active": None if wanted.state is None else wanted.state is FleetState.ACTIVE,
        "words": words,
        "after": after,
    }
    given = tuple(name for name, value in values.items() if value is not None)
    mark = {"mark": "".join((wanted.q or "").upper().split())} if words else {}
    parameters = {name: values[name] for name in given} | mark | {"limit": limit}
    return connection.execute(_statement(given), parameters).mappings().all()


@cache
def _statement(given: tuple[str, ...]) -> TextClause:
    where = " AND ".join(("true", *(_CONDITIONS[name] for name in given)))
    return text(f"{_LINES} WHERE {where} ORDER BY car.slug LIMIT :limit")


def get(at: Connection | Session, car_id: UUID, now: datetime) -> RowMapping | None:
    return at.execute(_ONE, {"id": car_id, "now": now}).mappings().one_or_none()


def lock(session: Session, car_id: UUID) -> RowMapping | None:
    """The car as it is, which nobody else changes until this transaction ends."""
    found = select(*Car.__table__.columns).where(Car.id == car_id).with_for_update(key_share=True)
    return session.execute(found).mappings().one_or_none()


def location(session: Session, slug: str) -> RowMapping | None:
    """An open location."""
    found = select(Location.id, Location.currency).where(Location.slug == slug, Location.active)
    return session.execute(found).mappings().one_or_none()


def slug_of(session: Session, location_id: UUID) -> str:
    return session.execute(select(Location.slug).where(Location.id == location_id)).scalar_one()


def slugs_like(session: Session, slug: str) -> frozenset[str]:
    """Those that are taken: this one, and this one with something after it. Nobody else chooses one until this
    transaction ends."""
    session.execute(_NAMING)
    return frozenset(session.execute(_SLUGS, {"slug": slug}).scalars())


def add(session: Session, values: Mapping[str, Any]) -> None:
    session.execute(insert(Car).values(values))


def change(session: Session, car_id: UUID, values: Mapping[str, Any]) -> None:
    """One version further."""
    session.execute(update(Car).where(Car.id == car_id).values(**values, version=Car.version + 1))
