"""What can be wrong with the feed of events and with endpoints."""

from exodrive.core.errors import ExodriveError, Kind


class CursorExpired(ExodriveError):
    """What comes after this cursor has been forgotten in part: whoever has it begins anew."""

    kind = Kind.GONE
    code = "cursor_expired"


class TooManyEndpoints(ExodriveError):
    """A partner has as many endpoints as a partner may have."""

    kind = Kind.CONFLICT
    code = "too_many_endpoints"
