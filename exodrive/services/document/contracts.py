"""Documents as others see them, and the job that makes one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from exodrive.core.contract import contract
from exodrive.core.ledger import Policy, job


class DocumentKind(StrEnum):
    """What a document is."""

    RECEIPT = "receipt"  # receipt and invoice in one: what was rented, the tax, what was paid and given back
    CONFIRMATION = "confirmation"
    AGREEMENT = "agreement"  # the rental agreement, before it is signed


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file in the store: `sha256` and `size` (bytes) are of its clear contents."""

    key: str
    sha256: bytes
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """One version of a document. `as_of` is the instant whose state it tells."""

    id: UUID
    kind: DocumentKind
    booking_id: UUID
    version: int
    as_of: datetime
    made_at: datetime
    sha256: bytes
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDocument:
    """A document to be sent: its contents in pieces."""

    view: DocumentView
    pieces: Iterator[bytes]


@job(
    "document.make",
    Policy(queue="document", priority=6, max_attempts=8, first_retry=5, time_limit=120),
    subject="booking_id",
)
@contract
class MakeDocument:
    """Typeset a booking's document as the booking stands, and keep it where it differs from its last version."""

    kind: DocumentKind
    booking_id: UUID
