"""The only source of identity: keys, references that people read aloud, idempotency keys."""

import secrets
from uuid import UUID

import uuid_utils.compat

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: what survives a bad telephone line.
REFERENCE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
_REFERENCE_LENGTH = 8


def new_id() -> UUID:
    """A UUID version 7: unique, and ordered by the time of its making."""
    return uuid_utils.compat.uuid7()


def new_reference() -> str:
    """A booking reference such as `K7QM4TR9`; 23⁸ ≈ 78 billion of them."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(_REFERENCE_LENGTH))


def new_secret(size: int = 32) -> str:
    """A random secret of `size` bytes, URL-safe."""
    return secrets.token_urlsafe(size)
