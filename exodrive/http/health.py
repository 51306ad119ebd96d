"""Whether this process lives, whether it can serve, and whether what was promised is being done."""

from collections.abc import Mapping

import redis
from flask import Blueprint, Response, jsonify
from wireup import Injected

from exodrive.core.cache import AnswerCache
from exodrive.core.db import Database
from exodrive.core.health import database_answers, redis_answers
from exodrive.core.metrics import CONTENT_TYPE, Sample, exposition
from exodrive.http.guards import by_secret, public
from exodrive.http.headers import over_http
from exodrive.services.job.monitoring import JobHealthService

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
    return _told(_servers(database, client))


@blueprint.get("/health")
@public
@over_http
def whole(
    database: Injected[Database], client: Injected[redis.Redis], jobs: Injected[JobHealthService]
) -> Response:
    """200 when the whole product works, the clock and the workers too, else 503, naming the parts that do not. For
    alarms: a page can be served all the same."""
    found = _servers(database, client)
    if found["database"]:
        health = jobs.look()
        found |= {"schedule": not health.silent, "queue": not health.late, "outside": not health.away}
    return _told(found)


@blueprint.get("/metrics")
@by_secret
@over_http
def metrics(
    database: Injected[Database],
    client: Injected[redis.Redis],
    jobs: Injected[JobHealthService],
    answers: Injected[AnswerCache],
) -> Response:
    """Figures for a monitor."""
    found = _servers(database, client)
    samples = [
        Sample("exodrive_up", "1 where a server answers.", good, {"server": name})
        for name, good in found.items()
    ]
    if found["database"]:
        samples += jobs.samples()
    samples += answers.samples()
    return _uncached(Response(exposition(samples), content_type=CONTENT_TYPE))


def _servers(database: Database, client: redis.Redis) -> dict[str, bool]:
    return {"database": database_answers(database), "redis": redis_answers(client)}


def _told(found: Mapping[str, bool]) -> Response:
    response = jsonify({name: "ok" if good else "down" for name, good in found.items()})
    response.status_code = 200 if all(found.values()) else 503
    return _uncached(response)


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
