"""Values as JSON has them, and back."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from types import NoneType, UnionType
from typing import Any, Generic, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True)
class Procedure(Generic[T]):
    """A procedure: its name, what it gives, whether sending it again needs a key to be safe, and of what is read by GET
    where."""

    name: str
    output: type[T]
    writes: bool
    path: str = ""


def encode(value: object) -> Any:
    """A value as JSON. What is None in an object is left away: it is not given. Raises ValueError for an instant
    without a zone."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value} is in no time zone")
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if dataclasses.is_dataclass(value):
        return encode({one.name: getattr(value, one.name) for one in dataclasses.fields(value)})
    if isinstance(value, Mapping):
        return {name: encode(one) for name, one in value.items() if one is not None}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [encode(one) for one in value]
    return value


def decode(kind: type[T], value: Any, *, part: bool = False) -> T:
    """A value of this type from JSON, or the `part` of it that is there; what the type does not know is passed over.
    Raises LookupError, TypeError and ValueError for what does not fit."""
    return cast(T, _decode(kind, value, part))


def _decode(kind: Any, value: Any, part: bool) -> Any:
    origin, parts = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return (
            None if value is None else _decode(next(one for one in parts if one is not NoneType), value, part)
        )
    if origin is list:
        return [_decode(parts[0], one, part) for one in value]
    if origin is tuple:
        return tuple(_decode(parts[0], one, part) for one in value)
    if dataclasses.is_dataclass(kind):
        return _fill(cast(type, kind), value, part)
    if kind in _READERS:
        return _READERS[kind](value)
    if origin is Literal and not isinstance(value, str):  # any text: it may be newer than this client
        raise TypeError(f"{value!r} is no text")
    return value


def _fill(kind: type, value: Mapping[str, Any], part: bool) -> Any:
    hints = _hints(kind)
    if not part:
        return kind(**{name: _decode(hint, value[name], part) for name, hint in hints.items()})
    made: Any = object.__new__(kind)
    for name in hints.keys() & value.keys():
        object.__setattr__(made, name, _decode(hints[name], value[name], part))
    return made


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


_READERS: Mapping[Any, Any] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    time: time.fromisoformat,
}
