"""Partial answers: `fields=id,car.name` keeps these of an answer, or of each item of a list."""

import dataclasses
from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import NoneType
from typing import Any, get_args, get_type_hints

from exodrive.core.errors import Invalid

Tree = dict[str, "Tree"]
MOST = 100
"""Names that may be chosen at once."""


def read(fields: str, output: type) -> Tree:
    """The tree of what is wanted. Raises `Invalid` at `fields`, naming what the answer does not have."""
    if fields.count(",") >= MOST:
        raise Invalid.at("fields", f"At most {MOST} names.")
    return _read(fields, output)


@lru_cache(maxsize=512)
def _read(fields: str, output: type) -> Tree:
    item = item_of(output)
    tree: Tree = {}
    for path in fields.split(","):
        names = path.strip().split(".")
        _check(names, path, item or output)
        branch = tree
        for name in names:
            branch = branch.setdefault(name, {})
    return {"items": tree, "has_more": {}, "next_cursor": {}} if item else tree


def _check(names: list[str], path: str, owner: type | None) -> None:
    for name in names:
        hints = get_type_hints(owner) if owner and dataclasses.is_dataclass(owner) else {}
        if name not in hints:
            raise Invalid.at("fields", f"There is no {path.strip()[:80] or 'field without a name'}.")
        owner = _contract_in(hints[name])


def _contract_in(hint: Any) -> type | None:
    for kind in (hint, *_leaves(hint)):
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            return kind
    return None


def _leaves(hint: Any) -> Iterator[Any]:
    for part in get_args(hint):
        if part not in {NoneType, Ellipsis}:
            yield part
            yield from _leaves(part)


def names(output: type) -> Iterator[str]:
    """All that can be chosen of an answer, or of the items of a list."""
    yield from _names(item_of(output) or output, "")


def _names(owner: type, before: str) -> Iterator[str]:
    for name, hint in get_type_hints(owner).items():
        yield before + name
        if inner := _contract_in(hint):
            yield from _names(inner, f"{before}{name}.")


def item_of(output: type) -> type | None:
    """The items of a list that comes in parts, None for any other answer."""
    hints = get_type_hints(output)
    return _contract_in(hints["items"]) if {"items", "has_more", "next_cursor"} <= set(hints) else None


def select(value: Any, tree: Tree) -> Any:
    """The chosen part of an answer."""
    if not tree or value is None:
        return value
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [select(one, tree) for one in value]
    return {name: select(getattr(value, name), branch) for name, branch in tree.items()}
