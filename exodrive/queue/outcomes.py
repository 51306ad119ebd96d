"""Writing what became of attempts: one thread for all threads of a process. What ends while a statement is on its way,
and within three hundredths of a second, goes with the next one; where somebody waits for it, it is written at once."""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from exodrive.core import observe
from exodrive.core.ledger import JobState
from exodrive.services.job.attempts import AttemptService, Ending

log = observe.logger(__name__)

Written = Callable[[JobState | None], None]
_PAUSE = 0.5  # seconds between attempts at a database that is down
_MANY = 500  # outcomes in one statement
_ENOUGH = 100  # outcomes that are not kept waiting for more
_LINGER = 0.03  # seconds


@dataclass(frozen=True, slots=True)
class _Told:
    ending: Ending
    written: Written
    until: float


class OutcomeWriter:
    """The deed is done, so its outcome is worth some patience with the database: that of a lease. Without it, the job
    runs again when its lease has run out."""

    def __init__(self, attempts: AttemptService, patience: timedelta) -> None:
        self._attempts = attempts
        self._patience = patience.total_seconds()
        self._told: list[_Told] = []
        self._open: set[UUID] = set()
        lock = threading.Lock()
        self._changed = threading.Condition(lock)  # outcomes are written; whoever waits for one looks
        self._writable = threading.Condition(lock)  # there is something to write, or reason to write it now
        self._awaited = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._write, name="outcomes", daemon=True)
        self._thread.start()

    def tell(self, ending: Ending, written: Written) -> None:
        """Have an outcome written. `written` is called afterwards with the job's state, None where the attempt was not
        ours any more, or where the database was away for too long."""
        with self._changed:
            self._told.append(_Told(ending, written, time.monotonic() + self._patience))
            self._open.add(ending.attempt.id)
            if len(self._told) == 1 or self._is_time():
                self._writable.notify()

    def wait(self, attempts: Collection[UUID]) -> None:
        """Until the outcomes of these attempts are written, or given up."""
        with self._changed:
            if self._open.isdisjoint(attempts):
                return
            self._awaited += 1
            self._writable.notify()
            self._changed.wait_for(lambda: self._open.isdisjoint(attempts))
            self._awaited -= 1

    def stop(self) -> None:
        """Write what is left and end the thread."""
        with self._changed:
            self._stopping = True
            self._writable.notify()
        self._thread.join()

    def _write(self) -> None:
        while True:
            with self._changed:
                self._writable.wait_for(lambda: self._told or self._stopping)
                self._writable.wait_for(self._is_time, _LINGER)
                batch, self._told = self._told[:_MANY], self._told[_MANY:]
            if not batch:
                return
            self._write_all(batch)

    def _is_time(self) -> bool:
        return self._stopping or self._awaited > 0 or len(self._told) >= _ENOUGH

    def _write_all(self, batch: list[_Told]) -> None:
        try:
            states = self._attempts.end_all([told.ending for told in batch])
        except Exception:  # an outage, or one of them is unfit: none is to keep the others back
            log.warning("job.outcomes_not_written", count=len(batch), exc_info=True)
            for told in batch:
                self._close([told], self._write_one(told))
            return
        self._close(batch, states)

    def _write_one(self, told: _Told) -> dict[UUID, JobState]:
        while True:
            try:
                return self._attempts.end_all([told.ending])
            except Exception:
                if time.monotonic() > told.until:
                    log.exception("job.outcome_given_up", job_id=str(told.ending.attempt.job_id))
                    return {}
                log.warning("job.outcome_not_written", exc_info=True)
                time.sleep(_PAUSE)

    def _close(self, batch: list[_Told], states: dict[UUID, JobState]) -> None:
        for told in batch:
            try:
                told.written(states.get(told.ending.attempt.id))
            except Exception:  # nobody would be told of any outcome any more
                log.exception("job.outcome_not_told")
        with self._changed:
            self._open.difference_update(told.ending.attempt.id for told in batch)
            self._changed.notify_all()
