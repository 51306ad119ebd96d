"""Every answer of the API in tests is compared with the OpenAPI document: status, headers, and the body by field."""

import re
from functools import cache
from typing import Any

import jsonschema_rs
import orjson
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from exodrive.api.openapi import document

Json = dict[str, Any]
_OURS = re.compile(r"/api/v1/(?!openapi\.json)")
"""All but the document itself."""


class ComparedClient(FlaskClient):
    """A client whose answers must be what the document says."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        answer = super().open(*args, **kwargs)
        if _OURS.match(answer.request.path):
            compare(answer, kwargs.get("json"))
        return answer


def compare(answer: TestResponse, sent: Any = None) -> None:
    """Raises AssertionError for an answer that the document does not tell of. `sent` is the JSON of the request, by
    which each result of a batch is compared too."""
    operation = _operation(answer.request.method, answer.request.path)
    if operation is None:
        assert answer.status_code in {404, 405}, f"{answer.request.path} is not in the document"
        check(answer.get_json(force=True), {"$ref": "#/components/schemas/Problem"})
        return
    told = _told(operation, answer.status_code)
    for name, header in told.get("headers", {}).items():
        assert name in answer.headers or not _resolved(header).get("required"), f"{name} is missing"
    if answer.status_code == 304 or answer.request.method == "HEAD":
        return
    if answer.content_type in told["content"] and "json" not in answer.content_type:
        return  # a file
    assert answer.mimetype in told["content"]
    body = answer.get_json(force=True)
    check(body, _schema(told, chosen="fields" in answer.request.args))
    if operation["operationId"] == "batch" and answer.status_code == 200 and sent:
        for call, result in zip(sent["calls"], body["results"], strict=True):
            _compare_result(call, result)


def _compare_result(call: Json, result: Json) -> None:
    operation = _operation("POST", f"/api/v1/rpc/{call['procedure']}")
    if operation is not None:
        told = _told(operation, result["status"])
        check(result.get("value", result.get("problem")), _schema(told, chosen=bool(call.get("fields"))))


@cache
def _closed() -> Json:
    """The document, as strict as our own tests can be: answers have no fields but those that are told."""
    made = document()
    for name, schema in made["components"]["schemas"].items():
        if name not in {"Problem", "BatchedAnswer"} and schema.get("type") == "object":
            schema.setdefault("additionalProperties", False)
    for told in made["components"]["responses"].values():
        for content in told.get("content", {}).values():
            content["schema"]["unevaluatedProperties"] = False
    return made


@cache
def _operation(method: str, path: str) -> Json | None:
    templates = sorted(_closed()["paths"].items(), key=lambda pair: pair[0].count("{"))
    for template, methods in templates:
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", template), path):
            found: Json | None = methods.get("get" if method == "HEAD" else method.lower())
            return found
    return None


def _told(operation: Json, status: int) -> Json:
    told = operation["responses"].get(str(status))
    assert told is not None, f"{operation['operationId']} does not tell of {status}"
    return _resolved(told)


def _schema(told: Json, *, chosen: bool) -> Json:
    (content,) = told["content"].values()
    schema: Json = content["schema"]
    return schema["anyOf"][0] if "anyOf" in schema and not chosen else schema


def _resolved(one: Json) -> Json:
    while "$ref" in one:
        found: Any = _closed()
        for step in one["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        one = found
    return one


def check(body: Any, schema: Json) -> None:
    """Raises AssertionError for what is not as a schema of the document says."""
    found = _validator(orjson.dumps(schema)).iter_errors(body)
    assert [f"{'.'.join(map(str, one.instance_path))}: {one.message}" for one in found] == []


@cache
def _validator(schema: bytes) -> Any:
    whole = orjson.loads(schema) | {"components": _closed()["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
