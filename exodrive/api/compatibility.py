"""Whether a client made for an older document of a version still works: what within a version nobody may do to it.

Allowed: new operations, optional inputs, fields and values of answers, codes, wider rules. Refused: all that takes
something away, asks for more, or gives something another meaning.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

Json = Mapping[str, Any]
_LEAST = ("minimum", "minLength", "minItems", "minProperties")
_MOST = ("maximum", "maxLength", "maxItems", "maxProperties")
_PROBLEM = "application/problem+json"
_FIXED = ("pattern", "format", "const", "x-unit")


def broken(old: Json, new: Json, today: date) -> list[str]:
    """What a client of `old` would stumble over in `new`, a line each. What was deprecated may go after its sunset."""
    before, after = _operations(old), _operations(new)
    found: list[str] = []
    for name, (path, method, told) in before.items():
        if name not in after:
            if not (told.get("x-sunset") and date.fromisoformat(told["x-sunset"]) <= today):
                found.append(f"{name}: is gone")
            continue
        path_now, method_now, told_now = after[name]
        if (path, method) != (path_now, method_now):
            found.append(f"{name}: was {method.upper()} {path}, is {method_now.upper()} {path_now}")
        found += [f"{name}: {one}" for one in _Comparison(old, new).operation(told, told_now)]
    return list(dict.fromkeys(found))


def _operations(document: Json) -> dict[str, tuple[str, str, Json]]:
    return {
        told["operationId"]: (path, method, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
    }


class _Comparison:
    def __init__(self, old: Json, new: Json) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[str, str, bool]] = set()

    def operation(self, old: Json, new: Json) -> Iterator[str]:
        yield from self._parameters(old, new)
        yield from self._body(old, new)
        yield from self._responses(old["responses"], new["responses"])
        for way in old["security"]:
            if way not in new["security"]:
                yield f"lets in no more: {_way(way)}"
        was, now = old.get("x-limit"), new.get("x-limit")
        if was and now and now["calls"] * was["seconds"] < was["calls"] * now["seconds"]:
            yield f"fewer calls: were {was['calls']} in {was['seconds']} s, are {now['calls']} in {now['seconds']} s"

    def _parameters(self, old: Json, new: Json) -> Iterator[str]:
        before = {(one["in"], one["name"]): one for one in map(self._in_old, old.get("parameters", ()))}
        after = {(one["in"], one["name"]): one for one in map(self._in_new, new.get("parameters", ()))}
        for key, one in before.items():
            if key not in after:
                yield f"{key[0]} {key[1]}: is no longer taken"
                continue
            if after[key].get("required") and not one.get("required"):
                yield f"{key[0]} {key[1]}: has become required"
            yield from self._schema(one["schema"], after[key]["schema"], f"{key[0]} {key[1]}", taken=True)
        for key in after.keys() - before.keys():
            if after[key].get("required"):
                yield f"{key[0]} {key[1]}: is new and required"

    def _body(self, old: Json, new: Json) -> Iterator[str]:
        was, now = old.get("requestBody"), new.get("requestBody")
        if now and now.get("required") and not (was and was.get("required")):
            yield "body: has become required"
        if was and not now:
            yield "body: is no longer taken"
        if was and now:
            yield from self._contents(was, now, "body", taken=True)

    def _responses(self, old: Json, new: Json) -> Iterator[str]:
        for status, one in old.items():
            if status not in new:
                yield f"answers no more: {status}"
                continue
            was, now = self._in_old(one), self._in_new(new[status])
            for name in was.get("headers", {}).keys() - now.get("headers", {}).keys():
                yield f"{status}: the header {name} is gone"
            yield from self._contents(was, now, status, taken=False)

    def _contents(self, was: Json, now: Json, at: str, *, taken: bool) -> Iterator[str]:
        for kind, one in was.get("content", {}).items():
            if kind not in now.get("content", {}):
                yield f"{at}: {kind} is gone"
            elif kind == _PROBLEM:
                yield from self._problems(one["schema"], now["content"][kind]["schema"], at)
            else:
                yield from self._schema(one["schema"], now["content"][kind]["schema"], at, taken=taken)

    def _problems(self, was: Json, now: Json, at: str) -> Iterator[str]:
        """A client tells problems apart by their code, in however many shapes the document writes them."""
        after = dict(_by_code(self._new, now))
        for code, one in _by_code(self._old, was):
            if code in after:
                yield from self._properties(one, after[code], f"{at}.{code}", taken=False)
            else:
                yield f"{at}.code: the value {code} is gone"

    def _schema(self, old: Json, new: Json, at: str, *, taken: bool) -> Iterator[str]:
        """Differences of a schema, of what is taken in or given out."""
        pair = (old.get("$ref", ""), new.get("$ref", ""), taken)
        if all(pair[:2]):
            if pair in self._seen:
                return
            self._seen.add(pair)
        old, new = self._in_old(old), self._in_new(new)
        yield from _types(old, new, at, taken=taken)
        yield from _values(old, new, at, taken=taken)
        if taken:
            yield from _bounds(old, new, at)
        for rule in _FIXED:
            if old.get(rule) != new.get(rule) and not (taken and rule != "x-unit" and rule not in new):
                yield f"{at}: {rule} was {old.get(rule)}, is {new.get(rule)}"
        yield from self._properties(old, new, at, taken=taken)
        for inner in ("items", "additionalProperties"):
            if isinstance(old.get(inner), Mapping) and isinstance(new.get(inner), Mapping):
                yield from self._schema(old[inner], new[inner], f"{at}[]", taken=taken)
        for several in ("anyOf", "allOf", "oneOf"):
            yield from self._choices(old.get(several, []), new.get(several, []), at, taken=taken)

    def _properties(self, old: Json, new: Json, at: str, *, taken: bool) -> Iterator[str]:
        was, now = old.get("properties", {}), new.get("properties", {})
        for name, one in was.items():
            if name in now:
                yield from self._schema(one, now[name], f"{at}.{name}", taken=taken)
            else:
                yield f"{at}.{name}: is gone"
        asked = set(new.get("required", ())) - set(old.get("required", ()))
        kept = set(old.get("required", ())) - set(new.get("required", ()))
        if taken:
            yield from (
                f"{at}.{name}: {'has become' if name in was else 'is new and'} required"
                for name in sorted(asked)
            )
        else:
            for name in sorted(kept & set(now)):
                yield f"{at}.{name}: may now be missing"

    def _choices(self, was: list[Json], now: list[Json], at: str, *, taken: bool) -> Iterator[str]:
        if len(was) != len(now):
            yield f"{at}: was one of {len(was)} shapes, is one of {len(now)}"
            return
        for old, new in zip(was, now, strict=True):
            yield from self._schema(old, new, at, taken=taken)

    def _in_old(self, one: Json) -> Json:
        return _resolved(self._old, one)

    def _in_new(self, one: Json) -> Json:
        return _resolved(self._new, one)


def _resolved(document: Json, one: Json) -> Json:
    while "$ref" in one:
        found: Any = document
        for step in one["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        one = found
    return one


def _by_code(document: Json, schema: Json) -> Iterator[tuple[str, Json]]:
    """What the problems of each code have beside it."""
    schema = _resolved(document, schema)
    for shape in schema.get("oneOf", ()):
        yield from _by_code(document, shape)
    parts = [_resolved(document, part) for part in schema.get("allOf", ())]
    properties = {name: one for part in parts for name, one in part.get("properties", {}).items()}
    for code in properties.pop("code", {}).get("enum", ()):
        yield (
            code,
            {"properties": properties, "required": [n for part in parts for n in part.get("required", ())]},
        )


def _types(old: Json, new: Json, at: str, *, taken: bool) -> Iterator[str]:
    was, now = _set_of(old.get("type")), _set_of(new.get("type"))
    lost = was - now if taken else now - was
    if "number" in (now if taken else was):
        lost -= {"integer"}
    if not was or not now:
        if was != now and (now if taken else was):
            yield f"{at}: type was {_listed(was)}, is {_listed(now)}"
    elif lost:
        yield f"{at}: type was {_listed(was)}, is {_listed(now)}"


def _values(old: Json, new: Json, at: str, *, taken: bool) -> Iterator[str]:
    if "enum" not in old:
        if taken and "enum" in new:
            yield f"{at}: takes only some values now"
        return
    if "enum" not in new:
        if not taken:
            yield f"{at}: may be any value now"
        return
    for value in old["enum"]:
        if value not in new["enum"]:
            yield f"{at}: the value {value} is gone"


def _bounds(old: Json, new: Json, at: str) -> Iterator[str]:
    for rule in _LEAST:
        if (
            rule in new
            and new[rule] > old.get(rule, float("-inf"))
            and not (old.get(rule, 0) == new[rule] == 0)
        ):
            yield f"{at}: {rule} was {old.get(rule, 'none')}, is {new[rule]}"
    for rule in _MOST:
        if rule in new and new[rule] < old.get(rule, float("inf")):
            yield f"{at}: {rule} was {old.get(rule, 'none')}, is {new[rule]}"
    if old.get("additionalProperties", True) is not False and new.get("additionalProperties") is False:
        yield f"{at}: takes no other fields now"


def _set_of(value: Any) -> set[str]:
    return set(value) if isinstance(value, list) else {value} - {None}


def _listed(types: set[str]) -> str:
    return " or ".join(sorted(types)) or "anything"


def _way(way: Json) -> str:
    return ", ".join(" ".join([scheme, *needs]) for scheme, needs in way.items()) or "everybody"
