"""What can go wrong with files."""

from exodrive.core.errors import ExodriveError, Kind, Unavailable


class StorageUnavailable(Unavailable):
    """The store did not answer, or has no room left; the same call may succeed later."""

    code = "storage_unavailable"


class FileDamaged(ExodriveError):
    """A stored file was altered, cut short, or sealed with a key that is not configured any more."""

    kind = Kind.GONE
    code = "file_damaged"
