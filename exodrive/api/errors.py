"""What the door itself refuses."""

from exodrive.core.errors import ExodriveError, Kind


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
