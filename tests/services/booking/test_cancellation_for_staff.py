"""Cancelling by staff: by the policy or in full, for what was shown, with a reason that stays inside."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.clock import ManualClock
from exodrive.core.contract import load
from exodrive.core.db import Database
from exodrive.core.errors import ExodriveError, Forbidden, IllegalMove, Invalid
from exodrive.services.account.contracts import StaffRole
from exodrive.services.audit.models import AuditEntry
from exodrive.services.booking.contracts import BookingState, HeldView, PaymentState, RefundView
from exodrive.services.booking.desk_contracts import CancelAsStaff, CancelTerms
from exodrive.services.booking.errors import HoldExpired, RefundChanged
from exodrive.services.booking.mails import BookingMailService
from exodrive.services.booking.models import Booking
from exodrive.services.email.contracts import Mail
from exodrive.services.payment.service import PaymentService
from tests.services.booking.conftest import CUSTOMER
from tests.services.booking.desk import Desk

Hold = Callable[..., HeldView]

AGENT = Actor(kind=ActorKind.STAFF, id=str(UUID(int=7)), role=StaffRole.AGENT)
MANAGER = replace(AGENT, role=StaffRole.MANAGER)
REASON = "The gearbox is in pieces"


@pytest.fixture
def paid(desk: Desk, hold: Hold) -> HeldView:
    """Confirmed, 19 days before pick-up."""
    held = hold()
    desk.pay(held)
    return held


def cancel(
    desk: Desk, held: HeldView, shown: RefundView, actor: Actor, terms: CancelTerms = CancelTerms.POLICY
) -> RefundView:
    asked = CancelAsStaff(terms=terms, reason=REASON, refund=shown.amount, kept=shown.kept)
    return desk.cancellation.cancel_for_staff(held.booking_id, asked, actor)


def late(desk: Desk, held: HeldView, clock: ManualClock) -> None:
    """So near to the pick-up that the policy keeps half."""
    clock.set(desk.see(held).starts_at - timedelta(hours=100))


def mail(desk: Desk, held: HeldView) -> Mail:
    made: Mail = desk.get(BookingMailService).cancellation(held.booking_id)
    return made


def test_by_the_policy_the_rest_is_kept(desk: Desk, paid: HeldView, clock: ManualClock) -> None:
    late(desk, paid, clock)
    shown = desk.cancellation.preview_for_staff(paid.booking_id, CancelTerms.POLICY, AGENT)
    assert shown == desk.preview(paid), "the same policy for whoever asks"
    assert shown.kept > 0
    assert cancel(desk, paid, shown, AGENT) == shown
    desk.run_moves()
    assert (desk.see(paid).state, desk.see(paid).payment_state) == (
        BookingState.CANCELLED,
        PaymentState.PAID,
    )
    assert desk.claims() == 0
    assert "We have cancelled your booking." in mail(desk, paid).text


@pytest.mark.parametrize("captured", [False, True])
def test_in_full_everything_goes_back_whatever_the_policy_says(
    desk: Desk, paid: HeldView, clock: ManualClock, database: Database, captured: bool
) -> None:
    late(desk, paid, clock)
    if captured:
        desk.get(PaymentService).capture(paid.booking_id, CUSTOMER)
        desk.run_moves()
    shown = desk.cancellation.preview_for_staff(paid.booking_id, CancelTerms.FULL, MANAGER)
    assert (shown.amount, shown.kept) == (desk.see(paid).total, 0)
    cancel(desk, paid, shown, MANAGER, CancelTerms.FULL)
    desk.run_moves()
    after = PaymentState.REFUNDED if captured else PaymentState.RELEASED
    assert desk.see(paid).payment_state is after
    with database.sessions() as session:
        assert session.scalars(select(Booking.end_reason)).one() == "cancelled_by_us"
    sent = mail(desk, paid)
    for body in (sent.text, sent.html):
        assert "We are sorry: we had to cancel your booking." in body
        assert "nothing is kept, whatever the policy says" in body
        assert REASON not in body


def test_a_full_refund_is_for_managers(desk: Desk, paid: HeldView) -> None:
    shown = desk.preview(paid)
    with pytest.raises(Forbidden):
        desk.cancellation.preview_for_staff(paid.booking_id, CancelTerms.FULL, AGENT)
    with pytest.raises(Forbidden):
        cancel(desk, paid, shown, AGENT, CancelTerms.FULL)
    for stranger in (CUSTOMER, replace(MANAGER, kind=ActorKind.PARTNER), replace(MANAGER, role=None)):
        for terms in CancelTerms:
            with pytest.raises(Forbidden):
                cancel(desk, paid, shown, stranger, terms)
    assert desk.see(paid).state is BookingState.CONFIRMED


def test_the_amounts_that_were_shown_or_none(desk: Desk, paid: HeldView, clock: ManualClock) -> None:
    shown = desk.preview(paid)
    late(desk, paid, clock)
    with pytest.raises(RefundChanged) as changed:
        cancel(desk, paid, shown, AGENT)
    now = desk.preview(paid)
    assert changed.value.facts() == {"refund": now.amount, "kept": now.kept}
    assert desk.see(paid).state is BookingState.CONFIRMED
    assert desk.jobs("email.cancellation") == 0


def test_the_reason_is_written_down_and_nowhere_else(
    desk: Desk, paid: HeldView, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        cancel(desk, paid, desk.preview(paid), AGENT)
    assert REASON not in caplog.text
    with database.sessions() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.cancelled")).one()
    assert (entry.actor_id, entry.data["reason"], entry.data["terms"]) == (AGENT.id, REASON, "policy")
    for none in ("", "   "):
        with pytest.raises(Invalid):
            load(CancelAsStaff, {"terms": "policy", "reason": none, "refund": 0, "kept": 0})


def test_the_customer_is_told_of_a_hold_too(desk: Desk, hold: Hold) -> None:
    held = hold()
    cancel(desk, held, desk.preview(held), AGENT)
    assert desk.claims() == 0
    assert desk.jobs("email.cancellation") == 1
    told = mail(desk, held)
    assert "Nothing was charged." in told.text
    assert "fee" not in told.text.lower()
    assert not told.attachments, "a hold was in nobody's calendar"


def test_a_hold_that_is_over_is_not_cancelled(desk: Desk, hold: Hold, clock: ManualClock) -> None:
    held = hold()
    shown = desk.preview(held)
    clock.move(timedelta(hours=1))
    with pytest.raises(HoldExpired):
        cancel(desk, held, shown, AGENT)


def test_the_customer_and_the_staff_at_once(desk: Desk, paid: HeldView, clock: ManualClock) -> None:
    late(desk, paid, clock)
    theirs = desk.preview(paid)
    ours = desk.cancellation.preview_for_staff(paid.booking_id, CancelTerms.FULL, MANAGER)
    deeds: list[Callable[[], Any]] = [
        lambda: desk.cancel(paid, theirs.amount, kept=theirs.kept),
        lambda: cancel(desk, paid, ours, MANAGER, CancelTerms.FULL),
    ] * 2

    def attempt(deed: Callable[[], Any]) -> ExodriveError | None:
        try:
            deed()
        except IllegalMove as refused:
            return refused
        return None

    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(attempt, deeds)].count(None) == 1
    assert desk.jobs("email.cancellation") == 1
    desk.run_moves()
    assert desk.see(paid).payment_state in {PaymentState.PAID, PaymentState.RELEASED}


def test_a_payment_that_arrives_after_it_is_let_go(desk: Desk, hold: Hold) -> None:
    held = hold()
    reference = desk.start(held)
    cancel(desk, held, desk.preview(held), AGENT)
    desk.enter(reference)
    desk.settle(held)
    desk.run_moves()
    assert desk.see(held).state is BookingState.CANCELLED
    assert desk.see(held).payment_state in {PaymentState.UNPAID, PaymentState.RELEASED}
