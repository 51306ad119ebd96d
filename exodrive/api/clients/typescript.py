"""The generated part of the TypeScript client: what follows from the registry. The rest stands beside it."""

from pathlib import PurePosixPath

from jinja2 import Environment

from exodrive.api.clients.surface import Kind, Method, Surface

FOLDER = PurePosixPath("typescript/src")
_PLAIN = {
    "text": "string",
    "integer": "number",
    "boolean": "boolean",
    "uuid": "Uuid",
    "instant": "Instant",
    "date": "PlainDate",
    "time": "PlainTime",
    "anything": "unknown",
}


def files(surface: Surface, templates: Environment) -> dict[PurePosixPath, str]:
    """The text of each generated file, by its path."""
    templates.filters |= {"typescript": _type, "given": _given, "comment": _comment, "told": _told}
    return {
        FOLDER / f"{name}.ts": templates.get_template(f"{name}.ts.jinja").render(surface=surface)
        for name in ("models", "procedures", "client")
    }


def _type(kind: Kind, prefix: str = "") -> str:
    if kind.inner is None:
        name = kind.name or _PLAIN[kind.form]
        return prefix + name if name[0].isupper() else name
    inner = _type(kind.inner, prefix)
    if kind.form == "list":
        return f"readonly ({inner})[]" if " " in inner else f"readonly {inner}[]"
    return f"{inner} | null" if kind.form == "maybe" else f"Readonly<Record<string, {inner}>>"


def _given(kind: Kind) -> str:
    """The type of an input that need not be given."""
    return _type(kind.inner if kind.form == "maybe" and kind.inner else kind) + " | undefined"


def _comment(text: str, indent: int = 0) -> str:
    """A comment for readers of the types."""
    margin = " " * indent
    lines = text.replace("*/", "* /").split("\n")
    if len(lines) == 1:
        return f"{margin}/** {lines[0]} */"
    return "\n".join([f"{margin}/**", *(f"{margin} * {line}".rstrip() for line in lines), f"{margin} */"])


def _told(method: Method) -> str:
    """What a method says of itself."""
    one = method.procedure
    going = one.deprecated
    return one.description + (
        f"\n\n@deprecated may be gone from {going.sunset} on: {going.instead}" if going else ""
    )
