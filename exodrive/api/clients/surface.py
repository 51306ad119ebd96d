"""What a client offers, in no language: the procedures, what they take and give, and how they refuse."""

import dataclasses
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from functools import cached_property
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from marshmallow import validate

from exodrive.api import routers
from exodrive.api.codes import Code, code_of, codes_of, every_code
from exodrive.api.contracts.facts import FACTS
from exodrive.api.procedure import Procedure, Undeclared, procedures
from exodrive.api.schemas import contracts_in
from exodrive.api.selection import item_of, names
from exodrive.core.contract import schema_of

_PLAIN: Mapping[Any, str] = {
    str: "text",
    int: "integer",
    bool: "boolean",
    UUID: "uuid",
    datetime: "instant",
    date: "date",
    time: "time",
    Any: "anything",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """The type of a value. `form` is one of `_PLAIN`, or `list`, `map`, `maybe` (of `inner`), or `named`."""

    form: str
    name: str = ""
    inner: "Kind | None" = None


@dataclass(frozen=True, slots=True)
class Field:
    """A field. `default` is what the server takes for one that is not given."""

    name: str
    kind: Kind
    required: bool
    default: Any
    words: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A contract."""

    name: str
    words: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error. `facts` are what it tells beside its words; `own` are those that a procedure declares, others may come
    of any call."""

    code: Code
    name: str
    facts: tuple[tuple[str, Kind], ...]


@dataclass(frozen=True, slots=True)
class Method:
    """A procedure. `output` and `item` are names of shapes; `item` is that of a list that comes in parts. `own` are
    the codes that it declares, `others` those that it may be refused with besides."""

    procedure: Procedure
    fields: tuple[Field, ...]
    output: str
    item: str | None
    own: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.procedure.name.rpartition(".")[2]

    @property
    def selection(self) -> str:
        """The name of what `fields` may choose."""
        return f"{self.item or self.output}Field"

    @property
    def path(self) -> str:
        """The path of what is read by GET, below the version; nothing for all else."""
        route = self.procedure.rest
        return route.path if route.method == "GET" else ""

    @property
    def constant(self) -> str:
        """`BOOKING_HOLD`."""
        return self.procedure.name.replace(".", "_").upper()


@dataclass(frozen=True, slots=True)
class Space:
    """What stands under one part of dotted names."""

    path: tuple[str, ...]
    methods: tuple[Method, ...]
    spaces: tuple["Space", ...]

    @property
    def name(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def class_name(self) -> str:
        """`AdminBooking`."""
        return "".join(pascal(part) for part in self.path)

    def deep(self) -> Iterator["Space"]:
        """Those below it, innermost first, then itself."""
        for one in self.spaces:
            yield from one.deep()
        yield self


def pascal(name: str) -> str:
    """`car_taken` as `CarTaken`."""
    return "".join(part.capitalize() for part in name.split("_"))


class Surface:
    """The newest procedures of a version. Raises `Undeclared` for what a client could not be told."""

    def __init__(self, version: int = 1) -> None:
        routers.load()
        self._version = version
        newest = {one.name: one for one in procedures() if one.version <= version}
        self._procedures = tuple(newest[name] for name in sorted(newest))
        self._choices: dict[str, tuple[str, ...]] = {}
        self.methods = tuple(self._method(one) for one in self._procedures)
        self.shapes = tuple(self._shapes())
        self.inputs = tuple(self._inputs())
        self.input_names = frozenset(one.name for one in self.inputs)
        self.refusals = tuple(self._refusals())
        self.choices = dict(sorted(self._choices.items()))
        self.selections = {
            one.selection: tuple(names(one.procedure.output))
            for one in sorted(self.methods, key=lambda method: method.selection)
        }

    def _method(self, one: Procedure) -> Method:
        own = {code_of(each).code for each in one.errors}
        others = {each.code for each in codes_of(one, has_body=True)} - own
        item = item_of(one.output)
        return Method(
            one,
            self._fields(one.input),
            one.output.__name__,
            item.__name__ if item else None,
            tuple(sorted(own)),
            tuple(sorted(others)),
        )

    def _shapes(self) -> Iterator[Shape]:
        """All but the inputs themselves, which are arguments."""
        known: dict[str, type] = {}
        roots = [one.output for one in self._procedures]
        nested = [hint for one in self._procedures for hint in get_type_hints(one.input).values()]
        facts = [kind for each in FACTS.values() for kind in get_type_hints(each).values()]
        for root in (*roots, *nested, *facts):
            for one in contracts_in(root):
                if known.setdefault(one.__name__, one) is not one:
                    raise Undeclared(f"two contracts are called {one.__name__}")
        for name in sorted(known):
            yield Shape(name, inspect.getdoc(known[name]) or "", self._fields(known[name]))

    def _inputs(self) -> Iterator[Shape]:
        """The inputs themselves, and what they are made of."""
        found = {each for one in self._procedures for each in contracts_in(one.input)}
        for each in sorted(found, key=lambda one: one.__name__):
            yield Shape(each.__name__, inspect.getdoc(each) or "", self._fields(each))

    def _fields(self, contract: type) -> tuple[Field, ...]:
        hints = get_type_hints(contract)
        made = [self._field(contract, one, hints[one.name]) for one in dataclasses.fields(contract)]
        return tuple(sorted(made, key=lambda one: not one.required))

    def _field(self, contract: type, one: dataclasses.Field[Any], hint: Any) -> Field:
        kind = self._kind(hint)
        rules = one.metadata.get("validate", [])
        for rule in rules:
            chosen = rule.choices if isinstance(rule, validate.OneOf | validate.ContainsOnly) else ()
            if chosen and all(isinstance(each, str) for each in chosen):
                kind = self._chosen(f"{contract.__name__}{pascal(one.name)}", kind, tuple(chosen))
        default = one.default_factory() if callable(one.default_factory) else one.default
        required = default is dataclasses.MISSING
        told = schema_of(contract).fields[one.name].metadata
        words = [
            str(told.get("help") or told.get("label") or ""),
            f"In {told['unit']}" if told.get("unit") else "",
        ]
        return Field(one.name, kind, required, None if required else default, ". ".join(filter(None, words)))

    def _chosen(self, name: str, kind: Kind, values: tuple[str, ...]) -> Kind:
        if kind.form == "text":
            self._choices[name] = values
            return Kind("named", name)
        if kind.inner is None:
            raise Undeclared(f"{name} is no text")
        return Kind(kind.form, inner=self._chosen(name, kind.inner, values))

    def _kind(self, hint: Any) -> Kind:
        if hint in _PLAIN:
            return Kind(_PLAIN[hint])
        parts = get_args(hint)
        if get_origin(hint) in {Union, UnionType} and len(parts) == 2 and NoneType in parts:
            return Kind("maybe", inner=self._kind(next(one for one in parts if one is not NoneType)))
        if get_origin(hint) is list:
            return Kind("list", inner=self._kind(parts[0]))
        if get_origin(hint) is dict and parts[0] is str:
            return Kind("map", inner=self._kind(parts[1]))
        if isinstance(hint, type) and issubclass(hint, Enum):
            self._choices[hint.__name__] = tuple(str(one.value) for one in hint)
            return Kind("named", hint.__name__)
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            return Kind("named", hint.__name__)
        raise Undeclared(f"clients cannot be told of {hint}")

    def _refusals(self) -> Iterator[Refusal]:
        for code in every_code(self._version):
            hints = get_type_hints(code.facts) if code.facts else {}
            facts = tuple((name, self._kind(hint)) for name, hint in hints.items())
            yield Refusal(code, pascal(code.code), facts)

    @cached_property
    def root(self) -> Space:
        """The tree of all names."""
        return self._space(())

    def _space(self, path: tuple[str, ...]) -> Space:
        here: list[Method] = []
        below: list[Method] = []
        for one in self.methods:
            parts = tuple(one.procedure.name.split("."))
            if parts[: len(path)] == path:
                (here if len(parts) == len(path) + 1 else below).append(one)
        names = sorted({one.procedure.name.split(".")[len(path)] for one in below})
        return Space(path, tuple(here), tuple(self._space((*path, name)) for name in names))
