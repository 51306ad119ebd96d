"""Procedures: typed functions over contracts, declared once, carried by every form of the API.

    @procedure("quote.get", access=PUBLIC, rest=get("/quotes/{quote_id}"), errors=(Missing,))
    def quote(call: Call, asked: FindQuote) -> Quote:
        \"\"\"A stored price.\"\"\"

The route, the place in batches, the operation of the OpenAPI document and the methods of the clients follow from it.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar, get_type_hints

from limits import RateLimitItem, parse

from exodrive.api.access import PUBLIC, Access
from exodrive.core.contract import schema_of, typed_schema_of
from exodrive.core.errors import ExodriveError

F = TypeVar("F", bound=Callable[..., Any])
TellsOf = Callable[[Any], Iterable[str]]
"""From an input to what its answer tells of, beside everything: pure, and without a clock (`core/cache.py`)."""

PREFIX = "/api/v{version}"
_NAME = re.compile(r"[a-z_]+(\.[a-z_]+)+\Z")


class Undeclared(RuntimeError):
    """A procedure does not say all that it has to."""


class Effect(StrEnum):
    """What a procedure does, and so how a repeated call is kept from doing it twice."""

    READ = "read"
    WRITE = "write"  # one transaction, in which the answer is kept with the effect
    OUTSIDE = "outside"  # asks another system; is the same twice by itself


@dataclass(frozen=True, slots=True)
class Route:
    """The resource form. `path` is below the version; its `{names}` are fields of the input."""

    method: str
    path: str
    status: int = 200

    @property
    def in_path(self) -> tuple[str, ...]:
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def in_query(self) -> bool:
        """Whether the other fields come as a query, else as a JSON body."""
        return self.method in {"GET", "DELETE"}


def get(path: str) -> Route:
    """A resource to read."""
    return Route("GET", path)


def post(path: str, status: int = 200) -> Route:
    """Something to do or to create."""
    return Route("POST", path, status)


def patch(path: str) -> Route:
    """A resource to change."""
    return Route("PATCH", path)


def delete(path: str) -> Route:
    """A resource to end."""
    return Route("DELETE", path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """A procedure goes: `since` it is deprecated (RFC 9745), from `sunset` on it may be gone (RFC 8594)."""

    since: date
    sunset: date
    instead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One procedure. `limit` counts the calls of one client; `seconds` is what a call may take; answers are given again
    while what `cached` says that they tell of stays as it is; `examples` are inputs as JSON, for the documentation."""

    name: str
    version: int
    input: type
    output: type
    call: Callable[..., Any]
    access: Access
    rest: Route
    effect: Effect
    cached: TellsOf | None
    limit: RateLimitItem
    seconds: float
    errors: tuple[type[ExodriveError], ...]
    deprecated: Deprecation | None
    examples: Mapping[str, Any]

    @property
    def summary(self) -> str:
        """The first sentence of the docstring."""
        return self.description.partition("\n\n")[0].partition(". ")[0].replace("\n", " ").removesuffix(".")

    @property
    def description(self) -> str:
        """The docstring."""
        return inspect.getdoc(self.call) or ""

    @property
    def path(self) -> str:
        """The whole path of the resource form."""
        return PREFIX.format(version=self.version) + self.rest.path

    @property
    def writes(self) -> bool:
        return self.effect is not Effect.READ

    @property
    def guards_version(self) -> bool:
        """Whether it changes only the version of a thing that the caller has seen."""
        return "version" in {one.name for one in fields(self.input)}


_procedures: dict[tuple[int, str], Procedure] = {}


def procedure(
    name: str,
    *,
    access: Access,
    rest: Route,
    limit: str,
    version: int = 1,
    effect: Effect | None = None,
    cached: TellsOf | None = None,
    seconds: float = 10.0,
    errors: tuple[type[ExodriveError], ...] = (),
    deprecated: Deprecation | None = None,
    examples: Mapping[str, Any] | None = None,
) -> Callable[[F], F]:
    """Register `(call, asked) -> answer` under a dotted name. Both types come from the annotations and are contracts.
    What is not read by GET is a write, in one transaction, unless `effect` says otherwise. Raises `Undeclared`."""

    def register(function: F) -> F:
        given, returned = _types(name, function)
        made = Procedure(
            name=name,
            version=version,
            input=given,
            output=returned,
            call=function,
            access=access,
            rest=rest,
            effect=effect or (Effect.READ if rest.method == "GET" else Effect.WRITE),
            cached=cached,
            limit=parse(limit),
            seconds=seconds,
            errors=errors,
            deprecated=deprecated,
            examples=examples or {},
        )
        _check(made)
        _procedures[version, name] = made
        return function

    return register


def _check(made: Procedure) -> None:
    if not _NAME.match(made.name):
        raise Undeclared(f"{made.name} is no name of a procedure")
    if (made.version, made.name) in _procedures:
        raise Undeclared(f"two procedures are called {made.name} in version {made.version}")
    if made.access == Access():
        raise Undeclared(f"nobody may call {made.name}")
    if not made.description:
        raise Undeclared(f"{made.name} does not say what it does")
    if made.cached and (made.writes or made.access != PUBLIC):
        raise Undeclared(f"what {made.name} answers is not the same for everybody, and cannot be kept")
    if missing := set(made.rest.in_path) - {one.name for one in fields(made.input)}:
        raise Undeclared(f"the path of {made.name} names {missing}, which its input does not have")


def _types(name: str, function: Callable[..., Any]) -> tuple[type, type]:
    hints = get_type_hints(function)
    returned = hints.pop("return", None)
    given = list(hints.values())
    try:
        typed_schema_of(given[-1])
        schema_of(returned)
    except (IndexError, KeyError) as error:
        raise Undeclared(f"what {name} takes and gives must be contracts") from error
    return given[-1], returned


def procedures() -> Iterator[Procedure]:
    """All, by version and name."""
    yield from (_procedures[key] for key in sorted(_procedures))


def newest() -> int:
    """The newest version of the API."""
    return max(version for version, _ in _procedures)


def find(name: str, version: int) -> Procedure | None:
    """The procedure of a version of the API: its own, or the newest before it. None for one to come."""
    if version > newest():
        return None
    for each in range(version, 0, -1):
        if (each, name) in _procedures:
            return _procedures[each, name]
    return None
