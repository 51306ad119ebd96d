"""SQL of the reports, over the tables of all rooms: a report looks at everything and changes nothing.

Days are those of the location's own clock. `:first` and `:last` are instants a little wider than the period, so that
indexes serve; amounts of different currencies stand in rows of their own and are summed apart."""

from collections.abc import Mapping
from dataclasses import dataclass

from exodrive.services.report.columns import Cell, Column
from exodrive.services.report.contracts import ReportKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a report comes about. `sums` are the totals' parts in SQL, by their column; `group` is what they are
    summed by."""

    columns: tuple[Column, ...]
    sql: str
    order: str
    group: str
    sums: Mapping[str, str]


_LOCATION, _CAR, _PLATE = Column("location", "Location"), Column("car", "Car"), Column("plate", "Plate")
_MONTH, _CURRENCY, _ZONE = (
    Column("month", "Month"),
    Column("currency", "Currency"),
    Column("zone", "Time zone"),
)
_RENTED = "('confirmed', 'active', 'returned', 'completed')"

# A month of a location ends by its own clock, so it has an hour more or less where that is moved.
_UTILISATION = f"""
WITH stretch AS (
    SELECT location.id, location.name AS location, to_char(month, 'YYYY-MM') AS month,
           greatest(month, CAST(:since AS timestamp)) AT TIME ZONE location.zone AS starts_at,
           least(month + interval '1 month', CAST(:until AS timestamp) + interval '1 day')
           AT TIME ZONE location.zone AS ends_at
    FROM location, generate_series(date_trunc('month', CAST(:since AS timestamp)), CAST(:until AS timestamp),
                                   '1 month') AS month
), used AS (
    SELECT s.location, car.make || ' ' || car.model AS car, car.plate, s.month,
           extract(epoch FROM s.ends_at - s.starts_at) / 3600 - (
               SELECT coalesce(sum(extract(
                   epoch FROM least(c.ends_at, s.ends_at) - greatest(c.starts_at, s.starts_at))), 0) / 3600
               FROM claim c WHERE c.car_id = car.id AND c.kind IN ('maintenance', 'block')
                              AND c.starts_at < s.ends_at AND c.ends_at > s.starts_at
           ) AS available, (
               SELECT coalesce(sum(extract(
                   epoch FROM least(b.ends_at, s.ends_at) - greatest(b.starts_at, s.starts_at))), 0) / 3600
               FROM booking b WHERE b.car_id = car.id AND b.state IN {_RENTED}
                                AND b.starts_at < s.ends_at AND b.ends_at > s.starts_at
           ) AS rented, car.active
    FROM stretch s JOIN car ON car.location_id = s.id
)
SELECT location, car, plate, month, available, rented, rented / nullif(available, 0) AS share
FROM used WHERE active OR rented > 0"""  # noqa: S608  constants

_REVENUE = """
SELECT location.name AS location, to_char(p.settled_at AT TIME ZONE location.zone, 'YYYY-MM') AS month, p.currency,
       coalesce(sum(p.amount) FILTER (WHERE p.move = 'capture'), 0) AS captured,
       coalesce(sum(p.amount) FILTER (WHERE p.move = 'refund'), 0) AS refunded,
       sum(CASE p.move WHEN 'capture' THEN p.amount ELSE -p.amount END) AS net,
       count(DISTINCT p.booking_id) AS bookings
FROM payment p JOIN booking b ON b.id = p.booking_id JOIN location ON location.id = b.pick_up_location_id
WHERE p.state = 'succeeded' AND p.move IN ('capture', 'refund') AND p.settled_at >= :first AND p.settled_at < :last
  AND (p.settled_at AT TIME ZONE location.zone)::date BETWEEN :since AND :until
GROUP BY 1, 2, 3"""

_BOOKINGS = """
SELECT b.reference, b.state, car.make || ' ' || car.model AS car, car.plate, home.name AS location, home.zone,
       b.starts_at, other.name AS return_location, other.zone AS return_zone, b.ends_at, quote.days, b.created_at,
       b.currency, b.total, money.captured, money.refunded, b.id
FROM booking b JOIN car ON car.id = b.car_id JOIN quote ON quote.id = b.quote_id
JOIN location home ON home.id = b.pick_up_location_id JOIN location other ON other.id = b.return_location_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(p.amount) FILTER (WHERE p.move = 'capture'), 0) AS captured,
           coalesce(sum(p.amount) FILTER (WHERE p.move = 'refund'), 0) AS refunded
    FROM payment p WHERE p.booking_id = b.id AND p.state = 'succeeded'
) money
WHERE b.state NOT IN ('held', 'expired') AND b.starts_at >= :first AND b.starts_at < :last
  AND (b.starts_at AT TIME ZONE home.zone)::date BETWEEN :since AND :until"""

_MONEY = """
SELECT coalesce(p.settled_at, p.created_at) AS at, location.zone, location.name AS location, b.reference, p.move,
       p.state, p.gateway, coalesce(p.gateway_reference, parent.gateway_reference, '') AS gateway_reference,
       p.currency, p.amount,
       CASE WHEN p.state <> 'succeeded' THEN 0 WHEN p.move = 'capture' THEN p.amount
            WHEN p.move = 'refund' THEN -p.amount ELSE 0 END AS received, p.id
FROM payment p JOIN booking b ON b.id = p.booking_id JOIN location ON location.id = b.pick_up_location_id
LEFT JOIN payment parent ON parent.id = p.parent_id
WHERE coalesce(p.settled_at, p.created_at) >= :first AND coalesce(p.settled_at, p.created_at) < :last
  AND (coalesce(p.settled_at, p.created_at) AT TIME ZONE location.zone)::date BETWEEN :since AND :until"""

_FLEET = f"""
SELECT location.name AS location, location.zone, car.make || ' ' || car.model AS car, car.plate, car.year,
       extract(year FROM CAST(:until AS date))::int - car.year AS age, car.currency, car.daily_rate,
       rented.rentals, rented.hours, past.last_return,
       floor(extract(epoch FROM CAST(:now AS timestamptz) - past.last_return) / 86400)::int AS idle,
       coming.next_pick_up, car.id
FROM car JOIN location ON location.id = car.location_id
CROSS JOIN LATERAL (
    SELECT count(*) AS rentals, coalesce(sum(extract(epoch FROM b.ends_at - b.starts_at)) / 3600, 0) AS hours
    FROM booking b WHERE b.car_id = car.id AND b.state IN {_RENTED} AND b.starts_at >= :first
                     AND b.starts_at < :last
                     AND (b.starts_at AT TIME ZONE location.zone)::date BETWEEN :since AND :until
) rented CROSS JOIN LATERAL (
    SELECT max(b.ends_at) AS last_return FROM booking b
    WHERE b.car_id = car.id AND b.state IN {_RENTED} AND b.ends_at <= :now
) past CROSS JOIN LATERAL (
    SELECT min(b.starts_at) AS next_pick_up FROM booking b
    WHERE b.car_id = car.id AND b.state = 'confirmed' AND b.starts_at > :now
) coming
WHERE car.active"""  # noqa: S608  constants

REPORTS: Mapping[ReportKind, Report] = {
    ReportKind.UTILISATION: Report(
        columns=(
            *(_LOCATION, _CAR, _PLATE, _MONTH),
            Column("available", "Hours available", Cell.HOURS),
            Column("rented", "Hours rented", Cell.HOURS),
            Column("share", "Rented", Cell.SHARE),
        ),
        sql=_UTILISATION,
        order="location, car, plate, month",
        group="location",
        sums={
            "available": "sum(available)",
            "rented": "sum(rented)",
            "share": "sum(rented) / nullif(sum(available), 0)",
        },
    ),
    ReportKind.REVENUE: Report(
        columns=(
            *(_MONTH, _LOCATION, _CURRENCY),
            Column("captured", "Charged", Cell.MONEY),
            Column("refunded", "Refunded", Cell.MONEY),
            Column("net", "Kept", Cell.MONEY),
            Column("bookings", "Bookings", Cell.NUMBER),
        ),
        sql=_REVENUE,
        order="month, location, currency",
        group="currency",
        sums={"captured": "sum(captured)", "refunded": "sum(refunded)", "net": "sum(net)"},
    ),
    ReportKind.BOOKINGS: Report(
        columns=(
            *(Column("reference", "Booking"), Column("state", "State"), _CAR, _PLATE, _LOCATION),
            Column("starts_at", "Pick-up", Cell.MOMENT),
            _ZONE,
            Column("return_location", "Return to"),
            Column("ends_at", "Return", Cell.MOMENT, "return_zone"),
            Column("return_zone", "Time zone of return"),
            Column("days", "Days", Cell.NUMBER),
            Column("created_at", "Booked", Cell.MOMENT),
            _CURRENCY,
            Column("total", "Price", Cell.MONEY),
            Column("captured", "Charged", Cell.MONEY),
            Column("refunded", "Refunded", Cell.MONEY),
        ),
        sql=_BOOKINGS,
        order="starts_at, id",
        group="currency",
        sums={"total": "sum(total)", "captured": "sum(captured)", "refunded": "sum(refunded)"},
    ),
    ReportKind.MONEY: Report(
        columns=(
            *(Column("at", "When", Cell.MOMENT), _ZONE, _LOCATION, Column("reference", "Booking")),
            *(Column("move", "Move"), Column("state", "Outcome"), Column("gateway", "Gateway")),
            *(Column("gateway_reference", "Gateway reference"), _CURRENCY),
            Column("amount", "Amount", Cell.MONEY),
            Column("received", "Received", Cell.MONEY),
        ),
        sql=_MONEY,
        order="at, id",
        group="currency",
        sums={"received": "sum(received)"},
    ),
    ReportKind.FLEET: Report(
        columns=(
            *(
                _LOCATION,
                _CAR,
                _PLATE,
                Column("year", "Model year"),
                Column("age", "Age in years", Cell.NUMBER),
            ),
            *(_CURRENCY, Column("daily_rate", "Daily rate", Cell.MONEY)),
            Column("rentals", "Rentals", Cell.NUMBER),
            Column("hours", "Hours rented", Cell.HOURS),
            Column("last_return", "Last return", Cell.MOMENT),
            Column("idle", "Days since", Cell.NUMBER),
            Column("next_pick_up", "Next pick-up", Cell.MOMENT),
            _ZONE,
        ),
        sql=_FLEET,
        order="age DESC, location, car, id",
        group="currency",
        sums={"rentals": "sum(rentals)", "hours": "sum(hours)", "age": "round(avg(age), 1)"},
    ),
}
