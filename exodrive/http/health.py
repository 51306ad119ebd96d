"""Whether this process lives, and whether it can serve."""

import redis
from flask import Blueprint, Response, jsonify, make_response
from redis.exceptions import RedisError
from wireup import Injected

from exodrive.core import observe
from exodrive.core.db import Database
from exodrive.http.guards import public
from exodrive.http.headers import over_http

blueprint = Blueprint("health", __name__)
log = observe.logger(__name__)


@blueprint.get("/healthz")
@public
@over_http
def alive() -> Response:
    """200 while the process answers; asks nobody else, so that a lost database does not restart it."""
    return _uncached(jsonify(status="ok"))


@blueprint.get("/readyz")
@public
@over_http
def ready(database: Injected[Database], broker: Injected[redis.Redis]) -> Response:
    """200 when database and Redis answer, else 503, naming which does not."""
    found = {"database": _answers(database), "redis": _pings(broker)}
    status = 200 if all(found.values()) else 503
    return _uncached(
        make_response(jsonify({name: "ok" if up else "down" for name, up in found.items()}), status)
    )


def _answers(database: Database) -> bool:
    try:
        with database.read():  # the pool pings a connection before it lends it
            return True
    except Exception as error:  # noqa: BLE001  whatever the driver raises, the answer is "no"
        log.warning("health.database", problem=type(error).__name__)
        return False


def _pings(broker: redis.Redis) -> bool:
    try:
        return bool(broker.ping())
    except RedisError as error:
        log.warning("health.redis", problem=type(error).__name__)
        return False


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
