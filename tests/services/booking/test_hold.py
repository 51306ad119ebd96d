"""Holds: who gets the car, what is written, what is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select, text

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Invalid
from exodrive.services.audit.models import AuditEntry
from exodrive.services.booking.contracts import BookingState, HeldView
from exodrive.services.booking.errors import HoldExpired, HoldExtensionsSpent, QuoteChanged, QuoteUsed
from exodrive.services.booking.hold import HoldService
from exodrive.services.booking.models import Booking
from exodrive.services.car.errors import CarTaken
from exodrive.services.car.models import Car, Claim
from exodrive.services.pricing.contracts import QuoteView
from exodrive.services.pricing.errors import QuoteExpired
from exodrive.services.pricing.models import YoungDriverFee
from exodrive.services.pricing.service import QuoteService
from tests.factories import add
from tests.services.booking.conftest import CUSTOMER, WAYS, Way, driver
from tests.services.booking.desk import Desk

Hold = Callable[..., HeldView]
Quote = Callable[..., QuoteView]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return request.param  # type: ignore[no-any-return]  # what stands in `WAYS`


def test_a_hold_claims_the_car_with_its_turnaround_and_is_audited(
    desk: Desk, hold: Hold, car: Car, database: Database, clock: ManualClock
) -> None:
    held = hold()
    with database.sessions() as session:
        claim = session.scalars(select(Claim)).one()
        booking = session.scalars(select(Booking)).one()
        entry = session.scalars(select(AuditEntry)).one()
    assert claim.ends_at == booking.ends_at + timedelta(minutes=car.turnaround_minutes)
    assert (
        claim.expires_at == booking.hold_expires_at == held.expires_at == clock.now() + timedelta(minutes=15)
    )
    assert (entry.action, entry.subject_id) == ("booking.held", held.booking_id)
    assert desk.see(held).state is BookingState.HELD


def test_what_could_be_abused_is_not_readable_in_the_table(hold: Hold, database: Database) -> None:
    hold()
    with database.read() as connection:
        row = connection.execute(text("SELECT * FROM booking")).mappings().one()
    stored = b" ".join(bytes(value) for value in row.values() if isinstance(value, bytes | memoryview))
    for clear in (b"Lovelace", b"ada@example.com", b"D1234567", b"1985-12-10", b"310 555"):
        assert clear not in stored


def test_the_price_is_the_quotes(desk: Desk, quote: Quote) -> None:
    priced = quote()
    held = desk.holds.hold(driver(priced), desk.way.actor)
    assert desk.see(held).total == priced.total
    assert desk.see(held).lines == priced.lines


def test_a_taken_car_is_refused_with_its_nearest_free_dates(hold: Hold) -> None:
    hold()
    with pytest.raises(CarTaken) as refused:
        hold(pick_up_date=date(2026, 6, 21), return_date=date(2026, 6, 22))
    first, *_ = refused.value.alternatives
    assert first.length == timedelta(days=1)


def test_back_to_back_rentals_need_the_turnaround_between_them(hold: Hold) -> None:
    hold()
    with pytest.raises(CarTaken):
        hold(pick_up_date=date(2026, 6, 23), pick_up_time=time(11), return_date=date(2026, 6, 24))
    hold(pick_up_date=date(2026, 6, 23), pick_up_time=time(12), return_date=date(2026, 6, 24))


def test_of_many_at_once_exactly_one_gets_the_car(desk: Desk, quote: Quote, database: Database) -> None:
    quotes = [quote(return_date=date(2026, 6, 21 + number % 5)) for number in range(16)]
    barrier = Barrier(16)

    def attempt(number: int) -> str:
        barrier.wait()
        try:
            desk.holds.hold(driver(quotes[number], email=f"driver{number}@example.com"), desk.way.actor)
        except CarTaken as taken:
            return "taken" if taken.alternatives else "taken, without alternatives"
        return "held"

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(attempt, range(16)))
    assert sorted(outcomes) == ["held"] + ["taken"] * 15
    assert (desk.claims(), desk.bookings("held")) == (1, 1)


def test_distinct_days_of_one_car_never_block_each_other(desk: Desk, quote: Quote) -> None:
    start = date(2026, 7, 1)
    quotes = [
        quote(pick_up_date=start + timedelta(days=2 * n), return_date=start + timedelta(days=2 * n + 1))
        for n in range(12)
    ]
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda one: desk.holds.hold(driver(one), desk.way.actor), quotes))
    assert desk.claims() == 12


def test_without_the_constraint_the_race_is_real(desk: Desk, quote: Quote, database: Database) -> None:
    """The proof that the constraint, and nothing else, decides."""
    first, second = quote(), quote(pick_up_date=date(2026, 6, 21))
    drop = "ALTER TABLE claim DROP CONSTRAINT ex_claim_car_id_during"
    again = "ALTER TABLE claim ADD CONSTRAINT ex_claim_car_id_during EXCLUDE USING gist (car_id WITH =, during WITH &&)"
    with database.engine.begin() as connection:
        connection.execute(text(drop))
    try:
        for one in (first, second):
            desk.holds.hold(driver(one), desk.way.actor)
        assert desk.claims() == 2
    finally:
        with database.engine.begin() as connection:
            connection.execute(text("DELETE FROM claim"))
            connection.execute(text(again))


def test_the_same_form_sent_twice_at_once_is_one_hold(desk: Desk, quote: Quote) -> None:
    command = driver(quote())
    with ThreadPoolExecutor(6) as pool:
        tokens = set(pool.map(lambda _: desk.holds.hold(command, desk.way.actor).token, range(6)))
    assert len(tokens) == 1
    assert (desk.claims(), desk.bookings("held")) == (1, 1)


def test_somebody_elses_quote_does_not_open_their_booking(quote: Quote, get: Any) -> None:
    priced = quote()
    get(HoldService).hold(driver(priced), CUSTOMER)
    with pytest.raises(QuoteUsed):
        get(HoldService).hold(driver(priced, email="mallory@example.com"), CUSTOMER)


def test_a_lapsed_hold_that_no_sweep_has_met_gives_way(desk: Desk, hold: Hold, clock: ManualClock) -> None:
    old = hold()
    clock.move(timedelta(minutes=16))
    new = hold()
    assert desk.see(old).state is BookingState.EXPIRED
    assert desk.see(new).state is BookingState.HELD
    assert desk.claims() == 1


def test_the_sweep_ends_what_is_over_and_frees_the_car(desk: Desk, hold: Hold, clock: ManualClock) -> None:
    held = hold()
    clock.move(timedelta(minutes=14, seconds=59))
    assert desk.holds.expire_due() == 0
    clock.move(timedelta(seconds=1))
    assert desk.holds.expire_due() == 1
    assert desk.see(held).state is BookingState.EXPIRED
    assert desk.claims() == 0


def test_extending_gives_the_whole_time_again_but_not_for_ever(
    desk: Desk, hold: Hold, clock: ManualClock
) -> None:
    held = hold()
    for _ in range(10):
        clock.move(timedelta(minutes=14))
        assert desk.extend(held).expires_at == clock.now() + timedelta(minutes=15)
    assert desk.see(held).extensions_left == 0
    with pytest.raises(HoldExtensionsSpent):
        desk.extend(held)
    clock.move(timedelta(minutes=15))
    with pytest.raises(HoldExpired):
        desk.extend(held)


def test_an_extension_and_the_sweep_at_once_agree(desk: Desk, hold: Hold, clock: ManualClock) -> None:
    held = hold()
    clock.move(timedelta(minutes=15))

    def extend() -> bool:
        try:
            desk.extend(held)
        except HoldExpired:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        extended, swept = pool.submit(extend), pool.submit(desk.holds.expire_due)
        assert not extended.result()
        swept.result()
    desk.holds.expire_due()
    assert desk.see(held).state is BookingState.EXPIRED
    assert desk.claims() == 0


def test_an_expired_quote_makes_no_booking(quote: Quote, get: Any, clock: ManualClock) -> None:
    priced = quote()
    clock.move(timedelta(minutes=30))
    with pytest.raises(QuoteExpired):
        get(HoldService).hold(driver(priced), CUSTOMER)


def test_a_driver_too_young_for_the_car_is_told_beside_the_date(quote: Quote, get: Any) -> None:
    with pytest.raises(Invalid) as refused:
        get(HoldService).hold(driver(quote(), birth_date=date(2002, 6, 21)), CUSTOMER)
    assert "25" in refused.value.fields["birth_date"][0]


def test_a_young_drivers_fee_is_shown_before_it_is_agreed_to(
    quote: Quote, get: Any, database: Database, car: Car
) -> None:
    add(database, YoungDriverFee(location_id=car.location_id, below_age=28, per_day=5_000))
    old = quote()
    with pytest.raises(QuoteChanged) as changed:
        get(HoldService).hold(driver(old, birth_date=date(2000, 6, 20)), CUSTOMER)
    new = get(QuoteService).get(changed.value.quote_id)
    assert new.young_driver
    assert new.total > old.total
    get(HoldService).hold(driver(new, birth_date=date(2000, 6, 20)), CUSTOMER)
