"""What comes in by HTTP: JSON within bounds, queries, and what every call carries in its headers."""

from collections.abc import Mapping
from typing import Any

import orjson
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wrappers import Request

from exodrive.api.errors import Malformed
from exodrive.api.procedure import Procedure
from exodrive.core.contract import schema_of
from exodrive.core.errors import Invalid

LARGEST = 64 * 1024
"""Bytes of a JSON body."""
DEEPEST = 8
"""Levels of a JSON body."""
_JSON = "application/json"


def body_of(request: Request) -> dict[str, Any]:
    """The JSON object of a request; an empty body is an empty object. Raises `Malformed` and werkzeug's 413 and 415."""
    if (request.content_length or 0) > LARGEST:
        raise RequestEntityTooLarge
    raw = request.get_data(cache=False)
    if not raw:
        return {}
    if request.mimetype != _JSON:
        raise UnsupportedMediaType
    try:
        read = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"The body is not JSON: {error.msg} at character {error.pos}.") from error
    if not isinstance(read, dict):
        raise Malformed("The body must be a JSON object.")
    _check_depth(read, DEEPEST)
    return read


def _check_depth(value: Any, left: int) -> None:
    if left == 0:
        raise Malformed(f"The body must not be nested more than {DEEPEST} levels deep.")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        if isinstance(one, dict | list):
            _check_depth(one, left - 1)


def query_of(request: Request, procedure: Procedure) -> dict[str, Any]:
    """The fields of a query: one value each, or all where the field is a list. An empty one is not given. Raises
    `Invalid` for what is given twice."""
    lists = {name for name, one in schema_of(procedure.input).fields.items() if hasattr(one, "inner")}
    given: dict[str, Any] = {}
    twice = {}
    for name, values in request.args.lists():
        if name == "fields":
            continue
        if name in lists:
            given[name] = values
        elif len(values) > 1:
            twice[name] = ["Please give this once."]
        elif values[0]:
            given[name] = values[0]
    if twice:
        raise Invalid("Please check the marked fields.", fields=twice)
    return given


def version_asked(request: Request, procedure: Procedure) -> Mapping[str, Any]:
    """The version of the thing that a change is for, from `If-Match`. Raises `Invalid` for a tag that is no version."""
    tag = request.headers.get("If-Match")
    if tag is None or not procedure.guards_version:
        return {}
    number = tag.strip().strip('"').partition(":")[0]  # behind it how the answer was compressed
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise Invalid.at("If-Match", "This is not the ETag of this resource.")
    return {"version": int(number)}
