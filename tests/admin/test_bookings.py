"""The desk: finding bookings, one booking whole, notes, and what a list costs."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.db import Database
from exodrive.core.errors import Forbidden, Missing
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.models import Staff
from exodrive.services.booking.contracts import BookingState
from exodrive.services.booking.desk import StaffBookingService
from exodrive.services.booking.desk_contracts import DESK_PAGE, FindBookings, WriteNote
from exodrive.services.booking.links import BookingLinks
from exodrive.services.booking.models import Booking
from exodrive.services.payment.models import Payment
from tests.factories import NOW, add, make_booking, make_car, make_location, make_policy, make_quote
from tests.staff import actor_of, csrf_of
from tests.statements import statements

Enter = Callable[..., FlaskClient]


@pytest.fixture
def book(database: Database, get: Any) -> Callable[..., Booking]:
    """`book(days=3, state=…)`: a booking that starts so many days after `NOW`, each of a car of its own."""
    home, policy = make_location(database), make_policy(database)

    def make(days: int = 10, **over: Any) -> Booking:
        car = make_car(database, over.pop("home", home))
        asked = {"car": car.slug, "pick_up_location": home.slug, "return_date": "2026-06-14"}
        times = {"pick_up_date": "2026-06-11", "pick_up_time": "10:00", "return_time": "10:00"}
        quote = make_quote(database, car, starts_at=NOW + timedelta(days=days), asked=asked | times)
        email = over.get("customer_email", "ada@example.com")
        hashed = get(BookingLinks).customer(email)
        return make_booking(database, car, policy, quote, customer_email_hash=hashed, **over)

    return make


def references(client: FlaskClient, **query: str) -> str:
    answer = client.get("/admin/bookings", query_string=query, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_booking_is_found_by_what_is_known_of_it(enter: Enter, book: Callable[..., Booking]) -> None:
    client = enter(StaffRole.AGENT)
    soon = book(1, customer_email="Maya@example.com", customer_name="Maya Okafor")
    late, held = book(40), book(5, state=BookingState.HELD)
    for query, found, not_found in (
        ({"booking": soon.reference.lower()}, soon, late),
        ({"state": "held"}, held, soon),
        ({"since": "2026-07-01"}, late, soon),
        ({"until": "2026-06-03"}, soon, late),
        ({"location": "los-angeles"}, soon, None),
    ):
        page = references(client, **query)
        assert found.reference in page, query
        assert not_found is None or not_found.reference not in page, query
    assert "No booking fits" in references(client, location="nowhere")
    assert "No booking fits" in references(client, customer="nobody")


def name(client: FlaskClient, subject: str, **query: str) -> TestResponse:
    """Ask for a booking or a customer, beside the filters of the address."""
    return client.post(
        "/admin/bookings", query_string=query, data={"subject": subject, "csrf_token": csrf_of(client)}
    )


def test_a_customer_is_found_by_their_address_and_no_link_has_it(
    enter: Enter, book: Callable[..., Booking]
) -> None:
    client = enter(StaffRole.AGENT)
    hers = book(1, customer_email="Maya@example.com"), book(20, customer_email="maya@example.com")
    other = book(5)
    sent = name(client, " maya@EXAMPLE.com ", state="confirmed")
    assert sent.status_code == 303
    link = sent.headers["Location"]
    assert "state=confirmed" in link
    assert "customer=" in link
    page = client.get(link).get_data(as_text=True)
    assert all(booking.reference in page for booking in hers)
    assert other.reference not in page
    assert "Only bookings of one customer." in page
    assert "maya" not in re.sub("Maya@example.com", "", link + page).lower()
    shown = client.get(f"/admin/bookings/{hers[0].id}").get_data(as_text=True)
    others = re.search(r'href="(/admin/bookings\?[^"]+)">Of this address', shown)
    assert others
    assert "maya" not in others[1].lower()
    assert hers[1].reference in client.get(others[1]).get_data(as_text=True)
    assert "No booking fits" in client.get(name(client, "nobody@example.com").headers["Location"]).text


def test_a_booking_is_found_by_its_reference_and_all_others_are_one_click_away(
    enter: Enter, book: Callable[..., Booking]
) -> None:
    client, booking, other = enter(StaffRole.AGENT), book(), book(3)
    link = name(client, booking.reference.lower()).headers["Location"]
    page = client.get(link).get_data(as_text=True)
    assert f"Only the booking {booking.reference}." in page
    assert other.reference not in page
    back = re.search(r'href="([^"]+)">All bookings', page)
    assert back
    assert other.reference in client.get(back[1].replace("&amp;", "&")).get_data(as_text=True)


def test_a_half_reference_is_told_and_not_searched_for(enter: Enter, book: Callable[..., Booking]) -> None:
    client, booking = enter(StaffRole.AGENT), book()
    answer = name(client, booking.reference[:4])
    assert answer.status_code == 422
    assert "A whole reference (8 signs) or a whole e-mail address." in answer.text
    assert name(client, "maya@example.com" * 20).status_code in (303, 422)


def test_days_are_those_of_the_place(
    get: Any, book: Callable[..., Booking], hire: Callable[..., Staff]
) -> None:
    """10:00 UTC + 20 h is 23:00 of the day before in Los Angeles."""
    late = book(1, starts_at=NOW + timedelta(hours=20), ends_at=NOW + timedelta(days=4))
    actor = actor_of(hire(StaffRole.AGENT))
    day = NOW.date()
    find = get(StaffBookingService).find
    assert [one.id for one in find(FindBookings(since=day, until=day), actor).bookings] == [late.id]
    tomorrow = day + timedelta(days=1)
    assert find(FindBookings(since=tomorrow, until=tomorrow), actor).bookings == ()
    back = day + timedelta(days=4)
    assert len(find(FindBookings(day_of="return", since=back, until=back), actor).bookings) == 1


@pytest.mark.parametrize("sort", ["-created", "created", "starts", "-starts", "ends", "-ends"])
def test_pages_hold_every_booking_once_in_order(
    get: Any, book: Callable[..., Booking], hire: Callable[..., Staff], sort: str
) -> None:
    made = {
        book(number % 9 + 1, created_at=NOW - timedelta(minutes=number % 7)).id
        for number in range(DESK_PAGE + 4)
    }
    actor, find = actor_of(hire(StaffRole.AGENT)), get(StaffBookingService).find
    first = find(FindBookings(sort=sort), actor)
    assert len(first.bookings) == DESK_PAGE
    second = find(FindBookings(sort=sort, after=first.next), actor)
    seen = [*first.bookings, *second.bookings]
    assert {one.id for one in seen} == made
    assert len(seen) == len(made)
    column = {"created": "created_at", "starts": "starts_at", "ends": "ends_at"}[sort.lstrip("-")]
    values = [getattr(one, column) for one in seen]
    assert values == sorted(values, reverse=sort.startswith("-"))
    assert second.next is None


@pytest.mark.parametrize("cursor", ["nonsense", "", "AAAA", "é" * 9])
def test_a_broken_cursor_is_the_first_page(
    get: Any, book: Callable[..., Booking], hire: Callable[..., Staff], cursor: str
) -> None:
    booking = book()
    found = get(StaffBookingService).find(FindBookings(after=cursor), actor_of(hire(StaffRole.AGENT)))
    assert [one.id for one in found.bookings] == [booking.id]


def test_a_list_costs_the_same_however_long(
    enter: Enter, book: Callable[..., Booking], database: Database
) -> None:
    client = enter(StaffRole.AGENT)
    book()
    references(client)  # the locations are known from here on
    with statements(database) as short:
        references(client)
    for _ in range(6):
        book()
    with statements(database) as long:
        references(client)
    assert len(short) == len(long) == 2  # whose session, the list


def test_all_of_a_booking(enter: Enter, book: Callable[..., Booking], database: Database) -> None:
    booking, client = book(), enter(StaffRole.AGENT)
    with statements(database) as sent:
        page = client.get(f"/admin/bookings/{booking.id}").get_data(as_text=True)
    assert len(sent) <= 13
    for shown in (booking.reference, "Ada Lovelace", "ada@example.com", "+1 310 555 0100", "…4567", "$2,670"):
        assert shown in page, shown
    assert "D1234567" not in page


def test_a_note_is_kept_with_its_author(
    enter: Enter, book: Callable[..., Booking], database: Database
) -> None:
    booking, client = book(), enter(StaffRole.AGENT)
    address = f"/admin/bookings/{booking.id}"
    token = csrf_of(client, address)
    empty = client.post(f"{address}/notes", data={"text": "  ", "csrf_token": token})
    assert empty.status_code == 422
    sent = {"text": "Prefers the <b>white</b> key.", "csrf_token": token}
    assert client.post(f"{address}/notes", data=sent).status_code == 303
    page = client.get(address).get_data(as_text=True)
    assert "Prefers the &lt;b&gt;white&lt;/b&gt; key." in page
    assert "Robin Agent" in page
    assert "Note written" in page
    assert "Your note is kept." in page
    for change in ("UPDATE booking_note SET created_at = now()", "DELETE FROM booking_note"):
        with pytest.raises(DBAPIError, match="append-only"), database.engine.begin() as connection:
            connection.execute(text(change))


def test_what_is_not_there_is_missing(enter: Enter, get: Any, hire: Callable[..., Staff]) -> None:
    client = enter(StaffRole.AGENT)
    assert client.get(f"/admin/bookings/{uuid4()}").status_code == 404
    with pytest.raises(Missing):
        get(StaffBookingService).add_note(uuid4(), WriteNote(text="x"), actor_of(hire(StaffRole.OWNER)))


def test_the_service_asks_for_the_role_itself(get: Any, database: Database) -> None:
    desk = get(StaffBookingService)
    for stranger in (
        Actor(kind=ActorKind.CUSTOMER),
        Actor(kind=ActorKind.STAFF, id=str(uuid4())),
        Actor(kind=ActorKind.PARTNER, role="owner"),
    ):
        for call in (
            lambda actor: desk.find(FindBookings(), actor),
            lambda actor: desk.get(uuid4(), actor),
            desk.today,
            lambda actor: desk.add_note(uuid4(), WriteNote(text="x"), actor),
        ):
            with pytest.raises(Forbidden):
                call(stranger)


def test_today_counts_by_the_clock_of_the_place(
    get: Any, enter: Enter, book: Callable[..., Booking], hire: Callable[..., Staff]
) -> None:
    book(0, starts_at=NOW + timedelta(hours=9))
    book(0, starts_at=NOW - timedelta(days=3), ends_at=NOW + timedelta(hours=20), state=BookingState.ACTIVE)
    book(0, starts_at=NOW - timedelta(days=5), ends_at=NOW - timedelta(days=2), state=BookingState.ACTIVE)
    book(2, state=BookingState.HELD)
    figures = get(StaffBookingService).today(actor_of(hire(StaffRole.AGENT)))
    assert (figures.pick_ups, figures.returns, figures.overdue) == (1, 1, 1)
    assert (figures.held, figures.on_the_road, figures.failed_payments, figures.dead_jobs) == (1, 2, 0, 0)
    page = enter(StaffRole.MANAGER).get("/admin").get_data(as_text=True)
    assert "Pick-ups today" in page


@pytest.mark.parametrize(
    ("days", "told"), [(30, "was asked to pay again by"), (2, "the customer has not paid again")]
)
def test_a_booking_that_is_not_paid_for_any_more_wants_attention(
    enter: Enter, book: Callable[..., Booking], database: Database, days: int, told: str
) -> None:
    booking = book(days)
    money: dict[str, Any] = {"booking_id": booking.id, "gateway": "sandbox", "amount": booking.total}
    times = {"currency": "USD", "created_at": NOW, "settled_at": NOW - timedelta(hours=60)}
    paid = add(
        database, Payment(**money | times, move="authorise", state="succeeded", idempotency_key="first")
    )
    client = enter(StaffRole.AGENT)
    page = f"/admin/bookings/{booking.id}"
    assert "Not paid for any more" not in client.get(page).text
    add(
        database,
        Payment(
            **money | times,
            parent_id=paid.id,
            move="renew",
            state="failed",
            failure="declined",
            idempotency_key="again",
        ),
    )
    shown = client.get(page).text
    assert "Not paid for any more" in shown
    assert told in shown
    assert "The bank declined this card." in shown
