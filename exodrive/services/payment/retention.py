"""What gateways told us is forgotten when nobody will ask any more: it was a hint, the payment has the outcome."""

from datetime import timedelta

from sqlalchemy import text

from exodrive.core.clock import Clock
from exodrive.core.db import Database

KEPT = timedelta(days=90)
"""After an event was acted on: longer than any gateway repeats it, which is known by its id."""

_BATCH = 2000
_FORGET = text("""
DELETE FROM webhook_event WHERE id IN (
    SELECT id FROM webhook_event WHERE processed_at < :before ORDER BY id LIMIT :size FOR UPDATE SKIP LOCKED
)
""")


class GatewayEventRetention:
    """Deletes in small statements. What was not acted on stays for a person."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def forget(self) -> int:
        """Delete events that were acted on long ago; how many."""
        asked = {"before": self._clock.now() - KEPT, "size": _BATCH}
        number = 0
        with self._database.read() as connection:
            while gone := connection.execute(_FORGET, asked).rowcount:
                number += gone
        return number
