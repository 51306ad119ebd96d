"""Documents of a booking: what they say, and who may have them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from exodrive.core.actor import SYSTEM, Actor
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.core.uow import UnitOfWorkFactory
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.audit.service import AuditService
from exodrive.services.booking import papers_repository
from exodrive.services.booking.contracts import ManageView
from exodrive.services.booking.holder import ByLink
from exodrive.services.booking.manage import ManageService
from exodrive.services.booking.papers_agreement import agreement
from exodrive.services.booking.papers_data import Told, confirmation, receipt
from exodrive.services.document.contracts import DocumentKind, DocumentView, OpenDocument
from exodrive.services.document.service import DocumentService
from exodrive.services.document.typesetter import Typesetter
from exodrive.services.payment.contracts import Move, MoveState
from exodrive.services.payment.timeline import PaymentTimeline
from exodrive.services.pricing.service import QuoteService
from exodrive.settings import Settings

_COMPOSED: dict[DocumentKind, tuple[str, Callable[[Told], dict[str, Any]]]] = {
    DocumentKind.RECEIPT: ("document/receipt.typ", receipt),
    DocumentKind.CONFIRMATION: ("document/confirmation.typ", confirmation),
    DocumentKind.AGREEMENT: ("document/agreement.typ", agreement),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperView:
    """A document that the holder of a booking's link asked for; `document` is None while it is being prepared."""

    booking: ManageView
    document: OpenDocument | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPaper:
    """A document that staff opened, and the reference of its booking."""

    reference: str
    document: OpenDocument


class BookingPapers:
    """Composes, typesets and hands out."""

    def __init__(
        self,
        *,
        database: Database,
        uow: UnitOfWorkFactory,
        settings: Settings,
        manage: ManageService,
        quotes: QuoteService,
        documents: DocumentService,
        typesetter: Typesetter,
        audit: AuditService,
    ) -> None:
        self._database = database
        self._uow = uow
        self._settings = settings
        self._manage = manage
        self._quotes = quotes
        self._documents = documents
        self._typesetter = typesetter
        self._audit = audit
        self._payments = PaymentTimeline()

    def make(self, kind: DocumentKind, booking_id: UUID, actor: Actor = SYSTEM) -> None:
        """Typeset a document of the booking as it stands; nothing where there is nothing to tell yet. Raises
        `Missing`, `TypesettingFailed`, `StorageUnavailable`."""
        told = self._told(booking_id)
        as_of = _told_at(kind, told)
        if as_of is None:
            return
        template, compose = _COMPOSED[kind]
        contents = self._typesetter.set(template, compose(told), dated=as_of)
        self._documents.keep(kind, booking_id, contents, as_of=as_of, actor=actor)

    def receipt(self, token: str) -> PaperView:
        """The receipt, for the holder of the booking's link. Raises `Missing`, also where nothing was ever paid."""
        return self._for_holder(DocumentKind.RECEIPT, token)

    def confirmation(self, token: str) -> PaperView:
        """What the driver takes along. Raises `Missing`, also where the booking was never confirmed."""
        return self._for_holder(DocumentKind.CONFIRMATION, token)

    def of_booking(self, booking_id: UUID, actor: Actor) -> tuple[DocumentView, ...]:
        """All versions of all documents, newest first, for staff."""
        require(actor, StaffRole.AGENT)
        return self._documents.of_booking(booking_id)

    def open(self, document_id: UUID, actor: Actor) -> OpenPaper:
        """A document, for staff; that they opened it is written down. Raises `Missing`, `StorageUnavailable`."""
        require(actor, StaffRole.AGENT)
        document = self._documents.open(document_id)
        with self._uow(actor) as uow:
            self._audit.record(
                uow,
                "document.opened",
                "booking",
                document.view.booking_id,
                document_id=str(document_id),
                document=document.view.kind.value,
                version=document.view.version,
            )
            uow.commit()
        reference = self._manage.by_id(document.view.booking_id).reference
        return OpenPaper(reference=reference, document=document)

    def _for_holder(self, kind: DocumentKind, token: str) -> PaperView:
        view = self._manage.view(ByLink(token))
        newest = self._documents.latest(kind, view.id)
        if newest is None and _told_at(kind, self._told(view.id)) is None:
            raise Missing("There is no such document yet.")
        return PaperView(booking=view, document=self._documents.open(newest.id) if newest else None)

    def _told(self, booking_id: UUID) -> Told:
        """The booking, and what was taken and given back, oldest first. Raises `Missing`."""
        with self._database.read() as connection:
            row = papers_repository.told(connection, booking_id)
            moves = self._payments.of_booking(connection, booking_id)
        if row is None:
            raise Missing("There is no such booking.")
        settled = (
            move
            for move in moves
            if move.state is MoveState.SUCCEEDED
            and move.move in (Move.CAPTURE, Move.REFUND)
            and move.settled_at is not None
        )
        settings = self._settings
        return Told(
            view=self._manage.by_id(booking_id),
            quote=self._quotes.get(row["quote_id"]),
            row=row,
            moves=tuple(sorted(settled, key=lambda move: (move.settled_at, move.id))),
            business={
                "name": settings.business_name,
                "email": settings.support_email,
                "phone": settings.support_phone,
            },
        )


def _told_at(kind: DocumentKind, told: Told) -> datetime | None:
    """The instant whose state a document tells; None while there is nothing to tell."""
    if kind is DocumentKind.RECEIPT:
        return max((move.settled_at for move in told.moves if move.settled_at), default=None)
    confirmed_at: datetime | None = told.row["confirmed_at"]
    return confirmed_at
