"""Whether this process lives, and whether it can serve."""

import redis
from flask import Blueprint, Response, jsonify
from wireup import Injected

from exodrive.core.db import Database
from exodrive.core.health import database_answers, redis_answers
from exodrive.http.guards import public
from exodrive.http.headers import over_http

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
@over_http
def alive() -> Response:
    """200 while the process answers; asks nobody else, so that a lost database does not restart it."""
    return _uncached(jsonify(status="ok"))


@blueprint.get("/readyz")
@public
@over_http
def ready(database: Injected[Database], client: Injected[redis.Redis]) -> Response:
    """200 when database and Redis answer, else 503, naming which does not."""
    found = {"database": database_answers(database), "redis": redis_answers(client)}
    response = jsonify({name: "ok" if answers else "down" for name, answers in found.items()})
    response.status_code = 200 if all(found.values()) else 503
    return _uncached(response)


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
