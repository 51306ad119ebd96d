"""What the catalogue's SQL promises beside what search shows of it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.services.car import repository
from exodrive.services.car.availability import AvailabilityService
from exodrive.services.car.contracts import CarFilter, Category, ClaimKind, Stay
from exodrive.services.car.models import Claim, Location
from exodrive.services.car.service import CatalogueService
from tests.factories import add, make_booking, make_car, make_location, make_policy, make_quote
from tests.statements import statements

START = datetime(2026, 6, 20, 17, tzinfo=UTC)


@pytest.fixture
def home(database: Database) -> Location:
    return make_location(database)


def test_similar_cars_are_of_the_category_then_of_the_place_then_near_in_rate(
    database: Database, home: Location, get: Any
) -> None:
    away = make_location(database, slug="miami", name="Miami")
    suv, roma = {"category": Category.SUV}, {"category": Category.GRAND_TOURER}
    wanted = make_car(database, home, daily_rate=90_000, **roma)
    make_car(database, home, model="Other", daily_rate=90_000, **suv)
    make_car(database, home, model="Near", daily_rate=95_000, **roma)
    make_car(database, home, model="Far", daily_rate=40_000, **roma)
    make_car(database, away, model="Away", daily_rate=90_000, **roma)
    make_car(database, home, model="Retired", daily_rate=90_000, active=False, **roma)
    catalogue = get(CatalogueService)
    found = catalogue.similar(catalogue.car(wanted.slug), limit=9)
    assert [card.model for card in found] == ["Near", "Far", "Away", "Other"]


@pytest.mark.parametrize("sort", ["price", "-price", "-power", "-year"])
def test_pages_of_every_order_join_without_a_gap(
    database: Database, home: Location, sort: str, clock: Any
) -> None:
    policy = make_policy(database)
    for number in range(9):
        car = make_car(
            database, home, daily_rate=50_000 + number % 3, power_hp=500 + number % 2, year=2020 + number
        )
        if number % 3 == 0:
            quote = make_quote(database, car, starts_at=START)
            make_booking(database, car, policy, quote)
    stays = [Stay(location_id=home.id, start=START, end=START + timedelta(days=2), days=2)]
    pages: dict[bool, list[Any]] = {True: [], False: []}
    with database.read() as connection:
        for free, cards in pages.items():
            for offset in (0, 2, 4):
                page = repository.find(
                    connection,
                    CarFilter(sort=sort),
                    location_id=home.id,
                    stays=stays,
                    free=free,
                    now=clock.now(),
                    offset=offset,
                    limit=2,
                )
                cards.extend(page.cards)
    keys = {
        "price": lambda card: (card.daily_rate, card.id),
        "-price": lambda card: (-card.daily_rate, -card.id.int),
        "-power": lambda card: (-card.power_hp, card.id),
        "-year": lambda card: (-card.year, card.id),
    }
    assert [len({card.id for card in cards}) for cards in pages.values()] == [6, 3]
    assert all(cards == sorted(cards, key=keys[sort]) for cards in pages.values())


def test_a_car_comes_with_its_location_in_one_query(database: Database, home: Location, get: Any) -> None:
    car = make_car(database, home)
    catalogue = get(CatalogueService)
    with statements(database) as sent:
        found = catalogue.car(car.slug)
    assert len(sent) == 1
    assert found.location == catalogue.location("los-angeles")
    assert catalogue.car_by_id(car.id) == found


def test_a_car_of_a_closed_location_is_not_here(database: Database, get: Any) -> None:
    car = make_car(database, make_location(database, active=False))
    with pytest.raises(Missing):
        get(CatalogueService).car(car.slug)


def test_a_calendar_shows_each_claim_on_the_days_that_it_touches(
    database: Database, home: Location, get: Any
) -> None:
    car = make_car(database, home, turnaround_minutes=0)
    # Three whole days from noon of the 20th, and one night of the 28th by the clock of Los Angeles.
    for starts_at, length in ((START.replace(hour=19), 72), (datetime(2026, 6, 29, 4, tzinfo=UTC), 8)):
        add(
            database,
            Claim(
                car_id=car.id,
                kind=ClaimKind.BLOCK,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=length),
            ),
        )
    view = get(CatalogueService).location("los-angeles")
    days = get(AvailabilityService).calendar(car.id, view, date(2026, 6, 19), 11)
    assert [state.value for state in days.values()] == [
        *("free", "partly", "taken", "taken", "partly"),
        *("free", "free", "free", "free", "free", "free"),
    ]
