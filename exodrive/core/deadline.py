"""Until when an answer is wanted: what calls other systems waits no longer."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

_until: ContextVar[float | None] = ContextVar("exodrive_deadline", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Everything inside has so long; an earlier deadline around it stays."""
    earlier = _until.get()
    own = monotonic() + seconds
    token = _until.set(own if earlier is None else min(own, earlier))
    try:
        yield
    finally:
        _until.reset(token)


def seconds_left(most: float) -> float:
    """How long something may take that would be given `most` seconds; never below a hundredth."""
    until = _until.get()
    return most if until is None else max(0.01, min(most, until - monotonic()))
