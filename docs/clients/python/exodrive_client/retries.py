"""How often, and after how long, a call is sent again."""

import random
from dataclasses import dataclass

from exodrive_client.problem import ExoDriveError, Unreachable

_WORTH_IT = frozenset({429, 502, 503, 504})
_IN_FLIGHT = "idempotency_key_in_flight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """A call is sent at most `attempts` times. Between them it waits a random part of a time that begins with `first`
    seconds and doubles each time, up to `longest`; or as long as the server asks for, unless that is more than
    `patience`."""

    attempts: int = 4
    first: float = 0.5
    longest: float = 8.0
    patience: float = 60.0

    def wait(self, attempt: int, told: ExoDriveError) -> float | None:
        """Seconds after which the call is sent again after this attempt, counted from 1; None for never."""
        worth_it = isinstance(told, Unreachable) or told.status in _WORTH_IT or told.code == _IN_FLIGHT
        if not worth_it or attempt >= self.attempts:
            return None
        jitter = random.uniform(0, min(self.longest, self.first * 2 ** (attempt - 1)))
        if told.retry_after is None:
            return jitter
        return told.retry_after + jitter if told.retry_after <= self.patience else None
