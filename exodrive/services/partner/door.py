"""Whose key this is: asked with every call of the API."""

import hmac
from datetime import timedelta

from exodrive.core.clock import Clock
from exodrive.core.crypto import digest
from exodrive.core.db import Database
from exodrive.services.partner import repository, rules
from exodrive.services.partner.contracts import KeyHolder, Scope

_TOUCH_EVERY = timedelta(minutes=1)


class PartnerKeyService:
    """The table of keys decides: what is not in it, or over, is nobody, at the very next call."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def who(self, presented: str) -> KeyHolder | None:
        """Who holds the key; None alike for one that is unknown, mistyped, expired or revoked, and where its partner is
        suspended or its member of staff deactivated. A mistyped one costs no query. Its use is noted outside of any
        transaction of the caller."""
        parts = rules.read(presented)
        if parts is None:
            return None
        now = self._clock.now()
        with self._database.read() as connection:
            row = repository.presented(connection, parts.prefix, now)
            if row is None or not hmac.compare_digest(bytes(row["secret_hash"]), digest(presented)):
                return None
            if row["last_used_at"] is None or row["last_used_at"] <= now - _TOUCH_EVERY:
                repository.touch(connection, row["id"], now=now, before=now - _TOUCH_EVERY)
        return KeyHolder(
            kind=parts.kind,
            key_id=row["id"],
            name=row["partner_name"] or row["staff_name"],
            partner_id=row["partner_id"],
            staff_id=row["staff_id"],
            role=row["role"],
            scopes=frozenset(Scope(scope) for scope in row["scopes"]),
        )
