"""The mails that a booking's life promises: each in the transaction that makes it true, each sent once."""

from collections.abc import Callable
from datetime import timedelta

from exodrive.core.clock import ManualClock
from exodrive.services.booking.contracts import HeldView
from tests.services.booking.desk import Desk
from tests.services.booking.post import Post, words
from tests.smtp import Inbox

Hold = Callable[..., HeldView]
SUPPORT = "hello@exodrive.example"


def test_a_hold_is_told_with_its_end_and_its_link(hold: Hold, post: Post) -> None:
    held = hold()
    post.run()
    receipt = post.mail("On hold until")
    assert receipt["To"].addresses[0].addr_spec == "ada@example.com"
    for part in (
        "The Ferrari Roma is held for you.",
        "nobody else can book it until June 1, 2026, 3:15 AM PDT",
        held.token,
        "Saturday, June 20, 2026, 10:00 AM PDT",
        "Security deposit: $5,000",
    ):
        assert part in words(receipt)
    assert post.failed() == []


def test_a_late_hold_receipt_tells_the_extended_end(
    hold: Hold, desk: Desk, post: Post, clock: ManualClock
) -> None:
    held = hold()
    clock.move(timedelta(minutes=10))
    desk.extend(held)
    post.run()
    assert "until June 1, 2026, 3:25 AM PDT" in words(post.mail("On hold until"))


def test_no_receipt_of_a_hold_that_is_over(hold: Hold, desk: Desk, post: Post, clock: ManualClock) -> None:
    cancelled = hold()
    desk.cancel(cancelled, 0, kept=0)
    post.run()
    hold()
    clock.move(timedelta(minutes=15))  # lapsed, and no sweep has been there yet
    post.run()
    assert post.subjects() == []
    assert {job.state for job in post.promised("email.hold_receipt")} == {"completed"}


def test_a_booking_that_is_paid_at_once_has_no_hold_receipt(hold: Hold, desk: Desk, post: Post) -> None:
    desk.pay(hold())
    post.run()
    assert not [subject for subject in post.subjects() if subject.startswith("On hold")]


def test_a_capture_is_receipted_once_with_its_lines(hold: Hold, desk: Desk, post: Post) -> None:
    held = hold()
    desk.pay(held)
    seen = desk.see(held)
    post.travel(seen.starts_at - timedelta(hours=72), "email", "payment")
    receipt = post.mail("Receipt for")
    total = f"${seen.total / 100:,.2f}"
    for part in (
        f"{total} paid.",
        "charged on June 17, 2026, 10:00 AM PDT",
        f"Booking reference: {held.reference}",
        *(line.label for line in seen.lines if line.code != "tax"),
        f"Paid: {total}",
    ):
        assert part in words(receipt)
    assert "4242" not in receipt.as_string()  # nothing of the card
    assert len(post.promised("email.payment_receipt")) == 1
    assert post.failed() == []


def test_a_refund_is_told_when_it_has_gone_out(
    hold: Hold, desk: Desk, post: Post, clock: ManualClock
) -> None:
    held = hold()
    desk.pay(held)
    post.travel(desk.see(held).starts_at - timedelta(hours=71), "email", "payment")
    refund = desk.preview(held)
    desk.cancel(held, refund.amount, kept=refund.kept)
    post.run("email")
    assert not [subject for subject in post.subjects() if subject.startswith("Refund")]
    post.run("payment", "email")
    notice = post.mail("Refund of")
    paid, back = f"${refund.paid / 100:,.2f}", f"${refund.amount / 100:,.2f}"
    assert 0 < refund.amount < refund.paid
    for part in (f"{back} is on its way back", f"You had paid: {paid}", f"Refunded now: {back}"):
        assert part in words(notice)
    assert post.failed() == []


def test_what_is_kept_of_a_reservation_is_receipted_as_the_fee(
    hold: Hold, desk: Desk, post: Post, clock: ManualClock
) -> None:
    held = hold()
    desk.pay(held)
    post.travel(desk.see(held).starts_at - timedelta(hours=100), "email")
    refund = desk.preview(held)
    desk.cancel(held, refund.amount, kept=refund.kept)
    post.run("payment", "email")
    fee = f"${refund.kept / 100:,.2f}"
    assert f"Cancellation fee: {fee} Paid: {fee}" in words(post.mail("Receipt for"))


def test_a_reservation_that_is_only_released_has_no_receipt(hold: Hold, desk: Desk, post: Post) -> None:
    held = hold()
    desk.pay(held)
    refund = desk.preview(held)
    desk.cancel(held, refund.amount, kept=0)
    post.run("payment", "email")
    assert desk.jobs("email.payment_receipt") == desk.jobs("email.refund") == 0
    assert [subject.partition(":")[0] for subject in post.subjects()] == [
        f"New booking {held.reference}",
        "Cancelled",
    ]


def test_the_staff_hear_of_a_booking_without_its_link(hold: Hold, desk: Desk, post: Post) -> None:
    held = hold()
    desk.pay(held)
    post.run()
    notice = post.mail(f"New booking {held.reference}")
    assert notice["To"].addresses[0].addr_spec == SUPPORT
    assert "+1 310 555 0100" in words(notice)
    assert held.token not in notice.as_string()


def test_the_staff_hear_of_a_payment_that_a_bank_declined(hold: Hold, desk: Desk, post: Post) -> None:
    held = hold()
    desk.pay(held, "Declined")
    desk.settle(held)
    post.run()
    notice = post.mail("Failed payment of")
    assert notice["To"].addresses[0].addr_spec == SUPPORT
    for part in ("The bank declined this card.", held.reference, "State: Held", "June 1, 2026, 3:15 AM PDT"):
        assert part in words(notice)
    assert held.token not in notice.as_string()


def test_the_staff_are_not_bothered_with_what_a_customer_chose(hold: Hold, desk: Desk) -> None:
    held = hold()
    desk.start(held)
    desk.cancel(held, 0, kept=0)
    desk.run_moves()
    assert desk.jobs("email.payment_failed") == 0


def test_a_mail_that_was_not_taken_is_tried_again_and_sent_once(
    hold: Hold, post: Post, smtp: Inbox, clock: ManualClock
) -> None:
    hold()
    smtp.fail_next(451)
    post.run()
    assert post.subjects() == []
    post.travel(clock.now() + timedelta(minutes=5))
    assert len(post.subjects()) == 1
