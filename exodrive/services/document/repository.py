"""SQL of documents."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select, text
from sqlalchemy.orm import Session

from exodrive.services.document.contracts import DocumentKind, DocumentView
from exodrive.services.document.models import Document

_SHOWN = (
    Document.id,
    Document.kind,
    Document.booking_id,
    Document.version,
    Document.as_of,
    Document.made_at,
    Document.sha256,
    Document.size,
)


class DocumentRepository:
    """Reads and writes versions."""

    def lock(self, session: Session, kind: DocumentKind, booking_id: UUID) -> None:
        """Until the transaction ends, nobody else adds a version of this document."""
        session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"),
            {"key": f"document:{kind.value}:{booking_id}"},
        )

    def latest(self, at: Session | Connection, kind: DocumentKind, booking_id: UUID) -> DocumentView | None:
        newest = (
            select(*_SHOWN)
            .where(Document.booking_id == booking_id, Document.kind == kind)
            .order_by(Document.version.desc())
            .limit(1)
        )
        return _one(at, newest)

    def get(self, at: Session | Connection, document_id: UUID) -> DocumentView | None:
        return _one(at, select(*_SHOWN).where(Document.id == document_id))

    def file_key(self, at: Session | Connection, document_id: UUID) -> str:
        return at.execute(select(Document.file_key).where(Document.id == document_id)).scalar_one()

    def of_booking(self, at: Session | Connection, booking_id: UUID) -> tuple[DocumentView, ...]:
        """Newest first."""
        found = (
            select(*_SHOWN)
            .where(Document.booking_id == booking_id)
            .order_by(Document.made_at.desc(), Document.id.desc())
        )
        return tuple(DocumentView(**row) for row in at.execute(found).mappings())

    def add(self, session: Session, document: Document) -> None:
        session.add(document)
        session.flush()


def _one(at: Session | Connection, statement: Select[*tuple[Any, ...]]) -> DocumentView | None:
    row = at.execute(statement).mappings().one_or_none()
    return DocumentView(**row) if row else None
