"""Keeping a booking paid for until its capture: reserves that would lapse, and customers who have to pay again."""

from uuid import UUID

from exodrive.core.actor import SYSTEM
from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.audit.service import AuditService
from exodrive.services.booking import repository, rules
from exodrive.services.booking.contracts import BookingState
from exodrive.services.booking.mail_contracts import SendPayAgain, SendPaymentOverdue
from exodrive.services.booking.models import Booking
from exodrive.services.booking.rules import RenewalStep
from exodrive.services.payment.queries import PaymentQueries
from exodrive.services.payment.service import PaymentService
from exodrive.settings import Settings


class RenewalService:
    """Decides about reserves; what moves money are the intents of the payment room."""

    def __init__(
        self,
        *,
        uow: UnitOfWorkFactory,
        database: Database,
        clock: Clock,
        settings: Settings,
        payments: PaymentService,
        money: PaymentQueries,
        audit: AuditService,
    ) -> None:
        self._uow = uow
        self._database = database
        self._clock = clock
        self._settings = settings
        self._payments = payments
        self._money = money
        self._audit = audit

    def sweep(self) -> int:
        """Intend another reserve for each booking whose own lapses before its capture, and let go of those that have
        lapsed for good; how many. Two sweeps at once intend each once."""
        lapsing = self._money.lapsing(self._clock.now() + rules.RENEW_AHEAD)
        with self._database.read() as connection:
            found = repository.confirmed_among(connection, lapsing)
        return sum(self._tend(booking_id) for booking_id in found)

    def _tend(self, booking_id: UUID) -> bool:
        with self._uow(SYSTEM) as uow:
            booking = repository.lock(uow.session, booking_id)
            step = self._step(uow, booking)
            uow.commit()
        return step is not None

    def _step(self, uow: UnitOfWork, booking: Booking) -> RenewalStep | None:
        reserve = self._money.reserve(uow.session, booking.id)
        if booking.state is not BookingState.CONFIRMED or reserve is None:
            return None
        step = rules.renewal_step(
            lapses_at=reserve.lapses_at,
            refused=reserve.refused,
            capture_at=rules.capture_at(booking.starts_at, self._settings.capture_hours),
            now=uow.now,
        )
        if step is RenewalStep.RENEW:
            self._payments.intend_renewal(uow, reserve.authorisation_id)
        elif step is RenewalStep.LET_GO:
            self._payments.intend_void(uow, reserve.authorisation_id)
        return step

    def ask_to_pay_again(self, booking_id: UUID, payment_id: UUID) -> None:
        """The bank would not reserve again: ask the customer by mail, and have the staff decide when their time is up.
        `payment_id` is the renewal that was refused; each is asked about once. Nothing where the booking is over, or
        paid for after all."""
        with self._uow(SYSTEM) as uow:
            booking = repository.lock(uow.session, booking_id)
            self._step(uow, booking)
            money = self._money.money(uow.session, booking_id)
            if booking.state is BookingState.CONFIRMED and money.lost:
                due = rules.pay_by(
                    capture_at=rules.capture_at(booking.starts_at, self._settings.capture_hours),
                    asked_at=money.refused_at or uow.now,
                    starts_at=booking.starts_at,
                )
                uow.enqueue(
                    SendPayAgain(payment_id=payment_id, booking_id=booking_id),
                    unique_key=f"mail:pay-again:{payment_id}",
                )
                uow.enqueue(
                    SendPaymentOverdue(payment_id=payment_id, booking_id=booking_id),
                    run_at=due,
                    unique_key=f"mail:payment-overdue:{payment_id}",
                )
                self._audit.record(uow, "booking.asked_to_pay_again", "booking", booking_id)
            uow.commit()
