"""The fleet as the desk works with it: who may, what is found, what changes, and nobody undoes it unseen."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.contract import load
from exodrive.core.db import Database
from exodrive.core.errors import ExodriveError, Forbidden, IllegalMove, Invalid, Missing, VersionChanged
from exodrive.core.ids import new_id
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.audit.models import AuditEntry
from exodrive.services.booking.contracts import BookingState
from exodrive.services.car.contracts import Body, Category, Drive, Transmission
from exodrive.services.car.desk import CarDeskService
from exodrive.services.car.desk_contracts import ChangeCar, CreateCar, FindFleet, FleetState, RetireCar
from exodrive.services.car.models import Car, Location
from exodrive.services.car.service import CatalogueService
from tests.factories import NOW, make_booking, make_car, make_location, make_policy, make_quote
from tests.staff import actor_of, make_staff

NEW = CreateCar(
    location="los-angeles",
    make="Ferrari",
    model="296 GTS",
    year=2025,
    category=Category.CONVERTIBLE,
    body=Body.CONVERTIBLE,
    seats=2,
    power_hp=830,
    top_speed_kmh=330,
    zero_to_hundred=29,
    transmission=Transmission.AUTOMATIC,
    drive=Drive.REAR,
    engine="3.0 V6 hybrid",
    colour="Blu Corsa",
    plate="8abc 123",
    vin="zff00abc000123456",
    features=["  Carbon  seats "],
    description="Roof down in fourteen seconds.",
    daily_rate=149_000,
    weekend_rate=169_000,
    deposit=1_000_000,
    included_miles=100,
    overage_per_mile=450,
)


@pytest.fixture
def home(database: Database) -> Location:
    return make_location(database)


@pytest.fixture
def car(database: Database, home: Location) -> Car:
    return make_car(database, home, slug="ferrari-roma", plate="7XYZ 987")


@pytest.fixture
def desk(get: Any) -> CarDeskService:
    made: CarDeskService = get(CarDeskService)
    return made


@pytest.fixture
def who(database: Database, get: Any) -> Callable[[StaffRole], Actor]:
    """`who(StaffRole.AGENT)`: a member of staff of that role."""
    return lambda role: actor_of(make_staff(database, get(StaffKeys), role))


@pytest.fixture
def manager(who: Callable[[StaffRole], Actor]) -> Actor:
    return who(StaffRole.MANAGER)


@pytest.fixture
def deeds(database: Database) -> Callable[[UUID], list[tuple[str, Any]]]:
    """What is written down of a car."""

    def read(car_id: UUID) -> list[tuple[str, Any]]:
        found = select(AuditEntry.action, AuditEntry.data).where(AuditEntry.subject_id == car_id)
        with database.read() as connection:
            return [(row.action, row.data) for row in connection.execute(found.order_by(AuditEntry.at))]

    return read


def test_agents_look_and_only_managers_write(
    desk: CarDeskService, who: Callable[[StaffRole], Actor], car: Car
) -> None:
    agent = who(StaffRole.AGENT)
    assert desk.get(car.id, agent).plate == "7XYZ 987"
    assert len(desk.find(FindFleet(), agent).cars) == 1
    for deed in (
        lambda: desk.create(NEW, agent),
        lambda: desk.change(car.id, ChangeCar(version=1, colour="Blue"), agent),
        lambda: desk.retire(car.id, RetireCar(version=1), agent),
        lambda: desk.reinstate(car.id, RetireCar(version=1), agent),
        lambda: desk.story(car.id, agent),
    ):
        with pytest.raises(Forbidden):
            deed()
    for stranger in (Actor(kind=ActorKind.CUSTOMER), Actor(kind=ActorKind.PARTNER, id=str(new_id()))):
        with pytest.raises(Forbidden):
            desk.find(FindFleet(), stranger)


def test_a_new_car_is_kept_tidy_and_can_be_booked(
    desk: CarDeskService, get: Any, home: Location, manager: Actor, deeds: Any
) -> None:
    made = desk.create(NEW, manager)
    assert (made.slug, made.version, made.currency) == ("ferrari-296-gts", 1, "USD")
    assert (made.plate, made.vin, made.features) == ("8ABC 123", "ZFF00ABC000123456", ("Carbon seats",))
    assert (made.featured, made.active, made.ahead) == (0, True, 0)
    assert get(CatalogueService).car("ferrari-296-gts").colour == "Blu Corsa"
    assert deeds(made.id) == [("car.created", {"slug": "ferrari-296-gts"})]
    second = desk.create(replace(NEW, plate="8ABC 124", vin="ZFF00ABC000123457"), manager)
    assert second.slug == "ferrari-296-gts-2"


def test_what_another_car_has_is_refused_by_name(
    desk: CarDeskService, home: Location, manager: Actor
) -> None:
    desk.create(NEW, manager)
    other: tuple[tuple[dict[str, Any], str], ...] = (
        ({"vin": "ZFF00ABC000999999"}, "plate"),
        ({"plate": "OTHER"}, "vin"),
    )
    for over, field in other:
        with pytest.raises(Invalid) as refused:
            desk.create(replace(NEW, **over), manager)
        assert list(refused.value.fields) == [field]
    with pytest.raises(Invalid, match="no such location"):
        desk.create(replace(NEW, location="atlantis"), manager)


@pytest.mark.parametrize(
    "over",
    [
        {"plate": "-"},
        {"vin": "ZFF 1"},
        {"daily_rate": 99},
        {"seats": 0},
        {"make": " "},
        {"features": ["x" * 61]},
        {"minimum_age": 17},
        {"currency": "USD"},
        {"slug": "mine"},
        {"version": 0},
    ],
)
def test_what_a_car_cannot_be_is_refused(over: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        load(ChangeCar, {"version": 1} | over)
    assert list(refused.value.fields) == list(over)


def test_a_change_is_written_down_with_what_it_changed(
    desk: CarDeskService, car: Car, manager: Actor, deeds: Any
) -> None:
    told = ChangeCar(version=1, colour=" Nero ", minimum_days=1, featured=3, category=Category.SUPERCAR)
    changed = desk.change(car.id, told, manager)
    assert (changed.version, changed.colour, changed.featured, changed.make) == (2, "Nero", 3, "Ferrari")
    assert deeds(car.id) == [
        (
            "car.changed",
            {
                "changes": {
                    "colour": ["Rosso Corsa", "Nero"],
                    "featured": [None, 3],
                    "category": ["grand_tourer", "supercar"],
                }
            },
        )
    ]
    assert desk.change(car.id, ChangeCar(version=2, featured=0), manager).featured == 0
    story = desk.story(car.id, manager)
    assert [one.action for one in story.deeds] == ["car.changed", "car.changed"]
    assert list(story.names.values()) == ["Robin Manager"]


def test_what_stays_as_it_was_is_no_change(
    desk: CarDeskService, car: Car, manager: Actor, deeds: Any
) -> None:
    assert desk.change(car.id, ChangeCar(version=1, colour=car.colour, year=car.year), manager).version == 1
    assert deeds(car.id) == []


def test_a_change_of_an_older_version_is_refused(desk: CarDeskService, car: Car, manager: Actor) -> None:
    desk.change(car.id, ChangeCar(version=1, colour="Nero"), manager)
    for deed in (
        lambda: desk.change(car.id, ChangeCar(version=1, colour="Bianco"), manager),
        lambda: desk.retire(car.id, RetireCar(version=1), manager),
    ):
        with pytest.raises(VersionChanged) as refused:
            deed()
        assert refused.value.facts() == {"version": 2}
    assert desk.get(car.id, manager).colour == "Nero"
    with pytest.raises(Missing):
        desk.change(new_id(), ChangeCar(version=1), manager)


def test_of_two_changes_at_once_one_is_told_of_the_other(
    desk: CarDeskService, car: Car, manager: Actor, deeds: Any
) -> None:
    both = Barrier(2, timeout=10)

    def change(colour: str) -> str:
        both.wait()
        try:
            return desk.change(car.id, ChangeCar(version=1, colour=colour), manager).colour
        except ExodriveError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        told = set(pool.map(change, ("Nero", "Bianco")))
    now = desk.get(car.id, manager)
    assert told == {now.colour, "version_changed"}
    assert (now.version, len(deeds(car.id))) == (2, 1)


def test_a_car_keeps_its_currency(
    desk: CarDeskService, database: Database, car: Car, manager: Actor, deeds: Any
) -> None:
    make_location(database, slug="miami", name="Miami", zone="America/New_York")
    make_location(database, slug="london", name="London", zone="Europe/London", currency="GBP")
    with pytest.raises(Invalid, match="counts in GBP"):
        desk.change(car.id, ChangeCar(version=1, location="london"), manager)
    moved = desk.change(car.id, ChangeCar(version=1, location="miami"), manager)
    assert (moved.location, moved.location_name, moved.version) == ("miami", "Miami", 2)
    assert deeds(car.id)[0][1] == {"changes": {"location": ["los-angeles", "miami"]}}


def test_a_car_stays_where_the_place_is_closed(
    desk: CarDeskService, database: Database, manager: Actor
) -> None:
    closed = make_location(database, slug="closed", name="Closed", active=False)
    stays = make_car(database, closed)
    told = ChangeCar(version=1, location="closed", colour="Nero")
    assert desk.change(stays.id, told, manager).location == "closed"
    with pytest.raises(Invalid, match="no such location"):
        desk.create(replace(NEW, location="closed"), manager)


def test_a_retired_car_keeps_its_bookings_and_says_how_many(
    get: Any, database: Database, clock: ManualClock, car: Car, *, manager: Actor, deeds: Any
) -> None:
    desk = get(CarDeskService)
    policy = make_policy(database)
    for days in (2, 10, 20):
        make_booking(database, car, policy, make_quote(database, car, starts_at=NOW + timedelta(days=days)))
    held = make_quote(database, car, starts_at=NOW + timedelta(days=30))
    make_booking(database, car, policy, held, state=BookingState.HELD)
    clock.move(timedelta(days=8))  # the first has ended, and the hold has lapsed
    retired = desk.retire(car.id, RetireCar(version=1), manager)
    assert (retired.active, retired.version, retired.ahead) == (False, 2, 2)
    with pytest.raises(Missing):
        get(CatalogueService).car(car.slug)
    with pytest.raises(IllegalMove):
        desk.retire(car.id, RetireCar(version=2), manager)
    assert desk.reinstate(car.id, RetireCar(version=2), manager).version == 3
    assert get(CatalogueService).car(car.slug).id == car.id
    assert deeds(car.id) == [
        ("car.retired", {"bookings_ahead": 2}),
        ("car.reinstated", {"bookings_ahead": 2}),
    ]


def test_the_fleet_is_found_by_what_is_known_of_a_car(
    desk: CarDeskService, database: Database, home: Location, car: Car, manager: Actor
) -> None:
    away = make_location(database, slug="miami", name="Miami")
    urus = make_car(
        database,
        away,
        slug="lamborghini-urus",
        make="Lamborghini",
        model="Urus",
        category=Category.SUV,
        plate="SUV 1",
        vin="ZPBUA1ZL0KLA00001",
        active=False,
    )
    both = [car.slug, urus.slug]
    for wanted, expected in (
        (FindFleet(), both),
        (FindFleet(state=FleetState.RETIRED), both[1:]),
        (FindFleet(state=FleetState.ACTIVE), both[:1]),
        (FindFleet(location="miami"), both[1:]),
        (FindFleet(category=Category.SUV), both[1:]),
        (FindFleet(q="ferr rom"), both[:1]),
        (FindFleet(q="7xyz9"), both[:1]),
        (FindFleet(q="7xyz 9"), both[:1]),
        (FindFleet(q="zpbua1"), both[1:]),
        (FindFleet(q="fiat"), []),
        (FindFleet(q="!"), both),
    ):
        assert sorted(one.slug for one in desk.find(wanted, manager).cars) == sorted(expected), wanted


def test_the_fleet_comes_in_pages(
    desk: CarDeskService, database: Database, home: Location, manager: Actor
) -> None:
    slugs = [f"car-{number}" for number in range(5)]
    for slug in slugs:
        make_car(database, home, slug=slug)
    found: list[str] = []
    wanted = FindFleet()
    while True:
        page = desk.find(wanted, manager, size=2)
        found += [one.slug for one in page.cars]
        if page.next is None:
            break
        wanted = FindFleet(after=page.next)
    assert found == slugs
    for none in ("no cursor", "AA", "Y2FyIDE"):
        assert len(desk.find(FindFleet(after=none), manager).cars) == 5
