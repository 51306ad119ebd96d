"""SQL of the staff's desk: set-based, each a single statement however long the list."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    UnaryExpression,
    func,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import aliased

from exodrive.core.types import EncryptedText
from exodrive.services.booking.desk_contracts import FindBookings
from exodrive.services.booking.models import Booking, BookingNote
from exodrive.services.booking.repository import on_days
from exodrive.services.car.models import Car, Location
from exodrive.services.partner.models import Partner

_PICK_UP, _DROP_OFF = aliased(Location), aliased(Location)
_ORDERS = {"created": Booking.created_at, "starts": Booking.starts_at, "ends": Booking.ends_at}

# Today of any place lies within so long of now: the indexes are asked for that, the clock of the place decides.
_NEAR = timedelta(hours=38)
_TODAY = text("""
WITH near AS (
    SELECT state, starts_at, ends_at, pick_up_location_id, return_location_id FROM booking
    WHERE state IN ('confirmed', 'active')
      AND (starts_at BETWEEN :first AND :last OR ends_at BETWEEN :first AND :last)
)
SELECT
    (SELECT count(*) FROM near JOIN location l ON l.id = near.pick_up_location_id
     WHERE (starts_at AT TIME ZONE l.zone)::date = (CAST(:now AS timestamptz) AT TIME ZONE l.zone)::date) AS pick_ups,
    (SELECT count(*) FROM near JOIN location l ON l.id = near.return_location_id
     WHERE (ends_at AT TIME ZONE l.zone)::date = (CAST(:now AS timestamptz) AT TIME ZONE l.zone)::date) AS returns,
    (SELECT count(*) FROM booking WHERE state = 'active' AND ends_at < :now) AS overdue,
    (SELECT count(*) FROM booking WHERE state = 'held' AND hold_expires_at > :now) AS held,
    (SELECT count(*) FROM booking WHERE state = 'active') AS on_the_road,
    (SELECT count(*) FROM booking WHERE created_at >= CAST(:now AS timestamptz) - interval '24 hours'
       AND confirmed_at IS NOT NULL) AS booked
""")

_DETAIL = text("""
SELECT b.id, b.reference, b.state, b.quote_id, b.starts_at, b.ends_at, b.currency, b.total, b.deposit,
       b.customer_name, b.customer_email, b.customer_phone, b.birth_date, b.licence_number, b.licence_country,
       b.delivery_address, b.hold_expires_at, b.created_at, b.confirmed_at, b.ended_at, b.end_reason,
       b.partner_id, partner.name AS partner,
       car.slug, car.make, car.model, car.year, car.plate, i.path, i.widths, i.width, i.height, i.alt_text
FROM booking b JOIN car ON car.id = b.car_id LEFT JOIN car_image i ON i.car_id = b.car_id AND i.position = 1
    LEFT JOIN partner ON partner.id = b.partner_id
WHERE b.id = :id""").columns(
    **dict.fromkeys(
        (
            "customer_name",
            "customer_email",
            "customer_phone",
            "birth_date",
            "licence_number",
            "licence_country",
            "delivery_address",
        ),
        EncryptedText,
    )
)


def find(
    connection: Connection,
    wanted: FindBookings,
    *,
    email_hash: bytes | None,
    among: Select[UUID] | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[RowMapping]:
    """A page of the list in the order of `wanted.sort`, from behind `after`; only `among` those ids, if given."""
    order = _ORDERS[wanted.sort.lstrip("-")]
    downward = wanted.sort.startswith("-")
    found = _lines().where(*_conditions(wanted, email_hash))
    if among is not None:
        found = found.where(Booking.id.in_(among))
    if after is not None:
        here, there = tuple_(order, Booking.id), tuple_(*after)
        found = found.where(here < there if downward else here > there)
    ends: list[UnaryExpression[Any]] = [
        column.desc() if downward else column.asc() for column in (order, Booking.id)
    ]
    return connection.execute(found.order_by(*ends).limit(limit)).mappings().all()


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Booking.id,
            Booking.reference,
            Booking.state,
            Booking.customer_name.label("customer"),
            Booking.partner_id,
            Partner.name.label("partner"),
            (Car.make + " " + Car.model).label("car"),
            _PICK_UP.name.label("pick_up"),
            _PICK_UP.zone.label("pick_up_zone"),
            _DROP_OFF.name.label("drop_off"),
            _DROP_OFF.zone.label("drop_off_zone"),
            Booking.starts_at,
            Booking.ends_at,
            Booking.created_at,
            Booking.total,
            Booking.currency,
        )
        .join(Car, Car.id == Booking.car_id)
        .join(_PICK_UP, _PICK_UP.id == Booking.pick_up_location_id)
        .join(_DROP_OFF, _DROP_OFF.id == Booking.return_location_id)
        .outerjoin(Partner, Partner.id == Booking.partner_id)
    )


def _conditions(wanted: FindBookings, email_hash: bytes | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if email_hash is not None:
        found.append(Booking.customer_email_hash == email_hash)
    if wanted.booking:
        found.append(Booking.reference == wanted.booking.strip().upper())
    if wanted.state is not None:
        found.append(Booking.state == wanted.state)
    if wanted.partner is not None:
        found.append(Booking.partner_id == wanted.partner)
    if wanted.location:
        found.append(
            Booking.pick_up_location_id
            == select(Location.id).where(Location.slug == wanted.location).scalar_subquery()
        )
    return found + _days(wanted)


def _days(wanted: FindBookings) -> list[ColumnElement[bool]]:
    """The days asked for, by the clock of the place."""
    instant, zone = (
        (Booking.ends_at, _DROP_OFF.zone) if wanted.day_of == "return" else (Booking.starts_at, _PICK_UP.zone)
    )
    return on_days(instant, zone, wanted.since, wanted.until)


def detail(connection: Connection, booking_id: UUID) -> RowMapping | None:
    """A booking with its car, in one row."""
    return connection.execute(_DETAIL, {"id": booking_id}).mappings().one_or_none()


def notes(connection: Connection, booking_id: UUID) -> Sequence[RowMapping]:
    """What was written about a booking, newest first."""
    found = select(BookingNote.text, BookingNote.author_id, BookingNote.created_at)
    return (
        connection.execute(
            found.where(BookingNote.booking_id == booking_id).order_by(
                BookingNote.created_at.desc(), BookingNote.id.desc()
            )
        )
        .mappings()
        .all()
    )


def today(connection: Connection, now: datetime) -> RowMapping:
    """The figures of today."""
    near = {"first": now - _NEAR, "last": now + _NEAR}
    return connection.execute(_TODAY, {"now": now, **near}).mappings().one()


def ids(connection: Connection, *, reference: str | None, email_hash: bytes | None, limit: int) -> list[UUID]:
    """The bookings with that reference, or of that customer, newest first."""
    found = select(Booking.id).order_by(Booking.id.desc()).limit(limit)
    if reference is not None:
        found = found.where(Booking.reference == reference)
    if email_hash is not None:
        found = found.where(Booking.customer_email_hash == email_hash)
    return list(connection.execute(found).scalars())


def references(connection: Connection, booking_ids: Collection[UUID]) -> dict[UUID, str]:
    """What bookings are called, by id."""
    found = select(Booking.id, Booking.reference).where(Booking.id.in_(booking_ids))
    return {row.id: row.reference for row in connection.execute(found)}


def partners(connection: Connection) -> list[tuple[UUID, str]]:
    """Who can make bookings for others, by name."""
    found = select(Partner.id, Partner.name).order_by(func.lower(Partner.name), Partner.id)
    return [(row.id, row.name) for row in connection.execute(found)]


def lock_link(connection: Connection, booking_id: UUID) -> int | None:
    """The version of a booking's link; nobody else renews it before this transaction ends."""
    return connection.scalar(select(Booking.link_version).where(Booking.id == booking_id).with_for_update())


def set_link(connection: Connection, booking_id: UUID, *, version: int, link_hash: bytes) -> None:
    """The one link that opens a booking from now on."""
    connection.execute(
        update(Booking).where(Booking.id == booking_id).values(link_version=version, link_hash=link_hash)
    )
