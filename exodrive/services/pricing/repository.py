"""SQL of quotes, of what can be chosen, and of promo codes in use. Statements are made once, at import."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from exodrive.core.contract import dump, load
from exodrive.core.db import ask
from exodrive.core.ids import new_id
from exodrive.services.car.contracts import LocationView, Opening
from exodrive.services.pricing.contracts import (
    BandView,
    Charge,
    ExtraView,
    OptionsView,
    QuoteCar,
    QuoteLine,
    QuoteView,
    YoungDriverView,
)
from exodrive.services.pricing.rules import TAX

_COLUMNS = (
    *("id", "car_id", "starts_at", "ends_at", "days", "young_driver", "currency", "total", "deposit"),
    *("included_miles", "overage_per_mile", "expires_at"),
)
"""Of a quote, as its view has them."""
_REST = ("pick_up_location_id", "return_location_id", "promo_code_id", "lines", "asked", "created_at")
_ADD_QUOTE = f"""
INSERT INTO quote ({", ".join((*_COLUMNS, *_REST))})
VALUES ({", ".join(f"%({name})s" for name in (*_COLUMNS, *_REST))})"""  # noqa: S608  constants
# Cars and locations may have been retired since: a quote that became a booking is shown for years.
_QUOTE = """
SELECT quote.*, car.slug AS car_slug, car.minimum_age, promo_code.code AS promo_code,
    young_driver_fee.below_age AS young_driver_below, to_jsonb(pick_up) AS pick_up, to_jsonb(back) AS back
FROM quote
JOIN car ON car.id = quote.car_id
JOIN location pick_up ON pick_up.id = quote.pick_up_location_id
JOIN location back ON back.id = quote.return_location_id
LEFT JOIN young_driver_fee ON young_driver_fee.location_id = quote.pick_up_location_id
LEFT JOIN promo_code ON promo_code.id = quote.promo_code_id
WHERE quote.id = %(id)s
"""
_RETURNS = text("SELECT to_location_id FROM one_way_fee WHERE from_location_id = :location_id")
_OFFERED = text("""
SELECT (SELECT jsonb_agg(to_jsonb(extra) ORDER BY position, code) FROM extra
        WHERE active AND currency = :currency) AS extras,
       (SELECT jsonb_agg(to_jsonb(delivery_band) ORDER BY max_miles, code) FROM delivery_band
        WHERE location_id = :location_id) AS bands,
       (SELECT jsonb_build_object('below_age', below_age, 'per_day', per_day) FROM young_driver_fee
        WHERE location_id = :location_id) AS young_driver,
       (SELECT array_agg(to_location_id) FROM one_way_fee WHERE from_location_id = :location_id) AS returns
""")
_BANDS = text("SELECT * FROM delivery_band WHERE location_id = :location_id ORDER BY max_miles, code")

# Bookings with the same limited code wait for each other here; codes without limits lock nothing.
_LOCK_LIMITED = text("""
SELECT id, limit_total, limit_per_customer FROM promo_code
WHERE code = :code AND (limit_total IS NOT NULL OR limit_per_customer IS NOT NULL)
FOR NO KEY UPDATE
""")
# Counts in a statement of its own, after the lock: so it sees what the one before has committed.
_REDEEM = text("""
INSERT INTO promo_redemption (id, promo_code_id, booking_id, customer)
SELECT :id, promo_code.id, :booking_id, :customer FROM promo_code
WHERE code = :code
  AND (limit_total IS NULL OR limit_total >
       (SELECT count(*) FROM promo_redemption r WHERE r.promo_code_id = promo_code.id))
  AND (limit_per_customer IS NULL OR limit_per_customer >
       (SELECT count(*) FROM promo_redemption r WHERE r.promo_code_id = promo_code.id AND r.customer = :customer))
ON CONFLICT (booking_id) DO NOTHING RETURNING id
""")
_REDEEMED = text("SELECT EXISTS (SELECT FROM promo_redemption WHERE booking_id = :booking_id)")
_UNREDEEM = text("DELETE FROM promo_redemption WHERE booking_id = ANY(:booking_ids)")


def add_quote(connection: Connection, quote: QuoteView, promo_id: UUID | None, now: datetime) -> None:
    values = {name: getattr(quote, name) for name in _COLUMNS}
    ask(
        connection,
        _ADD_QUOTE,
        values
        | {
            "pick_up_location_id": quote.pick_up_location.id,
            "return_location_id": quote.return_location.id,
            "promo_code_id": promo_id,
            "lines": orjson.dumps([asdict(line) for line in quote.lines]).decode(),
            "asked": orjson.dumps(dump(quote.asked)).decode(),
            "created_at": now,
        },
    )


_PLAIN = (
    *(name for name in _COLUMNS if not name.endswith("_at")),
    "car_slug",
    "minimum_age",
    "promo_code",
    "young_driver_below",
)


def quote(connection: Connection, quote_id: UUID) -> QuoteView | None:
    found = ask(connection, _QUOTE, {"id": quote_id})
    if not found:
        return None
    row = found[0]
    lines = tuple(QuoteLine(**line) for line in row["lines"])
    tax = sum(line.amount for line in lines if line.code == TAX)
    return QuoteView(
        **{name: row[name] for name in _PLAIN},
        **{name: row[name].astimezone(UTC) for name in ("starts_at", "ends_at", "expires_at")},
        pick_up_location=_location(row["pick_up"]),
        return_location=_location(row["back"]),
        lines=lines,
        subtotal=row["total"] - tax,
        tax=tax,
        promo_problem=None,
        asked=load(QuoteCar, row["asked"], lenient=True),
    )


def _location(row: Mapping[str, Any]) -> LocationView:
    plain = {name: row[name] for name in LocationView.__dataclass_fields__}
    hours = tuple(
        Opening(time.fromisoformat(day[0]), time.fromisoformat(day[1])) if day else None
        for day in row["opening_hours"]
    )
    return LocationView(**plain | {"id": UUID(row["id"]), "opening_hours": hours})


def offered(connection: Connection, location: LocationView, places: Iterable[LocationView]) -> OptionsView:
    """What can be chosen for a rental from a location, in one question; `places` are all there are."""
    values = {"location_id": location.id, "currency": location.currency}
    row = connection.execute(_OFFERED, values).mappings().one()
    returns = set(row["returns"] or ())
    return OptionsView(
        extras=tuple(_extra(one) for one in row["extras"] or ()),
        bands=tuple(_band(one) for one in row["bands"] or ()),
        young_driver=YoungDriverView(**row["young_driver"]) if row["young_driver"] else None,
        return_locations=(location, *(place for place in places if place.id in returns)),
    )


def bands(connection: Connection, location_id: UUID) -> tuple[BandView, ...]:
    rows = connection.execute(_BANDS, {"location_id": location_id}).mappings()
    return tuple(_band(dict(row)) for row in rows)


def returns(connection: Connection, location_id: UUID) -> frozenset[UUID]:
    """The other locations at which a car from this one can be returned."""
    return frozenset(connection.execute(_RETURNS, {"location_id": location_id}).scalars())


def _band(row: Mapping[str, Any]) -> BandView:
    return BandView(code=row["code"], label=row["label"], max_miles=row["max_miles"], fee=row["fee"])


def _extra(row: Mapping[str, Any]) -> ExtraView:
    plain = {name: row[name] for name in ExtraView.__dataclass_fields__ if name != "charge"}
    return ExtraView(**plain, charge=Charge(row["charge"]))


def redeem(session: Session, code: str, booking_id: UUID, customer: bytes) -> bool:
    """Whether the booking now has the code, perhaps since before; False where a limit is reached."""
    session.execute(_LOCK_LIMITED, {"code": code})
    values = {"id": new_id(), "code": code, "booking_id": booking_id, "customer": customer}
    if session.execute(_REDEEM, values).first() is not None:
        return True
    return bool(session.execute(_REDEEMED, {"booking_id": booking_id}).scalar_one())


def unredeem(session: Session, booking_ids: Sequence[UUID]) -> None:
    session.execute(_UNREDEEM, {"booking_ids": list(booking_ids)})
