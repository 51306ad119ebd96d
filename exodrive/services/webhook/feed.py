"""The feed: what happened, in the order in which it became known, from any place in it onward."""

from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.crypto import Signer, from_url, to_url
from exodrive.core.db import Database
from exodrive.core.errors import Invalid
from exodrive.services.account.contracts import StaffRole
from exodrive.services.account.rules import require
from exodrive.services.webhook import event_repository, rules
from exodrive.services.webhook.errors import CursorExpired
from exodrive.services.webhook.event_contracts import SUBSCRIBABLE, EventPage, EventType, EventView

MOST_EVENTS = 100
_SHOWN = tuple(EventView.__dataclass_fields__)
_MARK = b"exo-feed"
_SIZE = 16  # bytes of a cursor: the mark, and a position


class EventFeedService:
    """For a partner, what concerns it; for managers and owners, everything. An event is in the feed when it has its
    place, within a second of its transaction; nothing ever appears before a place that was read."""

    def __init__(self, database: Database, signer: Signer) -> None:
        self._database = database
        # A position counts everybody's events, which is nobody's business: one block hides it, always in the same way.
        self._block = Cipher(AES(signer.sign("webhook.feed", b"", size=16)), ECB())  # noqa: S305  one block, no pattern

    def after(
        self, cursor: str | None, *, actor: Actor, limit: int = 50, types: Sequence[EventType] = ()
    ) -> EventPage:
        """Up to `limit` (1 to 100) events after a cursor, of some types or all; without one from the oldest that is
        kept. Raises `CursorExpired`, `Invalid` for what is no cursor, `Forbidden`."""
        if actor.kind is ActorKind.PARTNER:
            own = rules.partner_of(actor)
        else:
            require(actor, StaffRole.MANAGER)
            own = None
        if not 1 <= limit <= MOST_EVENTS:
            raise Invalid.at("limit", f"From 1 to {MOST_EVENTS}, please.")
        place = self._read(cursor)
        values = {
            "after": place or 0,
            "types": [kind for kind in SUBSCRIBABLE if not types or kind in types],
            "partner_id": own,
            "limit": limit + 1,
        }
        with self._database.read() as connection:
            rows = event_repository.feed(connection, values)
        floor, head = rows[0]["floor"], rows[0]["head"]
        if place is not None and not floor <= place <= head:
            raise CursorExpired(
                "What comes after this cursor is not kept any more. Please begin without one."
            )
        found = [row for row in rows if row["id"] is not None]
        page = found[:limit]
        more = len(found) > limit
        return EventPage(
            items=tuple(EventView(**{name: row[name] for name in _SHOWN}) for row in page),
            has_more=more,
            next_cursor=self._write(page[-1]["position"] if more else head),
        )

    def _write(self, position: int) -> str:
        return to_url(self._block.encryptor().update(_MARK + position.to_bytes(8)))

    def _read(self, cursor: str | None) -> int | None:
        if not cursor:
            return None
        try:
            sealed = from_url(cursor)
        except ValueError:
            sealed = b""
        clear = self._block.decryptor().update(sealed) if len(sealed) == _SIZE else b""
        if not clear.startswith(_MARK):
            raise Invalid.at("cursor", "This is no cursor of this feed.")
        return int.from_bytes(clear[len(_MARK) :])
