"""What can be wrong with partners and their keys."""

from exodrive.core.errors import ExodriveError, Kind


class KeyIsOver(ExodriveError):
    """A key that is revoked, expired or replaced is not changed any more."""

    kind = Kind.CONFLICT
    code = "key_is_over"


class PartnerSuspended(ExodriveError):
    """No key is made for a partner whose keys open nothing."""

    kind = Kind.CONFLICT
    code = "partner_suspended"


class TooManyKeys(ExodriveError):
    """Somebody has as many keys as anybody may have at a time."""

    kind = Kind.CONFLICT
    code = "too_many_keys"
