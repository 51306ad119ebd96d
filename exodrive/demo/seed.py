"""A benchmark database: a large fleet with years of rentals, written in sets of SQL."""

from dataclasses import fields
from typing import Any

import click
from sqlalchemy import Connection, insert, text

from exodrive.core.clock import SystemClock
from exodrive.core.db import Database
from exodrive.core.ids import REFERENCE_ALPHABET, new_id
from exodrive.core.types import key_ring
from exodrive.demo import places, rentals
from exodrive.demo.cars import CARS, IMAGE_HEIGHT, IMAGE_WIDTHS, DemoCar
from exodrive.services.booking.models import CancellationPolicy
from exodrive.services.car.models import Car, CarImage, Location
from exodrive.services.pricing.models import (
    DeliveryBand,
    Extra,
    LongStayTier,
    OneWayFee,
    Season,
    YoungDriverFee,
)

_OF_CAR = tuple(one.name for one in fields(DemoCar) if one.name not in {"location", "setting", "wheels"})
_EVERY_DAY = [["08:00", "20:00"]] * 7
"""So that any date can be asked for."""


class NotEmpty(click.ClickException):
    """The database has cars: a benchmark never mixes with them."""


def seed_benchmark(database: Database, cars: int, bookings: int) -> None:
    """Fill a database without cars: `cars` of them at three locations, and `bookings` spread evenly over them, of which
    two fifths lie ahead, with quotes, claims and payments. Raises `NotEmpty`."""
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        fill_fleet(connection, cars)
        fill_rentals(connection, cars, bookings)
    with database.read() as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(
            text("VACUUM ANALYZE")
        )  # the visibility map too: scans of indexes alone depend on it
        connection.execute(text("RESET statement_timeout"))


def fill_fleet(connection: Connection, cars: int) -> None:
    """Locations, prices, the policy and the cars. Raises `NotEmpty`."""
    if connection.execute(text("SELECT EXISTS (SELECT FROM car)")).scalar_one():
        raise NotEmpty("This database has cars already; give DATABASE_URL of an empty one.")
    homes = {
        values["slug"]: {"id": new_id(), **values, "opening_hours": _EVERY_DAY} for values in places.LOCATIONS
    }
    connection.execute(insert(Location), list(homes.values()))
    connection.execute(insert(CancellationPolicy), [{"id": new_id(), **places.CANCELLATION}])
    for table, rows in _prices({slug: home["id"] for slug, home in homes.items()}).items():
        connection.execute(insert(table), [{"id": new_id(), **row} for row in rows])
    rows = [_car(number, homes) for number in range(cars)]
    connection.execute(insert(Car), rows)
    connection.execute(
        insert(CarImage), [image for number, row in enumerate(rows) for image in _images(number, row["id"])]
    )


def fill_rentals(connection: Connection, cars: int, bookings: int) -> None:
    """Rentals as whole bookings. Their personal data is one invented driver's: encrypted for each, it would be all that
    the minute is spent on."""
    plan_rentals(connection, cars, bookings)
    seal = key_ring.cipher.encrypt
    person = {
        "name": seal(b"Ada Lovelace"),
        "email": seal(b"ada@example.com"),
        "phone": seal(b"+1 310 555 0100"),
        "birth_date": seal(b"1985-12-10"),
        "licence": seal(b"D1234567"),
        "country": seal(b"US"),
    }
    for statement in rentals.WRITE:
        connection.execute(text(statement), person if ":email" in statement else {})


def plan_rentals(connection: Connection, cars: int, bookings: int) -> None:
    """Make the temporary table `rental`, which lasts until the transaction ends: which car, when, for how much."""
    connection.execute(text(rentals.MAKE_KEY))
    weeks = -(-bookings // cars)
    connection.execute(
        text(rentals.PLAN),
        {
            "cars": cars,
            "bookings": bookings,
            "ahead": min(weeks * 2 // 5, 100),
            "weeks": weeks,
            "alphabet": REFERENCE_ALPHABET,
        },
    )


def _prices(homes: dict[str, Any]) -> dict[Any, list[dict[str, Any]]]:
    year = SystemClock().now().year
    return {
        LongStayTier: [{"from_day": day, "discount": less} for day, less in places.TIERS],
        Season: [
            {"location_id": homes[one.pop("location")] if "location" in one else None, **one}
            for each in (year - 1, year, year + 1)
            for one in places.seasons(each)
        ],
        Extra: [
            {**one, "currency": "USD", "position": position} for position, one in enumerate(places.EXTRAS, 1)
        ],
        DeliveryBand: [
            {"location_id": home, "code": code, "label": label, "max_miles": miles, "fee": fee}
            for home in homes.values()
            for code, label, miles, fee in places.BANDS
        ],
        OneWayFee: [
            {"from_location_id": homes[start], "to_location_id": homes[end], "fee": fee}
            for start, end, fee in places.ONE_WAY
        ],
        YoungDriverFee: [
            {"location_id": homes[home], "below_age": age, "per_day": fee}
            for home, age, fee in places.YOUNG_DRIVERS
        ],
    }


def _car(number: int, homes: dict[str, Any]) -> dict[str, Any]:
    """The demo cars over and over, each time a little dearer."""
    one, copy = CARS[number % len(CARS)], number // len(CARS)
    home = homes[one.location]
    more = copy * 1700 % 45_000
    return {name: getattr(one, name) for name in _OF_CAR} | {
        "id": new_id(),
        "slug": f"{one.slug}-{copy}" if copy else one.slug,
        "plate": f"B{number:06}",
        "vin": f"{one.vin[:11]}{number:06}",
        "features": list(one.features),
        "featured": None if copy else one.featured,
        "location_id": home["id"],
        "currency": home["currency"],
        "daily_rate": one.daily_rate + more,
        "weekend_rate": one.weekend_rate + more,
    }


def _images(number: int, car_id: Any) -> list[dict[str, Any]]:
    one = CARS[number % len(CARS)]
    return [
        {
            "id": new_id(),
            "car_id": car_id,
            "position": position,
            "path": f"cars/{one.slug}/{position}",
            "widths": list(IMAGE_WIDTHS),
            "width": IMAGE_WIDTHS[-1],
            "height": IMAGE_HEIGHT,
            "alt_text": alt_text,
        }
        for position, alt_text in one.images
    ]
