"""The three forms of every call: a resource, a procedure by name, and an entry of a batch."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import NotFound
from wireup.integration.flask import get_app_container

from exodrive.api import batch, reading, routers
from exodrive.api.call import Answer, Call, Visit
from exodrive.api.middleware.auth import identify
from exodrive.api.pipeline import run
from exodrive.api.procedure import Procedure, find, newest, procedures
from exodrive.core.errors import Missing
from exodrive.http.context import act_as, request_id, settings_of_app
from exodrive.http.guards import by_key
from exodrive.http.limits import address_of_client, counter_of_app

blueprint = Blueprint("api", __name__)
routers.load()


def _view_of(procedure: Procedure) -> Callable[..., Response]:
    route = procedure.rest

    @by_key
    def view(**in_path: str) -> Response:
        """The resource form."""
        given: dict[str, Any] = dict(in_path)
        given |= reading.version_asked(request, procedure)
        given |= reading.query_of(request, procedure) if route.in_query else reading.body_of(request)
        given |= in_path
        return _response(run(_call(procedure, given, typed=not route.in_query)))

    return view


def _visit() -> Visit:
    """The request, as what is below the door knows it. Raises `CredentialRefused`."""
    container = get_app_container(current_app)
    own = request_id() or ""
    client = identify(container, request.headers.get("Authorization", ""), address_of_client(), own)
    act_as(client.actor)
    return Visit(
        container=container,
        counter=counter_of_app(),
        base_url=settings_of_app().base_url,
        request_id=own,
        client=client,
    )


def _call(procedure: Procedure, given: Mapping[str, Any], *, typed: bool = True) -> Call:
    return Call(
        procedure=procedure,
        visit=_visit(),
        given=given,
        typed=typed,
        selected=request.args.get("fields"),
        idempotency_key=request.headers.get("Idempotency-Key"),
    )


def _response(answer: Answer) -> Response:
    response = Response(answer.body, answer.status, mimetype=_MIME[answer.failed])
    response.headers.update(answer.headers)
    response.headers.setdefault("Cache-Control", "no-store" if answer.failed else "private, no-cache")
    if request.method in {"GET", "HEAD"} and not answer.failed:
        if "ETag" not in response.headers:
            response.add_etag()
        response.make_conditional(request)
    return response


_MIME = {False: "application/json", True: "application/problem+json"}


@blueprint.post("/api/v<int:version>/rpc/<name>")
@by_key
def rpc(version: int, name: str) -> Response:
    """The procedure form: the body is the input."""
    procedure = _found(name, version)
    given = {**reading.body_of(request), **reading.version_asked(request, procedure)}
    return _response(run(_call(procedure, given)))


@blueprint.post("/api/v<int:version>/batch")
@by_key
def in_batch(version: int) -> Response:
    """Up to API_BATCH_MAX_SIZE calls in one request, each with an answer of its own."""
    settings = settings_of_app()
    if not settings.api_batch_enabled or not 1 <= version <= newest():
        raise NotFound
    asked = batch.read(reading.body_of(request), settings.api_batch_max_size)
    answers = batch.run_all(asked, version, _visit())
    return Response(
        orjson.dumps({"results": answers}), mimetype=_MIME[False], headers={"Cache-Control": "no-store"}
    )


def _found(name: str, version: int) -> Procedure:
    procedure = find(name, version)
    if procedure is None:
        raise Missing("There is no such procedure.")
    return procedure


for _each in procedures():
    blueprint.add_url_rule(
        _each.path.replace("{", "<").replace("}", ">"),
        endpoint=f"v{_each.version}_{_each.name.replace('.', '_')}",
        view_func=_view_of(_each),
        methods=[_each.rest.method],
    )
