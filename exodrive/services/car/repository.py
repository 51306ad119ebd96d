"""SQL of the catalogue: locations, cars, photographs. Views come straight from rows; no entity is loaded."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text
from sqlalchemy.orm import Session

from exodrive.core.db import array_of, ask
from exodrive.services.car.contracts import (
    MAX_CLAIM_DAYS,
    Body,
    CarCard,
    CarFilter,
    CarView,
    Category,
    Drive,
    FleetPage,
    ImageView,
    LocationView,
    Opening,
    Stay,
    Transmission,
)

_LOCATIONS = "SELECT * FROM location WHERE active ORDER BY name"

_CAR = """
SELECT car.*, (
    SELECT jsonb_agg(jsonb_build_object('path', i.path, 'widths', i.widths, 'width', i.width, 'height', i.height,
                                        'alt_text', i.alt_text) ORDER BY i.position)
    FROM car_image i WHERE i.car_id = car.id
) AS images, (
    SELECT to_jsonb(location) FROM location WHERE location.id = car.location_id AND location.active
) AS home
FROM car WHERE car.active AND """
_CAR_BY_SLUG = _CAR + "car.slug = %(slug)s"
_CAR_BY_ID = _CAR + "car.id = %(id)s"

_CARD_COLUMNS = """
SELECT car.id, car.slug, car.make, car.model, car.year, car.seats, car.power_hp, car.zero_to_hundred, car.colour,
       car.currency, car.daily_rate, car.weekend_rate, car.minimum_days, car.turnaround_minutes, car.location_id,
       location.slug AS location_slug, location.name AS location_name, car.category, car.transmission,
       i.path, i.widths, i.width, i.height, i.alt_text
"""
_CARD_JOINS = """
JOIN location ON location.id = car.location_id AND location.active
LEFT JOIN car_image i ON i.car_id = car.id AND i.position = 1
"""
_CARD = f"{_CARD_COLUMNS} FROM car {_CARD_JOINS}"
_FEATURED = _CARD + "WHERE car.active AND car.featured IS NOT NULL ORDER BY car.featured LIMIT 6"
# Of the cars nearest in rate, here and anywhere, as the indexes on the rate give them: never the whole fleet.
_NEIGHBOURS = " UNION ".join(
    f"(SELECT id FROM car WHERE active AND id <> %(id)s AND {place} AND daily_rate {way} LIMIT 24)"  # noqa: S608  constants
    for place in ("location_id = %(location_id)s", "true")
    for way in (
        ">= %(daily_rate)s ORDER BY daily_rate, id",
        "< %(daily_rate)s ORDER BY daily_rate DESC, id DESC",
    )
)
_LIKEST = """(car.category = %(category)s) DESC, (car.location_id = %(location_id)s) DESC,
    abs(car.daily_rate - %(daily_rate)s), car.id"""
_SIMILAR = f"""WITH near AS ({_NEIGHBOURS}), chosen AS (
        SELECT car.id FROM near JOIN car USING (id) ORDER BY {_LIKEST} LIMIT %(limit)s
    ) {_CARD} WHERE car.id IN (SELECT id FROM chosen) ORDER BY {_LIKEST}"""  # noqa: S608  constants
_SLUGS = text(
    "SELECT car.slug FROM car JOIN location ON location.id = car.location_id AND location.active"
    " WHERE car.active ORDER BY car.slug"
)

_FACTS = text(
    """
SELECT car.id, car.slug, car.make, car.model, car.year, car.category, location.slug AS location, car.active,
       car.daily_rate, car.weekend_rate, car.deposit, car.currency, car.minimum_days, car.minimum_age
FROM car JOIN location ON location.id = car.location_id WHERE car.id = ANY(:cars) ORDER BY car.id"""
)

_ORDER = {
    "price": "car.daily_rate, car.id",
    "-price": "car.daily_rate DESC, car.id DESC",
    "-power": "car.power_hp DESC, car.id",
    "-year": "car.year DESC, car.id",
}
_INDEXED = frozenset({"price", "-price"})
_SORTED = "id, location_id, minimum_days, turnaround_minutes, daily_rate, power_hp, year"
_CANDIDATES = 240
"""So many cars, first in order, are looked at for taken ones: on quiet dates nearly all are free, and a few that are
not would otherwise be sought through the whole fleet."""

# A claim is at most MAX_CLAIM_DAYS long, so that only starts in a window can matter: both bounds on one index.
_CLAIMED = """EXISTS (
    SELECT 1 FROM claim
    WHERE claim.car_id = car.id AND claim.starts_at < stay.ends_at + car.turnaround_minutes * interval '1 minute'
      AND claim.starts_at >= stay.starts_at - CAST(%(reach)s AS interval) AND claim.ends_at > stay.starts_at
      AND (claim.expires_at IS NULL OR claim.expires_at > %(now)s)
)"""
_STAYS = """JOIN unnest(CAST(%(stay_locations)s AS uuid[]), CAST(%(stay_starts)s AS timestamptz[]),
    CAST(%(stay_ends)s AS timestamptz[]), CAST(%(stay_days)s AS int[])) AS stay(location_id, starts_at, ends_at, days)
    ON stay.location_id = car.location_id
"""


def locations(connection: Connection) -> tuple[LocationView, ...]:
    return tuple(_location(row) for row in ask(connection, _LOCATIONS, {}))


def car(connection: Connection, *, slug: str | None = None, car_id: UUID | None = None) -> CarView | None:
    """An active car of an active location."""
    if slug is None:
        found = ask(connection, _CAR_BY_ID, {"id": car_id})
    else:
        found = ask(connection, _CAR_BY_SLUG, {"slug": slug})
    return _car_view(found[0]) if found and found[0]["home"] is not None else None


def facts(session: Session, car_ids: Sequence[UUID]) -> Sequence[RowMapping]:
    """What may be told to others about cars."""
    return session.execute(_FACTS, {"cars": list(car_ids)}).mappings().all()


def slugs(connection: Connection) -> tuple[str, ...]:
    return tuple(connection.execute(_SLUGS).scalars())


def featured(connection: Connection) -> tuple[CarCard, ...]:
    return _cards(ask(connection, _FEATURED, {}))


def similar(connection: Connection, to: CarView, limit: int) -> tuple[CarCard, ...]:
    wanted = {
        "id": to.id,
        "category": to.category.value,
        "location_id": to.location.id,
        "daily_rate": to.daily_rate,
        "limit": limit,
    }
    return _cards(ask(connection, _SIMILAR, wanted))


def find(
    connection: Connection,
    wanted: CarFilter,
    *,
    location_id: UUID | None,
    stays: Sequence[Stay],
    free: bool | None,
    now: datetime,
    offset: int,
    limit: int,
) -> FleetPage:
    """A page of cards. With `stays`, only cars of their locations; `free` then keeps those that can (True) or
    cannot (False) be had for the stay."""
    words = search_words(wanted.words)
    values: dict[str, Any] = {
        "location_id": location_id,
        "category": wanted.category and wanted.category.value,
        "max_rate": wanted.max_rate,
        "seats": wanted.seats,
        "transmission": wanted.transmission and wanted.transmission.value,
        "words": words,
    }
    given = tuple(name for name, value in values.items() if value is not None)
    parameters = {name: values[name] for name in given} | {"offset": offset, "limit": limit + 1}
    if stays:
        parameters |= {
            "stay_locations": array_of(stay.location_id for stay in stays),
            "stay_starts": array_of(stay.start for stay in stays),
            "stay_ends": array_of(stay.end for stay in stays),
            "stay_days": array_of(stay.days for stay in stays),
            "now": now,
            "reach": timedelta(days=MAX_CLAIM_DAYS),
        }
    statement = _find_statement(given, wanted.sort, bool(stays), free if stays else None)
    cards = _cards(ask(connection, statement, parameters))
    return FleetPage(cards[:limit], len(cards) > limit)


_CONDITIONS = {
    "location_id": "car.location_id = %(location_id)s",
    "category": "car.category = %(category)s",
    "max_rate": "car.daily_rate <= %(max_rate)s",
    "seats": "car.seats >= %(seats)s",
    "transmission": "car.transmission = %(transmission)s",
    "words": "car.words @@ to_tsquery('simple', %(words)s)",
}


@cache
def _find_statement(given: tuple[str, ...], sort: str, stays: bool, free: bool | None) -> str:
    """An index gives the cars in the order of their rates, one by one, until the page is full. In any other order, or
    found by their words, they are sorted first, in a subquery, so that here too the claims of few are looked at."""
    cars = "car"
    wanted = " AND ".join(("car.active", *(_CONDITIONS[name] for name in given)))
    possible = f"(stay.days >= car.minimum_days AND NOT {_CLAIMED})"
    order = f"ORDER BY {_ORDER[sort]}"
    if free is False or (free and (sort not in _INDEXED or "words" in given)):
        bound = "" if free else f"LIMIT {_CANDIDATES}"
        cars = f"(SELECT {_SORTED} FROM car WHERE {wanted} {order} {bound}) AS car"  # noqa: S608  constants
        wanted = possible if free else f"NOT {possible}"
    elif free:
        wanted = f"{wanted} AND {possible}"
    part = "OFFSET %(offset)s LIMIT %(limit)s"
    page = f"SELECT car.id FROM {cars} {_STAYS if stays else ''} WHERE {wanted} {order} {part}"  # noqa: S608  constants
    return f"{_CARD_COLUMNS} FROM ({page}) AS page JOIN car USING (id) {_CARD_JOINS} {order}"


def search_words(typed: str | None) -> str | None:
    """What was typed as a tsquery in which each word may go on: `ferr 48` finds both beginnings."""
    words = "".join(c if c.isalnum() else " " for c in typed or "").split()
    return " & ".join(f"{word}:*" for word in words[:8]) or None


def _location(row: Mapping[str, Any]) -> LocationView:
    return LocationView(
        **{name: row[name] for name in LocationView.__dataclass_fields__ if name != "opening_hours"},
        opening_hours=tuple(
            Opening(time.fromisoformat(day[0]), time.fromisoformat(day[1])) if day else None
            for day in row["opening_hours"]
        ),
    )


_PLAIN = tuple(
    name
    for name in CarView.__dataclass_fields__
    if name not in {"category", "body", "transmission", "drive", "features", "location", "images"}
)


def _car_view(row: Mapping[str, Any]) -> CarView:
    return CarView(
        **{name: row[name] for name in _PLAIN},
        category=Category(row["category"]),
        body=Body(row["body"]),
        transmission=Transmission(row["transmission"]),
        drive=Drive(row["drive"]),
        features=tuple(row["features"]),
        location=_location(row["home"] | {"id": UUID(row["home"]["id"])}),
        images=tuple(_image(image) for image in row["images"] or ()),
    )


def _image(row: Mapping[str, Any]) -> ImageView:
    return ImageView(
        path=row["path"],
        widths=tuple(row["widths"]),
        width=row["width"],
        height=row["height"],
        alt_text=row["alt_text"],
    )


_CARD_PLAIN = tuple(
    name for name in CarCard.__dataclass_fields__ if name not in {"category", "transmission", "image"}
)


def _cards(rows: Iterable[Mapping[str, Any]]) -> tuple[CarCard, ...]:
    return tuple(
        CarCard(
            **{name: row[name] for name in _CARD_PLAIN},
            category=Category(row["category"]),
            transmission=Transmission(row["transmission"]),
            image=_image(row) if row["path"] is not None else None,
        )
        for row in rows
    )
