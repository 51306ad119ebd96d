"""What tells programmers of the API: the OpenAPI document, and the page made from it."""

import hashlib
from functools import lru_cache

import orjson
from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from exodrive.api.openapi import document
from exodrive.api.procedure import procedures
from exodrive.http.context import settings_of_app
from exodrive.http.guards import public

blueprint = Blueprint("reference", __name__)


@blueprint.get("/api/v<int:version>/openapi.json")
@public
def openapi(version: int) -> Response:
    """The OpenAPI 3.1 document of a version."""
    if version not in {one.version for one in procedures()}:
        raise NotFound
    settings = settings_of_app()
    size = settings.api_batch_max_size if settings.api_batch_enabled else 0
    body, tag = _written(version, settings.base_url, size)
    response = Response(body, mimetype="application/json", headers={"Cache-Control": "public, max-age=300"})
    response.set_etag(tag)
    response.make_conditional(request)
    return response


@lru_cache(maxsize=8)
def _written(version: int, base_url: str, batch_size: int) -> tuple[bytes, str]:
    """The document as JSON and its tag: made once a process."""
    body = orjson.dumps(document(version, base_url=base_url, batch_size=batch_size))
    return body, hashlib.sha256(body).hexdigest()[:32]
