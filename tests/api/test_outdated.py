"""A claim outdates the searches of its place and weeks and the calendar of its car; everything else stays kept."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from exodrive.api.procedure import procedures
from exodrive.core.db import Database
from exodrive.services.car.desk import CarDeskService
from exodrive.services.car.desk_contracts import ChangeCar
from exodrive.services.car.models import Location
from tests.api.conftest import TRIP, Fleet, Keys, Rpc
from tests.api.test_cached import CACHE, HIT, MISS, hold, search
from tests.factories import make_car, make_location

FIRST = date(2026, 6, 10)
"""A Wednesday, and the last day of its week: see `services/car/subjects.py`."""


def stay(weeks: int, days: int = 2, place: str = "") -> dict[str, str]:
    """From the Wednesday so many weeks later, at a place or any."""
    start = FIRST + timedelta(weeks=weeks)
    dates = {"pick_up_date": start.isoformat(), "return_date": (start + timedelta(days=days)).isoformat()}
    return TRIP | dates | ({"pick_up_location": place} if place else {})


@pytest.fixture
def there(database: Database) -> Location:
    """Another place, with a car."""
    place = make_location(database, slug="miami", name="Miami", zone="America/New_York")
    make_car(database, place)
    return place


def sources(client: FlaskClient, asked: dict[str, dict[str, str]]) -> dict[str, str]:
    return {name: search(client, **one)[0] for name, one in asked.items()}


def test_a_hold_outdates_its_weeks_at_its_place(client: FlaskClient, fleet: Fleet, there: Location) -> None:
    asked = {
        "here": stay(0, place="los-angeles"),
        "anywhere": stay(0),
        "there": stay(0, place="miami"),
        "here, weeks later": stay(3, place="los-angeles"),
        "anywhere, weeks later": stay(3),
        "there, from weeks before until weeks later": stay(-1, 30, place="miami"),
        "anywhere, from weeks before until weeks later": stay(-1, 30),
    }
    assert set(sources(client, asked).values()) == {MISS}
    assert client.get("/api/v1/cars").headers[CACHE] == MISS
    assert set(sources(client, asked).values()) == {HIT}
    hold(client, fleet.wish)
    outdated = {"here", "anywhere", "anywhere, from weeks before until weeks later"}
    assert sources(client, asked) == {name: MISS if name in outdated else HIT for name in asked}
    assert client.get("/api/v1/cars").headers[CACHE] == HIT


@pytest.mark.parametrize(("turnaround", "after"), [(600, HIT), (2880, MISS)])
def test_a_turnaround_reaches_into_the_week_that_follows(
    turnaround: int, after: str, client: FlaskClient, fleet: Fleet, database: Database
) -> None:
    """The stay that is held ends on Tuesday at ten, California's clock; the one that is asked for begins on Friday, of
    which nobody's Thursday evening is any more."""
    car = make_car(database, fleet.location, turnaround_minutes=turnaround)
    tuesday = {"pick_up_date": "2026-06-15", "return_date": "2026-06-16"}
    friday = {"pick_up_date": "2026-06-19", "return_date": "2026-06-20"}
    assert search(client, **friday)[0] == MISS
    hold(client, fleet.wish | tuesday | {"car": car.slug})
    assert search(client, **friday)[0] == after


@pytest.mark.parametrize(("turnaround", "after"), [(120, HIT), (2880, MISS)])
def test_a_stay_needs_its_turnaround_before_a_claim(
    turnaround: int, after: str, client: FlaskClient, fleet: Fleet, database: Database
) -> None:
    """The stay that is asked for ends on Wednesday morning, the claim begins on Friday: two days are too short."""
    car = make_car(database, fleet.location, turnaround_minutes=turnaround)
    before = {"pick_up_date": "2026-06-15", "return_date": "2026-06-17"}
    where, shown = search(client, **before)
    assert (where, car.slug in shown) == (MISS, True)
    friday = {"pick_up_date": "2026-06-19", "return_date": "2026-06-20", "pick_up_time": "09:00"}
    hold(client, fleet.wish | friday | {"car": car.slug})
    where, shown = search(client, **before)
    assert (where, car.slug in shown) == (after, after == HIT)


def calendar(client: FlaskClient, car: str) -> tuple[str, set[str]]:
    told = client.get(f"/api/v1/cars/{car}/availability?first=2026-06-08&days=7")
    return told.headers[CACHE], {one["state"] for one in told.get_json()["days"]}


def test_a_calendar_is_outdated_by_claims_on_its_car(
    client: FlaskClient, fleet: Fleet, database: Database
) -> None:
    other = make_car(database, fleet.location).slug
    assert [calendar(client, one)[0] for one in (fleet.car.slug, other)] == [MISS, MISS]
    hold(client, fleet.wish)
    assert calendar(client, fleet.car.slug) == (MISS, {"free", "partly", "taken"})
    assert calendar(client, other) == (HIT, {"free"})


EVERYBODY_S: dict[str, dict[str, str]] = {
    "location.list": {},
    "location.options": {"location": "los-angeles"},
    "car.get": {"car": "roma"},
    "car.availability": {"car": "roma"},
    "car.search": {},
    "policy.cancellation": {},
}


@pytest.fixture
def repaint(get: Any, database: Database, fleet: Fleet, keys: Keys) -> Callable[[], object]:
    """Change something of a car called `roma`."""
    car = make_car(database, fleet.location, slug="roma")
    return lambda: get(CarDeskService).change(car.id, ChangeCar(version=1, colour="Blu"), keys.manager)


@pytest.mark.parametrize("procedure", EVERYBODY_S)
def test_what_is_the_same_for_everybody_is_kept_until_the_fleet_changes(
    procedure: str, rpc: Rpc, repaint: Callable[[], object]
) -> None:
    answers = [rpc(procedure, **EVERYBODY_S[procedure]) for _ in range(2)]
    assert [one.headers[CACHE] for one in answers] == [MISS, HIT]
    assert answers[0].data == answers[1].data
    repaint()
    assert rpc(procedure, **EVERYBODY_S[procedure]).headers[CACHE] == MISS


def test_all_that_anybody_may_read_of_the_catalogue_is_kept() -> None:
    assert {one.name for one in procedures() if one.cached} == set(EVERYBODY_S)


def test_answers_are_counted_by_where_they_came_from(client: FlaskClient, fleet: Fleet) -> None:
    for _ in range(3):
        search(client)
    client.get("/api/v1/cars/nobody")
    lines = client.get("/metrics").get_data(as_text=True).splitlines()
    assert [line for line in lines if line.startswith("exodrive_api_answers_total")] == [
        'exodrive_api_answers_total{procedure="car.search",source="database"} 1',
        'exodrive_api_answers_total{procedure="car.search",source="memory"} 2',
    ]
    assert "# TYPE exodrive_api_answers_total counter" in lines
