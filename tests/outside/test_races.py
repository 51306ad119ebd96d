"""What happens when everybody wants the same at the same time: over HTTP, with two server processes and the queue."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import Connection, text

from exodrive.services.booking.contracts import ExpireHolds
from exodrive.services.payment.contracts import SweepPayments
from tests.outside.conftest import Shop, trip
from tests.outside.shopper import Answer, Shopper, words
from tests.product import wait_until

T = TypeVar("T")
CROWD = 50


@pytest.fixture(autouse=True)
def agreeing(shop: Shop) -> Iterator[None]:
    """After every race all books agree, and no page had an error."""
    yield
    shop.books.settle()
    shop.books.check()
    assert "request.failed" not in shop.product.log("web")


def at_once(*calls: Callable[[], T]) -> list[T]:
    """Let each call begin at the same moment, in a thread of its own; what they answer, in order."""
    barrier = Barrier(len(calls))

    def begin(call: Callable[[], T]) -> T:
        barrier.wait(30)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(begin, calls))


def crowd_at_details(shop: Shop, car: str, trips: Sequence[dict[str, str]]) -> list[Callable[[], Answer]]:
    """One customer for each trip, with everything filled in and a finger on the button."""

    def arrive(number: int) -> Callable[[], Answer]:
        shopper = shop.shopper(f"ada{number}")
        details = shopper.choose(car, trips[number])
        return lambda: shopper.hold(details)

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(arrive, range(len(trips))))


@pytest.mark.slow
def test_of_fifty_who_want_overlapping_hours_one_gets_the_car(shop: Shop) -> None:
    car, other = shop.car(), shop.car()
    trips = [trip(20 - n % 3, days=3 + n % 5, start=f"{9 + n % 4:02}:00") for n in range(CROWD)]
    answers = at_once(*crowd_at_details(shop, car, trips))
    assert Counter(answer.status for answer in answers) == {303: 1, 409: CROWD - 1}
    assert shop.books.state(car) == "held"
    for refused in (answer for answer in answers if answer.status == 409):
        assert "has just been taken" in refused.text, words(refused.text)
        assert refused.links(f"/cars/{car}?"), "no other dates of this car"
        assert refused.links(f"/cars/{other}?"), "no other car on these dates"
    free = next(answer for answer in answers if answer.status == 409).links(f"/cars/{car}?")[0]
    assert shop.shopper().get(free).form("/quote").fields


@pytest.mark.slow
def test_fifty_who_want_hours_of_their_own_all_get_them(shop: Shop) -> None:
    car = shop.car()
    trips = [trip(20 + n, days=0, end="17:00") for n in range(CROWD)]
    answers = at_once(*crowd_at_details(shop, car, trips))
    assert Counter(answer.status for answer in answers) == {303: CROWD}
    claims = "SELECT count(*) FROM claim JOIN car ON car.id = car_id WHERE slug = :car"
    assert shop.books.one(claims, car=car) == CROWD


@contextmanager
def half_held(shop: Shop, car: str, wanted: dict[str, str]) -> Iterator[tuple[Connection, int]]:
    """A transaction that has claimed the car for the trip and has not committed; it is rolled back at the end.
    The transaction and the number of its server process."""
    claim = """
        INSERT INTO claim (id, car_id, kind, starts_at, ends_at)
        SELECT gen_random_uuid(), id, 'block', CAST(:start AS timestamp) AT TIME ZONE 'America/Los_Angeles',
               CAST(:end AS timestamp) AT TIME ZONE 'America/Los_Angeles' FROM car WHERE slug = :car"""
    with shop.product.database.engine.connect() as connection:
        start, end = (f"{wanted[f'{end}_date']} {wanted[f'{end}_time']}" for end in ("pick_up", "return"))
        connection.execute(text(claim), {"car": car, "start": start, "end": end})
        yield connection, connection.scalar(text("SELECT pg_backend_pid()")) or 0
        connection.rollback()


def test_nobody_waits_for_those_who_want_other_hours(shop: Shop) -> None:
    """No clock: a transaction that nobody ends stands in the way of the same hours and of nothing else."""
    car = shop.car()
    same = crowd_at_details(shop, car, [trip(20)])[0]
    others = crowd_at_details(shop, car, [trip(24), trip(12), trip(40)])
    waits = "SELECT count(*) FROM pg_stat_activity WHERE :holder = ANY(pg_blocking_pids(pid))"
    with ThreadPoolExecutor(1) as pool:
        with half_held(shop, car, trip(20)) as (_, holder):
            assert {answer.status for answer in at_once(*others)} == {303}
            stuck = pool.submit(same)
            wait_until(lambda: shop.books.one(waits, holder=holder) == 1)
        assert stuck.result().status == 303


def test_a_form_sent_eight_times_at_once_is_one_booking(shop: Shop) -> None:
    car = shop.car()
    shopper = shop.shopper()
    details = shopper.choose(car, trip(20))
    answers = at_once(*(partial(shopper.another_tab().hold, details) for _ in range(8)))
    assert len({answer.location for answer in answers}) == 1
    assert shop.books.state(car) == "held"


def test_two_tabs_pay_once(shop: Shop) -> None:
    car = shop.car()
    shopper = shop.shopper()
    booking = shopper.book(car, trip(20))
    pages = at_once(*(partial(shopper.another_tab().checkout, booking) for _ in range(8)))
    gateway = {page.location for page in pages}
    assert len(gateway) == 1
    tabs = [(tab, tab.get(min(gateway))) for tab in (shopper.another_tab() for _ in range(4))]
    back = at_once(*(partial(tab.type_card, page) for tab, page in tabs))
    at_once(*(partial(shopper.another_tab().get, one.location) for one in back))
    assert shop.books.state(car) == "confirmed"
    assert shop.books.charges(booking) == ["authorised"]
    late = shopper.get(booking)
    assert "The car is yours" in late.text


@pytest.mark.slow
def test_a_hold_that_ends_while_it_is_paid_is_still_a_booking(shop: Shop) -> None:
    """The sweep, the way back from the gateway and the gateway's webhook meet; nobody else wants the car."""
    cars = [shop.car() for _ in range(6)]
    shoppers = [shop.shopper(f"ada{number}") for number in range(6)]
    bookings = [shopper.book(car, trip(20)) for shopper, car in zip(shoppers, cars, strict=True)]
    pages = [shopper.checkout(booking).location for shopper, booking in zip(shoppers, bookings, strict=True)]

    def pay(shopper: Shopper, page: str) -> None:
        shopper.get(shopper.enter(page).location)

    def end() -> None:
        for booking in bookings:
            shop.books.lapse(booking)
            shop.books.promise(ExpireHolds())

    at_once(end, *(partial(pay, who, page) for who, page in zip(shoppers, pages, strict=True)))
    shop.books.settle()
    assert [shop.books.state(car) for car in cars] == ["confirmed"] * 6


@pytest.mark.slow
def test_a_late_payment_and_the_next_customer_never_both_get_the_car(shop: Shop) -> None:
    """Either the one who pays late or the one who comes then; the other one is told, and pays nothing."""
    for _ in range(4):
        car = shop.car()
        late, next_one = shop.shopper("late"), shop.shopper("next")
        booking = late.book(car, trip(20))
        page = late.checkout(booking).location
        shop.books.lapse(booking)
        details = next_one.choose(car, trip(20))
        answer, _ = at_once(
            lambda: next_one.hold(details),  # noqa: B023  called at once
            lambda: late.get(late.enter(page).location),  # noqa: B023  called at once
        )
        shop.books.settle()
        both = "SELECT b.state FROM booking b JOIN car ON car.id = b.car_id WHERE slug = :car ORDER BY b.created_at"
        states = [row.state for row in shop.books.rows(both, car=car)]
        assert (answer.status, states) in ((409, ["confirmed"]), (303, ["expired", "held"]))
        assert shop.books.charges(booking) == ["voided" if answer.status == 303 else "authorised"]
        told = "SELECT count(*) FROM mail_message WHERE kind = 'payment_too_late'"
        lost = "SELECT count(*) FROM audit_entry WHERE action = 'booking.paid_too_late'"
        assert shop.books.one(told) == shop.books.one(lost)


def test_an_extension_and_the_sweep_agree(shop: Shop) -> None:
    """Each hold is extended, or has ended, as its page says; so says its claim, which `agreeing` looks at."""
    cars = [shop.car() for _ in range(6)]
    shopper = shop.shopper()
    forms = [shopper.get(shopper.book(car, trip(20))).form("/extend") for car in cars]
    soon = """UPDATE {} SET {} = now() + interval '20 milliseconds' FROM car
              WHERE car.id = car_id AND slug = ANY(:cars)"""
    shop.books.write(soon.format("claim", "expires_at"), cars=cars)
    shop.books.write(soon.format("booking", "hold_expires_at"), cars=cars)
    shop.books.write(
        "UPDATE claim SET expires_at = b.hold_expires_at FROM booking b WHERE b.id = booking_id AND kind = 'hold'"
    )
    answers = at_once(
        lambda: shop.books.promise(*(ExpireHolds() for _ in range(4))),
        *(partial(shopper.another_tab().submit, form) for form in forms),
    )
    shop.books.promise(ExpireHolds())
    shop.books.settle()
    told = [{303: "held", 410: "expired"}[answer.status] for answer in answers if answer is not None]
    assert [shop.books.state(car) for car in cars] == told


def test_an_event_that_is_delivered_twice_counts_once(shop: Shop) -> None:
    car = shop.car()
    shopper = shop.shopper()
    booking = shopper.book(car, trip(20))
    page = shopper.checkout(booking).location
    shopper.enter(page, "Duplicate webhook")
    wait_until(lambda: shop.books.state(car) == "confirmed")
    shop.books.settle()
    reference = page.rpartition("/")[2]
    events = "SELECT count(*) FROM webhook_event WHERE gateway_reference = :it"
    assert shop.books.one(events, it=reference) == 1
    assert "The car is yours" in shopper.get(booking).text


def test_a_bank_that_answers_after_the_hold_has_ended_still_makes_a_booking(shop: Shop) -> None:
    car = shop.car()
    shopper = shop.shopper()
    booking = shopper.book(car, trip(20))
    assert "A payment is under way" in shopper.pay(booking, "Late answer").text
    shop.books.lapse(booking)
    shop.books.promise(ExpireHolds())
    wait_until(lambda: shop.books.state(car) == "expired")
    shop.books.write("UPDATE sandbox_charge SET ready_at = now() WHERE state = 'processing'")
    shop.books.write("UPDATE job SET run_at = now() WHERE kind = 'sandbox.webhook' AND state = 'scheduled'")
    wait_until(lambda: shop.books.state(car) == "confirmed")
    assert "The car is yours" in shopper.get(booking).text


def test_a_payment_that_nobody_is_told_of_is_found_by_the_sweep(shop: Shop) -> None:
    car = shop.car()
    shopper = shop.shopper()
    booking = shopper.book(car, trip(20))
    shopper.enter(shopper.checkout(booking).location, "Closed tab")
    shop.books.write(
        "UPDATE payment SET created_at = created_at - interval '3 minutes' WHERE state = 'pending'"
    )
    shop.books.promise(SweepPayments())
    wait_until(lambda: shop.books.state(car) == "confirmed")
    assert "The car is yours" in shopper.get(booking).text
