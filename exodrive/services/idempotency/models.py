"""Answers by the key of the write that they answer."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from exodrive.core.db import Base
from exodrive.core.types import EncryptedText


class AnsweredWrite(Base):
    """`key_hash` is of the client and the key it chose, `fingerprint` of what was asked. The answer is encrypted: it
    may hold what is told only once."""

    __tablename__ = "answered_write"

    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    status: Mapped[int] = mapped_column(SmallInteger)
    body: Mapped[str] = mapped_column(EncryptedText)
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("status BETWEEN 200 AND 299", name="status"),
        Index("ix_answered_write_created_at", "created_at"),
    )
