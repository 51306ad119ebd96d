"""The table of documents."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from exodrive.core.db import Base, Keyed
from exodrive.core.types import EnumText, one_of
from exodrive.services.document.contracts import DocumentKind


class Document(Keyed, Base):
    """One version of a booking's document. The file under `file_key` is never altered: a change is a new version."""

    __tablename__ = "document"

    kind: Mapped[DocumentKind] = mapped_column(EnumText(DocumentKind))
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("booking.id", ondelete="RESTRICT"))
    version: Mapped[int] = mapped_column(SmallInteger)
    as_of: Mapped[datetime]
    made_at: Mapped[datetime]
    file_key: Mapped[str]
    sha256: Mapped[bytes]
    size: Mapped[int]

    __table_args__ = (
        CheckConstraint(one_of("kind", DocumentKind), name="kind"),
        CheckConstraint("version >= 1 AND size > 0 AND octet_length(sha256) = 32", name="contents"),
        Index("uq_document_version", "booking_id", "kind", "version", unique=True),
    )
