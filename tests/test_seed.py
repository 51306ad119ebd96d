"""The benchmark database is made of valid bookings, by the rules that the constraints do not know too."""

from typing import Any

import pytest
from sqlalchemy import text

from exodrive.core.db import Database
from exodrive.demo.seed import NotEmpty, seed_benchmark
from exodrive.services.booking.contracts import SearchCars
from exodrive.services.booking.search import SearchService
from exodrive.services.pricing.service import QuoteService


def one(database: Database, statement: str) -> Any:
    with database.read() as connection:
        return connection.execute(text(statement)).scalar_one()


@pytest.fixture
def seeded(container: Any, database: Database) -> Database:
    """50 cars, 2,000 bookings; the container has filled the key ring."""
    seed_benchmark(database, 50, 2000)
    return database


def test_every_booking_is_whole(seeded: Database, get: Any) -> None:
    for table, rows in {"car": 50, "car_image": 200, "quote": 2000, "booking": 2000, "claim": 2000}.items():
        assert one(seeded, f"SELECT count(*) FROM {table}") == rows
    assert one(seeded, "SELECT count(DISTINCT car_id) FROM booking") == 50
    assert one(seeded, "SELECT count(*) FROM payment WHERE move = 'authorise'") == 2000
    started = one(seeded, "SELECT count(*) FROM booking WHERE state <> 'confirmed'")
    assert one(seeded, "SELECT count(*) FROM payment WHERE move = 'capture'") == started
    assert 1100 < started < 1300
    assert one(seeded, "SELECT count(*) FROM payment WHERE state <> 'succeeded'") == 0
    assert (
        one(
            seeded,
            "SELECT count(*) FROM booking WHERE (state = 'active') <> (now() BETWEEN starts_at AND ends_at)",
        )
        == 0
    )
    assert (
        one(
            seeded,
            "SELECT count(*) FROM booking b JOIN quote q ON q.id = b.quote_id WHERE q.total <> b.total",
        )
        == 0
    )
    quote = get(QuoteService).get(one(seeded, "SELECT quote_id FROM booking LIMIT 1"))
    assert quote.total == sum(line.amount for line in quote.lines)
    assert quote.asked.car == quote.car_slug


def test_its_keys_are_of_version_7_and_lie_in_time(seeded: Database) -> None:
    wrong = "substr(id::text, 15, 1) <> '7' OR substr(id::text, 20, 1) NOT IN ('8', '9', 'a', 'b')"
    assert one(seeded, f"SELECT count(*) FROM booking WHERE {wrong}") == 0
    first = one(seeded, "SELECT id FROM booking ORDER BY created_at LIMIT 1")
    assert first == one(seeded, "SELECT id FROM booking ORDER BY id LIMIT 1")


def test_today_some_cars_are_free_and_some_are_not(seeded: Database, get: Any, clock: Any) -> None:
    day = one(seeded, "SELECT current_date + 14")
    clock.set(one(seeded, "SELECT now()"))
    at = one(seeded, "SELECT time '10:00'")
    found = get(SearchService).search(
        SearchCars(pick_up_date=day, pick_up_time=at, return_date=day, return_time=at.replace(hour=18))
    )
    assert found.offers
    assert all(offer.total for offer in found.offers)


def test_it_never_mixes_with_other_cars(seeded: Database) -> None:
    with pytest.raises(NotEmpty):
        seed_benchmark(seeded, 1, 1)
    assert one(seeded, "SELECT count(*) FROM car") == 50
