"""Passwords: argon2id, with parameters that can be raised at any time."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from exodrive.core.ids import new_secret
from exodrive.services.account.rules import normalised

# RFC 9106, section 4, second recommendation: 64 MiB, three passes, four lanes. Raise them here: who signs in next is
# hashed anew.
_HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
_AT_ONCE = 4  # each takes 64 MiB


class Passwords:
    """Hashes and compares; a comparison takes the same time whether there is an account or not."""

    def __init__(self, hasher: PasswordHasher = _HASHER) -> None:
        self._hasher = hasher
        self._room = threading.BoundedSemaphore(_AT_ONCE)
        self._nobodys = self.hash(new_secret())

    def hash(self, password: str) -> str:
        """The hash of a password, with its parameters."""
        with self._room:
            return self._hasher.hash(normalised(password))

    def fits(self, stored: str | None, password: str) -> bool:
        """Whether it is the password. Without one stored, the answer is no, after as long a time."""
        with self._room:
            try:
                self._hasher.verify(stored or self._nobodys, normalised(password))
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def is_weak(self, stored: str) -> bool:
        """Whether it was made with parameters other than today's."""
        return self._hasher.check_needs_rehash(stored)
