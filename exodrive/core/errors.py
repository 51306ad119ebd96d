"""Errors of the business: what kind, a stable code, words for people, and the fields at fault."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """What a caller can do about an error; the doors turn it into a status, a page or a retry."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CONFLICT = "conflict"
    GONE = "gone"
    LIMITED = "limited"
    UNAVAILABLE = "unavailable"


class ExodriveError(Exception):
    """Root of all expected errors. A subclass is a fact (`CarTaken`) with its kind and code."""

    kind: ClassVar[Kind] = Kind.INVALID
    code: ClassVar[str] = "invalid"

    def __init__(self, message: str, *, fields: Mapping[str, list[str]] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields: dict[str, list[str]] = dict(fields or {})

    def facts(self) -> Mapping[str, object]:
        """What a program needs to go on, beside the message: plain data."""
        return {}


class Invalid(ExodriveError):
    """Input that breaks a rule; `fields` names which."""

    kind = Kind.INVALID
    code = "invalid"

    @classmethod
    def at(cls, field: str, message: str) -> "Invalid":
        """The error of one field."""
        return cls(message, fields={field: [message]})


class Missing(ExodriveError):
    """There is no such thing, or it is not for this actor: both answer the same."""

    kind = Kind.MISSING
    code = "not_found"


class Forbidden(ExodriveError):
    """The actor may not do this."""

    kind = Kind.FORBIDDEN
    code = "forbidden"


class Unavailable(ExodriveError):
    """An outside system did not answer; the same call may succeed later."""

    kind = Kind.UNAVAILABLE
    code = "unavailable"


class Limited(ExodriveError):
    """Too many calls; `retry_after` seconds until the next may succeed."""

    kind = Kind.LIMITED
    code = "rate_limited"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class IllegalMove(ExodriveError):
    """A state machine was asked for a move that its present state does not have."""

    kind = Kind.CONFLICT
    code = "illegal_move"


class VersionChanged(ExodriveError):
    """Somebody else has changed the thing since it was seen; `current` is its version now."""

    kind = Kind.CONFLICT
    code = "version_changed"

    def __init__(self, message: str, *, current: int) -> None:
        super().__init__(message)
        self.current = current

    def facts(self) -> Mapping[str, object]:
        return {"version": self.current}


class VersionRequired(ExodriveError):
    """The change does not say which version of the thing was seen."""

    kind = Kind.INVALID
    code = "version_required"
