"""SQL of photographs: those that were sent, and their places on the page of their car."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from exodrive.services.car.models import Car, CarImage
from exodrive.services.media.contracts import PhotoState
from exodrive.services.media.models import Photo

_FLEET = """
SELECT car.id, car.slug, car.make || ' ' || car.model AS name, car.year, car.plate, location.name AS location,
       car.active, i.path, i.widths, i.width, i.height, i.alt_text,
       (SELECT count(*) FROM car_image c WHERE c.car_id = car.id) AS photos
FROM car JOIN location ON location.id = car.location_id
LEFT JOIN LATERAL (SELECT * FROM car_image c WHERE c.car_id = car.id ORDER BY c.position LIMIT 1) i ON true
"""
_ONE = text(_FLEET + "WHERE car.id = :id")
_ASIDE = 1000  # above any place, so that places change without meeting each other
_PHOTO = Photo.__table__.c
_FAILED_SHOWN = 5
_HAS_FILES = text("photo.removed_at IS NOT NULL AND photo.files <> '{}'")
_SHARED = text("""
SELECT DISTINCT file.value ->> 'key' FROM photo, jsonb_each(photo.files) AS file
WHERE photo.id <> :id AND file.value ->> 'key' = ANY(:keys)""")


def car(connection: Connection, car_id: UUID) -> RowMapping | None:
    return connection.execute(_ONE, {"id": car_id}).mappings().one_or_none()


def shown(at: Connection | Session, car_id: UUID) -> Sequence[RowMapping]:
    """In their order."""
    found = select(*CarImage.__table__.c).where(CarImage.car_id == car_id).order_by(CarImage.position)
    return at.execute(found).mappings().all()


def uploads(connection: Connection, car_id: UUID) -> Sequence[RowMapping]:
    """Underway or refused, newest first."""
    found = (
        select(*_PHOTO)
        .where(Photo.car_id == car_id, Photo.state.in_((PhotoState.UNDERWAY, PhotoState.REFUSED)))
        .order_by(Photo.created_at.desc())
        .limit(_FAILED_SHOWN)
    )
    return connection.execute(found).mappings().all()


def photo(at: Connection | Session, **which: Any) -> RowMapping | None:
    """By `id` or `mark`."""
    return at.execute(select(*_PHOTO).filter_by(**which)).mappings().one_or_none()


def folder(photo_id: UUID) -> str:
    """Where the files of a photograph are. What was prepared before they had folders of their own is in `media` itself,
    where photographs of the same contents share a file."""
    return f"media/{photo_id}"


def removed_before(connection: Connection, before: datetime, limit: int) -> Sequence[RowMapping]:
    """Photographs that were taken off before then and still have files, those of longest ago first."""
    found = (
        select(Photo.id, Photo.files)
        .where(_HAS_FILES, Photo.removed_at < before)
        .order_by(Photo.removed_at, Photo.id)
        .limit(limit)
    )
    return connection.execute(found).mappings().all()


def shared(connection: Connection, photo_id: UUID, keys: Collection[str]) -> set[str]:
    """Which of these files another photograph has, too."""
    return set(connection.execute(_SHARED, {"id": photo_id, "keys": list(keys)}).scalars())


def add(session: Session, values: dict[str, Any]) -> None:
    session.execute(insert(Photo).values(values))


def change(session: Session, photo_id: UUID, **values: Any) -> None:
    session.execute(update(Photo).where(Photo.id == photo_id).values(values))


def lock_car(session: Session, car_id: UUID) -> bool:
    """Until the transaction ends nobody else changes this car's photographs; False for a car that is none."""
    return session.execute(select(Car.id).where(Car.id == car_id).with_for_update()).first() is not None


def append(session: Session, values: dict[str, Any]) -> None:
    """Last on the page."""
    last = select(func.coalesce(func.max(CarImage.position), 0)).where(CarImage.car_id == values["car_id"])
    place = session.execute(last).scalar_one() + 1
    session.execute(insert(CarImage).values(values | {"position": place}))


def take_off(session: Session, image_id: UUID) -> None:
    session.execute(delete(CarImage).where(CarImage.id == image_id))


def arrange(session: Session, car_id: UUID, order: Sequence[UUID]) -> None:
    """Give the photographs the places 1, 2, 3… in this order."""
    own = update(CarImage).where(CarImage.car_id == car_id)
    session.execute(own.values(position=CarImage.position + _ASIDE))
    for place, image_id in enumerate(order, 1):
        session.execute(own.where(CarImage.id == image_id).values(position=place))
