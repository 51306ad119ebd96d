"""What can be wrong with a staff account."""

from exodrive.core.errors import ExodriveError, Kind


class NotSignedIn(ExodriveError):
    """The door of the staff is closed to whoever has no session."""

    kind = Kind.UNAUTHENTICATED
    code = "not_signed_in"


class WrongCredentials(ExodriveError):
    """E-mail and password do not belong together: the same words whichever it is."""

    kind = Kind.INVALID
    code = "wrong_credentials"


class LastOwner(ExodriveError):
    """Without an owner nobody could let anybody in."""

    kind = Kind.CONFLICT
    code = "last_owner"


class StaffKnown(ExodriveError):
    """The address has an account already."""

    kind = Kind.CONFLICT
    code = "staff_known"


class LinkSpent(ExodriveError):
    """A one-time link that was used, replaced, revoked, or left lying too long."""

    kind = Kind.GONE
    code = "link_spent"
