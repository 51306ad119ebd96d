"""Whatever is sent to a page: no failure of ours, nothing reflected as markup, the message beside the field."""

from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from exodrive.app import create_app
from exodrive.core.db import Database
from exodrive.core.ids import new_id
from exodrive.services.booking.contracts import BookingState
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.models import CancellationPolicy
from exodrive.services.car.models import Car
from exodrive.settings import Settings
from tests.factories import make_booking, make_car, make_location, make_policy, make_quote

MARK = "<svg/onload=alert(1)>"
TRIP = {
    "pick_up_date": "2026-06-20",
    "pick_up_time": "10:00",
    "return_date": "2026-06-23",
    "return_time": "10:00",
}


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SEARCH = (*TRIP, *words("pick_up_location category max_price seats transmission q sort page unknown"))
CHOICES = (
    *TRIP,
    *words("pick_up_location return_location car extra-child-seat extra- extra-x unknown"),
    *words("delivery_band collection_band young_driver promo_code"),
)
DRIVER = (
    *words("name email phone birth_date licence_number licence_country delivery_address"),
    *words("consent quote_id total"),
)
MESSAGE = words("name email phone topic message booking_reference website unknown")
CARD = words("number expiry cvc")
PATHS = (
    *words("/{} /cars/{} /book/{} /booking/{} /booking/{}/cancel /booking/{}/paid /booking/{}/calendar.ics"),
    *words("/static/{} /media/{} /mailbox/{} /sandbox/pay/{} /sandbox/challenge/{} /sandbox/closed/{}"),
)
ODD = (
    *words("0 -1 99999999999999999999 1e309 NaN 🚗 İ \u202e [] null true on {{7*7}} %s%n ../../etc/passwd"),
    *words("2026-02-30 0001-01-01 9999-12-31 2026-06-20 24:00 10:00 10:00:00.5 los-angeles the-car"),
    *("", " ", "\x00", "a" * 5000, "' OR 1=1 --", MARK, f'"{MARK}'),
)
TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
VALUE = st.sampled_from(ODD) | TEXT

many = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def fields(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(names), VALUE, max_size=len(names))


@pytest.fixture
def open_client(settings: Settings, container: Any, database: Database) -> FlaskClient:
    """A client that is neither counted nor asked for tokens: what is behind those checks is what is tried."""
    make_policy(database)
    make_car(database, make_location(database), slug="the-car")
    app: Flask = create_app(settings.model_copy(update={"rate_limits": False}), container=container)
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def sound(answer: Any) -> None:
    assert answer.status_code < 500, answer.text[:2000]
    assert MARK not in answer.text
    assert "Traceback" not in answer.text


@many
@given(query=fields(SEARCH), htmx=st.booleans())
def test_search(open_client: FlaskClient, query: dict[str, str], htmx: bool) -> None:
    headers = {"HX-Request": "true"} if htmx else {}
    answer = open_client.get("/cars", query_string=query, headers=headers)
    sound(answer)
    assert answer.status_code == 200


@many
@given(query=fields(CHOICES), htmx=st.booleans())
def test_car(open_client: FlaskClient, query: dict[str, str], htmx: bool) -> None:
    headers = {"HX-Request": "true"} if htmx else {}
    answer = open_client.get("/cars/the-car", query_string=query, headers=headers)
    sound(answer)
    assert answer.status_code == 200


@many
@given(form=fields(CHOICES))
def test_quote(open_client: FlaskClient, form: dict[str, str]) -> None:
    sound(open_client.post("/cars/the-car/quote", data=form))


@many
@given(form=fields(DRIVER))
def test_details(open_client: FlaskClient, form: dict[str, str]) -> None:
    address = open_client.post("/cars/the-car/quote", data=TRIP).headers["Location"]
    answer = open_client.post(address, data=form)
    sound(answer)
    assert answer.status_code in {303, 422}
    if answer.status_code == 422:
        assert "field-error" in answer.text or "alert" in answer.text


@many
@given(form=fields(MESSAGE))
def test_contact(open_client: FlaskClient, form: dict[str, str]) -> None:
    sound(open_client.post("/contact", data=form))


@many
@given(form=fields(CARD))
def test_card(open_client: FlaskClient, form: dict[str, str]) -> None:
    sound(open_client.post(f"/sandbox/pay/{uuid4()}", data=form))


@many
@given(path=st.sampled_from(PATHS), part=VALUE)
def test_paths(open_client: FlaskClient, path: str, part: str) -> None:
    sound(open_client.get(path.format(quote(part, safe=""))))


@many
@given(form=fields(("refund", "unknown")), act=st.sampled_from(("cancel", "extend", "pay")))
def test_what_is_done_with_a_booking(
    open_client: FlaskClient, form: dict[str, str], act: str, link: str
) -> None:
    answer = open_client.post(f"/booking/{link}/{act}", data=form)
    sound(answer)
    assert answer.status_code != 404


@pytest.fixture
def link(open_client: FlaskClient, database: Database, get: Any) -> str:
    """The token of a hold."""
    links = get(BookingLinks)
    with database.sessions() as session:
        car, policy = session.scalars(select(Car)).one(), session.scalars(select(CancellationPolicy)).one()
    asked = {"car": "the-car", "pick_up_location": "los-angeles"} | TRIP
    quote = make_quote(database, car, asked=asked)
    held, booking_id = BookingState.HELD, new_id()
    token: str = links.token(booking_id, 1)
    make_booking(database, car, policy, quote, id=booking_id, state=held, link_hash=links.hash(token))
    return token
