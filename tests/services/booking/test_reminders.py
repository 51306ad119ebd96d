"""What is sent before and after a rental, at which hour, and what is not."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import update

from exodrive.core.clock import ManualClock
from exodrive.core.db import Database
from exodrive.services.booking import reminders
from exodrive.services.booking.contracts import BookingState, HeldView
from exodrive.services.booking.models import Booking
from tests.services.booking.desk import Desk
from tests.services.booking.post import Post, words

Hold = Callable[..., HeldView]
HOUR = timedelta(hours=1)
KINDS = ("email.pick_up_reminder", "email.return_reminder", "email.review_request")


def hours(post: Post) -> dict[str, list[datetime]]:
    """When what has been promised is due."""
    return {kind: [job.run_at for job in post.promised(kind)] for kind in KINDS}


def become(database: Database, held: HeldView, state: BookingState) -> None:
    """What the staff will do at the handover and the return."""
    with database.sessions() as session:
        session.execute(update(Booking).where(Booking.id == held.booking_id).values(state=state))
        session.commit()


@pytest.fixture
def booked(hold: Hold, desk: Desk) -> Callable[..., HeldView]:
    """`booked(pick_up_date=…)`: a confirmed booking."""

    def make(**over: object) -> HeldView:
        held = hold(**over)
        desk.pay(held)
        return held

    return make


def test_a_rental_is_accompanied(
    booked: Callable[..., HeldView], desk: Desk, post: Post, database: Database
) -> None:
    held = booked()
    seen = desk.see(held)
    post.travel(seen.starts_at)
    assert [one for one in post.subjects() if "your Ferrari" in one] == [
        f"In 3 days: your Ferrari Roma · {held.reference}",
        f"Tomorrow: your Ferrari Roma · {held.reference}",
    ]
    reminder = words(post.mail("Tomorrow: your"))
    for part in ("we meet on Saturday, June 20, 2026 at 10:00 AM PDT", "in the original", held.token):
        assert part in reminder
    become(database, held, BookingState.ACTIVE)
    post.travel(seen.ends_at)
    assert "rental ends on Tuesday, June 23, 2026 at 10:00 AM PDT" in words(post.mail("Tomorrow: return of"))
    become(database, held, BookingState.RETURNED)
    post.travel(seen.ends_at + timedelta(days=30))
    assert post.subjects()[-1] == "How was the Ferrari Roma?"
    assert post.failed() == []


def test_each_is_promised_once_for_its_hour(booked: Callable[..., HeldView], desk: Desk, post: Post) -> None:
    held = booked()
    desk.settle(held)
    seen = desk.see(held)
    assert hours(post) == {
        "email.pick_up_reminder": [seen.starts_at - 72 * HOUR, seen.starts_at - 24 * HOUR],
        "email.return_reminder": [seen.ends_at - 24 * HOUR],
        "email.review_request": [seen.ends_at + 24 * HOUR],
    }


@pytest.mark.parametrize(("before", "left"), [(71 * HOUR, 1), (23 * HOUR, 0), (3 * HOUR, 0)])
def test_a_booking_made_inside_the_window_has_no_late_reminder(
    booked: Callable[..., HeldView], post: Post, clock: ManualClock, before: timedelta, left: int
) -> None:
    clock.set(datetime(2026, 6, 20, 17, tzinfo=UTC) - before)
    booked()
    assert len(post.promised("email.pick_up_reminder")) == left


def test_a_rental_of_a_day_is_not_reminded_of_its_return_at_the_pick_up(
    booked: Callable[..., HeldView], post: Post
) -> None:
    booked(return_date=date(2026, 6, 21))
    assert post.promised("email.return_reminder") == []


def test_a_cancelled_booking_hears_no_more(booked: Callable[..., HeldView], desk: Desk, post: Post) -> None:
    held = booked()
    refund = desk.preview(held)
    desk.cancel(held, refund.amount, kept=refund.kept)
    post.run()
    before = post.subjects()
    post.travel(desk.see(held).ends_at + timedelta(days=30))
    assert post.subjects() == before
    assert {job.state for kind in KINDS for job in post.promised(kind)} == {"cancelled"}
    assert post.failed() == []


@pytest.mark.parametrize("state", [BookingState.NO_SHOW, BookingState.CANCELLED])
def test_nobody_who_did_not_drive_is_asked_for_the_car_or_for_a_review(
    booked: Callable[..., HeldView], desk: Desk, post: Post, database: Database, state: BookingState
) -> None:
    held = booked()
    seen = desk.see(held)
    post.travel(seen.starts_at)
    before = post.subjects()
    become(database, held, state)
    post.travel(seen.ends_at + timedelta(days=30))
    assert post.subjects() == before


def test_a_reminder_that_comes_too_late_is_left_out(
    booked: Callable[..., HeldView], desk: Desk, post: Post, clock: ManualClock
) -> None:
    """No worker ran for two days: one reminder, of the pick-up as it now lies ahead."""
    held = booked()
    post.run()
    clock.set(desk.see(held).starts_at - 12 * HOUR)
    post.run()
    assert [one for one in post.subjects() if "your Ferrari" in one] == [
        f"Tomorrow: your Ferrari Roma · {held.reference}"
    ]


@pytest.mark.parametrize(
    "change",  # the day of the pick-up, when its last reminder is due, and what that tells
    [
        # The clock goes back on 1 November 2026 at two, forward on 14 March 2027.
        (date(2026, 11, 2), "2026-11-01T10:00-0800", "Monday, November 2, 2026 at 10:00 AM PST"),
        (date(2026, 11, 1), "2026-10-31T11:00-0700", "Sunday, November 1, 2026 at 10:00 AM PST"),
        (date(2027, 3, 14), "2027-03-13T09:00-0800", "Sunday, March 14, 2027 at 10:00 AM PDT"),
    ],
)
def test_a_reminder_across_a_change_of_the_clock(
    booked: Callable[..., HeldView],
    desk: Desk,
    post: Post,
    clock: ManualClock,
    change: tuple[date, str, str],
) -> None:
    pick_up, due, told = change
    clock.set(datetime.combine(pick_up - timedelta(days=10), time(20), UTC))
    held = booked(pick_up_date=pick_up, return_date=pick_up + timedelta(days=3))
    last = post.promised("email.pick_up_reminder")[-1]
    assert last.run_at == datetime.fromisoformat(due)
    post.travel(desk.see(held).starts_at)
    assert told in words(post.mail("Tomorrow: your"))


def test_a_day_may_have_twenty_five_hours() -> None:
    begins, ends = reminders.day_at("America/Los_Angeles", date(2026, 11, 1))
    assert ends.astimezone(UTC) - begins.astimezone(UTC) == 25 * HOUR
