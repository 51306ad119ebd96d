"""All SQL of money moves."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from exodrive.core.errors import Missing
from exodrive.core.ids import new_id
from exodrive.services.payment import authorisations
from exodrive.services.payment.authorisations import Authorisation
from exodrive.services.payment.contracts import GatewayEvent, Move, MoveState
from exodrive.services.payment.models import Payment, WebhookEvent
from exodrive.services.payment.rules import FIRST_SWEEP

# An intent is due for its first, second, third… look when it is 2, 6, 12, 20, 30… minutes old. States and moves are
# literals where a partial index is meant to be used: the planner cannot match its condition with a parameter.
_DUE = text(
    "state IN ('open', 'pending')"
    " AND created_at + CAST(:first AS interval) * ((attempts + 1) * (attempts + 2) / 2)"
    " <= CAST(:now AS timestamptz)"
)
_HAS_REFERENCE = text("payment.move IN ('authorise', 'renew')")
_LAPSES = text("payment.lapses_at IS NOT NULL")
_PIN = text("SELECT FROM booking WHERE id = :booking_id FOR KEY SHARE")
_PARTNER = text("SELECT partner_id FROM booking WHERE id = :booking_id")
_OPEN_AUTHORISATION = text("move = 'authorise' AND state IN ('open', 'pending')")


_LAST_TRY = (
    select(Payment.state, Payment.failure)
    .where(Payment.move == Move.AUTHORISE)
    .order_by(Payment.id.desc())
    .limit(1)
)

_MOVE = select(
    Payment.move, Payment.state, Payment.amount, Payment.currency, Payment.settled_at, Payment.failure
)


class PaymentRepository:
    """Rows of `payment`. What locks takes a session; what only looks also takes a plain connection."""

    def authorisations(self, at: Session | Connection, *booking_ids: UUID) -> tuple[Authorisation, ...]:
        """Every authorisation of a booking, or of several, oldest first. One query."""
        return authorisations.of_bookings(at, booking_ids)

    def last_try(self, at: Session | Connection, booking_id: UUID) -> tuple[MoveState, str | None] | None:
        """How the booking's newest authorisation stands, and why it failed."""
        row = at.execute(_LAST_TRY.where(Payment.booking_id == booking_id)).one_or_none()
        return row and (row.state, row.failure)

    def lock(self, session: Session, authorisation_id: UUID) -> tuple[Payment, tuple[Authorisation, ...]]:
        """Lock all authorisations of the booking that `authorisation_id` belongs to; whoever changes money of
        a booking holds these. Answers that row, and all of them summed up. Raises `Missing`."""
        booking = select(Payment.booking_id).where(Payment.id == authorisation_id).scalar_subquery()
        rows = self._lock(session, Payment.booking_id == booking)
        row = next((row for row in rows if row.id == authorisation_id), None)
        if row is None:
            raise Missing("There is no such payment.")
        return row, self.authorisations(session, row.booking_id)

    def pin_booking(self, session: Session, booking_id: UUID) -> None:
        """What a transaction of this room does first if it will write an intent. The new row's foreign key pins its
        booking anyway; doing so only after locking payments would meet, head-on, those who lock a booking first."""
        session.execute(_PIN, {"booking_id": booking_id})

    def partner(self, session: Session, booking_id: UUID) -> UUID | None:
        """The partner whose booking it is."""
        found: UUID | None = session.execute(_PARTNER, {"booking_id": booking_id}).scalar_one()
        return found

    def lock_booking(self, session: Session, booking_id: UUID) -> tuple[Authorisation, ...]:
        """Lock and answer all authorisations of a booking."""
        if not self._lock(session, Payment.booking_id == booking_id):
            return ()
        return self.authorisations(session, booking_id)

    def _lock(self, session: Session, which: Any) -> Sequence[Payment]:
        return session.scalars(
            select(Payment)
            .where(which, Payment.move == Move.AUTHORISE)
            .order_by(Payment.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).all()

    def open_authorisation(
        self, session: Session, *, booking_id: UUID, gateway: str, amount: int, currency: str, now: datetime
    ) -> UUID | None:
        """Write an authorisation's intent; None when another transaction has just written the booking's one."""
        payment_id = new_id()
        return session.scalar(
            insert(Payment)
            .values(
                id=payment_id,
                booking_id=booking_id,
                gateway=gateway,
                move=Move.AUTHORISE,
                state=MoveState.OPEN,
                amount=amount,
                currency=currency,
                idempotency_key=str(payment_id),
                created_at=now,
            )
            .on_conflict_do_nothing(index_elements=["booking_id"], index_where=_OPEN_AUTHORISATION)
            .returning(Payment.id)
        )

    def add(self, session: Session, parent: Payment, move: Move, amount: int, now: datetime) -> Payment:
        """Write the intent of a move that follows from `parent`."""
        payment_id = new_id()
        row = Payment(
            id=payment_id,
            booking_id=parent.booking_id,
            parent_id=parent.id,
            gateway=parent.gateway,
            move=move,
            state=MoveState.OPEN,
            amount=amount,
            currency=parent.currency,
            idempotency_key=str(payment_id),
            created_at=now,
        )
        session.add(row)
        session.flush()
        return row

    def get(self, session: Session, payment_id: UUID) -> Payment | None:
        return session.get(Payment, payment_id)

    def find(self, at: Session | Connection, payment_id: UUID) -> Any:
        """A move's columns, for those who only look; None where there is none."""
        return at.execute(_MOVE.where(Payment.id == payment_id)).one_or_none()

    def lock_move(self, session: Session, payment_id: UUID) -> Payment:
        """Lock a move that follows from an authorisation; its authorisation is locked before."""
        return session.scalars(
            select(Payment)
            .where(Payment.id == payment_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).one()

    def find_void(self, session: Session, authorisation_id: UUID) -> UUID | None:
        """The void of an authorisation that is done or under way."""
        return session.scalar(
            select(Payment.id)
            .where(
                Payment.parent_id == authorisation_id,
                Payment.move == Move.VOID,
                Payment.state != MoveState.FAILED,
            )
            .order_by(Payment.id)
            .limit(1)
        )

    def open_moves(self, session: Session, payment_id: UUID) -> Sequence[tuple[Payment, Payment]]:
        """A move and the older open moves of its authorisation, oldest first, each with the authorisation: moves
        reach the gateway in the order in which they were intended. A settled move is not answered."""
        parent = aliased(Payment)
        same = select(Payment.parent_id).where(Payment.id == payment_id).scalar_subquery()
        found = session.execute(
            select(Payment, parent)
            .join(parent, parent.id == Payment.parent_id)
            .where(Payment.parent_id == same, Payment.id <= payment_id, Payment.state == MoveState.OPEN)
            .order_by(Payment.id)
        )
        return [(row, authorisation) for row, authorisation in found]

    def find_by_reference(self, session: Session, gateway: str, reference: str) -> Payment | None:
        """The authorisation that has this reference, or that had it before a renewal."""
        found = session.scalar(
            select(Payment)
            .where(Payment.gateway == gateway, Payment.gateway_reference == reference, _HAS_REFERENCE)
            .order_by(Payment.parent_id.is_not(None))
            .limit(1)
        )
        return session.get(Payment, found.parent_id) if found and found.parent_id else found

    def open_captures(self, session: Session, authorisation_id: UUID) -> Sequence[Payment]:
        """Captures that wait for their turn; their authorisation is locked."""
        return session.scalars(
            select(Payment)
            .where(
                Payment.parent_id == authorisation_id,
                Payment.move == Move.CAPTURE,
                Payment.state == MoveState.OPEN,
            )
            .order_by(Payment.id)
        ).all()

    def lapsing(self, gateway: str, before: datetime) -> Select[UUID, datetime | None]:
        """Booking and lapse of each reserve that lapses before then, as a part of a larger statement."""
        return select(Payment.booking_id, Payment.lapses_at).where(
            _LAPSES, Payment.lapses_at <= before, Payment.gateway == gateway
        )

    def overdue(self, session: Session, now: datetime, limit: int) -> Sequence[Payment]:
        """Count a try for each intent that is due, and answer them."""
        due = (
            select(Payment.id)
            .where(_DUE.bindparams(first=FIRST_SWEEP, now=now))
            .order_by(Payment.created_at)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        )
        return session.scalars(
            update(Payment)
            .where(Payment.id.in_(due))
            .values(attempts=Payment.attempts + 1)
            .returning(Payment)
            .execution_options(synchronize_session=False)
        ).all()


class EventRepository:
    """Rows of `webhook_event`."""

    def add(
        self, session: Session, source: str, event: GatewayEvent, body: str, now: datetime
    ) -> UUID | None:
        """Store an event once; None when it is stored already."""
        return session.scalar(
            insert(WebhookEvent)
            .values(
                id=new_id(),
                source=source,
                event_id=event.event_id,
                kind=event.kind,
                gateway_reference=event.reference,
                body=body,
                received_at=now,
            )
            .on_conflict_do_nothing(index_elements=["source", "event_id"])
            .returning(WebhookEvent.id)
        )

    def lock(self, session: Session, event_id: UUID) -> WebhookEvent | None:
        return session.get(WebhookEvent, event_id, with_for_update=True)
