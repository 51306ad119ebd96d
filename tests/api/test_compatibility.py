"""What may change within a version, and what may not."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from exodrive.api.compatibility import broken

TODAY = date(2026, 6, 1)
PATH = "/cars/{car}"

OLD: dict[str, Any] = {
    "paths": {
        PATH: {
            "post": {
                "operationId": "car.ask",
                "x-limit": {"calls": 60, "seconds": 60},
                "security": [{"partnerKey": ["quotes:write"]}, {"staffKey": ["agent"]}],
                "parameters": [
                    {
                        "name": "car",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "maxLength": 80},
                    },
                    {"$ref": "#/components/parameters/Key"},
                ],
                "requestBody": {
                    "required": True,
                    "content": {"json": {"schema": {"$ref": "#/components/schemas/Ask"}}},
                },
                "responses": {
                    "200": {
                        "headers": {"ETag": {}},
                        "content": {"json": {"schema": {"$ref": "#/components/schemas/Car"}}},
                    },
                    "404": {"content": {"json": {"schema": {"$ref": "#/components/schemas/Missing"}}}},
                },
            }
        },
        "/old": {
            "get": {"operationId": "old", "x-sunset": "2026-06-01", "security": [{}], "responses": {}},
        },
    },
    "components": {
        "parameters": {"Key": {"name": "Key", "in": "header", "schema": {"type": "string"}}},
        "schemas": {
            "Ask": {
                "type": "object",
                "additionalProperties": False,
                "required": ["days"],
                "properties": {
                    "days": {"type": "integer", "minimum": 1, "maximum": 30, "x-unit": "days"},
                    "sort": {"type": ["string", "null"], "enum": ["price", "year", None]},
                    "words": {"type": "array", "maxItems": 3, "items": {"type": "string", "pattern": "^a"}},
                },
            },
            "Car": {
                "type": "object",
                "required": ["id", "total"],
                "properties": {
                    "id": {"type": "string", "format": "uuid"},
                    "total": {"type": "integer", "x-unit": "minor units"},
                    "state": {"type": "string", "enum": ["free", "taken"]},
                    "next": {"anyOf": [{"$ref": "#/components/schemas/Car"}, {"type": "null"}]},
                },
            },
            "Missing": {
                "allOf": [{"type": "object"}, {"properties": {"code": {"enum": ["not_found", "not_open"]}}}]
            },
        },
    },
}


def _edit(new: dict[str, Any], path: str, value: Any) -> None:
    """Set what stands at `a|b|c`; None takes it away."""
    *way, last = path.split("|")
    place: Any = new
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if value is None:
        del place[int(last) if isinstance(place, list) else last]
    else:
        place[int(last) if isinstance(place, list) else last] = value


ASK = f"paths|{PATH}|post"
INPUT = "components|schemas|Ask"
OUTPUT = "components|schemas|Car"


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (f"paths|{PATH}", None, "car.ask: is gone"),
        (f"{ASK}|operationId", "car.beg", "car.ask: is gone"),
        (f"{ASK}|security", [{"staffKey": ["agent"]}], "car.ask: lets in no more: partnerKey quotes:write"),
        (f"{ASK}|security", [{"partnerKey": ["x"]}, {"staffKey": ["agent"]}], "partnerKey quotes:write"),
        (f"{ASK}|x-limit", {"calls": 30, "seconds": 60}, "fewer calls: were 60 in 60 s, are 30 in 60 s"),
        (f"{ASK}|parameters|1", None, "header Key: is no longer taken"),
        ("components|parameters|Key|required", True, "header Key: has become required"),
        (f"{ASK}|parameters|0|schema|maxLength", 40, "path car: maxLength was 80, is 40"),
        (f"{ASK}|requestBody", None, "body: is no longer taken"),
        (f"{INPUT}|required", ["days", "sort"], "body.sort: has become required"),
        (f"{INPUT}|properties|words", None, "body.words: is gone"),
        (f"{INPUT}|properties|days|maximum", 20, "body.days: maximum was 30, is 20"),
        (f"{INPUT}|properties|days|minimum", 2, "body.days: minimum was 1, is 2"),
        (f"{INPUT}|properties|days|type", "string", "body.days: type was integer, is string"),
        (f"{INPUT}|properties|days|x-unit", "hours", "body.days: x-unit was days, is hours"),
        (f"{INPUT}|properties|sort|type", "string", "body.sort: type was null or string, is string"),
        (f"{INPUT}|properties|sort|enum", ["price", None], "body.sort: the value year is gone"),
        (f"{INPUT}|properties|words|items|pattern", "^b", "body.words[]: pattern was ^a, is ^b"),
        (f"{INPUT}|properties|words|maxItems", 2, "body.words: maxItems was 3, is 2"),
        (f"{ASK}|responses|200", None, "answers no more: 200"),
        (f"{ASK}|responses|200|headers|ETag", None, "200: the header ETag is gone"),
        (f"{OUTPUT}|properties|total", None, "200.total: is gone"),
        (f"{OUTPUT}|required", ["id"], "200.total: may now be missing"),
        (
            f"{OUTPUT}|properties|total|type",
            ["integer", "null"],
            "200.total: type was integer, is integer or null",
        ),
        (f"{OUTPUT}|properties|total|x-unit", "cents", "200.total: x-unit was minor units, is cents"),
        (f"{OUTPUT}|properties|state|enum", ["free"], "200.state: the value taken is gone"),
        (f"{OUTPUT}|properties|state|enum", None, "200.state: may be any value now"),
        (f"{OUTPUT}|properties|id|format", "uri", "200.id: format was uuid, is uri"),
        (f"{OUTPUT}|properties|next", {"type": "string"}, "200.next: was one of 2 shapes"),
        (
            "components|schemas|Missing|allOf|1|properties|code|enum",
            ["not_found"],
            "404.code: the value not_open is gone",
        ),
    ],
)
def test_what_breaks_a_client_is_told(path: str, value: Any, told: str) -> None:
    new = deepcopy(OLD)
    _edit(new, path, value)
    found = broken(OLD, new, TODAY)
    assert any(told in line for line in found), found


def test_a_moved_operation_is_told() -> None:
    new = deepcopy(OLD)
    new["paths"]["/auto/{car}"] = new["paths"].pop(PATH)
    assert broken(OLD, new, TODAY) == [f"car.ask: was POST {PATH}, is POST /auto/{{car}}"]


def test_a_new_required_input_is_told() -> None:
    new = deepcopy(OLD)
    new["components"]["schemas"]["Ask"]["properties"]["age"] = {"type": "integer"}
    new["components"]["schemas"]["Ask"]["required"] = ["age", "days"]
    new["paths"][PATH]["post"]["parameters"].append(
        {"name": "who", "in": "query", "required": True, "schema": {"type": "string"}}
    )
    assert broken(OLD, new, TODAY) == [
        "car.ask: query who: is new and required",
        "car.ask: body.age: is new and required",
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{ASK}|operationId", "car.ask"),
        (f"{ASK}|x-limit", {"calls": 2, "seconds": 1}),
        (f"{ASK}|security", [*OLD["paths"][PATH]["post"]["security"], {}]),
        (f"{ASK}|parameters|0|schema|maxLength", 100),
        (f"{INPUT}|properties|days|maximum", None),
        (f"{INPUT}|properties|days|type", ["integer", "null"]),
        (f"{INPUT}|properties|days|type", "number"),
        (f"{INPUT}|properties|sort|enum", ["price", "year", "power", None]),
        (f"{INPUT}|properties|words|items|pattern", None),
        (f"{INPUT}|properties|more", {"type": "string"}),
        (f"{INPUT}|required", []),
        (f"{OUTPUT}|properties|more", {"type": "string"}),
        (f"{OUTPUT}|properties|state|enum", ["free", "taken", "partly"]),
        (f"{OUTPUT}|required", ["id", "total", "state"]),
        (f"{ASK}|responses|409", {"content": {}}),
        ("components|schemas|Missing|allOf|1|properties|code|enum", ["not_found", "not_open", "gone"]),
        ("paths|/new", {"get": {"operationId": "new", "security": [{}], "responses": {}}}),
        ("paths|/old", None),
    ],
)
def test_what_no_client_notices_is_allowed(path: str, value: Any) -> None:
    new = deepcopy(OLD)
    _edit(new, path, value)
    assert broken(OLD, new, TODAY) == []


def test_what_was_deprecated_stays_until_its_sunset() -> None:
    new = deepcopy(OLD)
    del new["paths"]["/old"]
    assert broken(OLD, new, date(2026, 5, 31)) == ["old: is gone"]


def _problems(*shapes: dict[str, Any]) -> dict[str, Any]:
    told = {"content": {"application/problem+json": {"schema": {"oneOf": list(shapes)}}}}
    return {"paths": {"/a": {"get": {"operationId": "a", "security": [], "responses": {"409": told}}}}}


def _shape(*codes: str, **members: Any) -> dict[str, Any]:
    own = {"properties": {"code": {"enum": list(codes)}, **members}, "required": ["code", *members]}
    return {"allOf": [{"properties": {"detail": {"type": "string"}}}, own]}


@pytest.mark.parametrize(
    ("shapes", "told"),
    [
        ([_shape("used", "taken", at={"type": "string"})], []),
        ([_shape("taken", at={"type": "string"}), _shape("used", "new")], []),
        ([_shape("taken", at={"type": "string"})], ["a: 409.code: the value used is gone"]),
        ([_shape("taken", "used")], ["a: 409.taken.at: is gone"]),
        (
            [_shape("taken", at={"type": "integer"}), _shape("used")],
            ["a: 409.taken.at: type was string, is integer"],
        ),
    ],
)
def test_problems_are_compared_by_their_codes(shapes: list[dict[str, Any]], told: list[str]) -> None:
    old = _problems(_shape("taken", at={"type": "string"}), _shape("used"))
    assert broken(old, _problems(*shapes), date.max) == told
