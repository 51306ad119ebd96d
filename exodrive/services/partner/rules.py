"""What holds for keys, their use and rollouts, without looking anything up."""

import hashlib
import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from exodrive.services.partner.contracts import KeyKind, KeyState, Outcome

USAGE_KEPT = timedelta(days=396)
"""Thirteen months: the same month of the year before stays to compare with."""
SECRET_SIZE = 32
"""Random bytes in a key."""

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID_LENGTH = 11  # 8 bytes
_SECRET_LENGTH = 43  # 32 bytes
_SUM_LENGTH = 6  # 4 bytes
_KEY = re.compile(
    rf"exo_(partner|staff)_[0-9A-Za-z]{{{_ID_LENGTH}}}_[0-9A-Za-z]{{{_SECRET_LENGTH + _SUM_LENGTH}}}"
)


@dataclass(frozen=True, slots=True)
class Presented:
    """A text that is formed like a key; `prefix` is its public part."""

    kind: KeyKind
    prefix: str


def prefix_of(kind: KeyKind, key_id: UUID) -> str:
    """The public part of a key, `exo_partner_7nX2kQ81bRe`: whose it is, and the random end of its id."""
    return f"exo_{kind.value}_{_base62(key_id.bytes[-8:], _ID_LENGTH)}"


def compose(prefix: str, secret: bytes) -> str:
    """The whole key: its public part, 256 random bits, and a checksum by which a mistyped one is known, and one that
    was found where it should not be is told from other texts of its length."""
    if len(secret) != SECRET_SIZE:
        raise ValueError("a key has 32 random bytes")
    body = f"{prefix}_{_base62(secret, _SECRET_LENGTH)}"
    return body + _checksum(body)


def read(presented: str) -> Presented | None:
    """The parts of a key, None for anything that never was one."""
    found = _KEY.fullmatch(presented)
    if found is None or _checksum(presented[:-_SUM_LENGTH]) != presented[-_SUM_LENGTH:]:
        return None
    return Presented(KeyKind(found[1]), presented.rpartition("_")[0])


def state_of(*, revoked_at: datetime | None, expires_at: datetime, replaced: bool, now: datetime) -> KeyState:
    """Where a key stands."""
    if revoked_at is not None:
        return KeyState.REVOKED
    if expires_at <= now:
        return KeyState.EXPIRED
    return KeyState.REPLACED if replaced else KeyState.ACTIVE


def outcome_of(status: int) -> Outcome:
    """How a call ended, by the status of its HTTP answer."""
    if status >= 500:
        return Outcome.FAILED
    return Outcome.REFUSED if status >= 400 else Outcome.DONE


def bucket(procedure: str, client: str) -> int:
    """0 to 99: where a client stands in the rollout of a procedure, today and for ever. Each procedure shuffles anew,
    so that not always the same ones are first."""
    mixed = hashlib.sha256(f"{procedure}\0{client}".encode()).digest()
    return int.from_bytes(mixed[:8]) % 100


@dataclass(frozen=True, slots=True)
class Rollout:
    """For whom a procedure is open."""

    enabled: bool
    percent: int
    partners: Collection[UUID]

    def is_open(self, procedure: str, client: str, partner_id: UUID | None) -> bool:
        """Whether for this one. A partner is one caller, whichever of its keys it comes with."""
        if not self.enabled:
            return False
        caller = client if partner_id is None else str(partner_id)
        return partner_id in self.partners or bucket(procedure, caller) < self.percent


def _base62(raw: bytes, length: int) -> str:
    number, digits = int.from_bytes(raw), []
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits)).rjust(length, _DIGITS[0])


def _checksum(text: str) -> str:
    return _base62(zlib.crc32(text.encode()).to_bytes(4), _SUM_LENGTH)
