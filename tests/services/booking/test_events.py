"""What others are told of a booking's life: each step once, as it then stood, and only to whom it concerns."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.contract import load
from exodrive.core.ids import new_id
from exodrive.services.account.contracts import StaffRole
from exodrive.services.booking.contracts import HeldView
from exodrive.services.booking.hold import HoldService
from exodrive.services.car.errors import CarTaken
from exodrive.services.car.models import Car
from exodrive.services.webhook.delivery import DeliveryService
from exodrive.services.webhook.event_contracts import BookingPayload, EventView, PaymentPayload
from exodrive.services.webhook.feed import EventFeedService
from tests.services.booking.conftest import CUSTOMER, PARTNER, WAYS, Way, driver
from tests.services.booking.desk import Desk

MANAGER = Actor(kind=ActorKind.STAFF, id=str(new_id()), role=StaffRole.MANAGER)
OTHER_PARTNER = Actor(kind=ActorKind.PARTNER, id=str(new_id()))
Hold = Callable[..., HeldView]


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return request.param  # type: ignore[no-any-return]  # what stands in `WAYS`


@pytest.fixture
def told(get: Any) -> Callable[[Actor], list[EventView]]:
    """`told(actor)`: what the feed has for somebody."""

    def read(actor: Actor) -> list[EventView]:
        get(DeliveryService).fan_out()
        return list(get(EventFeedService).after(None, actor=actor, limit=100).items)

    return read


Told = Callable[[Actor], list[EventView]]


def test_from_the_hold_to_the_refund(desk: Desk, hold: Hold, told: Told, car: Car) -> None:
    held = hold()
    desk.clock.set(desk.clock.now() + timedelta(minutes=1))
    until = desk.extend(held).expires_at
    desk.pay(held)
    seen = desk.preview(held)
    desk.cancel(held, seen.amount, kept=seen.kept)
    desk.run_moves()
    events = told(MANAGER)
    assert [one.type.value for one in events] == [
        "booking.held",
        "booking.extended",
        "booking.confirmed",
        "booking.cancelled",
    ]
    stories = [load(BookingPayload, one.data) for one in events]
    assert {one.subject_id for one in events} == {story.id for story in stories} == {held.booking_id}
    assert {(story.reference, story.car_id) for story in stories} == {(held.reference, car.id)}
    assert [story.state for story in stories] == ["held", "held", "confirmed", "cancelled"]
    assert [story.hold_expires_at for story in stories] == [held.expires_at, until, None, None]
    assert told(PARTNER) == (events if desk.way.actor is PARTNER else [])
    assert told(OTHER_PARTNER) == []


def test_a_hold_that_ends(desk: Desk, hold: Hold, told: Told) -> None:
    held = hold()
    desk.clock.set(held.expires_at)
    desk.holds.expire_due()
    assert [one.type.value for one in told(MANAGER)] == ["booking.held", "booking.expired"]


def test_a_hold_that_was_not_had_is_not_told(hold: Hold, told: Told, get: Any, quote: Any) -> None:
    hold()
    other = driver(quote(), email="grace@example.com")
    with pytest.raises(CarTaken):
        get(HoldService).hold(other, CUSTOMER)
    assert len(told(MANAGER)) == 1


def test_money_is_told_to_whose_booking_it_is(desk: Desk, hold: Hold, told: Told, post: Any) -> None:
    held = hold()
    desk.pay(held, "Declined")
    desk.pay(held)
    post.travel(desk.clock.now() + timedelta(days=30), "payment")
    money = [one for one in told(MANAGER) if one.type.value.startswith("payment.")]
    assert [one.type.value for one in money] == ["payment.failed", "payment.captured"]
    stories = [load(PaymentPayload, one.data) for one in money]
    assert {one.subject_id for one in money} == {story.booking_id for story in stories} == {held.booking_id}
    assert [story.failure is None for story in stories] == [False, True]
    theirs = [one for one in told(PARTNER) if one.type.value.startswith("payment.")]
    assert theirs == (money if desk.way.actor is PARTNER else [])
