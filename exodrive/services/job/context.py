"""What a running job may say and ask: how far it is, what it found, whether it is still wanted."""

import time
from collections.abc import Mapping
from typing import Any

import orjson

from exodrive.core.clock import Clock
from exodrive.core.types import key_ring
from exodrive.services.job.attempts import AttemptService
from exodrive.services.job.contracts import Attempt, Findings
from exodrive.services.job.rules import Cancelled

_LINES = 50  # kept of an attempt's log, the newest
_WORDS = 300  # characters of a line
_PAUSE = 0.5  # seconds between two writes of progress, or two questions
_RESULT = 16_384  # bytes of JSON


class JobContext:
    """One attempt's own, used by one thread. Nothing said here may be personal, but for the result, which is stored
    encrypted."""

    def __init__(self, attempt: Attempt, attempts: AttemptService, clock: Clock) -> None:
        self.attempt = attempt
        self._attempts = attempts
        self._clock = clock
        self._lines: list[tuple[str, str]] = []
        self._sealed: bytes | None = None
        self._asked = 0.0
        self._stop = False

    def progress(self, percent: int, words: str = "") -> None:
        """How far it is. Written twice a second at most, but for the end. Raises `Cancelled` when the job is not
        wanted any more."""
        if percent >= 100 or time.monotonic() - self._asked >= _PAUSE:
            self._ask(max(0, min(100, percent)), words[:_WORDS] or None)
        if self._stop:
            raise Cancelled("The job was cancelled while it ran.")

    def cancelled(self) -> bool:
        """Whether somebody cancelled the job, or it belongs to another attempt; asks twice a second at most."""
        if not self._stop and time.monotonic() - self._asked >= _PAUSE:
            self._ask(None, None)
        return self._stop

    def check(self) -> None:
        """For handlers between two steps of long work: raises `Cancelled` when the job is not wanted any more. What
        was logged and found until then is kept."""
        if self.cancelled():
            raise Cancelled("The job was cancelled while it ran.")

    def log(self, words: str) -> None:
        """A line for the job's story; of many, the newest are kept."""
        self._lines.append((self._clock.now().isoformat(), words.replace("\0", "")[:_WORDS]))
        del self._lines[:-_LINES]

    def result(self, value: Mapping[str, Any]) -> None:
        """What came of it, as small JSON; kept when the job completes. Raises ValueError above 16 KiB."""
        written = orjson.dumps(dict(value))
        if len(written) > _RESULT:
            raise ValueError(f"a result has {_RESULT} bytes at most")
        self._sealed = key_ring.cipher.encrypt(written)

    def findings(self) -> Findings:
        """What is written with the attempt's end."""
        return Findings(log=tuple(self._lines), sealed_result=self._sealed)

    def _ask(self, percent: int | None, words: str | None) -> None:
        self._asked = time.monotonic()
        self._stop = self._attempts.progress(self.attempt, percent, words)
