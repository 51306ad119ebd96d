"""Contracts as JSON Schema, by apispec: what it makes of the fields, put as our API has it."""

import dataclasses
import inspect
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, get_args, get_type_hints

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields as ma_fields
from marshmallow import validate

from exodrive.api.selection import item_of
from exodrive.core.contract import typed_schema_of

Json = dict[str, Any]
TIME = "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
"""Of a wall-clock time; JSON Schema's own `time` demands an offset, and ours has none."""
_INSTANT = "Z$"
_STORABLE = "^[^\\x00]*$"
_SCRIPTS = re.compile(r"\\[wWbB]")
_NOT_ECMA = re.compile(r"\(\?(?![:=!<])|\\[AZ]")


class Ambiguous(RuntimeError):
    """The document would have to guess: two contracts of one name, or a rule that JSON Schema cannot say."""


class Contracts:
    """The schemas of a document: each contract once, under the name of its class. What is taken in is closed to unknown
    fields; what is given out has all its fields, and may have more one day."""

    def __init__(self, spec: APISpec, plugin: MarshmallowPlugin) -> None:
        self._spec = spec
        self._known: dict[str, type] = {}
        self._taken: set[str] = set()
        self._parted: list[type] = []
        converter: Any = plugin.converter  # untyped, and made by the spec that the plugin was given to
        self._converter = converter
        converter.add_attribute_function(_refine)

    def input(self, cls: type) -> Json:
        """The schema of what is taken in."""
        self._taken |= self._add(cls)
        return self.schema(cls.__name__)

    def output(self, cls: type) -> Json:
        """A reference to what is given out."""
        self._add(cls)
        return ref(cls.__name__)

    def part(self, cls: type) -> Json:
        """A reference to what is left of an output when `fields` chose from it."""
        self._parted.append(cls)
        return ref(f"{cls.__name__}Part")

    def members(self, cls: type) -> Json:
        """The properties of what is given out as members of something else."""
        for inner in contracts_in(cls):
            if inner is not cls:
                self._add(inner)
        made: Json = self._converter.schema2jsonschema(typed_schema_of(cls))["properties"]
        for one in made.values():
            _refine_output(one)
        return made

    @property
    def schemas(self) -> dict[str, Json]:
        """All, by name."""
        return self._spec.components.schemas

    def schema(self, name: str) -> Json:
        return self.schemas[name]

    def without(self, cls: type, names: set[str]) -> Json:
        """A reference to an input less some of its fields."""
        whole = self.input(cls)
        if not names & set(whole["properties"]):
            return ref(cls.__name__)
        made = deepcopy(whole)
        made["properties"] = {name: one for name, one in made["properties"].items() if name not in names}
        required = [name for name in made.pop("required", []) if name not in names]
        if f"{cls.__name__}Body" not in self.schemas:
            self._spec.components.schema(f"{cls.__name__}Body", made | _required(required))
        elif self.schema(f"{cls.__name__}Body") != made | _required(required):
            raise Ambiguous(f"{cls.__name__} is the body of procedures whose paths differ")
        return ref(f"{cls.__name__}Body")

    def settle(self) -> None:
        """Once all are there: what is never taken in has all its fields, and may have more one day."""
        for name in set(self._known) - self._taken:
            schema = self.schema(name)
            schema.pop("additionalProperties", None)
            schema["required"] = sorted(schema["properties"])
            for one in schema["properties"].values():
                _refine_output(one)
        for cls in self._parted:
            for inner in contracts_in(cls):
                self._add_part(inner, whole_list=inner is cls and item_of(cls) is not None)

    def _add_part(self, cls: type, *, whole_list: bool) -> None:
        name = f"{cls.__name__}Part"
        if name in self.schemas:
            return
        made = _with_parts(self.schema(cls.__name__)) | {
            "description": f"What `fields` chose of {cls.__name__}."
        }
        if not whole_list:
            made.pop("required", None)
            made["minProperties"] = 1
        self._spec.components.schema(name, made)

    def _add(self, cls: type) -> set[str]:
        found = list(contracts_in(cls))
        for one in found:
            name = one.__name__
            if self._known.setdefault(name, one) is not one:
                raise Ambiguous(f"two contracts are called {name}")
        for one in reversed(found):
            if one.__name__ not in self.schemas:
                self._spec.components.schema(one.__name__, schema=typed_schema_of(one))
                self.schema(one.__name__)["description"] = prose(inspect.getdoc(one) or "")
        return {one.__name__ for one in found}


def prose(text: str) -> str:
    """A docstring with a line a paragraph."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _required(names: list[str]) -> Json:
    return {"required": names} if names else {}


def ref(name: str) -> Json:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def contracts_in(cls: type) -> Iterator[type]:
    """A contract and all that its fields are made of, each once."""
    seen: set[type] = set()
    waiting: list[Any] = [cls]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, type) and dataclasses.is_dataclass(one) and one not in seen:
            seen.add(one)
            yield one
            waiting += get_type_hints(one).values()
        waiting += get_args(one)


def _with_parts(schema: Json) -> Json:
    """The schema, led to the parts of what it refers to."""

    def led(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: f"{one}Part" if key == "$ref" else led(one)
                for key, one in value.items()
                if key not in {"examples", "additionalProperties"}
            }
        return [led(one) for one in value] if isinstance(value, list) else value

    return dict(led(schema))


def _refine(_converter: object, field: ma_fields.Field[Any], ret: Json) -> Json:
    """Put right what apispec made of a field; it merges what is returned, so what has to go goes here."""
    if ret.get("default", 0) is None:
        del ret["default"]
    if isinstance(field, ma_fields.Time):
        ret["pattern"] = TIME
    elif isinstance(field, ma_fields.String):
        ret["pattern"] = _STORABLE
    _refine_choices(ret)
    for rule in field.validators:
        _refine_by(rule, ret)
    if callable(field.load_default) and field.load_default in {list, dict}:
        ret["default"] = field.load_default()
    _refine_words(field, ret)
    return {}


def _refine_choices(ret: Json) -> None:
    if "enum" not in ret:
        return
    ret.pop("pattern", None)
    if ret.get("type") == "array":
        ret["items"]["enum"] = [one for one in ret.pop("enum") if one is not None]
        ret["items"].pop("pattern", None)
    elif "type" not in ret and all(isinstance(one, str | None) for one in ret["enum"]):
        ret["type"] = ["string", "null"] if None in ret["enum"] else "string"


def _refine_by(rule: Any, ret: Json) -> None:
    if isinstance(rule, validate.Regexp):
        if pattern := _ecma(rule.regex.pattern, rule.regex.flags):
            ret["pattern"] = pattern
        else:
            ret["x-pattern"] = rule.regex.pattern
    elif isinstance(rule, validate.Email):
        ret["format"] = "email"
    elif isinstance(rule, validate.URL):
        ret["format"] = "uri"
    if ret.get("format") in {"email", "uri"} and ret.get("pattern") == _STORABLE:
        del ret["pattern"]


def _refine_output(ret: Json) -> None:
    """What we give out has no defaults, and instants in UTC."""
    ret.pop("default", None)
    if ret.get("format") == "date-time":
        ret["pattern"] = _INSTANT
    elif ret.get("pattern") == _STORABLE:
        del ret["pattern"]
    if isinstance(ret.get("items"), dict):
        _refine_output(ret["items"])


def _refine_words(field: ma_fields.Field[Any], ret: Json) -> None:
    told = field.metadata
    if "example" in ret:
        ret["examples"] = [ret.pop("example")]
    if help_text := told.get("help") or told.get("label"):
        ret["description"] = str(help_text)
    if unit := told.get("unit"):
        ret["x-unit"] = unit
    for key, one in told.get("json_schema", {}).items():  # what a rule of our own making asks
        ret[key] = {**ret.get(key, {}), **one}


def _ecma(pattern: Any, flags: int) -> str | None:
    """A pattern that Python matches from the start, as JavaScript writes it; None for one about the letters of all
    scripts, which JavaScript takes for those of English. Raises `Ambiguous`."""
    if _SCRIPTS.search(pattern):
        return None
    body, end = (pattern[:-2], "$") if pattern.endswith(r"\Z") else (pattern, "")
    if _NOT_ECMA.search(body) or flags & ~re.UNICODE:
        raise Ambiguous(f"JavaScript reads {pattern} otherwise")
    body = body.removeprefix("^")
    return f"^(?:{body}){end}" if "|" in body else f"^{body}{end}"
