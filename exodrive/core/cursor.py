"""Where the next part of a list begins: behind a row, in an order."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from exodrive.core.crypto import from_url, to_url

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def write(at: datetime, row_id: UUID, order: str = "") -> str:
    """For an address: the row's instant and id, and the order they count in."""
    return to_url(f"{(at - _EPOCH) // _MICROSECOND} {order} ".encode() + row_id.bytes)


def read(cursor: str | None, order: str = "") -> tuple[datetime, UUID] | None:
    """What `write` was given; None, which is the first part, for anything else and for another order."""
    try:
        at, written, row_id = from_url(cursor or "").split(b" ", 2)
        if written.decode() != order:
            return None
        return _EPOCH + int(at) * _MICROSECOND, UUID(bytes=row_id)
    except (ValueError, OverflowError):
        return None
