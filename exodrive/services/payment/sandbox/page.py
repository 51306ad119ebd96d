"""What the customer does on the sandbox's page."""

from datetime import UTC, datetime

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.errors import Invalid, Missing
from exodrive.core.ids import new_secret
from exodrive.core.uow import UnitOfWork, UnitOfWorkFactory
from exodrive.services.payment.contracts import ChargeState, SendSandboxWebhook
from exodrive.services.payment.models import SandboxCharge
from exodrive.services.payment.rules import FAILURES
from exodrive.services.payment.sandbox import books
from exodrive.services.payment.sandbox.adapter import NAME
from exodrive.services.payment.sandbox.cards import Behaviour, behaviour, expires_after
from exodrive.services.payment.sandbox.contracts import ChargeView, Landing, PayByCard

_SANDBOX = Actor(kind=ActorKind.GATEWAY, id=NAME)
_WITH_CUSTOMER = (ChargeState.CREATED, ChargeState.CHALLENGE)


class SandboxPageService:
    """Each act happens once: a form that is sent twice finds the charge moved on, and follows it."""

    def __init__(self, uow: UnitOfWorkFactory) -> None:
        self._uow = uow

    def view(self, reference: str) -> ChargeView:
        """The charge as its page shows it. Raises `Missing`."""
        with self._uow(_SANDBOX) as uow:
            row = self._lock(uow, reference)
            shown = ChargeView(
                reference=row.reference,
                state=ChargeState(row.state),
                amount=row.amount,
                currency=row.currency,
                description=row.description,
                failure=FAILURES.get(row.failure or ""),
                return_url=row.return_url,
                good_until=f"12/{(uow.now.year + 3) % 100:02}",
            )
            uow.commit()
        return shown

    def pay(self, reference: str, card: PayByCard) -> Landing:
        """Pay with a test card. Raises `Invalid` naming the field, `Missing`."""
        chosen = behaviour(card.number)
        if chosen is None:
            raise Invalid.at("number", "Only the test cards listed here work.")
        with self._uow(_SANDBOX) as uow:
            _not_expired(card, uow.now)
            row = self._lock(uow, reference)
            if row.state != ChargeState.CREATED:
                return _landing(row)
            self._decide(uow, row, chosen)
            uow.commit()
        return _landing(row) if chosen.returns else Landing.STAY

    def _decide(self, uow: UnitOfWork, row: SandboxCharge, chosen: Behaviour) -> None:
        books.move(row, chosen.state, uow.now, chosen.failure)
        row.silent_reads, row.instrument = chosen.silent_reads, chosen.slug
        if chosen.wait:
            row.ready_at = uow.now + chosen.wait
        if chosen.webhooks:
            self._tell(uow, row, times=chosen.webhooks)

    def answer(self, reference: str, *, approve: bool) -> Landing:
        """Answer the bank's challenge. Raises `Missing`."""
        with self._uow(_SANDBOX) as uow:
            row = self._lock(uow, reference)
            if row.state == ChargeState.CHALLENGE:
                state, failure = (
                    (ChargeState.AUTHORISED, None) if approve else (ChargeState.FAILED, "authentication")
                )
                books.move(row, state, uow.now, failure)
                self._tell(uow, row)
                uow.commit()
        return _landing(row)

    def cancel(self, reference: str) -> Landing:
        """Give up paying. Raises `Missing`."""
        with self._uow(_SANDBOX) as uow:
            row = self._lock(uow, reference)
            if row.state in _WITH_CUSTOMER:
                books.move(row, ChargeState.FAILED, uow.now, "cancelled")
                self._tell(uow, row)
                uow.commit()
        return Landing.RETURN

    def _lock(self, uow: UnitOfWork, reference: str) -> SandboxCharge:
        row = books.lock(uow.session, reference, uow.now)
        if row is None:
            raise Missing("There is no such payment.")
        return row

    def _tell(self, uow: UnitOfWork, row: SandboxCharge, times: int = 1) -> None:
        state = ChargeState.AUTHORISED if row.ready_at else row.state
        event = SendSandboxWebhook(
            reference=row.reference, event_id=f"evt_{new_secret(12)}", kind=f"charge.{state}", times=times
        )
        uow.enqueue(event, run_at=row.ready_at)


def _landing(row: SandboxCharge) -> Landing:
    return Landing.CHALLENGE if row.state == ChargeState.CHALLENGE else Landing.RETURN


def _not_expired(card: PayByCard, now: datetime) -> None:
    end = expires_after(card.expiry)
    if end is None or datetime(end.year, end.month, end.day, tzinfo=UTC) <= now:
        raise Invalid.at("expiry", "This card has expired.")
