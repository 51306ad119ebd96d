"""Why a local start does not happen."""


class CannotStart(Exception):
    """Something is in the way; the message says what, and what to do."""
