"""Contracts: frozen dataclasses whose marshmallow schema is derived once, at import.

A contract is `@contract class HoldCar: …`. Field rules stand in the field itself:
`email: str = field(validate.Email(), label=…)`. The same schema serves forms and job payloads.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar, cast, dataclass_transform, get_args, get_type_hints

import marshmallow
import marshmallow_dataclass
from marshmallow import fields as ma_fields
from marshmallow import validate

from exodrive.core.errors import Invalid

__all__ = ["contract", "dump", "field", "load", "schema_of", "typed_schema_of", "validate"]

T = TypeVar("T")
_schemas: dict[type, marshmallow.Schema] = {}
_typed_schemas: dict[type, marshmallow.Schema] = {}

# What is wrong, in words for people, where marshmallow speaks to programmers: by kind of field and its error's key.
_WORDS: tuple[tuple[type[ma_fields.Field[Any]], dict[str, str]], ...] = (
    (ma_fields.Field, {"required": "Please fill this in.", "null": "Please fill this in."}),
    (ma_fields.Date, {"invalid": "Please give a date that exists."}),
    (ma_fields.Time, {"invalid": "Please give a time, such as 10:30."}),
    (ma_fields.Integer, {"invalid": "Please give a whole number."}),
    (ma_fields.Decimal, {"invalid": "Please give an amount, such as 890 or 890.50."}),
    (ma_fields.List, {"required": "Please choose one at least."}),
    (ma_fields.UUID, {"invalid_uuid": "Please start again from the previous page."}),
)


def _legible(text: str) -> None:
    """Refuse the one character that PostgreSQL cannot store."""
    if "\0" in text:
        raise marshmallow.ValidationError("This holds a character that cannot be stored.")


class ContractSchema(marshmallow.Schema):
    """Root of all contract schemas: instants are aware, texts hold no NUL, unknown fields are refused by name, and
    what is wrong is told in words for people."""

    TYPE_MAPPING = {**marshmallow.Schema.TYPE_MAPPING, datetime: ma_fields.AwareDateTime}  # noqa: RUF012  marshmallow's own

    class Meta:
        unknown = marshmallow.RAISE

    def on_bind_field(self, field_name: str, field_obj: ma_fields.Field[Any]) -> None:
        """Fit out a field as it joins its schema; marshmallow shares a field's lists among copies of it."""
        for kind, words in _WORDS:
            if isinstance(field_obj, kind):
                field_obj.error_messages = {**field_obj.error_messages, **words}
        if isinstance(field_obj, ma_fields.String):
            field_obj.validators = [_legible, *field_obj.validators]
        if isinstance(field_obj, ma_fields.List):
            self.on_bind_field(field_name, field_obj.inner)


class TypedInteger(ma_fields.Integer):
    """A JSON number without a fraction (2.0 has none); no text that looks like one."""

    def _validated(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            raise self.make_error("invalid", input=value)
        return int(value)


class TypedBoolean(ma_fields.Boolean):
    """JSON's true and false; no word for them."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class TypedSchema(ContractSchema):
    """For JSON, where a number is a number. Forms and queries know nothing but text."""

    TYPE_MAPPING = {**ContractSchema.TYPE_MAPPING, int: TypedInteger, bool: TypedBoolean}  # noqa: RUF012  marshmallow's own


def field(
    *rules: Callable[[Any], Any],
    default: Any = dataclasses.MISSING,
    default_factory: Any = dataclasses.MISSING,
    label: str = "",
    help: str = "",  # noqa: A002  what the field's help text is called everywhere
    **metadata: Any,
) -> Any:
    """A field of a contract: marshmallow validators, the label and help that forms and documents show.

    Further keywords reach the marshmallow field's `metadata` (`unit=`, `autocomplete=`, `example=`…).
    """
    marshmallow_options: dict[str, Any] = {"metadata": {"label": label, "help": help, **metadata}}
    if rules:
        marshmallow_options["validate"] = list(rules)
    if default is not dataclasses.MISSING:
        return dataclasses.field(default=default, metadata=marshmallow_options)
    if default_factory is not dataclasses.MISSING:
        return dataclasses.field(default_factory=default_factory, metadata=marshmallow_options)
    return dataclasses.field(metadata=marshmallow_options)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field, dataclasses.field))
def contract(cls: type[T]) -> type[T]:
    """Make `cls` a frozen, slotted, keyword-only dataclass with a schema of its own."""
    made = dataclasses.dataclass(frozen=True, slots=True, kw_only=True)(cls)
    _enums_by_value(made)
    _schemas[made] = marshmallow_dataclass.class_schema(made, base_schema=ContractSchema)()
    return made


def _enums_by_value(made: type) -> None:
    hints = get_type_hints(made)
    for spec in dataclasses.fields(made):
        kinds = (hints[spec.name], *get_args(hints[spec.name]))
        if any(isinstance(kind, type) and issubclass(kind, Enum) for kind in kinds):
            spec.metadata = MappingProxyType({**spec.metadata, "by_value": True})


def schema_of(cls: type) -> marshmallow.Schema:
    """The schema of a contract."""
    return _schemas[cls]


def typed_schema_of(cls: type) -> marshmallow.Schema:
    """The schema of a contract for JSON: texts are not taken for numbers. Raises KeyError for what is no contract."""
    if cls not in _schemas:
        raise KeyError(cls)
    if cls not in _typed_schemas:
        _typed_schemas[cls] = marshmallow_dataclass.class_schema(cls, base_schema=TypedSchema)()
    return _typed_schemas[cls]


def load(cls: type[T], data: Mapping[str, Any], *, lenient: bool = False, typed: bool = False) -> T:
    """Read a contract from plain data; `lenient` ignores unknown fields (jobs), `typed` takes no text for a number
    (JSON). Raises `Invalid` with all field errors at once."""
    schema = typed_schema_of(cls) if typed else _schemas[cls]
    try:
        return cast(T, schema.load(data, unknown=marshmallow.EXCLUDE if lenient else marshmallow.RAISE))
    except marshmallow.ValidationError as error:
        raise Invalid(
            "Please check the marked fields.",
            fields=flatten(error.normalized_messages()),  # type: ignore[no-untyped-call]  # marshmallow's gap
        ) from error


def dump(value: object) -> dict[str, Any]:
    """The plain data of a contract."""
    return cast(dict[str, Any], _schemas[type(value)].dump(value))


def flatten(messages: Mapping[Any, Any], prefix: str = "") -> dict[str, list[str]]:
    """Marshmallow's nested messages as `{"a.b": ["…"]}`."""
    flat: dict[str, list[str]] = {}
    for key, value in messages.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{name}.")
        elif isinstance(value, Sequence) and not isinstance(value, str):
            flat[name] = [str(item) for item in value]
        else:
            flat[name] = [str(value)]
    return flat
