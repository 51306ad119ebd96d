"""What staff may see of a payload: a field's contract says `personal=True` or `personal=False`; where it says nothing,
words are taken for personal, and ids, numbers, times and choices are not. Pure functions."""

import dataclasses
import re
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any, get_args, get_type_hints
from uuid import UUID

MASK = "•••"
_OURS = re.compile(r"\w+ \(\w+\): ")  # how our own errors are described: words for people


def masked(contract: type | None, data: Mapping[str, Any]) -> dict[str, Any]:
    """Plain data of a contract, or of none that is known, without what is personal."""
    hints = get_type_hints(contract) if contract else {}
    said = {spec.name: _personal(spec) for spec in dataclasses.fields(contract)} if contract else {}
    return {name: _value(value, hints.get(name), said.get(name)) for name, value in data.items()}


def without_places(error_text: str) -> str:
    """An error as it is kept, without the places of the source that an unknown one passed."""
    if _OURS.match(error_text):
        return error_text
    return "\n".join(line.partition(" at ")[0] for line in error_text.splitlines())


def _personal(spec: dataclasses.Field[Any]) -> bool | None:
    told = spec.metadata.get("metadata", {}).get("personal")
    return None if told is None else bool(told)


def _value(value: Any, hint: Any, personal: bool | None) -> Any:
    if personal is False or value is None or isinstance(value, bool):
        return value
    if personal:
        return MASK
    if isinstance(value, Mapping):
        inner = next((kind for kind in _kinds(hint) if dataclasses.is_dataclass(kind)), None)
        return masked(inner, value)
    if isinstance(value, list):
        return [_value(one, hint, personal) for one in value]
    if isinstance(value, str) and not _choice(hint) and not _plain(value):
        return MASK
    return value


def _kinds(hint: Any) -> list[type]:
    inner = [kind for part in get_args(hint) for kind in _kinds(part)]
    return [hint, *inner] if isinstance(hint, type) and not get_args(hint) else inner


def _choice(hint: Any) -> bool:
    return any(issubclass(kind, Enum) for kind in _kinds(hint))


def _plain(text: str) -> bool:
    for read in (UUID, datetime.fromisoformat):
        try:
            read(text)
        except ValueError:
            continue
        return True
    return False
