"""What happens between the steps: time that passes, cars that are retired, payments that cross a cancellation."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.core.errors import Invalid, Missing
from exodrive.services.booking.contracts import BookingState, HeldView, HoldCar, PaymentState, SearchCars
from exodrive.services.booking.errors import HoldExpired, HoldExtensionsSpent, QuoteChanged, RefundChanged
from exodrive.services.booking.hold import HoldService
from exodrive.services.booking.mails import BookingMailService
from exodrive.services.booking.search import SearchService
from exodrive.services.car.errors import CarRetired, PickUpTooSoon
from exodrive.services.car.models import Car
from exodrive.services.car.service import CatalogueService
from exodrive.services.payment.contracts import Outcome
from exodrive.services.pricing.contracts import Adjustment, QuoteView
from exodrive.services.pricing.errors import QuoteExpired
from exodrive.services.pricing.models import PromoCode
from exodrive.services.pricing.service import QuoteService
from tests.factories import add
from tests.services.booking.conftest import CUSTOMER, WAYS, Way, driver
from tests.services.booking.desk import Desk
from tests.smtp import Inbox

Hold = Callable[..., HeldView]
Quote = Callable[..., QuoteView]

SOON = datetime(2026, 6, 1, 19, 30, tzinfo=UTC)  # 12:30 in Los Angeles, which needs two hours
TODAY = {"pick_up_date": date(2026, 6, 1), "pick_up_time": time(14, 30)}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return request.param  # type: ignore[no-any-return]  # what stands in `WAYS`


def change(database: Database, statement: str) -> None:
    with database.sessions.begin() as session:
        session.execute(text(statement))


def test_a_hold_is_never_extended_past_its_pick_up(desk: Desk, hold: Hold, clock: ManualClock) -> None:
    clock.set(SOON)
    held = hold(**TODAY)
    starts_at = desk.see(held).starts_at
    while desk.see(held).extensions_left:
        clock.move(timedelta(minutes=14))
        assert desk.extend(held).expires_at <= starts_at
    assert desk.see(held).hold_expires_at == starts_at
    with pytest.raises(HoldExtensionsSpent):
        desk.extend(held)


@pytest.mark.parametrize("swept", [False, True])
def test_money_that_arrives_after_the_pick_up_books_nothing(
    desk: Desk, hold: Hold, clock: ManualClock, swept: bool
) -> None:
    clock.set(SOON)
    held = hold(**TODAY)
    desk.enter(desk.start(held))
    clock.set(desk.see(held).starts_at)
    if swept:
        desk.holds.expire_due()
    assert desk.settle(held) is Outcome.AUTHORISED
    desk.holds.expire_due()
    desk.run_moves()
    seen = desk.see(held)
    assert (seen.state, seen.payment_state) == (BookingState.EXPIRED, PaymentState.RELEASED)
    assert desk.claims() == 0
    assert desk.jobs("email.payment_too_late") == 1


def test_late_money_for_a_car_that_was_retired_is_given_back(
    desk: Desk, hold: Hold, clock: ManualClock, database: Database
) -> None:
    held = hold()
    desk.enter(desk.start(held))
    clock.move(timedelta(minutes=15))
    desk.holds.expire_due()
    change(database, "UPDATE car SET active = false")
    assert desk.settle(held) is Outcome.AUTHORISED
    desk.run_moves()
    assert desk.see(held).payment_state is PaymentState.RELEASED
    assert desk.jobs("email.payment_too_late") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE car SET active = false",
        "UPDATE location SET active = false",
    ],
)
def test_nothing_is_held_that_is_not_for_rent_any_more(
    quote: Quote, database: Database, desk: Desk, statement: str
) -> None:
    priced = quote()
    change(database, statement)
    with pytest.raises(CarRetired):
        desk.holds.hold(driver(priced), desk.way.actor)
    assert desk.claims() == 0


def test_a_price_whose_pick_up_has_come_too_near_is_refused_with_the_next_free_dates(
    quote: Quote, desk: Desk, clock: ManualClock
) -> None:
    clock.set(datetime(2026, 6, 20, 14, 59, tzinfo=UTC))  # two hours and a minute ahead of the pick-up
    priced = quote()
    clock.move(timedelta(minutes=1))
    held = desk.holds.hold(driver(priced), desk.way.actor)
    clock.move(timedelta(minutes=1))
    assert desk.holds.hold(driver(priced), desk.way.actor) == held  # sent twice, it is the same hold
    desk.cancel(held, 0, kept=0)
    clock.set(datetime(2026, 6, 20, 14, 50, tzinfo=UTC))
    priced = quote()
    clock.move(timedelta(minutes=11))
    with pytest.raises(PickUpTooSoon) as refused:
        desk.holds.hold(driver(priced), desk.way.actor)
    assert "Los Angeles needs 2 hours to prepare the car." in refused.value.message
    assert "The earliest pick-up is Saturday, 20 June at 10:30." in refused.value.message
    assert [free.start for free in refused.value.alternatives] == [
        priced.starts_at + timedelta(days=days) for days in (1, 2, 3)
    ]
    assert desk.claims() == 0


def test_cars_of_a_closed_location_are_listed_nowhere(car: Car, get: Any, database: Database) -> None:
    change(database, "UPDATE car SET featured = 1; UPDATE location SET active = false")
    assert get(SearchService).search(SearchCars()).offers == ()
    catalogue = get(CatalogueService)
    assert catalogue.featured() == catalogue.car_slugs() == ()


def test_a_form_that_is_sent_again_after_giving_the_car_back_starts_afresh(quote: Quote, desk: Desk) -> None:
    priced = quote()
    held = desk.holds.hold(driver(priced), desk.way.actor)
    desk.cancel(held, 0, kept=0)
    with pytest.raises(QuoteExpired):
        desk.holds.hold(driver(priced), desk.way.actor)


def test_a_customer_who_used_the_code_before_is_offered_the_price_without_it(
    quote: Quote, get: Any, database: Database
) -> None:
    code = PromoCode(
        code="ONCE",
        adjustment=Adjustment.PERCENT,
        value=1000,
        starts_at=SOON - timedelta(days=5),
        ends_at=SOON + timedelta(days=90),
        limit_per_customer=1,
    )
    add(database, code)
    get(HoldService).hold(driver(quote(promo_code="ONCE")), CUSTOMER)
    again = quote(promo_code="ONCE", pick_up_date=date(2026, 7, 1), return_date=date(2026, 7, 3))
    with pytest.raises(QuoteChanged, match="ONCE has been used up") as changed:
        get(HoldService).hold(driver(again), CUSTOMER)
    fresh = get(QuoteService).get(changed.value.quote_id)
    assert fresh.promo_code is None
    assert get(HoldService).hold(driver(fresh), CUSTOMER).token


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "  "),
        ("name", "12"),
        ("phone", "------"),
        ("licence_number", "- - -"),
        ("delivery_address", " " * 9),
    ],
)
def test_particulars_that_say_nothing_are_refused(name: str, value: str) -> None:
    from exodrive.core.contract import load

    plain = {
        "quote_id": "0197293a-0000-7000-8000-000000000000",
        "name": "李 明",
        "email": "ada@example.com",
        "phone": "(310) 555-0100",
        "birth_date": "1985-12-10",
        "licence_number": "D-12 34",
        "licence_country": "US",
        "delivery_address": "1 Rodeo Drive",
        "consent": True,
    }
    assert load(HoldCar, plain).name == "李 明"
    with pytest.raises(Invalid) as refused:
        load(HoldCar, plain | {name: value})
    assert list(refused.value.fields) == [name]


def test_giving_a_hold_back_never_cancels_a_booking_that_was_paid_meanwhile(
    desk: Desk, hold: Hold, database: Database, clock: ManualClock
) -> None:
    change(database, "UPDATE cancellation_policy SET grace_minutes = 0, tiers = '[]'")
    held = hold()
    shown = desk.preview(held)
    assert (shown.amount, shown.kept) == (0, 0)
    desk.pay(held)
    with pytest.raises(RefundChanged):
        desk.cancel(held, shown.amount, kept=shown.kept)
    assert desk.see(held).state is BookingState.CONFIRMED


def test_a_payment_page_that_is_open_is_closed_with_the_booking(desk: Desk, hold: Hold) -> None:
    held = hold()
    reference = desk.start(held)
    desk.cancel(held, 0, kept=0)
    desk.run_moves()
    assert desk.see(held).payment_state is PaymentState.UNPAID
    desk.enter(reference)
    assert desk.settle(held) is Outcome.ALREADY
    assert desk.jobs("email.payment_too_late") == 0


def test_money_reserved_just_before_cancelling_is_released_without_a_word_of_being_late(
    desk: Desk, hold: Hold
) -> None:
    held = hold()
    desk.enter(desk.start(held))
    desk.cancel(held, 0, kept=0)
    desk.settle(held)
    desk.run_moves()
    seen = desk.see(held)
    assert (seen.state, seen.payment_state) == (BookingState.CANCELLED, PaymentState.UNPAID)
    assert desk.jobs("email.payment_too_late") == 0


def test_a_confirmation_that_could_not_go_in_time_is_not_sent_after_a_cancellation(
    desk: Desk, hold: Hold, smtp: Inbox, get: Any
) -> None:
    held = hold()
    desk.pay(held)
    refund = desk.preview(held)
    desk.cancel(held, refund.amount, kept=refund.kept)
    get(BookingMailService).send_confirmation(held.booking_id)
    assert smtp.messages == []


def test_only_what_is_booked_goes_into_a_calendar(desk: Desk, hold: Hold, get: Any) -> None:
    held = hold()
    mails = get(BookingMailService)
    with pytest.raises(Missing):
        mails.calendar(held.token)
    desk.pay(held)
    assert mails.calendar(held.token).content.startswith(b"BEGIN:VCALENDAR")


def test_a_hold_that_has_ended_cannot_be_given_back(desk: Desk, hold: Hold, clock: ManualClock) -> None:
    held = hold()
    clock.move(timedelta(minutes=15))
    with pytest.raises(HoldExpired):
        desk.preview(held)
