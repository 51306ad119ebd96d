"""Each request's identity: its id, who acts, and the one line that is logged about it."""

import re
import time
from typing import cast

import structlog
from flask import Flask, Response, current_app, g, has_request_context, request

from exodrive.core import observe
from exodrive.core.actor import Actor, ActorKind
from exodrive.core.ids import new_id
from exodrive.settings import Settings

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET = frozenset(
    {"health.alive", "health.ready", "health.whole", "health.metrics", "assets.static", "assets.media"}
)

log = observe.logger(__name__)


def request_id() -> str | None:
    """The id of this request; None outside of one."""
    return cast(str | None, g.get("request_id")) if has_request_context() else None


def current_actor() -> Actor:
    """Who makes this request: a member of staff behind the staff's door, else a customer. Customers have no account:
    the id of the request is what ties their deeds."""
    if actor := g.get("actor"):
        return cast(Actor, actor)
    return Actor(kind=ActorKind.CUSTOMER, request_id=request_id())


def act_as(actor: Actor) -> None:
    """Make this request the actor's, in its deeds and in its log lines."""
    g.actor = actor
    structlog.contextvars.bind_contextvars(actor=str(actor.kind))


def settings_of_app() -> Settings:
    """The settings that the running application was made with."""
    return cast(Settings, current_app.extensions["exodrive.settings"])


def route() -> str:
    """The rule of the route, `/booking/<token>`: never the path, which may hold a token."""
    return request.url_rule.rule if request.url_rule else "unmatched"


def enter(offered: str, way: str) -> str:
    """Begin the log lines of a request to the route `way`; its id, which is the one offered if that is sane."""
    own = offered if _SANE.fullmatch(offered) else str(new_id())
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=own, actor=str(ActorKind.CUSTOMER), route=way)
    return own


def tell(method: str, status: int, entered: float, *, quietly: bool = False) -> None:
    """The one line about a request that was `entered` then, by the performance counter."""
    say = log.debug if quietly else log.info
    say("request", method=method, status=status, ms=round((time.perf_counter() - entered) * 1000, 1))


def _enter() -> None:
    g.entered = time.perf_counter()
    g.request_id = enter(request.headers.get(HEADER, ""), route())


def _leave(response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    tell(request.method, response.status_code, g.entered, quietly=request.endpoint in _QUIET)
    return response


def install(app: Flask, settings: Settings) -> None:
    """First of all: what is installed later runs inside."""
    app.extensions["exodrive.settings"] = settings
    app.before_request(_enter)
    app.after_request(_leave)
    app.teardown_request(lambda _error: structlog.contextvars.clear_contextvars())
