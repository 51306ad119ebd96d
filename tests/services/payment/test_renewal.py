"""Reserves that lapse: made anew in time, never lost in between, and what a refusal leaves behind."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from exodrive.core.actor import SYSTEM
from exodrive.services.payment.contracts import ChargeReport, ChargeState, Move, MoveState, Outcome
from exodrive.services.payment.errors import AlreadyPaid
from exodrive.services.payment.gateway import GatewayUnavailable
from exodrive.services.payment.models import Payment, SandboxCharge
from exodrive.services.payment.repository import PaymentRepository
from tests.services.payment.conftest import TOTAL, Desk, card
from tests.services.payment.test_races import at_once

WEEK = timedelta(days=7)


def paid(desk: Desk, title: str = "Success") -> Payment:
    """An authorisation by a test card."""
    payment_id = desk.intend()
    desk.page.pay(desk.checkout(payment_id), card(title))
    desk.settle(payment_id)
    return desk.row(payment_id)


def intend(desk: Desk, parent: Payment) -> bool:
    return desk.write(lambda uow: desk.payments.intend_renewal(uow, parent.id))


def of(desk: Desk, move: Move) -> list[Payment]:
    with desk.database.sessions() as session:
        return list(session.scalars(select(Payment).where(Payment.move == move).order_by(Payment.id)))


def charges(desk: Desk) -> dict[str, str]:
    """How the gateway's charges stand now, by reference."""
    with desk.database.sessions() as session:
        references = session.scalars(select(SandboxCharge.reference).order_by(SandboxCharge.created_at)).all()
    return {reference: desk.gateway.read(reference).state for reference in references}


def test_when_it_lapses_is_the_gateways_word(desk: Desk) -> None:
    parent = paid(desk)
    assert parent.lapses_at == desk.clock.now() + WEEK
    assert paid_report(desk, parent).lapses_at == parent.lapses_at


def paid_report(desk: Desk, parent: Payment) -> ChargeReport:
    assert parent.gateway_reference
    return desk.gateway.read(parent.gateway_reference)


def test_a_renewal_gives_the_authorisation_another_charge_and_releases_the_first(desk: Desk) -> None:
    parent = paid(desk)
    desk.clock.move(timedelta(days=6))
    assert intend(desk, parent)
    desk.run_moves()
    renewed = desk.row(parent.id)
    assert renewed.gateway_reference != parent.gateway_reference
    assert renewed.lapses_at == desk.clock.now() + WEEK
    assert charges(desk) == {
        parent.gateway_reference: ChargeState.VOIDED,
        renewed.gateway_reference: ChargeState.AUTHORISED,
    }
    totals = desk.totals()
    assert (totals.authorised, totals.reserved, totals.voided) == (TOTAL, TOTAL, 0)
    assert "payment.renewed" in desk.audit()
    assert not desk.jobs("email.payment_failed")


def test_what_was_renewed_is_captured_by_its_new_reference(desk: Desk) -> None:
    parent = paid(desk)
    desk.clock.move(timedelta(days=6))
    intend(desk, parent)
    desk.run_moves()
    desk.clock.move(timedelta(days=5))
    desk.payments.capture(desk.booking_id, SYSTEM)
    desk.run_moves()
    assert desk.totals().captured == TOTAL
    assert desk.row(parent.id).lapses_at is None
    assert sorted(charges(desk).values()) == [ChargeState.CAPTURED, ChargeState.VOIDED]


def test_an_event_about_the_charge_before_is_about_the_authorisation(desk: Desk) -> None:
    parent = paid(desk)
    intend(desk, parent)
    desk.run_moves()
    with desk.database.sessions() as session:
        found = PaymentRepository().find_by_reference(session, "sandbox", parent.gateway_reference or "")
    assert found is not None
    assert found.id == parent.id
    assert desk.settle(parent.id) is Outcome.ALREADY


def test_two_intents_at_once_are_one_renewal(desk: Desk) -> None:
    parent = paid(desk)
    answers = at_once(*[partial(intend, desk, parent)] * 6)
    assert answers.count(True) == 1
    [move] = desk.moves_open()
    at_once(*[lambda: desk.moves.execute(move)] * 4)
    assert sorted(charges(desk).values()) == [ChargeState.AUTHORISED, ChargeState.VOIDED]


def test_a_gateway_that_dies_after_reserving_again_has_reserved_once(desk: Desk) -> None:
    parent = paid(desk, "Renewal unanswered")
    intend(desk, parent)
    [move] = desk.moves_open()
    with pytest.raises(GatewayUnavailable):
        desk.moves.execute(move)
    # Twice for the moment, and not at all at no moment: the old reserve stands until the new one is known.
    assert list(charges(desk).values()) == [ChargeState.AUTHORISED] * 2
    assert desk.row(move).state is MoveState.OPEN
    desk.moves.execute(move)
    assert sorted(charges(desk).values()) == [ChargeState.AUTHORISED, ChargeState.VOIDED]
    assert desk.totals().reserved == TOTAL


def test_a_crash_between_the_gateways_answer_and_our_note_of_it_is_repaired(desk: Desk) -> None:
    parent = paid(desk)
    intend(desk, parent)
    [move] = desk.moves_open()
    made = desk.gateway.renew(parent.gateway_reference or "", str(move))
    assert desk.row(parent.id).gateway_reference == parent.gateway_reference
    desk.moves.execute(move)
    assert desk.row(parent.id).gateway_reference == made.reference
    assert desk.charges() == 2
    assert desk.totals().reserved == TOTAL


@pytest.mark.parametrize(
    ("title", "failure"),
    [("Renewal declined", "declined"), ("Renewal needs approval", "authentication")],
)
def test_a_refusal_leaves_the_first_reserve_and_tells_everybody_once(
    desk: Desk, title: str, failure: str
) -> None:
    parent = paid(desk, title)
    desk.clock.move(timedelta(days=6))
    intend(desk, parent)
    [move] = desk.moves_open()
    for _ in range(2):
        desk.moves.execute(move)
    assert (desk.row(move).state, desk.row(move).failure) == (MoveState.FAILED, failure)
    assert desk.row(parent.id).gateway_reference == parent.gateway_reference
    assert desk.totals().reserved == TOTAL
    assert [len(desk.jobs(kind)) for kind in ("email.payment_failed", "booking.ask_to_pay_again")] == [1, 1]


def test_after_a_refusal_another_payment_takes_the_place_of_the_first(desk: Desk) -> None:
    parent = paid(desk, "Renewal declined")
    with pytest.raises(AlreadyPaid):
        desk.intend()
    intend(desk, parent)
    desk.run_moves()
    second = desk.authorised()
    desk.run_moves()
    totals = desk.totals()
    assert (totals.authorised, totals.reserved, totals.authorisation_id) == (TOTAL, TOTAL, second)
    assert paid_report(desk, parent).state is ChargeState.VOIDED
    with pytest.raises(AlreadyPaid):
        desk.intend()


def test_a_capture_of_what_has_lapsed_waits_for_its_renewal(desk: Desk) -> None:
    parent = paid(desk)
    desk.clock.move(WEEK)
    assert paid_report(desk, parent).state is ChargeState.VOIDED
    desk.payments.capture(desk.booking_id, SYSTEM)
    [_, capture] = desk.moves_open()
    desk.moves.execute(capture)
    assert desk.totals().captured == TOTAL
    assert [row.state for row in of(desk, Move.RENEW)] == [MoveState.SUCCEEDED]


def test_a_capture_that_the_gateway_finds_lapsed_is_renewed_once_and_done(desk: Desk) -> None:
    paid(desk)
    with desk.database.sessions() as session:  # the bank let go of it sooner than it had said
        session.execute(update(SandboxCharge).values(lapses_at=desk.clock.now()))
        session.commit()
    desk.payments.capture(desk.booking_id, SYSTEM)
    for _ in range(3):
        desk.run_moves()
    assert [(row.state, row.failure) for row in of(desk, Move.CAPTURE)] == [
        (MoveState.FAILED, "lapsed"),
        (MoveState.SUCCEEDED, None),
    ]
    assert desk.totals().captured == TOTAL
    assert not desk.jobs("email.payment_failed")


def test_a_capture_whose_renewal_is_refused_fails_with_it(desk: Desk) -> None:
    parent = paid(desk, "Renewal declined")
    desk.clock.move(WEEK)
    desk.payments.capture(desk.booking_id, SYSTEM)
    desk.run_moves()
    assert [
        (row.move, row.state, row.failure) for row in (*of(desk, Move.RENEW), *of(desk, Move.CAPTURE))
    ] == [
        (Move.RENEW, MoveState.FAILED, "declined"),
        (Move.CAPTURE, MoveState.FAILED, "lapsed"),
    ]
    assert len(desk.jobs("email.payment_failed")) == 1
    assert desk.moves_open() == []
    assert desk.row(parent.id).state is MoveState.SUCCEEDED


def test_a_capture_before_the_lapse_goes_ahead_though_the_renewal_is_refused(desk: Desk) -> None:
    parent = paid(desk, "Renewal declined")
    intend(desk, parent)
    desk.payments.capture(desk.booking_id, SYSTEM)
    [_, capture] = desk.moves_open()
    desk.moves.execute(capture)
    assert desk.totals().captured == TOTAL


def test_a_capture_at_the_moment_of_another_payment_leaves_it_to_that(desk: Desk) -> None:
    parent = paid(desk, "Renewal declined")
    intend(desk, parent)
    desk.run_moves()
    desk.clock.move(WEEK)
    desk.checkout(desk.intend())
    desk.payments.capture(desk.booking_id, SYSTEM)
    assert desk.moves_open() == []


def test_what_is_to_be_released_is_not_made_anew(desk: Desk) -> None:
    parent = paid(desk)
    intend(desk, parent)
    void = desk.void(parent.id)
    desk.moves.execute(void)
    assert desk.charges() == 1
    assert [(row.state, row.failure) for row in of(desk, Move.RENEW)] == [(MoveState.FAILED, "released")]
    assert desk.totals().reserved == 0
    assert not desk.jobs("booking.ask_to_pay_again")
    assert not desk.jobs("email.payment_failed")


def test_what_was_made_anew_and_not_noted_is_released_all_the_same(desk: Desk) -> None:
    parent = paid(desk, "Renewal unanswered")
    intend(desk, parent)
    [renewal] = desk.moves_open()
    with pytest.raises(GatewayUnavailable):
        desk.moves.execute(renewal)
    desk.moves.execute(desk.void(parent.id))
    assert set(charges(desk).values()) == {ChargeState.VOIDED}
    assert desk.totals().reserved == 0


@pytest.mark.parametrize("after", [Move.CAPTURE, Move.VOID])
def test_what_was_taken_or_given_back_is_not_renewed(desk: Desk, after: Move) -> None:
    parent = paid(desk)
    acts: dict[Move, Callable[[], object]] = {
        Move.CAPTURE: lambda: desk.write(lambda uow: desk.payments.intend_capture(uow, parent.id, 1_000)),
        Move.VOID: lambda: desk.void(parent.id),
    }
    acts[after]()
    assert not intend(desk, parent)
    desk.run_moves()
    assert not intend(desk, parent)
    assert desk.row(parent.id).lapses_at is None


def test_a_renewal_and_a_void_at_once_leave_nothing_reserved(desk: Desk) -> None:
    for _ in range(5):
        parent = paid(desk)
        intend(desk, parent)
        [renewal] = desk.moves_open()
        at_once(partial(desk.moves.execute, renewal), partial(desk.void, parent.id))
        desk.run_moves()
        assert set(charges(desk).values()) == {ChargeState.VOIDED}
        assert desk.totals().reserved == 0
