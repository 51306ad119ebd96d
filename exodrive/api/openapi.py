"""The API as an OpenAPI 3.1 document, made from the registry of procedures and their contracts."""

import sys
from http import HTTPStatus

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from exodrive.api import describing, files, routers, selection
from exodrive.api.answers import answer_of
from exodrive.api.batch import Batch
from exodrive.api.codes import OF_BATCHES, OF_FILES, Code, codes_of
from exodrive.api.procedure import PREFIX, Procedure, procedures
from exodrive.api.schemas import Contracts, Json, prose, ref

TYPE = "application/vnd.oai.openapi+json;version=3.1"
_JSON = "application/json"
_PROBLEM = "application/problem+json"
_RPC_TAG = "rpc"


def document(version: int = 1, *, base_url: str = "", batch_size: int = 10) -> Json:
    """The document of a version. `base_url` is where it is served, nothing for wherever it is read from; `batch_size`
    is 0 where batches are switched off. Raises `Ambiguous` and `CodeTaken` for contracts that cannot be told."""
    routers.load()
    return _Document(version, base_url, batch_size).made()


class _Document:
    def __init__(self, version: int, base_url: str, batch_size: int) -> None:
        plugin = MarshmallowPlugin(schema_name_resolver=lambda schema: type(schema).__name__)
        self._spec = APISpec(
            title="ExoDrive API",
            version=str(version),
            openapi_version="3.1.0",
            info={"summary": describing.SUMMARY, "description": prose(describing.TEXT)},
            plugins=[plugin],
            servers=[{"url": base_url or "/"}],
            security=[],
        )
        self._version = version
        self._batch_size = batch_size
        self._contracts = Contracts(self._spec, plugin)

    def made(self) -> Json:
        self._add_components()
        newest = {one.name: one for one in procedures() if one.version <= self._version}
        tags: dict[str, Json] = {}
        for one in newest.values():
            tags[_tag(one)] = {"name": _tag(one), "description": sys.modules[one.call.__module__].__doc__}
            if one.version == self._version:
                self._spec.path(one.path, operations={one.rest.method.lower(): self._resource(one)})
        for one in newest.values():
            path = f"{PREFIX.format(version=self._version)}/rpc/{one.name}"
            self._spec.path(path, operations={"post": self._rpc(one)})
        for tag in [
            *(tags[name] for name in sorted(tags)),
            {"name": _RPC_TAG, "description": describing.RPC},
        ]:
            self._spec.tag(tag)
        if self._version == 1:
            self._spec.path(files.PATH, operations={"get": self._file()})
        if self._batch_size:
            self._add_batch()
        self._contracts.settle()
        made: Json = self._spec.to_dict()
        for name in ("schemas", "responses", "parameters"):
            made["components"][name] = dict(sorted(made["components"][name].items()))
        return made

    def _add_components(self) -> None:
        components = self._spec.components
        components.schema("Problem", describing.PROBLEM)
        for name, header in describing.HEADERS.items():
            components.header(name, header)
        for name, scheme in describing.SECURITY.items():
            components.security_scheme(name, scheme)
        for name, parameter in describing.PARAMETERS.items():
            components.parameter(name, parameter["in"], parameter)

    def _resource(self, one: Procedure) -> Json:
        """The operation of the resource form."""
        whole = self._contracts.input(one.input)
        route = one.rest
        version = {"version"} if one.guards_version else set()
        in_query = set(whole["properties"]) - set(route.in_path) - version if route.in_query else set()
        parameters: list[Json | str] = [self._parameter(one, whole, name, "path") for name in route.in_path]
        parameters += [
            self._parameter(one, whole, name, "query") for name in whole["properties"] if name in in_query
        ]
        if one.guards_version:
            parameters.append(describing.if_match(required="version" in whole.get("required", ())))
        elsewhere = set(route.in_path) | version | in_query
        has_body = bool(set(whole["properties"]) - elsewhere)
        told = self._operation(one, parameters, has_body=has_body)
        if has_body:
            body = self._contracts.without(one.input, elsewhere)
            examples = {
                name: {"value": {key: value for key, value in given.items() if key not in elsewhere}}
                for name, given in one.examples.items()
            }
            told["requestBody"] = self._body(body, examples)
        if (answer := answer_of(one.name)) is not None:
            told["responses"][str(route.status)]["content"][_JSON]["example"] = answer
        return {"operationId": one.name, "tags": [_tag(one)], **told}

    def _rpc(self, one: Procedure) -> Json:
        """The operation of the procedure form."""
        self._contracts.input(one.input)
        told = self._operation(one, [], has_body=True)
        examples = {name: {"value": given} for name, given in one.examples.items()}
        told["requestBody"] = self._body(ref(one.input.__name__), examples)
        return {"operationId": f"{_RPC_TAG}.{one.name}", "tags": [_RPC_TAG], **told}

    def _operation(self, one: Procedure, parameters: list[Json | str], *, has_body: bool) -> Json:
        """What both forms of a procedure have."""
        parameters = [*parameters]  # by name where it is a component
        conditional = one.rest.method == "GET" and not has_body
        if names := list(selection.names(one.output)):
            parameters.append(self._selection(one.output.__name__, names))
        if conditional:
            parameters.append("If-None-Match")
        if one.writes:
            parameters.append("Idempotency-Key")
        responses = {str(one.rest.status): self._success(one, conditional=conditional)}
        if conditional:
            responses["304"] = {"$ref": "#/components/responses/NotModified"}
            if "NotModified" not in self._spec.components.responses:
                self._spec.components.response("NotModified", describing.NOT_MODIFIED)
        responses |= self._problems(codes_of(one, has_body=has_body))
        return describing.words(one) | {
            "parameters": parameters,
            "responses": responses,
            "security": describing.security(one.access),
            **({"deprecated": True} if one.deprecated else {}),
        }

    def _success(self, one: Procedure, *, conditional: bool) -> Json:
        whole = self._contracts.output(one.output)
        has_fields = bool(list(selection.names(one.output)))
        schema = {"anyOf": [whole, self._contracts.part(one.output)]} if has_fields else whole
        versioned = "version" in self._contracts.schema(one.output.__name__)["properties"]
        return {
            "description": self._contracts.schema(one.output.__name__)["description"].partition("\n\n")[0],
            "headers": describing.headers(one, has_tag=conditional or versioned),
            "content": {_JSON: {"schema": schema}},
        }

    def _problems(self, codes: list[Code]) -> Json:
        """A reference for each status; answers of the same codes are the same component."""
        made: Json = {}
        for status in sorted({one.status for one in codes}):
            here = [one for one in codes if one.status == status]
            name = ".".join([HTTPStatus(status).phrase.replace(" ", ""), *(one.code for one in here)])
            if name not in self._spec.components.responses:
                for one in here:
                    self._add_problem(one)
                self._spec.components.response(name, describing.problem(status, here, _PROBLEM))
            made[str(status)] = {"$ref": f"#/components/responses/{name}"}
        return made

    def _add_problem(self, code: Code) -> None:
        """The schema of a problem that tells more than others."""
        name = describing.problem_name(code)
        if code.facts and name not in self._contracts.schemas:
            members = self._contracts.members(code.facts)
            self._spec.components.schema(name, describing.telling_problem(code, members))

    def _parameter(self, one: Procedure, whole: Json, name: str, place: str) -> Json:
        """A field of the input as a parameter: where there is no null, it is left away."""
        schema = describing.without_null(whole["properties"][name])
        description = schema.pop("description", None)
        told: Json = {"name": name, "in": place, "required": name in whole.get("required", ())}
        if description:
            told["description"] = description
        if schema.get("type") == "array":
            told |= {"style": "form", "explode": True}
        if place == "query" and not told["required"] and schema.get("type") != "array":
            told["allowEmptyValue"] = True  # the same as not given
        given = [example[name] for example in one.examples.values() if example.get(name) is not None]
        examples = given or schema.pop("examples", [])
        schema.pop("examples", None)
        return told | {"schema": schema} | ({"example": examples[0]} if examples else {})

    def _selection(self, output: str, names: list[str]) -> str:
        """The name of the parameter that chooses of an output; both forms share it."""
        name = f"{output}.fields"
        if name not in self._spec.components.parameters:
            self._spec.components.parameter(name, "query", describing.fields(names, selection.MOST))
        return name

    def _body(self, schema: Json, examples: Json) -> Json:
        known = self._contracts.schema(schema["$ref"].rpartition("/")[2])
        content: Json = {"schema": schema} | ({"examples": examples} if examples else {})
        return {"required": bool(known.get("required")), "content": {_JSON: content}}

    def _file(self) -> Json:
        """The operation that is no procedure: it answers with a file."""
        return {
            **files.OPERATION,
            "responses": {"200": files.ANSWER, **self._problems(sorted(OF_FILES))},
        }

    def _add_batch(self) -> None:
        self._contracts.input(Batch)
        calls = self._contracts.schema("Batch")["properties"]["calls"]
        calls["maxItems"] = self._batch_size
        self._spec.components.schema("BatchedAnswer", describing.BATCHED_ANSWER)
        self._spec.components.schema("BatchedAnswers", describing.BATCHED_ANSWERS)
        self._spec.path(
            f"{PREFIX.format(version=self._version)}/batch",
            operations={
                "post": {
                    **describing.BATCH,
                    "tags": [_RPC_TAG],
                    "requestBody": self._body(ref("Batch"), describing.BATCH_EXAMPLES),
                    "responses": {
                        "200": {
                            "description": "An answer for each call, in their order.",
                            "headers": {"X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"}},
                            "content": {_JSON: {"schema": ref("BatchedAnswers")}},
                        },
                        **self._problems(list(OF_BATCHES)),
                    },
                    "security": describing.ANYBODY,
                }
            },
        )


def _tag(one: Procedure) -> str:
    return one.call.__module__.rpartition(".")[2]
