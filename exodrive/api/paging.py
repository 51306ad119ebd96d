"""Where a list that is counted by pages goes on; to clients it is as opaque as any other cursor."""

from collections.abc import Callable

from exodrive.api.errors import CursorUnknown
from exodrive.core.crypto import from_url, to_url

_LAST = 500


def next_page(page: int) -> str:
    """The cursor of the page after this one."""
    return to_url(f"page {page + 1}".encode())


def page_of(cursor: str | None) -> int:
    """The page that a cursor leads to; without one the first. Raises `CursorUnknown`."""
    if cursor is None:
        return 1
    try:
        word, number = from_url(cursor).decode().split(" ")
        page = int(number)
    except ValueError as error:
        raise _unknown() from error
    if word != "page" or not 2 <= page <= _LAST:
        raise _unknown()
    return page


def known(cursor: str | None, read: Callable[[str], object]) -> str | None:
    """The cursor, where `read` makes something of it. Raises `CursorUnknown`."""
    if cursor is not None and read(cursor) is None:
        raise _unknown()
    return cursor


def _unknown() -> CursorUnknown:
    told = "This is not a cursor that we gave."
    return CursorUnknown(told, fields={"cursor": [told]})
