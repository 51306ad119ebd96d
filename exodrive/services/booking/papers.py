"""Documents of a booking: what they say, and who may have them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from exodrive.core.actor import SYSTEM, Actor
from exodrive.core.db import Database
from exodrive.core.errors import Missing
from exodrive.services.booking import repository
from exodrive.services.booking.contracts import ManageView
from exodrive.services.booking.manage import ManageService
from exodrive.services.booking.papers_data import confirmation, receipt
from exodrive.services.document.contracts import DocumentKind, OpenDocument
from exodrive.services.document.service import DocumentService
from exodrive.services.document.typesetter import Typesetter
from exodrive.services.payment.contracts import Move, MoveState
from exodrive.services.payment.timeline import MoveView, PaymentTimeline
from exodrive.services.pricing.service import QuoteService
from exodrive.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperView:
    """A document that the holder of a booking's link asked for; `document` is None while it is being prepared."""

    booking: ManageView
    document: OpenDocument | None


class BookingPapers:
    """Composes, typesets and hands out."""

    def __init__(
        self,
        *,
        database: Database,
        settings: Settings,
        manage: ManageService,
        quotes: QuoteService,
        documents: DocumentService,
        typesetter: Typesetter,
    ) -> None:
        self._database = database
        self._settings = settings
        self._manage = manage
        self._quotes = quotes
        self._documents = documents
        self._typesetter = typesetter
        self._payments = PaymentTimeline()

    def make(self, kind: DocumentKind, booking_id: UUID, actor: Actor = SYSTEM) -> None:
        """Typeset a document of the booking as it stands; nothing where there is nothing to tell yet. Raises
        `Missing`, `TypesettingFailed`, `StorageUnavailable`."""
        row, moves = self._read(booking_id)
        view = self._manage.by_id(booking_id)
        data, as_of = (
            self._receipt(row, view, moves) if kind is DocumentKind.RECEIPT else self._confirmation(row, view)
        )
        if as_of is None:
            return
        template = "document/receipt.typ" if kind is DocumentKind.RECEIPT else "document/confirmation.typ"
        contents = self._typesetter.set(template, data, dated=as_of)
        self._documents.keep(kind, booking_id, contents, as_of=as_of, actor=actor)

    def receipt(self, token: str) -> PaperView:
        """The receipt, for the holder of the booking's link. Raises `Missing`, also where nothing was ever paid."""
        view = self._manage.by_token(token)
        newest = self._documents.latest(DocumentKind.RECEIPT, view.id)
        if newest is None:
            _, moves = self._read(view.id)
            if not moves:
                raise Missing("There is no receipt yet: nothing has been charged.")
        return PaperView(booking=view, document=self._documents.open(newest.id) if newest else None)

    def _receipt(
        self, row: RowMapping, view: ManageView, moves: Sequence[MoveView]
    ) -> tuple[dict[str, Any], datetime | None]:
        if not moves:
            return {}, None
        data = receipt(view, self._quotes.get(row["quote_id"]), row["customer_name"], moves)
        return self._shared(row) | data, max(move.settled_at for move in moves if move.settled_at)

    def _confirmation(self, row: RowMapping, view: ManageView) -> tuple[dict[str, Any], datetime | None]:
        data = confirmation(
            view, self._quotes.get(row["quote_id"]), row["customer_name"], row["delivery_address"]
        )
        return self._shared(row) | data, row["confirmed_at"]

    def _shared(self, row: RowMapping) -> dict[str, Any]:
        settings = self._settings
        return {
            "lang": row["locale"].partition("_")[0],
            "business": {
                "name": settings.business_name,
                "email": settings.support_email,
                "phone": settings.support_phone,
            },
        }

    def _read(self, booking_id: UUID) -> tuple[RowMapping, tuple[MoveView, ...]]:
        """The booking, and what was taken and given back, oldest first."""
        with self._database.read() as connection:
            row = repository.shown(connection, booking_id=booking_id)
            moves = self._payments.of_booking(connection, booking_id)
        if row is None:
            raise Missing("There is no such booking.")
        told = (
            move
            for move in moves
            if move.state is MoveState.SUCCEEDED
            and move.move in (Move.CAPTURE, Move.REFUND)
            and move.settled_at is not None
        )
        return row, tuple(sorted(told, key=lambda move: (move.settled_at, move.id)))
