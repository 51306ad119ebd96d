"""The pages of cars: found, added, changed without undoing anybody, retired and put back; their seasons."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from exodrive.admin.cars.amounts import in_minor_units, units
from exodrive.core.db import Database
from exodrive.core.errors import Invalid
from exodrive.services.account.contracts import StaffRole
from exodrive.services.car.contracts import Category
from exodrive.services.car.models import Car, Location
from exodrive.services.car.service import CatalogueService
from tests.admin.test_people import post
from tests.factories import make_booking, make_car, make_location, make_policy

Enter = Callable[..., FlaskClient]
NEW = {
    "version": "0",
    "location": "los-angeles",
    "make": "Ferrari",
    "model": "296 GTS",
    "year": "2025",
    "category": "convertible",
    "body": "convertible",
    "colour": "Blu Corsa",
    "plate": "8abc123",
    "vin": "zff00abc000123456",
    "seats": "2",
    "transmission": "automatic",
    "drive": "rear",
    "engine": "3.0 V6 hybrid",
    "power_hp": "830",
    "top_speed_kmh": "330",
    "zero_to_hundred": "29",
    "daily_rate": "1490",
    "weekend_rate": "1690.50",
    "deposit": "10000",
    "included_miles": "100",
    "overage_per_mile": "4.5",
    "minimum_days": "1",
    "minimum_age": "25",
    "turnaround_minutes": "120",
    "featured": "0",
    "features": "Carbon seats\r\n\r\n Lifting nose ",
    "description": "Roof down in fourteen seconds.",
}
SEASON = {
    "label": "Race week",
    "reach": "location",
    "starts_on": "2026-06-08",
    "ends_on": "2026-06-14",
    "adjustment": "percent",
    "amount": "150",
}


@pytest.fixture
def home(database: Database) -> Location:
    return make_location(database)


@pytest.fixture
def car(database: Database, home: Location) -> Car:
    return make_car(database, home, slug="ferrari-roma")


def typed(page: str) -> dict[str, str]:
    """What stands in the form of a page."""
    inputs = dict(re.findall(r'<input[^>]* name="(\w+)"[^>]* value="([^"]*)"', page))
    inputs |= dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>([^<]*)</textarea>', page))
    for name, options in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"[^>]*selected', options)
        inputs[name] = chosen[1] if chosen else ""
    hidden = re.search(r'<input[^>]*name="version"[^>]*type="hidden"[^>]*value="(\d+)"', page)
    assert hidden, page
    inputs["version"] = hidden[1]
    inputs.pop("csrf_token", None)
    return inputs


def test_agents_look_and_managers_write(enter: Enter, car: Car) -> None:
    agent, here = enter(StaffRole.AGENT), f"/admin/cars/{car.id}"
    page = agent.get(here).get_data(as_text=True)
    assert car.vin in page
    assert not re.search(r"Retire|/change|/photos|/seasons/new|What happened", page)
    assert "Add a car" not in agent.get("/admin/cars").get_data(as_text=True)
    for path in (
        "/new",
        f"/{car.id}/change",
        f"/{car.id}/retire",
        f"/{car.id}/reinstate",
        f"/{car.id}/seasons/new",
    ):
        assert agent.get(f"/admin/cars{path}").status_code == 403, path
        status, _ = post(agent, f"/admin/cars{path}", version="1")
        assert status == 403, path


def test_the_list_is_filtered(enter: Enter, database: Database, home: Location, car: Car) -> None:
    make_car(database, home, make="Lamborghini", model="Urus", category=Category.SUV, active=False)
    agent = enter(StaffRole.AGENT)

    def found(query: str) -> list[str]:
        page = agent.get(f"/admin/cars?{query}", headers={"HX-Request": "true"}).get_data(as_text=True)
        return re.findall(r"(Roma|Urus) 2024", page)

    assert found("") == ["Roma", "Urus"]
    assert found("state=retired") == ["Urus"]
    assert found("category=suv") == ["Urus"]
    assert found("location=los-angeles&q=ferr") == ["Roma"]
    assert "No car fits." in agent.get("/admin/cars?q=fiat").get_data(as_text=True)


def test_the_list_goes_on(enter: Enter, database: Database, home: Location) -> None:
    for number in range(51):
        make_car(database, home, slug=f"car-{number:02}")
    agent = enter(StaffRole.AGENT)
    page = agent.get("/admin/cars?state=active").get_data(as_text=True)
    onward = re.search(r'href="([^"]+)" rel="next"', page)
    assert onward
    rest = agent.get(onward[1].replace("&amp;", "&")).get_data(as_text=True)
    assert (rest.count("<tr role"), rest.count("To the start")) == (2, 1)


def test_a_car_is_added(enter: Enter, get: Any, home: Location) -> None:
    manager = enter(StaffRole.MANAGER)
    status, page = post(manager, "/admin/cars/new", **NEW)
    assert (status, "The Ferrari 296 GTS is on the site." in page) == (200, True)
    made = get(CatalogueService).car("ferrari-296-gts")
    assert (made.daily_rate, made.weekend_rate, made.overage_per_mile) == (149_000, 169_050, 450)
    assert made.features == ("Carbon seats", "Lifting nose")
    for shown in ("8ABC123", "$1,690.50", "Car taken into the fleet", "Robin Manager", "No seasons."):
        assert shown in page, shown


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"daily_rate": "much"}, "Please give an amount, such as 890 or 890.50."),
        ({"daily_rate": "890.505"}, "smaller than the smallest coin"),
        ({"daily_rate": "0.50"}, "A day: "),
        ({"location": "atlantis"}, "We have no such location."),
        ({"make": ""}, "Please fill this in."),
        ({"plate": "?"}, "Letters, digits, spaces and dashes."),
        ({"features": "x" * 61}, "Each takes 1 to 60 characters."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_again(
    enter: Enter, home: Location, over: dict[str, str], words: str
) -> None:
    status, page = post(enter(StaffRole.MANAGER), "/admin/cars/new", **NEW | over)
    words = words.replace("A day: ", "Daily rate: ")
    assert (status, words in page, "Roof down" in page) == (422, True, True), page


def test_a_plate_that_another_car_has_is_refused(enter: Enter, car: Car) -> None:
    status, page = post(enter(StaffRole.MANAGER), "/admin/cars/new", **NEW | {"plate": car.plate})
    assert (status, "Another car has this plate." in page) == (422, True)


def test_a_car_is_changed_and_the_page_tells_what(enter: Enter, car: Car) -> None:
    manager, here = enter(StaffRole.MANAGER), f"/admin/cars/{car.id}"
    form = typed(manager.get(f"{here}/change").get_data(as_text=True))
    assert (form["daily_rate"], form["overage_per_mile"], form["features"]) == (
        "890",
        "3.50",
        "Apple CarPlay",
    )
    status, page = post(manager, f"{here}/change", **form)
    assert (status, "Nothing is written down." in page) == (200, True)
    status, page = post(
        manager, f"{here}/change", **form | {"daily_rate": "950.00", "colour": "Nero", "features": ""}
    )
    assert (status, "The car is changed." in page) == (200, True)
    for line in ("Daily rate: $890 → $950", "Colour: Rosso Corsa → Nero", "Features: Apple CarPlay → –"):
        assert line in page, line


def test_what_somebody_else_changed_meanwhile_is_shown(enter: Enter, get: Any, car: Car) -> None:
    mine, theirs = enter(StaffRole.MANAGER), enter(StaffRole.MANAGER, email="second@exodrive.example")
    path = f"/admin/cars/{car.id}/change"
    form = typed(mine.get(path).get_data(as_text=True))
    assert post(theirs, path, **form | {"colour": "Nero", "engine": "3.9 V8 twin-turbo"})[0] == 200
    status, page = post(mine, path, **form | {"colour": "Bianco", "daily_rate": "950"})
    assert (status, "Somebody else has changed this car in the meantime." in page) == (409, True)
    again = typed(page)
    assert (again["colour"], again["daily_rate"], again["version"]) == ("Bianco", "950", "2")
    told = re.sub(r"<[^>]+>|\s+", " ", page.split("What differs", 1)[1])
    assert re.search(r"Colour\s+Nero\s+Bianco", told)
    assert re.search(r"Engine\s+3.9 V8 twin-turbo\s+3.9 V8", told)
    assert re.search(r"Daily rate\s+\$890\s+\$950", told)
    assert "Model" not in told.split("The car", 1)[0]
    assert post(mine, path, **again)[0] == 200
    assert get(CatalogueService).car("ferrari-roma").colour == "Bianco"


def test_a_car_moves_to_places_of_its_currency(enter: Enter, database: Database, car: Car) -> None:
    make_location(database, slug="miami", name="Miami")
    make_location(database, slug="london", name="London", currency="GBP")
    manager, path = enter(StaffRole.MANAGER), f"/admin/cars/{car.id}/change"
    page = manager.get(path).get_data(as_text=True)
    assert ("Miami" in page, "London" in page) == (True, False)
    form = typed(page)
    status, page = post(manager, path, **form | {"location": "london"})
    assert (status, "That place counts in GBP, the car in USD." in page) == (422, True)
    status, page = post(manager, path, **form | {"location": "miami"})
    assert (status, "Location: los-angeles → miami" in page) == (200, True)


def test_a_car_stays_where_the_place_is_closed(enter: Enter, database: Database, home: Location) -> None:
    closed = make_location(database, slug="closed", name="Closed", active=False)
    path = f"/admin/cars/{make_car(database, closed).id}/change"
    manager = enter(StaffRole.MANAGER)
    form = typed(manager.get(path).get_data(as_text=True))
    assert form["location"] == "closed"
    assert "Colour: Rosso Corsa → Nero" in post(manager, path, **form | {"colour": "Nero"})[1]


def test_a_car_is_retired_and_put_back_after_a_question(enter: Enter, database: Database, car: Car) -> None:
    make_booking(database, car, make_policy(database))
    manager, here = enter(StaffRole.MANAGER), f"/admin/cars/{car.id}"
    page = manager.get(here).get_data(as_text=True)
    assert "1 booking that has not ended stays." in page
    assert "Retire the Ferrari Roma?" in manager.get(f"{here}/retire?version=1").get_data(as_text=True)
    status, page = post(manager, f"{here}/retire?version=1")
    assert (status, "The car is retired. 1 booking stays." in page) == (200, True)
    assert "It still has bookings" in page
    assert manager.get("/cars/ferrari-roma").status_code == 404
    status, page = post(manager, f"{here}/retire?version=1")
    assert (status, "Somebody else has changed this car in the meantime." in page) == (409, True)
    assert "back on the site?" in manager.get(f"{here}/reinstate?version=2").get_data(as_text=True)
    status, page = post(manager, f"{here}/reinstate?version=2")
    assert (status, "The car is on the site again." in page) == (200, True)
    assert post(manager, f"{here}/reinstate")[0] == 422
    status, page = post(manager, f"{here}/reinstate?version=3")
    assert (status, "The car is on the site already." in page) == (409, True)


def test_a_season_is_added_changed_and_removed(enter: Enter, car: Car) -> None:
    manager, here = enter(StaffRole.MANAGER), f"/admin/cars/{car.id}"
    status, page = post(manager, f"{here}/seasons/new", **SEASON)
    assert (status, "The season is added." in page, "150% of the usual price" in page) == (200, True, True)
    assert "Race week: 2026-06-08 – 2026-06-14" in page
    change = re.search(rf"{here}/seasons/[0-9a-f-]{{36}}", page)
    assert change
    form = manager.get(change[0]).get_data(as_text=True)
    assert ("It is for Los Angeles." in form, 'value="150"' in form) == (True, True)
    fixed = SEASON | {"adjustment": "fixed", "amount": "1200.00"}
    status, page = post(manager, change[0], **fixed)
    assert (status, "$1,200" in page) == (200, True)
    assert 'value="1200"' in manager.get(change[0]).get_data(as_text=True)
    assert "Remove Race week?" in manager.get(f"{change[0]}/remove").get_data(as_text=True)
    status, page = post(manager, f"{change[0]}/remove")
    assert (status, "No seasons." in page) == (200, True)
    status, page = post(manager, f"{here}/seasons/new", **SEASON | {"reach": "car", "amount": "80.5"})
    assert ("80.5% of the usual price" in page, "Race week: 2026-06-08 – 2026-06-14" in page) == (True, True)


@pytest.mark.parametrize(
    ("over", "words"),
    [
        ({"amount": "5"}, "A share is 10% to 500% of the usual price."),
        ({"amount": "10.001"}, "smaller than the smallest coin"),
        ({"adjustment": "fixed", "amount": "0.5"}, "This is no price of a day."),
        ({"ends_on": "2026-06-01"}, "This day is before the first one."),
        ({"label": ""}, "Please fill this in."),
    ],
)
def test_a_season_that_is_none_is_refused(enter: Enter, car: Car, over: dict[str, str], words: str) -> None:
    status, page = post(enter(StaffRole.MANAGER), f"/admin/cars/{car.id}/seasons/new", **SEASON | over)
    assert (status, words in page) == (422, True), page


def test_amounts_are_typed_in_whole_units() -> None:
    assert [units(89_050, code) for code in ("USD", "JPY", "KWD")] == ["890.50", "89050", "89.050"]
    assert in_minor_units({"a": Decimal("890.5")}, "KWD", ("a",)) == {"a": 890_500}
    with pytest.raises(Invalid, match="marked"):
        in_minor_units({"a": Decimal("890.5")}, "JPY", ("a",))
