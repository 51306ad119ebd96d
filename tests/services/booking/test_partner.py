"""A partner's list of the bookings that it made."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from exodrive.core import cursor
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Invalid
from exodrive.core.ids import new_id
from exodrive.services.booking.contracts import BookingState, HeldView, PaymentState
from exodrive.services.booking.models import Booking
from exodrive.services.booking.partner import PartnerBookingService
from exodrive.services.booking.partner_contracts import BookingQuery, PartnerBooking, PartnerBookingPage
from exodrive.services.car.models import Car, Location
from tests.factories import NOW, make_booking, make_partner, make_policy, make_quote
from tests.money import pay
from tests.services.booking.conftest import CUSTOMER, PARTNER, PARTNER_ID, Way
from tests.services.booking.desk import Desk
from tests.services.booking.test_access import AGENT
from tests.statements import statements

Book = Callable[..., Booking]


@pytest.fixture
def way() -> Way:
    return Way(PARTNER)


@pytest.fixture
def book(database: Database, home: Location, car: Car) -> Book:
    """`book(state=…)`: a booking of the partner that has ended, unless told otherwise."""
    policy = make_policy(database, version=2)

    def make(**over: Any) -> Booking:
        starts_at = over.pop("starts_at", NOW + timedelta(days=10))
        values = {"state": BookingState.COMPLETED, "partner_id": PARTNER_ID}
        return make_booking(
            database, car, policy, make_quote(database, car, starts_at=starts_at), **values | over
        )

    return make


@pytest.fixture
def find(get: Any) -> Callable[..., PartnerBookingPage]:
    """`find(limit=2)`: the partner's own list."""
    return lambda **over: get(PartnerBookingService).find(BookingQuery(**over), PARTNER)


def all_pages(find: Callable[..., PartnerBookingPage], **over: Any) -> list[PartnerBooking]:
    page = find(**over)
    items = [*page.items]
    while page.has_more:
        page = find(cursor=page.next_cursor, **over)
        items += page.items
    assert page.next_cursor is None
    return items


def test_a_line_tells_the_trip_and_nothing_of_the_driver(
    book: Book, car: Car, find: Callable[..., PartnerBookingPage]
) -> None:
    made = book(state=BookingState.HELD)
    (line,) = find().items
    assert line == PartnerBooking(
        id=made.id,
        reference=made.reference,
        state=BookingState.HELD,
        payment_state=PaymentState.UNPAID,
        car_slug=car.slug,
        car=f"{car.make} {car.model}",
        starts_at=made.starts_at,
        ends_at=made.ends_at,
        total=made.total,
        currency="USD",
        hold_expires_at=made.hold_expires_at,
        created_at=NOW,
    )
    assert not [text for text in map(str, asdict(line).values()) if "Ada" in text or "@" in text]


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_the_pages_are_the_whole_list_newest_first(
    book: Book, find: Callable[..., PartnerBookingPage], limit: int
) -> None:
    made = [book().id for _ in range(7)]
    assert [line.id for line in all_pages(find, limit=limit)] == made[::-1]


def test_what_is_booked_meanwhile_moves_nothing(book: Book, find: Callable[..., PartnerBookingPage]) -> None:
    made = [book().id for _ in range(4)]
    first = find(limit=2)
    newer = book().id
    second = find(limit=2, cursor=first.next_cursor)
    assert [line.id for line in (*first.items, *second.items)] == made[::-1]
    assert not second.has_more
    assert find(limit=1).items[0].id == newer


def test_a_partner_finds_its_own_bookings_only(
    book: Book, database: Database, find: Callable[..., PartnerBookingPage]
) -> None:
    other = make_partner(database, name="Marina Concierge")
    book(partner_id=other.id)
    book(partner_id=None)
    own = book()
    assert [line.id for line in all_pages(find, limit=1)] == [own.id]


def test_anybody_else_has_no_such_list(get: Any) -> None:
    for actor in (CUSTOMER, AGENT):
        with pytest.raises(Forbidden):
            get(PartnerBookingService).find(BookingQuery(), actor)


def test_by_state(book: Book, find: Callable[..., PartnerBookingPage]) -> None:
    held, _, expired = book(state=BookingState.HELD), book(), book(state=BookingState.EXPIRED)
    assert [line.id for line in find(state=BookingState.HELD).items] == [held.id]
    assert [line.id for line in find(state=BookingState.EXPIRED).items] == [expired.id]
    assert find(state=BookingState.NO_SHOW).items == ()


def test_by_days_of_the_pick_up_by_the_clock_of_its_place(
    book: Book, find: Callable[..., PartnerBookingPage]
) -> None:
    """In Los Angeles June 20 is from 07:00 on June 20 to 07:00 on June 21, UTC."""
    midnight = datetime(2026, 6, 20, 7, tzinfo=UTC)
    minute, day = timedelta(minutes=1), timedelta(days=1)
    before, first, last, after = (
        book(starts_at=at).id for at in (midnight - minute, midnight, midnight + day - minute, midnight + day)
    )
    on = date(2026, 6, 20)
    assert [line.id for line in find(pick_up_from=on, pick_up_to=on).items] == [last, first]
    assert [line.id for line in find(pick_up_from=on).items] == [after, last, first]
    assert [line.id for line in find(pick_up_to=on).items] == [last, first, before]
    assert find(pick_up_from=on, pick_up_to=on - day).items == ()


def test_every_state_of_the_money_is_told(
    book: Book, database: Database, find: Callable[..., PartnerBookingPage]
) -> None:
    for state in PaymentState:
        pay(database, book().id, state)
    assert [line.payment_state for line in find().items] == [*PaymentState][::-1]


def test_the_money_stands_as_the_booking_itself_tells(
    desk: Desk, hold: Callable[..., HeldView], find: Callable[..., PartnerBookingPage]
) -> None:
    held = hold()
    seen = []
    for step in (lambda: desk.pay(held, "Declined"), lambda: desk.page(held), lambda: desk.pay(held)):
        step()
        (line,) = find().items
        assert (line.state, line.payment_state) == (desk.see(held).state, desk.see(held).payment_state)
        seen.append(line.payment_state)
    assert seen == [PaymentState.UNPAID, PaymentState.PENDING, PaymentState.AUTHORISED]


def test_a_list_however_long_costs_two_questions(
    book: Book, database: Database, find: Callable[..., PartnerBookingPage]
) -> None:
    for number in range(12):
        pay(database, book().id, [*PaymentState][number % len(PaymentState)])
        with statements(database) as sent:
            assert len(find().items) == number + 1
        assert len(sent) == 2


@pytest.mark.parametrize(
    "given",
    ["nonsense", "é\u2028", cursor.write(NOW, new_id()), cursor.write(NOW, new_id(), "-created")],
    ids=[
        "nonsense",
        "not of the alphabet",
        "of no order",
        "of another order",
    ],  # new ids would name each run's anew
)
def test_a_cursor_of_another_list_is_refused(find: Callable[..., PartnerBookingPage], given: str) -> None:
    with pytest.raises(Invalid) as refused:
        find(cursor=given)
    assert list(refused.value.fields) == ["cursor"]
