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
        self._asking = threading.Lock()
        self._lock = threading.Lock()
        self._known = SystemClock().now()
        self._counted = time.monotonic()
        self._due = 0.0
        self._answered = False

    def now(self) -> datetime:
        """Asks the database now and then; one thread does, and the others wait for nothing but the first answer."""
        if time.monotonic() >= self._due and self._asking.acquire(blocking=not self._answered):
            try:
                if time.monotonic() >= self._due:
                    self._ask()
                    self._due = time.monotonic() + _ASK
            finally:
                self._asking.release()
        with self._lock:
            return self._known + timedelta(seconds=time.monotonic() - self._counted)

    def _ask(self) -> None:
        began = time.monotonic()
        try:
            told = self._read()
        except SQLAlchemyError:
            return
        with self._lock:
            self._known, self._counted = told.astimezone(UTC), (began + time.monotonic()) / 2
            self._answered = True

    def _read(self) -> datetime:
        with self._database.read() as connection:
            told: datetime = connection.execute(_NOW).scalar_one()
        return told
