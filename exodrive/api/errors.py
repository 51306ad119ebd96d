"""What the door itself refuses, and how programs are told of errors."""

from dataclasses import replace

from flask_babel import gettext

from exodrive.core.errors import ExodriveError, Kind
from exodrive.http.errors import Problem, problem_of


def told_of(error: ExodriveError) -> Problem:
    """An error of the business as a problem. A page that is missing does not say what it would have shown; a program
    has asked for a thing by its kind, and is told that there is none."""
    told = problem_of(error)
    if told.status != 404:
        return told
    return replace(told, title=gettext("There is no such thing here"), detail=gettext(error.message))


class CredentialMissing(ExodriveError):
    """The procedure is not open to everyone."""

    kind = Kind.UNAUTHENTICATED
    code = "credential_missing"


class CredentialRefused(ExodriveError):
    """The key is unknown, has expired or was revoked."""

    kind = Kind.UNAUTHENTICATED
    code = "credential_refused"


class ScopeMissing(ExodriveError):
    """The key may do other things, but not this."""

    kind = Kind.FORBIDDEN
    code = "scope_missing"


class NotOpen(ExodriveError):
    """The procedure is not open to this client now."""

    kind = Kind.MISSING
    code = "procedure_not_open"


class Malformed(ExodriveError):
    """The body is no JSON object within the bounds."""

    kind = Kind.INVALID
    code = "malformed"


class CursorUnknown(ExodriveError):
    """The cursor is none that we gave for this list."""

    kind = Kind.INVALID
    code = "cursor_unknown"
