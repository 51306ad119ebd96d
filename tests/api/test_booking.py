"""Booking by the API: by a stranger with the booking's token, by a partner with its key, and by nobody else."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from exodrive.core.db import Database
from exodrive.services.partner.contracts import Scope
from tests.api.conftest import Fleet, Keys

DRIVER = {
    "name": "Alex Morgan",
    "email": "alex@example.com",
    "phone": "+1 310 555 0100",
    "birth_date": "1990-05-04",
    "licence_number": "D1234567",
    "licence_country": "US",
    "consent": True,
}


class Desk:
    """Somebody who books, with this `Authorization`."""

    def __init__(self, client: FlaskClient, fleet: Fleet, authorization: str = "") -> None:
        self._client = client
        self._fleet = fleet
        self.headers = {"Authorization": authorization} if authorization else {}

    def hold(self, **over: Any) -> TestResponse:
        """From a fresh quote."""
        quote = self._client.post("/api/v1/quotes", json=self._fleet.wish, headers=self.headers)
        driver = DRIVER | {"quote_id": quote.get_json()["id"]} | over
        return self._client.post("/api/v1/bookings", json=driver, headers=self.headers)

    def get(self, path: str) -> TestResponse:
        return self._client.get(f"/api/v1/bookings/{path}", headers=self.headers)

    def post(self, path: str, **body: Any) -> TestResponse:
        return self._client.post(f"/api/v1/bookings/{path}", json=body, headers=self.headers)


@pytest.fixture(params=["customer", "partner"])
def booked(request: pytest.FixtureRequest, client: FlaskClient, fleet: Fleet, keys: Keys) -> tuple[Desk, str]:
    """A desk and the booking that it holds."""
    if request.param == "partner":
        key = keys.issue(Scope.QUOTES_WRITE, Scope.BOOKINGS_WRITE, Scope.BOOKINGS_READ)
        desk = Desk(client, fleet, f"Bearer {key}")
        return desk, desk.hold().get_json()["id"]
    held = Desk(client, fleet).hold().get_json()
    return Desk(client, fleet, f"Bearer {held['token']}"), held["id"]


def test_from_hold_to_cancellation(booked: tuple[Desk, str], fleet: Fleet) -> None:
    desk, booking_id = booked
    shown = desk.get(booking_id).get_json()
    assert (shown["state"], shown["payment_state"]) == ("held", "unpaid")
    assert shown["car"]["slug"] == fleet.car.slug
    assert sum(line["amount"] for line in shown["lines"]) == shown["total"]
    assert shown["email"] == "a…@example.com"

    longer = desk.post(f"{booking_id}/extension").get_json()
    assert longer["extensions_left"] == shown["extensions_left"] - 1
    paid_at = desk.post(f"{booking_id}/payment").get_json()["url"]
    assert desk.post(f"{booking_id}/payment").get_json()["url"] == paid_at

    refund = desk.get(f"{booking_id}/cancellation").get_json()
    wrong = desk.post(f"{booking_id}/cancellation", refund=refund["amount"] + 1, kept=refund["kept"])
    assert (wrong.status_code, wrong.get_json(force=True)["code"]) == (409, "refund_changed")
    done = desk.post(f"{booking_id}/cancellation", refund=refund["amount"], kept=refund["kept"])
    assert done.status_code == 200
    assert desk.get(booking_id).get_json()["state"] == "cancelled"


def test_the_second_is_told_what_else_is_free(client: FlaskClient, fleet: Fleet) -> None:
    desk = Desk(client, fleet)
    assert desk.hold().status_code == 201
    told = desk.hold(email="other@example.com", name="Kim Lee")
    problem = told.get_json(force=True)
    assert (told.status_code, problem["code"]) == (409, "car_taken")
    assert problem["alternatives"][0].keys() == {"starts_at", "ends_at"}


def test_a_partner_finds_its_bookings_and_no_others(
    client: FlaskClient, fleet: Fleet, keys: Keys, get: Any, database: Database
) -> None:
    key = keys.issue(Scope.QUOTES_WRITE, Scope.BOOKINGS_WRITE, Scope.BOOKINGS_READ)
    desk = Desk(client, fleet, f"Bearer {key}")
    held = desk.hold().get_json()
    listed = client.get("/api/v1/bookings", headers=desk.headers).get_json()
    assert [one["id"] for one in listed["items"]] == [held["id"]]
    other = Keys(get, database, email="other@exodrive.example")
    elsewhere = {"Authorization": f"Bearer {other.issue(Scope.BOOKINGS_READ, Scope.BOOKINGS_WRITE)}"}
    assert client.get("/api/v1/bookings", headers=elsewhere).get_json()["items"] == []
    for path in ("", "/cancellation"):
        assert client.get(f"/api/v1/bookings/{held['id']}{path}", headers=elsewhere).status_code == 404
    assert client.post(f"/api/v1/bookings/{held['id']}/payment", headers=elsewhere).status_code == 404


def test_a_token_opens_its_own_booking_only(client: FlaskClient, fleet: Fleet) -> None:
    held = Desk(client, fleet).hold().get_json()
    assert Desk(client, fleet, f"Bearer {held['token']}").get(held["id"]).status_code == 200
    assert Desk(client, fleet, f"Bearer {held['token']}").get(str(uuid4())).status_code == 404
    assert Desk(client, fleet, "Bearer made-up").get(held["id"]).status_code == 404
    assert Desk(client, fleet).get(held["id"]).status_code == 401


def test_a_key_does_what_its_scopes_say(client: FlaskClient, fleet: Fleet, keys: Keys) -> None:
    reads = Desk(client, fleet, f"Bearer {keys.issue(Scope.BOOKINGS_READ)}")
    quote = client.post("/api/v1/quotes", json=fleet.wish).get_json()["id"]
    told = client.post("/api/v1/bookings", json=DRIVER | {"quote_id": quote}, headers=reads.headers)
    assert (told.status_code, told.get_json(force=True)["code"]) == (403, "scope_missing")


def test_form_and_api_name_the_same_faults(client: FlaskClient, fleet: Fleet) -> None:
    quote = client.post("/api/v1/quotes", json=fleet.wish).get_json()["id"]
    wrong = DRIVER | {"quote_id": quote, "email": "no", "phone": "1", "consent": False, "name": "1"}
    told = client.post("/api/v1/bookings", json=wrong).get_json(force=True)
    assert set(told["fields"]) == {"email", "phone", "consent", "name"}


def test_a_held_booking_sent_twice_under_a_key_is_one(
    client: FlaskClient, fleet: Fleet, database: Database
) -> None:
    quote = client.post("/api/v1/quotes", json=fleet.wish).get_json()["id"]
    sent = {"json": DRIVER | {"quote_id": quote}, "headers": {"Idempotency-Key": "hold-1"}}
    first, again = (client.post("/api/v1/bookings", **sent).get_json() for _ in range(2))
    assert first == again
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM booking")).scalar_one() == 1
        assert connection.execute(text("SELECT count(*) FROM job WHERE kind LIKE 'email%'")).scalar_one() == 1
