"""The three forms of every call: a resource, a procedure by name, and an entry of a batch.

The door is an application of its own in front of the pages. Programs have no cookie and no form, and get nothing that a
browser would render: what pages need for those costs several times what an answer from memory does.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import orjson
import structlog
import wireup
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request

from exodrive.api import batch, reading, routers, sending
from exodrive.api.call import Answer, Call, Visit
from exodrive.api.errors import told_of
from exodrive.api.middleware.auth import identify
from exodrive.api.pipeline import run
from exodrive.api.procedure import Procedure, find, newest, procedures
from exodrive.core import observe
from exodrive.core.errors import ExodriveError, Missing
from exodrive.http import context
from exodrive.http.errors import Problem, body_of, problem_of_failure, problem_of_http
from exodrive.http.limits import Counter, counted_address
from exodrive.settings import Settings

Way = Callable[[Request, str], Answer]
"""What answers a request under its id."""

_BELOW = "/api/v"
_UNMATCHED = "unmatched"

log = observe.logger(__name__)
routers.load()


class Asked(Request):
    """A request to the API."""

    max_content_length = reading.LARGEST


class Door:
    """What is no call is left to `pages`: documentation, files, addresses that nobody knows, and in production whoever
    comes without TLS, who is sent on to come with it."""

    def __init__(
        self, pages: WSGIApplication, container: wireup.SyncContainer, settings: Settings, counter: Counter
    ) -> None:
        self.counter = counter
        self.routes = Map(merge_slashes=False)
        self._pages = pages
        self._container = container
        self._settings = settings
        self._always = sending.always(settings)
        self._ways: dict[str, Callable[..., Answer]] = {}
        self._mount("POST", "/api/v<int:version>/rpc/<name>", "api.rpc", self._named)
        self._mount("POST", "/api/v<int:version>/batch", "api.in_batch", self._batch)
        for one in procedures():
            path = one.path.replace("{", "<").replace("}", ">")
            name = f"api.v{one.version}_{one.name.replace('.', '_')}"
            self._mount(one.rest.method, path, name, partial(self._resource, one))
        self._matching = self.routes.bind("")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(_BELOW) or self._unprotected(environ):
            return self._pages(environ, start_response)
        request = Asked(environ)
        found = self._found(request)
        if found is None:
            return self._pages(environ, start_response)
        rule, way = found
        entered = time.perf_counter()
        own = context.enter(request.headers.get(context.HEADER, ""), rule)
        try:
            answer = self._safely(request, own, way)
            headers, body = sending.prepared(answer, request)
            status = 304 if body is None else answer.status
            context.tell(request.method, status, entered)
        finally:
            structlog.contextvars.clear_contextvars()
        start_response(sending.STATUS[status], [*headers, (context.HEADER, own), *self._always])
        return [body] if body and request.method != "HEAD" else []

    def _mount(self, method: str, path: str, name: str, way: Callable[..., Answer]) -> None:
        self.routes.add(Rule(path, endpoint=name, methods=[method]))
        self._ways[name] = way

    def _unprotected(self, environ: WSGIEnvironment) -> bool:
        told = (environ["wsgi.url_scheme"], environ.get("HTTP_X_FORWARDED_PROTO"))
        return self._settings.production and "https" not in told

    def _found(self, request: Request) -> tuple[str, Way] | None:
        """The rule of the route, and what answers there."""
        if "\0" in request.path:  # PostgreSQL has no such text, so nothing is called that
            return None
        try:
            rule, values = self._matching.match(request.path, request.method, return_rule=True)
        except NotFound:
            return None
        except MethodNotAllowed as error:
            return _UNMATCHED, partial(_other_method, error)
        return rule.rule, partial(self._ways[rule.endpoint], values)

    def _safely(self, request: Request, own: str, way: Way) -> Answer:
        try:
            return way(request, own)
        except ExodriveError as error:
            told = told_of(error)
        except HTTPException as error:
            told = problem_of_http(error)
        except Exception as error:
            log.exception("request.failed", error=type(error).__name__)
            told = problem_of_failure(error)
        return self._refused(told, own)

    def _refused(self, told: Problem, own: str) -> Answer:
        body = body_of(told, self._settings.base_url, own)
        return Answer(status=told.status, body=orjson.dumps(body), headers=told.headers)

    def _visit(self, request: Request, own: str) -> Visit:
        """Raises `CredentialRefused`."""
        address = counted_address(request.remote_addr or "")
        client = identify(self._container, request.headers.get("Authorization", ""), address, own)
        structlog.contextvars.bind_contextvars(actor=str(client.actor.kind))
        return Visit(
            container=self._container,
            counter=self.counter,
            base_url=self._settings.base_url,
            request_id=own,
            client=client,
        )

    def _call(
        self,
        procedure: Procedure,
        request: Request,
        own: str,
        given: Mapping[str, Any],
        *,
        typed: bool = True,
    ) -> Answer:
        call = Call(
            procedure=procedure,
            visit=self._visit(request, own),
            given=given,
            typed=typed,
            selected=request.args.get("fields"),
            idempotency_key=request.headers.get("Idempotency-Key"),
        )
        return run(call)

    def _resource(self, procedure: Procedure, in_path: dict[str, str], request: Request, own: str) -> Answer:
        in_query = procedure.rest.in_query
        given = reading.query_of(request, procedure) if in_query else reading.body_of(request)
        given = {**reading.version_asked(request, procedure), **given, **in_path}
        return self._call(procedure, request, own, given, typed=not in_query)

    def _named(self, in_path: dict[str, Any], request: Request, own: str) -> Answer:
        """The procedure form: the body is the input."""
        procedure = find(in_path["name"], in_path["version"])
        if procedure is None:
            raise Missing("There is no such procedure.")
        given = {**reading.body_of(request), **reading.version_asked(request, procedure)}
        return self._call(procedure, request, own, given)

    def _batch(self, in_path: dict[str, Any], request: Request, own: str) -> Answer:
        """Up to API_BATCH_MAX_SIZE calls in one request, each with an answer of its own."""
        settings, version = self._settings, in_path["version"]
        if not settings.api_batch_enabled or not 1 <= version <= newest():
            raise NotFound
        asked = batch.read(reading.body_of(request), settings.api_batch_max_size)
        answers = batch.run_all(asked, version, self._visit(request, own))
        body = orjson.dumps({"results": answers})
        return Answer(status=200, body=body, headers={"Cache-Control": "no-store"})


def _other_method(refusal: MethodNotAllowed, request: Request, _own: str) -> Answer:
    if request.method != "OPTIONS":
        raise refusal
    return Answer(status=200, body=b"", headers=problem_of_http(refusal).headers)
