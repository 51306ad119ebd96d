"""Errors as answers. The only place that knows which kind of error has which status.

A client that prefers JSON gets RFC 9457 problem+json; an htmx call gets a message to swap in (409, 410, 422) or a
toast; everyone else gets a page with a way forward. Never 200.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from exodrive.core import observe
from exodrive.core.errors import ExodriveError, Kind, Limited, VersionChanged, VersionRequired
from exodrive.core.health import is_outage
from exodrive.http.context import request_id, settings_of_app
from exodrive.http.guards import keep_private
from exodrive.http.limits import seconds_to_wait
from exodrive.http.render import wants_fragment

STATUS = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.MISSING: 404,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.LIMITED: 429,
    Kind.UNAVAILABLE: 503,
}
_BY_CODE = {VersionChanged.code: 412, VersionRequired.code: 428}
"""Where HTTP has a status for one error of a kind."""
API = "/api/"
"""Where programs call: they get JSON whatever they accept."""
REFERENCE = "/api/reference"
"""The page on which every code is explained."""
SWAPPED = frozenset({409, 410, 422})
"""What htmx is told (in the base template) to swap into the page although it is an error."""

_TITLES = {
    400: "We could not read that request",
    401: "Please sign in first",
    403: "This page is not open to you",
    404: "We can’t find that page",
    405: "That can’t be done here",
    409: "That no longer fits",
    410: "That is no longer available",
    412: "That has changed in the meantime",
    413: "That is more than we can take",
    422: "Something needs another look",
    428: "Please say which version you have seen",
    429: "One moment, please",
    500: "Something went wrong on our side",
    503: "We will be right back",
}
_DETAILS = {
    400: "The request was incomplete or malformed. Please go back and try again.",
    401: "This page is for signed-in users.",
    403: "You do not have access to this page.",
    404: "The page may have moved, or the address may be mistyped.",
    405: "The page exists, but not for this kind of request.",
    413: "What was sent is too large.",
    429: "You have sent many requests in a short time. Please wait a little and try again.",
    500: "The fault is ours and has been recorded. Nothing was charged for this step. Please try again in a moment.",
    503: "A part of our system does not answer. Please try again in a minute.",
}
_STALE_FORM = (
    "This page was open for long, or its cookie is gone, so we could not be sure the form came from you."
)

log = observe.logger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as it is told to the client."""

    status: int
    code: str
    title: str
    detail: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def status_of(error: ExodriveError | type[ExodriveError]) -> int:
    """The status of an error of the business."""
    return _BY_CODE.get(error.code, STATUS[error.kind])


def problem_of(error: ExodriveError) -> Problem:
    """An error of the business as a problem. What is missing is told in the same words whatever it was."""
    status = status_of(error)
    detail = gettext(_DETAILS[404] if status == 404 else error.message)
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, Limited) else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Problem(status, error.code, gettext(_TITLES[status]), detail, error.fields, error.facts(), headers)


def problem_of_failure(error: Exception) -> Problem:
    """An error that nobody expected: what is away comes back, anything else is our fault."""
    return _problem_of_status(503 if is_outage(error) else 500)


def problem_of_http(error: HTTPException) -> Problem:
    """An error that HTTP itself has a status for. Whatever answers a method answers OPTIONS too."""
    allowed = getattr(error, "valid_methods", None)
    headers = {"Allow": ", ".join(sorted({*allowed, "OPTIONS"}))} if allowed else {}
    return _problem_of_status(error.code or 500, **headers)


def _problem_of_status(status: int, code: str | None = None, **headers: str) -> Problem:
    title = gettext(_TITLES.get(status, _TITLES[400]))
    detail = gettext(_DETAILS.get(status, _DETAILS[400]))
    return Problem(status, code or _code_of(status), title, detail, headers=headers)


def _code_of(status: int) -> str:
    """The stable code of an error that only has a status."""
    return {404: "not_found", 429: "rate_limited", 500: "internal", 503: "unavailable"}.get(
        status, f"http_{status}"
    )


def prefers_json() -> bool:
    """Whether the client would rather have JSON than a page."""
    offered = ["text/html", "application/problem+json", "application/json"]
    return request.accept_mimetypes.best_match(offered, default="text/html") != "text/html"


def answer(problem: Problem) -> Response:
    """The problem in the form that the client can use."""
    if prefers_json() or request.path.startswith(API):
        response = _as_json(problem)
    elif wants_fragment():
        response = _as_fragment(problem)
    else:
        response = make_response(_as_page(problem), problem.status)
    response.headers.update(problem.headers)
    keep_private()
    return response


def body_of(problem: Problem, base_url: str, request_id: str | None) -> dict[str, Any]:
    """The members of problem+json; `type` leads to what the code means, below our public address."""
    body: dict[str, Any] = {
        "type": f"{base_url}{REFERENCE}#{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": request_id,
    }
    if problem.fields:
        body["fields"] = problem.fields
    return {**problem.facts, **body}


def _as_json(problem: Problem) -> Response:
    body = json.dumps(body_of(problem, settings_of_app().base_url, request_id()))
    return Response(body, problem.status, mimetype="application/problem+json")


def _as_fragment(problem: Problem) -> Response:
    if problem.status in SWAPPED:
        body = _render("errors/_message.html", problem) or str(escape(problem.detail))
        return make_response(body, problem.status)
    toast = {"kind": "error", "message": problem.detail, "request_id": request_id()}
    response = make_response("", problem.status)
    response.headers["HX-Reswap"] = "none"
    response.headers["HX-Trigger"] = json.dumps({"toast": toast})
    return response


def _as_page(problem: Problem) -> str:
    template = "admin/error.html" if g.get("staff") else "errors/error.html"
    return _render(template, problem) or _BARE.format(
        title=escape(problem.title), detail=escape(problem.detail), id=escape(request_id() or "")
    )


def _render(template: str, problem: Problem) -> str | None:
    """The template; None when it cannot be rendered, since an error page must not fail."""
    try:
        return render_template(template, problem=problem)
    except Exception:  # whatever is broken, the visitor still gets the bare page
        log.exception("errors.template_failed", template=template)
        return None


_BARE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title></head>
<body><main><h1>{title}</h1><p>{detail}</p><p><a href="/">Home</a></p><p>Reference: {id}</p></main></body></html>
"""


def _on_business(error: ExodriveError) -> Response:
    return answer(problem_of(error))


def _on_limit(error: RateLimitExceeded) -> Response:
    return answer(_problem_of_status(429, **{"Retry-After": str(seconds_to_wait(error))}))


def _on_stale_form(error: CSRFError) -> Response:
    log.info("csrf.refused", reason=error.description)
    return answer(Problem(400, "csrf", gettext("Please send that once more"), gettext(_STALE_FORM)))


def _on_http(error: HTTPException) -> Response:
    if (error.code or 500) < 400:
        return make_response(error.get_response())
    return answer(problem_of_http(error))


def _on_anything(error: Exception) -> Response:
    log.error("request.failed", error=type(error).__name__, exc_info=error)
    return answer(problem_of_failure(error))


def install(app: Flask) -> None:
    """Answer every error here."""
    app.register_error_handler(ExodriveError, _on_business)
    app.register_error_handler(RateLimitExceeded, _on_limit)
    app.register_error_handler(CSRFError, _on_stale_form)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Exception, _on_anything)
