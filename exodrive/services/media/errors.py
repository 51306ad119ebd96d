"""What can be wrong with a photograph."""

from exodrive.core.errors import Invalid


class PhotoRefused(Invalid):
    """Not a photograph that can be shown; the message says why, for whoever sent it."""

    code = "photo_refused"
