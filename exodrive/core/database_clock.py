"""The time of the database, for processes that share leases: those of several machines then agree, and a machine's own
clock may be wrong or jump."""

import threading
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from exodrive.core.clock import SystemClock
from exodrive.core.db import Database

_ASK = 5.0  # seconds between questions; in between, the processor's steady count goes on from the last answer
_NOW = text("SELECT clock_timestamp()")


class DatabaseClock:
    """A `Clock`. While the database is away, the last answer goes on; before the first one, the machine's time does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._known = SystemClock().now()
        self._counted = time.monotonic()
        self._due = 0.0

    def now(self) -> datetime:
        """Asks the database now and then."""
        with self._lock:
            if time.monotonic() >= self._due:
                self._due = time.monotonic() + _ASK
                self._ask()
            return self._known + timedelta(seconds=time.monotonic() - self._counted)

    def _ask(self) -> None:
        began = time.monotonic()
        try:
            told = self._read()
        except SQLAlchemyError:
            return
        ended = time.monotonic()
        self._known, self._counted = told.astimezone(UTC), (began + ended) / 2

    def _read(self) -> datetime:
        with self._database.read() as connection:
            told: datetime = connection.execute(_NOW).scalar_one()
        return told
