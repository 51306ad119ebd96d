"""Sessions and one-time links that are over are forgotten; what was done with them is in the audit."""

from datetime import timedelta

from sqlalchemy import text

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.services.account.rules import IDLE

LINKS_KEPT = timedelta(days=30)
"""After a link has ended: until then, whoever opens it late is told that it is used or too old."""

_SESSIONS = text("DELETE FROM staff_session WHERE expires_at <= :now OR seen_at <= :seen")
_LINKS = text("DELETE FROM staff_link WHERE expires_at < :before OR used_at < :before")


class AccountRetention:
    """Few rows: one statement each."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def forget(self) -> int:
        """Delete what is over; how much."""
        now = self._clock.now()
        with self._database.read() as connection:
            sessions = connection.execute(_SESSIONS, {"now": now, "seen": now - IDLE}).rowcount
            return sessions + connection.execute(_LINKS, {"before": now - LINKS_KEPT}).rowcount
