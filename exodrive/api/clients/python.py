"""The generated part of the Python client: what follows from the registry. The rest stands beside it."""

import builtins
import textwrap
from pathlib import PurePosixPath

from jinja2 import Environment

from exodrive.api.clients.surface import Field, Kind, Method, Shape, Surface

FOLDER = PurePosixPath("python/exodrive_client")
_WIDTH = 105
_PLAIN = {
    "text": "str",
    "integer": "int",
    "boolean": "bool",
    "uuid": "uuid.UUID",
    "instant": "dt.datetime",
    "date": "dt.date",
    "time": "dt.time",
    "anything": "Any",
}
_MODES = {
    "sync": {"define": "def", "give": "", "connection": "Connection", "client": "ExoDrive", "batch": "Batch"},
    "aio": {
        "define": "async def",
        "give": "await ",
        "connection": "AsyncConnection",
        "client": "AsyncExoDrive",
        "batch": "AsyncBatch",
    },
    "batch": {"define": "def", "give": "", "connection": "Collector", "client": "", "batch": ""},
}


def files(surface: Surface, templates: Environment) -> dict[PurePosixPath, str]:
    """The text of each generated file, by its path."""
    classes = {one.code.code: one.name for one in surface.refusals}
    templates.filters |= {
        "fact": lambda kind: _type(kind, "models.", listed="tuple[{}, ...]"),
        "described": lambda method: _described(method, classes),
        "output": lambda kind: _type(kind, "", listed="tuple[{}, ...]"),
        "document": _document,
        "optional": _optional,
        "default": _default,
        "shadows": lambda name: hasattr(builtins, name),
    }
    made = {
        name: templates.get_template(f"{name}.py.jinja").render(
            surface=surface, shapes=_in_order(surface), classes=classes
        )
        for name in ("models", "errors", "refusals", "procedures")
    }
    for mode, words in _MODES.items():
        made[mode] = templates.get_template("calls.py.jinja").render(surface=surface, mode=mode, **words)
    return {FOLDER / f"{name}.py": text for name, text in made.items()}


def _type(kind: Kind, prefix: str, *, listed: str) -> str:
    if kind.inner is None:
        return prefix + kind.name if kind.form == "named" else _PLAIN[kind.form]
    inner = _type(kind.inner, prefix, listed=listed)
    if kind.form == "list":
        return listed.format(inner)
    return f"{inner} | None" if kind.form == "maybe" else f"Mapping[str, {inner}]"


def _optional(field: Field) -> str:
    """The type of an argument; what is not given is None."""
    kind = _type(field.kind, "models.", listed="Sequence[{}]")
    return kind if field.required or field.kind.form == "maybe" else f"{kind} | None"


def _default(field: Field) -> str:
    """What stands behind the type in a dataclass."""
    if field.required:
        return ""
    return " = ()" if field.kind.form == "list" else f" = {field.default!r}"


def _document(text: str, indent: int) -> str:
    """A docstring of the text, at this depth."""
    lines: list[str] = []
    for part in text.split("\n\n"):
        lines += ["", *textwrap.wrap(" ".join(part.split()), _WIDTH - indent, break_on_hyphens=False)]
    told = "\n".join(" " * indent + line if line else "" for line in lines[1:])
    closing = "\n" + " " * indent if len(lines) > 2 else ""
    return f'{" " * indent}"""{told.lstrip()}{closing}"""'.replace("\\", "\\\\")


def _in_order(surface: Surface) -> list[Shape]:
    """Shapes after those that they are made of."""
    known = {one.name: one for one in surface.shapes}
    done: dict[str, Shape] = {}

    def add(shape: Shape) -> None:
        for field in shape.fields:
            inner = field.kind
            while inner.inner is not None:
                inner = inner.inner
            if inner.name in known and inner.name not in done:
                add(known[inner.name])
        done.setdefault(shape.name, shape)

    for shape in surface.shapes:
        add(shape)
    return list(done.values())


def _described(method: Method, classes: dict[str, str]) -> str:
    """What a method says of itself."""
    one = method.procedure
    told = [one.description]
    if method.own:
        told.append(f"Raises {', '.join(classes[code] for code in method.own)}.")
    if one.deprecated:
        told.append(f"Deprecated, may be gone from {one.deprecated.sunset} on: {one.deprecated.instead}")
    return "\n\n".join(told)
