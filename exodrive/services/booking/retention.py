"""Quotes that nobody booked are forgotten."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from exodrive.core.clock import Clock
from exodrive.core.db import Database

KEPT = timedelta(days=30)
"""After a quote has expired: for as long as somebody may ask about a price they saw."""

_BATCH = 2000
_FORGET = text("""
WITH gone AS (
    SELECT id FROM quote
    WHERE expires_at >= :after AND expires_at < :before
      AND NOT EXISTS (SELECT FROM booking WHERE booking.quote_id = quote.id)
    ORDER BY expires_at LIMIT :size FOR UPDATE SKIP LOCKED
)
DELETE FROM quote USING gone WHERE quote.id = gone.id RETURNING quote.expires_at
""")


class QuoteRetention:
    """Deletes in small statements; a quote that was booked stays with its booking."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def forget(self) -> int:
        """Delete quotes that expired long ago and were not booked; how many."""
        before = self._clock.now() - KEPT
        after = datetime.min.replace(tzinfo=before.tzinfo)
        number = 0
        with self._database.read() as connection:
            while gone := self._some(connection, after, before):
                after, number = max(gone), number + len(gone)
        return number

    def _some(self, connection: Connection, after: datetime, before: datetime) -> list[datetime]:
        asked = {"after": after, "before": before, "size": _BATCH}
        return list(connection.execute(_FORGET, asked).scalars())
