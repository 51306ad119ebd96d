"""SQL of bookings. The write of a hold is one statement over four rooms' tables, since it is the hot path and
must be all or nothing; everything else goes through the rooms."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    RowMapping,
    Select,
    SQLColumnExpression,
    and_,
    cast,
    func,
    select,
    text,
)
from sqlalchemy.orm import Session

from exodrive.core.db import ask
from exodrive.core.types import seal
from exodrive.services.booking.contracts import BookingState, PolicyView, TierView
from exodrive.services.booking.models import Booking, CancellationPolicy
from exodrive.services.booking.partner_contracts import BookingQuery
from exodrive.services.car.models import Car, CarImage, Location

# The claim decides: without it nothing else of the statement happens. Foreign keys are checked at its end.
_HOLD = """
WITH claimed AS (
    INSERT INTO claim (id, car_id, kind, starts_at, ends_at, booking_id, expires_at, created_at)
    SELECT %(claim_id)s, car.id, 'hold', %(starts_at)s, CAST(%(ends_at)s AS timestamptz)
           + car.turnaround_minutes * interval '1 minute', %(id)s, %(hold_expires_at)s, %(now)s
    FROM car JOIN location ON location.id = car.location_id AND location.active
    WHERE car.id = %(car_id)s AND car.active AND car.location_id = %(pick_up_location_id)s
    FOR SHARE OF car  -- whoever moves it waits, and is waited for: its claim tells of this place
    ON CONFLICT DO NOTHING RETURNING ends_at
), booked AS (
    INSERT INTO booking (
        id, reference, state, car_id, quote_id, policy_id, pick_up_location_id, return_location_id, starts_at,
        ends_at, currency, total, deposit, customer_name, customer_email, customer_email_hash, customer_phone,
        birth_date, licence_number, licence_country, delivery_address, consent_at, link_hash, hold_expires_at,
        created_at, partner_id)
    SELECT %(id)s, %(reference)s, 'held', %(car_id)s, %(quote_id)s,
           (SELECT p.id FROM cancellation_policy p ORDER BY p.version DESC LIMIT 1), %(pick_up_location_id)s,
           %(return_location_id)s, %(starts_at)s, %(ends_at)s, %(currency)s, %(total)s, %(deposit)s,
           %(customer_name)s, %(customer_email)s, %(customer_email_hash)s, %(customer_phone)s, %(birth_date)s,
           %(licence_number)s, %(licence_country)s, %(delivery_address)s, %(now)s, %(link_hash)s,
           %(hold_expires_at)s, %(now)s, %(partner_id)s
    FROM claimed
), audited AS (
    INSERT INTO audit_entry (id, at, actor_kind, actor_id, request_id, action, subject_type, subject_id, data)
    SELECT %(audit_id)s, %(now)s, %(actor_kind)s, %(actor_id)s, %(request_id)s, 'booking.held', 'booking', %(id)s,
           CAST(%(data)s AS jsonb)
    FROM claimed
), told AS (
    INSERT INTO outbound_event (id, type, version, subject_id, partner_id, data, at)
    SELECT %(event_id)s, 'booking.held', %(event_version)s, %(id)s, %(partner_id)s,
           CAST(%(event_data)s AS jsonb), %(now)s
    FROM claimed
)
SELECT ends_at FROM claimed"""
_SEALED = (
    *("customer_name", "customer_email", "customer_phone", "birth_date"),
    *("licence_number", "licence_country", "delivery_address"),
)

# Skips rows that a payment, an extension or another sweep has in hand: they are met again at the next sweep.
_EXPIRE = text(
    """
WITH due AS (
    SELECT id FROM booking
    WHERE state = 'held' AND hold_expires_at <= :now AND (:any OR id = ANY(:only))
    ORDER BY hold_expires_at LIMIT :limit FOR UPDATE SKIP LOCKED
), ended AS (
    UPDATE booking SET state = 'expired', hold_expires_at = NULL, ended_at = :now, end_reason = 'hold_expired'
    FROM due WHERE booking.id = due.id RETURNING booking.id
), audited AS (
    INSERT INTO audit_entry (id, at, actor_kind, actor_id, request_id, action, subject_type, subject_id, data)
    SELECT gen_random_uuid(), :now, :actor_kind, :actor_id, :request_id, 'booking.expired', 'booking', ended.id, '{}'
    FROM ended
)
SELECT id FROM ended"""
)

_POLICY = "SELECT grace_minutes, tiers FROM cancellation_policy "
_NEWEST_POLICY = text(_POLICY + "ORDER BY version DESC LIMIT 1")
_POLICY_BY_ID = text(_POLICY + "WHERE id = :id")

_SHOWN = (
    select(
        Booking.id,
        Booking.reference,
        Booking.state,
        Booking.car_id,
        Booking.quote_id,
        Booking.starts_at,
        Booking.ends_at,
        Booking.currency,
        Booking.total,
        Booking.deposit,
        Booking.customer_name,
        Booking.customer_email,
        Booking.delivery_address,
        Booking.locale,
        Booking.link_version,
        Booking.hold_expires_at,
        Booking.hold_extensions,
        Booking.confirmed_at,
        Booking.ended_at,
        Booking.end_reason,
        Car.slug,
        Car.make,
        Car.model,
        Car.year,
        CarImage.path,
        CarImage.widths,
        CarImage.width,
        CarImage.height,
        CarImage.alt_text,
        CancellationPolicy.grace_minutes,
        CancellationPolicy.tiers,
    )
    .join(Car, Car.id == Booking.car_id)
    .join(CancellationPolicy, CancellationPolicy.id == Booking.policy_id)
    .outerjoin(CarImage, and_(CarImage.car_id == Booking.car_id, CarImage.position == 1))
)


_MADE = (
    select(
        Booking.id,
        Booking.reference,
        Booking.state,
        Car.slug.label("car_slug"),
        (Car.make + " " + Car.model).label("car"),
        Booking.starts_at,
        Booking.ends_at,
        Booking.total,
        Booking.currency,
        Booking.hold_expires_at,
        Booking.created_at,
    )
    .join(Car, Car.id == Booking.car_id)
    .join(Location, Location.id == Booking.pick_up_location_id)
)

# No zone is further from UTC: what the index is asked for, before the day of the place itself decides.
_WIDEST = timedelta(hours=14)


def hold(session: Session, values: dict[str, Any]) -> datetime | None:
    """Write claim, booking, audit entry and event, and say when the claim ends; None where the car is taken (or
    retired). Raises psycopg's `UniqueViolation` for a quote or reference used before."""
    sealed = {name: seal(values[name]) for name in _SEALED}
    told = {name: orjson.dumps(values[name]).decode() for name in ("data", "event_data")}
    found = ask(session.connection(), _HOLD, values | sealed | told)
    return found[0]["ends_at"] if found else None


def expire(
    session: Session, now: datetime, audit: dict[str, Any], *, only: Sequence[UUID] | None = None, limit: int
) -> list[UUID]:
    """End lapsed holds (of `only`, or any), and say which they were; their claims are still to be released."""
    values = {"now": now, "any": only is None, "only": list(only or ()), "limit": limit, **audit}
    return list(session.execute(_EXPIRE, values).scalars())


def facts(session: Session, booking_ids: Sequence[UUID]) -> Sequence[RowMapping]:
    """What may be told to others about bookings."""
    told = select(
        Booking.id,
        Booking.reference,
        Booking.state,
        Booking.car_id,
        Booking.starts_at,
        Booking.ends_at,
        Booking.total,
        Booking.currency,
        Booking.hold_expires_at,
        Booking.partner_id,
    )
    return session.execute(told.where(Booking.id.in_(booking_ids)).order_by(Booking.id)).mappings().all()


def lock_by(session: Session, **key: Any) -> Booking | None:
    """The booking whose columns are so, locked until the transaction ends."""
    return session.execute(select(Booking).where(*_same(key)).with_for_update()).scalar_one_or_none()


def lock(session: Session, booking_id: UUID) -> Booking:
    """A booking, locked until the transaction ends."""
    return session.execute(select(Booking).where(Booking.id == booking_id).with_for_update()).scalar_one()


def confirmed_among(connection: Connection, lapsing: Select[UUID, datetime | None]) -> Sequence[UUID]:
    """Confirmed bookings of a statement that answers booking and lapse; what lapses first comes first."""
    due = lapsing.subquery("lapsing")
    found = (
        select(Booking.id)
        .join(due, due.c.booking_id == Booking.id)
        .where(Booking.state == BookingState.CONFIRMED)
        .order_by(due.c.lapses_at, Booking.id)
    )
    return connection.execute(found).scalars().all()


def find_by_quote(session: Session, quote_id: UUID) -> Booking | None:
    """The booking that a quote became."""
    return session.execute(select(Booking).where(Booking.quote_id == quote_id)).scalar_one_or_none()


def shown(connection: Connection, **key: Any) -> RowMapping | None:
    """What pages and mails show of the booking whose columns are so, its car and policy in one row."""
    return connection.execute(_SHOWN.where(*_same(key))).mappings().one_or_none()


def made_by(
    connection: Connection, partner_id: UUID, wanted: BookingQuery, *, before: UUID | None, limit: int
) -> Sequence[RowMapping]:
    """A partner's bookings, newest first, from behind `before`."""
    found = _MADE.where(
        Booking.partner_id == partner_id,
        *on_days(Booking.starts_at, Location.zone, wanted.pick_up_from, wanted.pick_up_to),
    )
    if wanted.state is not None:
        found = found.where(Booking.state == wanted.state)
    if before is not None:
        found = found.where(Booking.id < before)
    return connection.execute(found.order_by(Booking.id.desc()).limit(limit)).mappings().all()


def on_days(
    instant: SQLColumnExpression[datetime],
    zone: SQLColumnExpression[str],
    since: date | None,
    until: date | None,
) -> list[ColumnElement[bool]]:
    """That an instant is on one of these days, both counted in, by the clock of its place."""
    day = cast(func.timezone(zone, instant), Date)
    found: list[ColumnElement[bool]] = []
    if since is not None:
        found += [instant >= _midnight(since) - _WIDEST, day >= since]
    if until is not None:
        found += [instant < _midnight(until) + timedelta(days=1) + _WIDEST, day <= until]
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _same(key: dict[str, Any]) -> list[ColumnElement[bool]]:
    return [getattr(Booking, column) == value for column, value in key.items()]


def policy(connection: Connection, policy_id: UUID | None = None) -> PolicyView:
    """A cancellation policy; the newest without an id."""
    found = (
        connection.execute(_NEWEST_POLICY)
        if policy_id is None
        else connection.execute(_POLICY_BY_ID, {"id": policy_id})
    )
    row = found.one()
    return policy_view(row.grace_minutes, row.tiers)


def policy_view(grace_minutes: int, tiers: Sequence[dict[str, int]]) -> PolicyView:
    """The policy as data, its longest notice first."""
    views = (TierView(hours=tier["hours"], refund=tier["refund"]) for tier in tiers)
    return PolicyView(grace_minutes=grace_minutes, tiers=tuple(sorted(views, key=lambda tier: -tier.hours)))
