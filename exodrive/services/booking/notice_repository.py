"""SQL of what the staff are told: how to reach a customer, and what happens at a location on a day."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from exodrive.core.types import EncryptedText
from exodrive.services.email.notices import ManifestEntry

_CONTACT = text(
    "SELECT b.customer_phone, car.plate FROM booking b JOIN car ON car.id = b.car_id WHERE b.id = :id"
).columns(customer_phone=EncryptedText)

_HAPPENS = """
SELECT b.{instant} AS at, b.reference, b.customer_name, b.customer_phone, car.make, car.model, car.plate,
       CASE WHEN q.asked ->> '{band}' IS NOT NULL THEN b.delivery_address END AS address, q.lines
FROM booking b JOIN car ON car.id = b.car_id JOIN quote q ON q.id = b.quote_id
WHERE b.{place} = :location_id AND b.{instant} >= :begins AND b.{instant} < :ends AND b.state IN ({states})
ORDER BY at, b.reference"""
_DECRYPTED: dict[str, Any] = dict.fromkeys(("customer_name", "customer_phone", "address"), EncryptedText)
_PICK_UPS = text(
    _HAPPENS.format(
        instant="starts_at", place="pick_up_location_id", band="delivery_band", states="'confirmed'"
    )
).columns(**_DECRYPTED)
_RETURNS = text(
    _HAPPENS.format(
        instant="ends_at",
        place="return_location_id",
        band="collection_band",
        states="'confirmed', 'active'",
    )
).columns(**_DECRYPTED)


def contact(connection: Connection, booking_id: UUID) -> RowMapping:
    """The customer's telephone and the car's number plate."""
    return connection.execute(_CONTACT, {"id": booking_id}).mappings().one()


def pick_ups(
    connection: Connection, location_id: UUID, begins: datetime, ends: datetime
) -> tuple[ManifestEntry, ...]:
    """Bookings that begin at a location within a half-open span, in the order of time."""
    rows = connection.execute(
        _PICK_UPS, {"location_id": location_id, "begins": begins, "ends": ends}
    ).mappings()
    return tuple(_entry(row, extras=True) for row in rows)


def returns(
    connection: Connection, location_id: UUID, begins: datetime, ends: datetime
) -> tuple[ManifestEntry, ...]:
    """Bookings that end at a location within a half-open span, in the order of time."""
    rows = connection.execute(
        _RETURNS, {"location_id": location_id, "begins": begins, "ends": ends}
    ).mappings()
    return tuple(_entry(row, extras=False) for row in rows)


def _entry(row: RowMapping, *, extras: bool) -> ManifestEntry:
    chosen = (line["label"] for line in row["lines"] if line["code"].startswith("extra:"))
    return ManifestEntry(
        at=row["at"],
        reference=row["reference"],
        car=f"{row['make']} {row['model']}",
        plate=row["plate"],
        customer_name=row["customer_name"],
        customer_phone=row["customer_phone"],
        address=row["address"],
        extras=tuple(chosen) if extras else (),
    )
