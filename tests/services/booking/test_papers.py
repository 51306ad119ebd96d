"""The documents of a booking: made by jobs, kept in versions, the same bytes for the same state."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Missing
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.keys import StaffKeys
from exodrive.services.booking.contracts import HeldView
from exodrive.services.booking.papers import BookingPapers
from exodrive.services.car.models import Location
from exodrive.services.document.contracts import DocumentKind
from exodrive.services.document.service import DocumentService
from tests.factories import make_location, make_policy
from tests.services.booking.conftest import CUSTOMER
from tests.services.booking.desk import Desk
from tests.services.booking.post import Post
from tests.services.document.papers import pages, sheet, words
from tests.staff import actor_of, make_staff

Hold = Callable[..., HeldView]
ALL = ("booking", "document", "payment", "email")


def contents(get: Any, kind: DocumentKind, held: HeldView) -> bytes:
    """The version that counts."""
    newest = get(DocumentService).latest(kind, held.booking_id)
    assert newest is not None
    return b"".join(get(DocumentService).open(newest.id).pieces)


@pytest.fixture
def paid(hold: Hold, desk: Desk, post: Post) -> HeldView:
    """A booking whose rental has been charged, three days before its pick-up."""
    held = hold()
    desk.pay(held)
    post.travel(desk.see(held).starts_at - timedelta(hours=71), *ALL)
    return held


def test_a_receipt_tells_what_was_rented_and_paid(get: Any, paid: HeldView, post: Post) -> None:
    pdf = contents(get, DocumentKind.RECEIPT, paid)
    told = words(pdf)
    for part in (
        "Receipt",
        f"{paid.reference}-1",
        "Wednesday, June 17, 2026",
        "Ada Lovelace",
        "Ferrari Roma, 2024",
        "From June 20, 2026, 10:00 AM PDT",
        "8500 Wilshire Boulevard",
        "2 × $990.00",
        "$1,980.00",
        "Before tax",
        "Sales tax (9.5%)",
        "$272.65",
        "Price of the rental",
        "$3,142.65",
        "Payment by card",
        "Paid",
        "1 / 1",
    ):
        assert part in told, part
    assert "4242" not in told
    assert sheet(pdf) == (216, 279)
    assert post.failed() == []


def test_a_document_is_made_again_byte_for_byte(get: Any, paid: HeldView, clock: ManualClock) -> None:
    papers, documents = get(BookingPapers), get(DocumentService)
    before = documents.of_booking(paid.booking_id)
    assert sorted(one.kind for one in before) == ["agreement", "confirmation", "receipt"]
    clock.move(timedelta(days=40))
    for kind in DocumentKind:
        papers.make(kind, paid.booking_id)
    assert documents.of_booking(paid.booking_id) == before


def test_a_refund_makes_a_new_version_and_keeps_the_old_one(
    get: Any, paid: HeldView, desk: Desk, post: Post, clock: ManualClock
) -> None:
    first = contents(get, DocumentKind.RECEIPT, paid)
    due = desk.preview(paid)
    desk.cancel(paid, due.amount, kept=due.kept)
    post.run(*ALL)
    documents = [
        one for one in get(DocumentService).of_booking(paid.booking_id) if one.kind is DocumentKind.RECEIPT
    ]
    assert [one.version for one in documents] == [2, 1]
    told = words(contents(get, DocumentKind.RECEIPT, paid))
    assert f"{paid.reference}-2" in told
    assert "Refund to the card" in told
    assert f"-${due.amount / 100:,.2f}" in told
    assert f"${due.kept / 100:,.2f}" in told
    assert b"".join(get(DocumentService).open(documents[1].id).pieces) == first
    assert post.failed() == []


def test_a_confirmation_is_what_the_driver_takes_along(get: Any, paid: HeldView) -> None:
    told = words(contents(get, DocumentKind.CONFIRMATION, paid))
    for part in (
        "Your booking",
        paid.reference,
        "June 20, 2026, 10:00 AM PDT",
        "June 23, 2026, 10:00 AM PDT",
        "A deposit of $5,000",
        "300 miles are included; each further mile is $3.50",
        "Full refund until June 13, 2026",
    ):
        assert part in told, part


def test_the_confirmation_mail_leads_to_the_document(hold: Hold, desk: Desk, post: Post) -> None:
    held = hold()
    desk.pay(held)
    post.run()
    for kind in ("plain", "html"):
        part = post.mail("Confirmed").get_body((kind,))
        assert part is not None
        assert f"/booking/{held.token}/confirmation.pdf" in part.get_content()


def test_an_agreement_names_the_car_the_driver_and_the_terms(
    get: Any, paid: HeldView, database: Database
) -> None:
    with database.read() as connection:
        plate, vin = connection.execute(text("SELECT plate, vin FROM car")).one()
    told = pages(contents(get, DocumentKind.AGREEMENT, paid))
    for part in ("Rental agreement", plate, vin, "Ada Lovelace", "Licence …4567", "$5,000", "$3,142.65"):
        assert part in " ".join(told), part
    assert "D1234567" not in " ".join(told)
    for part in ("What is agreed", "at least 25 years old", "Each further mile is $3.50", "For ExoDrive"):
        assert part in " ".join(told), part
    for number, page in enumerate(told, 1):
        assert f"{paid.reference} · {number} / {len(told)}" in page


def test_nothing_is_told_before_it_is_true(get: Any, hold: Hold, post: Post) -> None:
    held, papers = hold(), get(BookingPapers)
    for kind in DocumentKind:
        papers.make(kind, held.booking_id)
    assert get(DocumentService).of_booking(held.booking_id) == ()
    for ask in (papers.receipt, papers.confirmation):
        with pytest.raises(Missing):
            ask(held.token)
    with pytest.raises(Missing):
        papers.make(DocumentKind.RECEIPT, uuid4())


@pytest.fixture
def home(database: Database, request: pytest.FixtureRequest) -> Location:
    make_policy(database)
    over = getattr(request, "param", {})
    return make_location(database, **over)


@pytest.mark.parametrize("home", [{"country": "GB", "currency": "GBP", "tax_label": "VAT"}], indirect=True)
def test_the_old_world_has_its_own_paper_and_its_own_money(
    get: Any, hold: Hold, desk: Desk, post: Post
) -> None:
    held = hold()
    desk.pay(held)
    post.run(*ALL)
    pdf = contents(get, DocumentKind.CONFIRMATION, held)
    assert sheet(pdf) == (210, 297)
    assert "£1,980.00" in words(pdf)
    assert "$" not in words(pdf)


def test_staff_open_documents_and_it_is_written_down(get: Any, paid: HeldView, database: Database) -> None:
    papers = get(BookingPapers)
    agent = actor_of(make_staff(database, get(StaffKeys), StaffRole.AGENT))
    newest = papers.of_booking(paid.booking_id, agent)[0]
    opened = papers.open(newest.id, agent)
    assert opened.reference == paid.reference
    assert b"".join(opened.document.pieces).startswith(b"%PDF-")
    with database.read() as connection:
        found = connection.execute(
            text("SELECT actor_id, data ->> 'document_id' FROM audit_entry WHERE action = 'document.opened'")
        ).all()
    assert [tuple(row) for row in found] == [(agent.id, str(newest.id))]
    for call in (
        lambda: papers.of_booking(paid.booking_id, CUSTOMER),
        lambda: papers.open(newest.id, CUSTOMER),
    ):
        with pytest.raises(Forbidden):
            call()
    with pytest.raises(Missing):
        papers.open(uuid4(), agent)
