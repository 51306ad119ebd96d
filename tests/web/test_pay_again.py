"""A bank that would not go on reserving: the customer's page asks to pay again, and plain forms are enough for it."""

from datetime import timedelta

import pytest
import wireup
from flask.testing import FlaskClient
from sqlalchemy import select

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.booking.renewal import RenewalService
from exodrive.services.car.models import Car
from exodrive.services.payment.models import Payment
from exodrive.services.payment.moves import MoveService
from tests.factories import make_car, make_location, make_policy
from tests.web.test_journey import fields, go_to_hold, pay


@pytest.fixture
def car(database: Database) -> Car:
    make_policy(database)
    return make_car(database, make_location(database))


@pytest.fixture
def refused(
    client: FlaskClient, car: Car, container: wireup.SyncContainer, clock: ManualClock, database: Database
) -> str:
    """The address of a booking whose bank has just refused."""
    address = go_to_hold(client, car).headers["Location"]
    assert "The car is yours" in pay(client, address, "Renewal declined")
    clock.move(timedelta(days=6))
    container.get(RenewalService).sweep()
    with database.sessions() as session:
        renewal = session.scalars(select(Payment.id).where(Payment.move == "renew")).one()
    container.get(MoveService).execute(renewal)
    return str(address)


def test_the_page_says_why_and_until_when(client: FlaskClient, refused: str) -> None:
    page = client.get(refused).text
    assert "Please pay once more" in page
    assert "Please pay by Tuesday, June 16, 2026" in page
    assert "Nothing has been charged" in page
    assert "charged on Wednesday, June 17, 2026" in page
    assert "every 4s" not in page
    assert "Cancel this booking" in page


def test_paying_again_brings_the_page_back(client: FlaskClient, refused: str) -> None:
    page = pay(client, refused)
    assert "The car is yours" in page
    assert "Pay again" not in page
    sent = client.post(f"{refused}/pay", data=fields(client.get(f"{refused}/cancel").text, "/cancel"))
    assert sent.headers["Location"].endswith("/paid")  # nothing is paid twice


def test_a_declined_card_says_so_and_another_can_be_tried(client: FlaskClient, refused: str) -> None:
    page = pay(client, refused, "Declined")
    assert "The bank declined this card. Nothing was charged; the booking stands." in page
    assert "The car is yours" in pay(client, refused)


def test_a_payment_under_way_is_watched(client: FlaskClient, refused: str) -> None:
    client.post(f"{refused}/pay", data=fields(client.get(refused).text, "/pay"))
    page = client.get(refused).text
    assert "every 4s" in page
    assert "Go on with the payment" in page
