"""Form fields made from the fields of a contract's schema: how they are asked, shown and read; never what is valid."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, cast

import marshmallow
from flask_babel import gettext
from markupsafe import Markup
from marshmallow import fields as ma
from marshmallow import validate
from wtforms import Field, widgets

ABSENT = marshmallow.missing


class _Input(widgets.Input):
    # Attributes come from the contract, not from flags.
    validation_attrs: list[str] = []  # noqa: RUF012  WTForms' own class attribute


def _attrs(**values: Any) -> Markup:
    return Markup(widgets.html_params(**values))  # noqa: S704  WTForms escapes the values


class _Select:
    """A `<select>` over `iter_choices`; WTForms' own wants its own kind of field."""

    def __call__(self, field: "ContractField", **attributes: Any) -> Markup:
        own: dict[str, Any] = {"id": field.id, "name": field.name, "multiple": field.kind == "checkboxes"}
        options = Markup("").join(
            Markup("<option {}>{}</option>").format(_attrs(value=value, selected=chosen), words)
            for value, words, chosen in field.iter_choices()
        )
        return Markup("<select {}>{}</select>").format(_attrs(**(own | attributes)), options)


_SELECT = _Select()
_WIDGETS: Mapping[str, Any] = {
    "checkbox": widgets.CheckboxInput(),
    "textarea": widgets.TextArea(),
    "select": _SELECT,
    "checkboxes": _SELECT,
    "hidden": widgets.HiddenInput(),
}
# The names of WTForms' own classes, by which templates choose what to draw.
_TYPES = {
    "checkbox": "BooleanField",
    "select": "SelectField",
    "checkboxes": "SelectMultipleField",
    "hidden": "HiddenField",
    "date": "DateField",
    "time": "TimeField",
    "number": "IntegerField",
    "email": "EmailField",
    "tel": "TelField",
    "textarea": "TextAreaField",
}
_LONG = 500  # characters; a text that may be longer gets several lines


def kind_of(spec: ma.Field[Any]) -> str:
    """What a field is asked with: an HTML input type, or textarea, select, checkboxes (several of a list)."""
    if asked := spec.metadata.get("input_type"):
        return str(asked)
    if isinstance(spec, ma.List | ma.Tuple | ma.Nested | ma.Dict):
        return "checkboxes"
    if isinstance(spec, ma.Enum) or _rule(spec, validate.OneOf):
        return "select"
    by_type = (
        (ma.UUID, "hidden"),
        (ma.Boolean, "checkbox"),
        (ma.Integer, "number"),
        (ma.Date, "date"),
        (ma.Time, "time"),
    )
    for kind, asked in by_type:
        if isinstance(spec, kind):
            return asked
    if _rule(spec, validate.Email):
        return "email"
    length = _rule(spec, validate.Length)
    return "textarea" if length and (length.max or 0) >= _LONG else "text"


def _rule(spec: ma.Field[Any], kind: type[Any]) -> Any:
    return next((rule for rule in spec.validators if isinstance(rule, kind)), None)


def _offered(spec: ma.Field[Any]) -> list[tuple[str, str]]:
    """The values of an enumerated field with their words."""
    labels: Mapping[str, str] = spec.metadata.get("choices", {})
    if isinstance(spec, ma.Enum):
        values = [str(member.value) for member in spec.enum]
        return [(value, labels.get(value, label(value))) for value in values]
    one_of = _rule(spec, validate.OneOf)
    if one_of is None:
        return list(labels.items())
    words = one_of.labels or [labels.get(str(value), label(str(value))) for value in one_of.choices]
    return [(str(value), str(word)) for value, word in zip(one_of.choices, words, strict=True)]


def label(value: str) -> str:
    """A word of ours (`grand_tourer`) for people (`Grand tourer`); three letters or fewer are initials."""
    text = value.replace("_", " ")
    return text.upper() if len(text) <= 3 else text[:1].upper() + text[1:]


def _attributes(spec: ma.Field[Any], kind: str) -> dict[str, Any]:
    """The HTML attributes that follow from the rules of a field."""
    found: dict[str, Any] = {}
    length, limits = _rule(spec, validate.Length), _rule(spec, validate.Range)
    if length and kind not in {"checkboxes", "select", "checkbox"} and not isinstance(spec, ma.List):
        found |= {"minlength": length.equal or length.min, "maxlength": length.equal or length.max}
    if limits and kind == "number":
        found |= {"min": limits.min, "max": limits.max}
    if kind == "number":
        found |= {"inputmode": "numeric", "step": 1}
    for name in (
        "autocomplete",
        "inputmode",
        "min",
        "max",
        "step",
        "placeholder",
        "spellcheck",
        "autocapitalize",
    ):
        if name in spec.metadata:
            found[name] = spec.metadata[name]
    must_tick = kind == "checkbox" and getattr(_rule(spec, validate.Equal), "comparable", None) is True
    found["required"] = must_tick or (spec.required and kind not in {"checkbox", "checkboxes"})
    return {name: value for name, value in found.items() if value is not None and value is not False}


class ContractField(Field):
    """One field of a form. `data` is what was typed, as it was typed; `kind` says what it is asked with."""

    def __init__(self, spec: ma.Field[Any], **options: Any) -> None:
        self.spec = spec
        self.kind = kind_of(spec)
        super().__init__(
            label=gettext(spec.metadata.get("label") or label(options["name"])),
            description=gettext(spec.metadata["help"]) if spec.metadata.get("help") else "",
            widget=_WIDGETS.get(self.kind) or _Input(input_type=self.kind),
            **options,
        )
        self.choices = _offered(spec)
        self.attributes = _attributes(spec, self.kind)
        self.fallback = None if spec.load_default is ABSENT else _plain_default(spec.load_default)
        self.errors: list[str] = []
        self.flags.required = "required" in self.attributes
        self.type = _TYPES.get(self.kind, "StringField")

    @property
    def attrs(self) -> dict[str, Any]:
        """The attributes but for `required` and `autocomplete`, which the macros take on their own."""
        return {
            name: value for name, value in self.attributes.items() if name not in {"required", "autocomplete"}
        }

    @property
    def autocomplete(self) -> str | None:
        return cast(str | None, self.attributes.get("autocomplete"))

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = list(valuelist) if self.kind == "checkboxes" else (valuelist[0] if valuelist else None)

    def plain(self) -> Any:
        """What was typed, for the schema: trimmed; blank is `ABSENT`, an unticked box False."""
        if self.kind == "checkbox":
            return self.data if self.data not in (None, "") else False
        if self.kind == "checkboxes":
            chosen = [item for item in self.data or () if item != ""]
            return chosen or ABSENT
        text = "" if self.data is None else str(self.data).replace("\r\n", "\n").strip()
        return text or ABSENT

    @property
    def checked(self) -> bool:
        return self.data not in (None, "") and self.data not in ma.Boolean.falsy

    def _value(self) -> str:
        if self.kind == "checkbox":
            return "true"
        shown = self.fallback if self.data is None else self.data
        return "" if shown is None else str(shown)

    def iter_choices(self) -> Iterator[tuple[str, str, bool]]:
        """(value, words, chosen) of each choice; first an empty one where none has to be made, or none is yet."""
        several = self.kind == "checkboxes"
        chosen = {str(item) for item in self.data or ()} if several else {self._value()}
        if not several and self.fallback is None and (not self.spec.required or "" in chosen):
            empty = self.spec.metadata.get("empty") or ("Choose…" if self.spec.required else "Any")
            yield "", gettext(empty), "" in chosen
        for value, words in self.choices:
            yield value, gettext(words), value in chosen

    def __call__(self, **given: Any) -> Markup:
        """The input, with everything that follows from its rules and its state; `given` attributes win."""
        described = [f"{self.id}-hint"] if self.description else []
        attributes: dict[str, Any] = dict(self.attributes)
        if self.errors:
            attributes["aria-invalid"] = "true"
            described.append(f"{self.id}-error")
        if described and self.kind != "hidden":
            attributes["aria-describedby"] = " ".join(described)
        return Markup(super().__call__(**(attributes | given)))  # noqa: S704  the widget escapes what it is given


def _plain_default(default: Any) -> Any:
    return None if callable(default) else plain_value(default)


def plain_value(value: object) -> Any:
    """A value of Python as the schema reads it."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | bool | int | list | tuple | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
