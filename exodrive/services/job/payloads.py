"""Opening what a job is to be done with: of any version, with any of the keys."""

import orjson

from exodrive.core import ledger
from exodrive.core.crypto import Undecipherable
from exodrive.core.errors import Invalid
from exodrive.core.ledger import JobKind
from exodrive.core.types import key_ring
from exodrive.services.job.contracts import Attempt
from exodrive.services.job.rules import NewerVersion, NoKey, Unreadable


def open_payload(attempt: Attempt) -> object:
    """The payload of an attempt. Raises `Unreadable` where it makes none of its kind, `NewerVersion` and `NoKey` where
    another worker may be able to open it."""
    kind = ledger.kinds()[attempt.kind]
    if attempt.version > kind.version:
        raise NewerVersion(
            f"The payload of {kind.name} has version {attempt.version}; this worker knows {kind.version}."
        )
    try:
        clear = key_ring.cipher.decrypt(attempt.sealed).decode()
    except Undecipherable as error:
        raise NoKey(f"None of this worker's keys opens the payload of {kind.name}.") from error
    return _read(kind, clear, attempt.version)


def _read(kind: JobKind, clear: str, version: int) -> object:
    try:
        return ledger.read_payload(kind, clear, version)
    except Invalid as error:
        raise Unreadable(
            f"The payload of {kind.name} is wrong at: {', '.join(sorted(error.fields))}."
        ) from None
    except orjson.JSONDecodeError:
        raise Unreadable(f"The payload of {kind.name} is no JSON.") from None
    except Exception as error:  # noqa: BLE001  an upgrade may meet anything; the reason is kept without its values
        raise Unreadable(
            f"The payload of {kind.name} cannot be brought from version {version} to {kind.version}"
            f" ({type(error).__name__})."
        ) from None
