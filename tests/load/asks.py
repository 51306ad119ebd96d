"""What is asked for under load: the same wishes for every contender."""

import random
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import text

from exodrive.core.db import Database
from exodrive.services.booking.contracts import SearchCars
from exodrive.services.pricing.contracts import QuoteCar

HOMES = ("los-angeles", "miami", "london")


def searches(count: int = 60) -> list[SearchCars]:
    """Two to five days at one location, or any, one to six months ahead; some with a category's worth of seats."""
    chance = random.Random(11)
    return [
        SearchCars(
            pick_up_location=chance.choice((*HOMES, None)),
            seats=chance.choice((None, None, 4)),
            **_dates(chance, 30, 180),
        )
        for _ in range(count)
    ]


def quotes(database: Database, count: int = 60) -> list[QuoteCar]:
    """Prices of random cars for dates like those of the searches."""
    chance = random.Random(12)
    with database.read() as connection:
        cars = connection.execute(
            text(
                "SELECT car.slug, location.slug AS home FROM car JOIN location ON location.id = car.location_id"
                " WHERE minimum_days <= 2 ORDER BY car.slug"
            )
        ).all()
    return [
        QuoteCar(car=one.slug, pick_up_location=one.home, **_dates(chance, 30, 180))
        for one in (chance.choice(cars) for _ in range(count))
    ]


def _dates(chance: random.Random, soonest: int, latest: int) -> dict[str, Any]:
    first = datetime.now(UTC).date() + timedelta(days=chance.randint(soonest, latest))
    return {
        "pick_up_date": first,
        "pick_up_time": time(10),
        "return_date": first + timedelta(days=chance.randint(2, 5)),
        "return_time": time(10),
    }


def address(path: str, asked: Any, *, without: Sequence[str] = ()) -> str:
    """The page's address with what is asked as its parameters."""
    values = {
        name: value.strftime("%H:%M") if isinstance(value, time) else value
        for name, value in asdict(asked).items()
        if value not in (None, False, []) and name not in without
    }
    return f"{path}?{urlencode(values)}"
