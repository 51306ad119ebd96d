"""What the tests of the Python client call with."""

from datetime import date, time
from typing import Any

from sqlalchemy import text

from exodrive.core.db import Database
from exodrive_client import ExoDrive, Retries, models
from tests.api.conftest import Fleet

AT_ONCE = Retries(first=0.001, longest=0.001)
DAYS: Any = {
    "pick_up_date": date(2026, 6, 10),
    "pick_up_time": time(10),
    "return_date": date(2026, 6, 12),
    "return_time": time(10),
}
DRIVER: Any = {
    "name": "Alex Morgan",
    "email": "alex@example.com",
    "phone": "+1 310 555 0100",
    "birth_date": date(1990, 5, 4),
    "licence_number": "D1234567",
    "licence_country": "US",
    "consent": True,
}


def quoted(client: ExoDrive, fleet: Fleet, **over: Any) -> models.Quote:
    return client.quote.create(car=fleet.car.slug, pick_up_location=fleet.location.slug, **(DAYS | over))


def count(database: Database, table: str) -> int:
    with database.read() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
