"""The OpenAPI document as the reference shows it: operations by subject, their fields in tables, how to call them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from exodrive.api.answers import in_json
from exodrive.api.codes import Code, codes_of, every_code
from exodrive.api.describing import limit_of, who_may
from exodrive.api.procedure import PREFIX, Procedure, procedures
from exodrive.api.snippets import Snippet, in_curl, snippets

Json = Mapping[str, Any]
_STAFF = "admin_"
_FORMATS = {
    "date-time": "instant",
    "uuid": "UUID",
    "date": "date",
    "email": "e-mail address",
    "uri": "address",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A field or parameter. `kind` is its type in words, `link` the object that it is or holds."""

    name: str
    place: str
    kind: str
    link: str | None
    required: bool
    text: str
    unit: str
    bounds: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """An object of the API and its fields; whether it is `taken` in, where some may be left out, or only given."""

    name: str
    taken: bool
    text: str
    rows: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """An operation: the procedure, and its resource form."""

    name: str
    method: str
    path: str
    rpc: str
    summary: str
    text: list[str]
    who: list[str]
    limit: str
    status: int
    parameters: list[Row]
    body: Thing | None
    output: str
    codes: list[Code]
    snippets: list[Snippet]
    answer: str
    deprecated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Operations that belong together, and the objects that they take and give."""

    name: str
    title: str
    text: str
    deeds: list[Deed]
    things: list[Thing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """How to send several calls at once."""

    text: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The whole reference of a version."""

    text: list[str]
    batch: Several | None
    subjects: list[Subject]
    codes: list[Code]

    def found(self, words: str) -> list[Subject]:
        """The subjects with only those operations in which each of the words occurs."""
        wanted = words.lower().split()

        def fits(deed: Deed) -> bool:
            told = f"{deed.name} {deed.method} {deed.path} {deed.summary}".lower()
            return all(word in told for word in wanted)

        kept = [(each, [deed for deed in each.deeds if fits(deed)]) for each in self.subjects]
        return [
            Subject(name=each.name, title=each.title, text=each.text, deeds=deeds, things=each.things)
            for each, deeds in kept
            if deeds
        ]


def outline(document: Json, version: int, base_url: str) -> Outline:
    """The reference of a document that was made for this version and address."""
    return Outline(
        text=document["info"]["description"].split("\n\n"),
        batch=_several(document["paths"].get(f"{PREFIX.format(version=version)}/batch"), version, base_url),
        subjects=list(_Reading(document, version, base_url).subjects()),
        codes=every_code(version),
    )


def _several(told: Json | None, version: int, base_url: str) -> Several | None:
    if told is None:
        return None
    (example,) = told["post"]["requestBody"]["content"]["application/json"]["examples"].values()
    url = f"{base_url}{PREFIX.format(version=version)}/batch"
    return Several(text=told["post"]["description"], code=in_curl("POST", url, example["value"]))


class _Reading:
    def __init__(self, document: Json, version: int, base_url: str) -> None:
        self._schemas = document["components"]["schemas"]
        self._parameters = document["components"]["parameters"]
        self._document = document
        self._base_url = base_url
        self._version = version
        self._procedures = {one.name: one for one in procedures() if one.version == version}

    def subjects(self) -> Iterator[Subject]:
        told = [
            (path, method, one)
            for path, methods in self._document["paths"].items()
            for method, one in methods.items()
        ]
        tags = sorted(self._document["tags"], key=lambda tag: (tag["name"].startswith(_STAFF), tag["name"]))
        for tag in tags:
            here = [
                each
                for each in told
                if tag["name"] in each[2]["tags"] and each[2]["operationId"] in self._procedures
            ]
            if here:
                deeds = sorted((self._deed(*each) for each in here), key=lambda deed: deed.name)
                things = [self._thing(name) for name in self._reached([each[2] for each in here])]
                title = tag["name"].replace(_STAFF, "staff: ").replace("_", " ").capitalize()
                yield Subject(
                    name=tag["name"], title=title, text=tag["description"], deeds=deeds, things=things
                )

    def _deed(self, path: str, method: str, told: Json) -> Deed:
        one: Procedure = self._procedures[told["operationId"]]
        body = self._body_of(told)
        return Deed(
            name=one.name,
            method=method.upper(),
            path=path,
            rpc=f"{PREFIX.format(version=self._version)}/rpc/{one.name}",
            summary=one.summary,
            text=_rest(told["description"], one.summary),
            who=who_may(one.access),
            limit=limit_of(one),
            status=one.rest.status,
            parameters=[self._parameter(each) for each in told["parameters"]],
            body=self._thing(body) if body else None,
            output=one.output.__name__,
            codes=codes_of(one, has_body=body is not None),
            snippets=snippets(one, self._base_url, has_body=body is not None),
            answer=in_json(one.name),
            deprecated=one.deprecated.instead if one.deprecated else "",
        )

    def _body_of(self, told: Json) -> str | None:
        if "requestBody" not in told:
            return None
        name: str = told["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        return name.rpartition("/")[2]

    def _thing(self, name: str) -> Thing:
        schema = self._schemas[name]
        needed = schema.get("required", ())
        fields = schema.get("properties", {})
        rows = [_row(key, "", one, required=key in needed) for key, one in fields.items()]
        taken = schema.get("additionalProperties") is False
        return Thing(name=name, taken=taken, text=schema.get("description", ""), rows=rows)

    def _parameter(self, told: Json) -> Row:
        one = self._parameters[told["$ref"].rpartition("/")[2]] if "$ref" in told else told
        schema = one["schema"]
        if one["name"] == "fields":
            schema = {"type": "array", "items": {"type": "string"}}
        schema = {**schema, "description": one.get("description", "")}
        return _row(one["name"], one["in"], schema, required=one.get("required", False))

    def _reached(self, operations: list[Json]) -> list[str]:
        """The objects that these operations give, and those inside of what they take and give, in reading order."""
        waiting = [self._procedures[one["operationId"]].output.__name__ for one in operations]
        bodies = [body for one in operations if (body := self._body_of(one))]
        waiting += [inner for body in bodies for inner in _refs(self._schemas[body])]
        found: dict[str, None] = {}
        while waiting:
            name = waiting.pop(0)
            if name not in found:
                found[name] = None
                waiting = [*_refs(self._schemas[name]), *waiting]
        return list(found)


def _rest(description: str, summary: str) -> list[str]:
    """What a description says beyond its summary and what stands beside it."""
    told = description.partition("\n\nOpen to: ")[0].removeprefix(summary).removeprefix(".").strip()
    return told.split("\n\n") if told else []


def _refs(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        for key, one in schema.items():
            if key == "$ref":
                yield one.rpartition("/")[2]
            else:
                yield from _refs(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from _refs(one)


def _row(name: str, place: str, schema: Json, *, required: bool) -> Row:
    kind, link = _kind(schema)
    return Row(
        name=name,
        place=place,
        kind=kind,
        link=link,
        required=required,
        text=schema.get("description", ""),
        unit=schema.get("x-unit", ""),
        bounds=list(_bounds(schema)),
    )


def _kind(schema: Json) -> tuple[str, str | None]:
    """The type in words, and the object it leads to."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return name, name
    if "anyOf" in schema:
        kinds = [_kind(one) for one in schema["anyOf"]]
        return " or ".join(kind for kind, _ in kinds), next((link for _, link in kinds if link), None)
    types = schema.get("type", "anything")
    types = types if isinstance(types, list) else [types]
    words = []
    link = None
    for one in types:
        if one == "array":
            inner, link = _kind(schema["items"])
            words.append(f"list of {inner}")
        elif one == "string" and schema.get("pattern", "").startswith("^([01][0-9]|2[0-3]):"):
            words.append("time")
        else:
            words.append(_FORMATS.get(schema.get("format", ""), "string") if one == "string" else str(one))
    return " or ".join(words), link


def _bounds(schema: Json) -> Iterator[str]:
    """The rules of a field in words."""
    if "enum" in schema:
        yield "one of " + ", ".join(str(one) for one in schema["enum"] if one is not None)
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None or most is not None:
        yield _span(least, most, "")
    if "minLength" in schema or "maxLength" in schema:
        yield _span(schema.get("minLength"), schema.get("maxLength"), " characters")
    if "minItems" in schema or "maxItems" in schema:
        yield _span(schema.get("minItems"), schema.get("maxItems"), " entries")
    pattern = schema.get("pattern", "")
    if pattern not in {"", "Z$", "^[^\\x00]*$"} and "enum" not in schema and "time" not in _kind(schema)[0]:
        yield f"matches `{pattern}`"
    if schema.get("default") not in (None, [], {}):
        yield f"without it `{json.dumps(schema['default'])}`"
    yield from _bounds(schema["items"]) if isinstance(schema.get("items"), Mapping) else ()


def _span(least: int | None, most: int | None, unit: str) -> str:
    if least is None:
        return f"at most {most:,}{unit}"
    if most is None:
        return f"at least {least:,}{unit}"
    return f"{least:,} to {most:,}{unit}" if least != most else f"{least:,}{unit}"
