"""The documents of a booking behind its link, and on the staff's page of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
import wireup
from flask.testing import FlaskClient

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.car.models import Car
from tests.factories import make_car, make_location, make_policy
from tests.services.booking.post import open_post
from tests.services.document.papers import words
from tests.smtp import Inbox
from tests.staff import make_staff, sign_in
from tests.web.test_journey import go_to_hold, pay

WORK = ("booking", "document", "payment", "email")


@pytest.fixture
def car(database: Database) -> Car:
    make_policy(database)
    return make_car(database, make_location(database), featured=1)


@pytest.fixture
def work(container: wireup.SyncContainer, database: Database, clock: ManualClock, smtp: Inbox) -> Any:
    """The worker that runs what was promised."""
    with open_post(container, database, clock, smtp) as made:
        yield made


def test_a_paid_booking_leads_to_its_papers(client: FlaskClient, car: Car, work: Any) -> None:
    address = go_to_hold(client, car).headers["Location"]
    for paper in ("receipt", "confirmation"):
        assert client.get(f"{address}/{paper}.pdf").status_code == 404
    booking = pay(client, address)
    assert f"{address}/confirmation.pdf" in booking
    assert "receipt.pdf" not in booking
    waiting = client.get(f"{address}/confirmation.pdf")
    assert waiting.status_code == 202
    assert waiting.headers["Retry-After"] == "5"
    assert "Your confirmation is being prepared" in waiting.text
    work.run("booking", "document")
    answer = client.get(f"{address}/confirmation.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert re.fullmatch(
        r'attachment; filename="confirmation-\w{8}-1\.pdf"', answer.headers["Content-Disposition"]
    )
    assert "Ada Lovelace" in words(answer.data)


def test_a_charge_leads_to_its_receipt(client: FlaskClient, car: Car, work: Any, clock: ManualClock) -> None:
    address = go_to_hold(client, car).headers["Location"]
    pay(client, address)
    work.travel(clock.now() + timedelta(days=17), "payment")
    assert f"{address}/receipt.pdf" in client.get(address).text
    assert "Your receipt is being prepared" in client.get(f"{address}/receipt.pdf").text
    work.run(*WORK)
    receipt = client.get(f"{address}/receipt.pdf")
    assert receipt.status_code == 200
    assert "Payment by card" in words(receipt.data)
    assert client.get(f"{address}/receipt.pdf").data == receipt.data


@pytest.mark.parametrize("paper", ["receipt", "confirmation"])
def test_a_wrong_token_is_the_same_404_as_any_page(client: FlaskClient, car: Car, paper: str) -> None:
    wrong = client.get(f"/booking/{'x' * 32}/{paper}.pdf")
    missing = client.get("/nothing-here")
    assert wrong.status_code == missing.status_code == 404
    mark = re.compile(r"[0-9a-f-]{36}|value=\"[^\"]+\"|content=\"[^\"]+\"|hx-headers='[^']+'")
    assert mark.sub("", wrong.text) == mark.sub("", missing.text)


def test_staff_find_the_papers_on_the_page_of_the_booking(
    client: FlaskClient, car: Car, work: Any, database: Database, get: Any
) -> None:
    address = go_to_hold(client, car).headers["Location"]
    pay(client, address)
    desk = sign_in(client.application, make_staff(database, get(StaffKeys), StaffRole.AGENT))
    found = re.search(r"/admin/bookings/[0-9a-f-]{36}", desk.get("/admin/bookings").text)
    assert found
    assert "No documents yet." in desk.get(found[0]).text
    work.run("booking", "document")
    page = desk.get(found[0]).text
    papers = re.findall(r"/admin/documents/[0-9a-f-]{36}\.pdf", page)
    assert len(papers) == 2  # confirmation and agreement
    told = " ".join(words(desk.get(paper).data) for paper in papers)
    assert "Rental agreement" in told
    assert "Document opened" in desk.get(found[0]).text
    assert client.get(papers[0]).status_code == 303  # to the sign-in
