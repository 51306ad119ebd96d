"""What tells programmers of the API: the OpenAPI document, and the page made from it."""

import hashlib
import re
from functools import lru_cache

import orjson
from flask import Blueprint, Response, request
from markupsafe import Markup, escape
from werkzeug.exceptions import NotFound

from exodrive.api.openapi import document
from exodrive.api.outline import Outline, outline
from exodrive.api.procedure import procedures
from exodrive.http.context import settings_of_app
from exodrive.http.guards import public
from exodrive.http.render import page

blueprint = Blueprint("reference", __name__)
_VERSION = 1
"""What the pages tell of."""
_LONGEST = 80
_MARKS = (
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
)


@blueprint.get("/api/v<int:version>/openapi.json")
@public
def openapi(version: int) -> Response:
    """The OpenAPI 3.1 document of a version."""
    if version not in {one.version for one in procedures()}:
        raise NotFound
    body, tag = _written(version, *_place())
    response = Response(body, mimetype="application/json", headers={"Cache-Control": "public, max-age=300"})
    response.set_etag(tag)
    response.make_conditional(request)
    return response


@blueprint.get("/api/reference")
@public
def index() -> Response:
    """Every procedure and every code of an error; `q` leaves those procedures that have these words."""
    words = request.args.get("q", "")[:_LONGEST]
    told = _outline(*_place())
    return page("api/index.html", outline=told, found=told.found(words), words=words, spoken=_spoken)


@blueprint.get("/api/reference/<name>")
@public
def subject(name: str) -> Response:
    """The procedures of a subject, with all that they take, give and refuse."""
    told = _outline(*_place())
    found = next((one for one in told.subjects if one.name == name), None)
    if found is None:
        raise NotFound
    return page("api/subject.html", outline=told, subject=found, spoken=_spoken)


def _place() -> tuple[str, int]:
    """What of the settings stands in the document: the address, and how large a batch may be."""
    settings = settings_of_app()
    return settings.base_url, settings.api_batch_max_size if settings.api_batch_enabled else 0


@lru_cache(maxsize=8)
def _outline(base_url: str, batch_size: int) -> Outline:
    made = document(_VERSION, base_url=base_url, batch_size=batch_size)
    return outline(made, _VERSION, base_url)


def _spoken(text: str) -> Markup:
    """Words with `code` and **weight** in them, as HTML."""
    told = str(escape(text))
    for marks, written in _MARKS:
        told = marks.sub(written, told)
    return Markup(told)  # noqa: S704  escaped above; what is added holds no text from outside


@lru_cache(maxsize=8)
def _written(version: int, base_url: str, batch_size: int) -> tuple[bytes, str]:
    """The document as JSON and its tag: made once a process."""
    body = orjson.dumps(document(version, base_url=base_url, batch_size=batch_size))
    return body, hashlib.sha256(body).hexdigest()[:32]
