"""Idempotency keys: a client that does not know whether its write arrived sends it again under the same key."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Connection

from exodrive.core.clock import Clock
from exodrive.core.db import Database
from exodrive.core.errors import ExodriveError
from exodrive.services.idempotency import repository
from exodrive.services.idempotency.contracts import KeptAnswer
from exodrive.services.idempotency.errors import KeyInFlight, KeyReused

KEPT = timedelta(hours=48)
"""How long a write can be sent again."""


class IdempotencyService:
    """The answer is written in the transaction of the effect, so that there is never one without the other."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def once(
        self,
        effect: Callable[[], KeptAnswer],
        *,
        client: str,
        key: str,
        fingerprint: bytes,
        together: bool = True,
    ) -> KeptAnswer:
        """Have the effect, or tell again how it was answered. `fingerprint` is of what the client asks for.

        A refusal of the business is not kept: it had no effect, and the next try may have one. `together` False is for
        effects that wait for another system and are the same twice by themselves: their answer is kept afterwards.
        Raises `KeyInFlight`, `KeyReused`, and what `effect` raises."""
        key_hash = hashlib.sha256(f"{client}\n{key}".encode()).digest()
        refusal: ExodriveError | None = None
        answer: KeptAnswer | None = None
        with self._database.together() as connection:
            if kept := self._kept(connection, key_hash, fingerprint):
                return kept
            if together:
                try:
                    answer = effect()
                except ExodriveError as error:  # what was committed on the way to it stays committed
                    refusal = error
                else:
                    self._keep(connection, key_hash, fingerprint, answer)
        if refusal is not None:
            raise refusal
        if answer is None:
            answer = effect()
            with self._database.read() as connection:
                self._keep(connection, key_hash, fingerprint, answer)
        return answer

    def forget(self) -> int:
        """Delete what is older than `KEPT`; how much it was."""
        with self._database.read() as connection:
            return repository.forget(connection, self._clock.now() - KEPT)

    def _kept(self, connection: Connection, key_hash: bytes, fingerprint: bytes) -> KeptAnswer | None:
        if not repository.lock(connection, key_hash):
            raise KeyInFlight("A request with this Idempotency-Key is still being answered.")
        row = repository.find(connection, key_hash)
        if row is None:
            return None
        if row.fingerprint != fingerprint:
            raise KeyReused("This Idempotency-Key was used for a request that asked for something else.")
        return KeptAnswer(status=row.status, body=row.body, replayed=True)

    def _keep(self, connection: Connection, key_hash: bytes, fingerprint: bytes, answer: KeptAnswer) -> None:
        values = {"key_hash": key_hash, "fingerprint": fingerprint, "created_at": self._clock.now()}
        repository.keep(connection, values | {"status": answer.status, "body": answer.body})
