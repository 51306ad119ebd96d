"""Secrets at rest and in links: encryption with rotating keys, keyed hashes."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class Undecipherable(Exception):
    """None of the configured keys opens this value."""


class Cipher:
    """Encrypts with the first key, decrypts with any: rotate by putting a new key in front."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("at least one encryption key is needed")
        self._first = Fernet(keys[0])
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def encrypt(self, clear: bytes) -> bytes:
        return self._fernet.encrypt(clear)

    def decrypt(self, sealed: bytes) -> bytes:
        """Raises `Undecipherable` where no key fits."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise Undecipherable from error

    def renewed(self, sealed: bytes) -> bytes | None:
        """The same under the first key, None where it is already. Raises `Undecipherable` where no key fits."""
        try:
            self._first.decrypt(sealed)
        except InvalidToken:
            return self.encrypt(self.decrypt(sealed))
        return None


class Signer:
    """Keyed hashes for one purpose each: a signature made for one purpose never passes for another."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def sign(self, purpose: str, message: bytes, *, size: int = 32) -> bytes:
        """The first `size` bytes of HMAC-SHA-256 under a key derived for `purpose`."""
        key = hmac.digest(self._secret, purpose.encode(), "sha256")
        return hmac.digest(key, message, "sha256")[:size]


def digest(text: str) -> bytes:
    """SHA-256 of a high-entropy token: what is stored in place of the token."""
    return hashlib.sha256(text.encode()).digest()


def to_url(raw: bytes) -> str:
    """URL-safe base 64 without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_url(text: str) -> bytes:
    """The reverse of `to_url`; raises ValueError for anything else."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if to_url(raw) != text:
        raise ValueError("not canonical base 64")
    return raw
