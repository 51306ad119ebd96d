"""The sandbox's books: rows of `sandbox_charge`, and what time does to them."""

import re
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from exodrive.core.ids import new_secret
from exodrive.services.payment.contracts import ChargeReport, ChargeState
from exodrive.services.payment.models import SandboxCharge

CHECKOUT_LIFE = timedelta(hours=3)
_REFERENCE = re.compile(r"sbx_[A-Za-z0-9_-]{24}")
_WITH_CUSTOMER = (ChargeState.CREATED, ChargeState.CHALLENGE)


def new_reference() -> str:
    """A charge's name: whoever knows it may pay, so it cannot be guessed."""
    return f"sbx_{new_secret(18)}"


def lock(session: Session, reference: str, now: datetime) -> SandboxCharge | None:
    """A charge as it stands at `now`, locked."""
    if not _REFERENCE.fullmatch(reference):  # it comes from an address, where anything may stand
        return None
    row = session.get(SandboxCharge, reference, with_for_update=True)
    return row and _age(row, now)


def lock_by_key(session: Session, key: str, now: datetime) -> SandboxCharge | None:
    """The charge that was made with `key`, as it stands at `now`, locked."""
    row = session.scalar(select(SandboxCharge).where(SandboxCharge.idempotency_key == key).with_for_update())
    return row and _age(row, now)


def _age(row: SandboxCharge, now: datetime) -> SandboxCharge:
    if row.state == ChargeState.PROCESSING and row.ready_at is not None and row.ready_at <= now:
        move(row, ChargeState.AUTHORISED, now)
    if row.state in _WITH_CUSTOMER and row.created_at + CHECKOUT_LIFE <= now:
        move(row, ChargeState.FAILED, now, failure="expired")
    if row.state == ChargeState.AUTHORISED and row.lapses_at is not None and row.lapses_at <= now:
        row.released = row.amount
        move(row, ChargeState.VOIDED, now)
    return row


def lapsed(row: SandboxCharge) -> bool:
    """The bank let go of it by itself: nobody had asked for that before."""
    return row.state == ChargeState.VOIDED and row.lapses_at is not None


def move(row: SandboxCharge, state: ChargeState, now: datetime, failure: str | None = None) -> None:
    """Write a new state. What becomes authorised lapses after its life."""
    row.state, row.failure, row.updated_at = state.value, failure, now
    if state is ChargeState.AUTHORISED:
        row.lapses_at = now + timedelta(days=row.life_days)


def again(old: SandboxCharge, key: str, now: datetime, failure: str | None) -> SandboxCharge:
    """The same amount once more, on the same card, as a charge of its own; failed where the bank says why not."""
    row = SandboxCharge(
        reference=new_reference(),
        idempotency_key=key,
        amount=old.amount,
        captured=0,
        refunded=0,
        released=0,
        currency=old.currency,
        description=old.description,
        return_url=old.return_url,
        moves={},
        silent_reads=0,
        instrument=old.instrument,
        life_days=old.life_days,
        created_at=now,
    )
    move(row, ChargeState.FAILED if failure else ChargeState.AUTHORISED, now, failure)
    return row


def report(row: SandboxCharge) -> ChargeReport:
    """The charge as it is told to others."""
    return ChargeReport(
        reference=row.reference,
        state=ChargeState(row.state),
        amount=row.amount,
        captured=row.captured,
        refunded=row.refunded,
        released=row.released,
        currency=row.currency,
        failure=row.failure,
        lapses_at=row.lapses_at if row.state == ChargeState.AUTHORISED else None,
    )
