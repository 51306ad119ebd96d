"""What is typed of a car, as it is kept: trimmed, marks in capitals, a name for addresses."""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import fields
from enum import Enum
from typing import Any

from exodrive.core.crypto import from_url, to_url
from exodrive.services.car.desk_contracts import ChangeCar, CreateCar

_MARKS = frozenset({"plate", "vin"})
_CHOSEN = frozenset({"location"})
_LONGEST = 60
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")


def particulars(command: CreateCar | ChangeCar) -> dict[str, Any]:
    """The columns of a command, `location` still by its slug; what a change leaves as it is is None."""
    kind = CreateCar if isinstance(command, CreateCar) else ChangeCar
    values = {one.name: _kept(one.name, getattr(command, one.name)) for one in fields(kind)}
    values.pop("version", None)
    if isinstance(command, CreateCar):
        values["featured"] = values["featured"] or None
    return values


def _kept(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [" ".join(one.split()) for one in value]
    if not isinstance(value, str) or isinstance(value, Enum) or name in _CHOSEN:
        return value
    if name in _MARKS:
        return " ".join(value.split()).upper()
    return value.strip()


def told(value: Any) -> Any:
    """A column's value for the audit: plain."""
    return value.value if isinstance(value, Enum) else value


def cursor_behind(slug: str) -> str:
    """Where a list in the order of slugs goes on."""
    return to_url(slug.encode())


def slug_before(cursor: str) -> str | None:
    """The slug that `cursor_behind` was given; None for what is no cursor of its making."""
    try:
        slug = from_url(cursor).decode()
    except ValueError:
        return None
    return slug if _SLUG.fullmatch(slug) else None


def free_slug(make: str, model: str, taken: Callable[[str], Collection[str]]) -> str:
    """`ferrari-296-gts`, or with the first number behind it that no other car has."""
    plain = unicodedata.normalize("NFKD", f"{make} {model}").encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-") or "car"
    others = taken(base)
    number = 1
    while (slug := base if number == 1 else f"{base}-{number}") in others:
        number += 1
    return slug
