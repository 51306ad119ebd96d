"""The one way of every call, whatever form it came in: through these layers, in this order, to the procedure."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import reduce

import orjson
from werkzeug.http import http_date

from exodrive.api import selection
from exodrive.api.call import Answer, Call
from exodrive.api.errors import told_of
from exodrive.api.middleware.auth import admitted
from exodrive.api.middleware.idempotency import once
from exodrive.api.middleware.kept import kept
from exodrive.api.middleware.rate_limit import counted
from exodrive.api.middleware.rollout import rolled_out
from exodrive.core import observe
from exodrive.core.contract import load
from exodrive.core.deadline import within
from exodrive.core.errors import ExodriveError, VersionRequired
from exodrive.http.errors import Problem, problem_of_failure
from exodrive.services.partner.usage import UsageService

Next = Callable[[Call], Answer]
Layer = Callable[[Call, Next], Answer]
JSON = orjson.OPT_UTC_Z

log = observe.logger(__name__)


def told(call: Call, carry: Next) -> Answer:
    """One line for each call, counted for whoever has a key; whatever goes wrong becomes a problem."""
    began = time.perf_counter()
    answer = _safely(call, carry)
    elapsed = round((time.perf_counter() - began) * 1000, 1)
    client = call.client
    say = log.error if answer.status >= 500 else log.info
    say("api.call", procedure=call.procedure.name, client=client.kind.value, status=answer.status, ms=elapsed)
    if client.key_id is not None:
        call.get(UsageService).count(client.key_id, call.procedure.name, answer.status)
    return answer


def _safely(call: Call, carry: Next) -> Answer:
    try:
        return carry(call)
    except ExodriveError as error:
        return problem(told_of(error), call)
    except Exception as error:
        log.exception("api.failed", procedure=call.procedure.name)
        return problem(problem_of_failure(error), call)


def problem(told: Problem, call: Call) -> Answer:
    """A problem as an answer."""
    return Answer(status=told.status, body=call.visit.problem(told), headers=call.headers | told.headers)


def announced(call: Call, carry: Next) -> Answer:
    """Says when a procedure goes."""
    if going := call.procedure.deprecated:
        since, sunset = (
            datetime.combine(day, datetime.min.time(), UTC) for day in (going.since, going.sunset)
        )
        call.headers["Deprecation"] = f"@{int(since.timestamp())}"
        call.headers["Sunset"] = http_date(sunset)
    return carry(call)


def timed(call: Call, carry: Next) -> Answer:
    """What waits for another system waits no longer than the call may take."""
    with within(call.left()):
        return carry(call)


def understood(call: Call, carry: Next) -> Answer:
    """Input becomes a contract, or all that is wrong with it is told by field. Raises `VersionRequired`."""
    if call.procedure.guards_version and "version" not in call.given:
        raise VersionRequired("Send the ETag of what you have seen as If-Match, or its version.")
    if call.selected is not None:
        selection.read(call.selected, call.procedure.output)
    if call.asked is None:
        call.asked = load(call.procedure.input, call.given, typed=call.typed)
    return carry(call)


def perform(call: Call) -> Answer:
    """The procedure itself. Its answer is not checked against its contract here: mypy and the tests do."""
    value = call.procedure.call(call, call.asked)
    if version := getattr(value, "version", None):
        call.headers["ETag"] = f'"{version}"'
    if call.selected is not None:
        value = selection.select(value, selection.read(call.selected, call.procedure.output))
    return Answer(
        status=call.procedure.rest.status, body=orjson.dumps(value, option=JSON), headers=call.headers
    )


LAYERS: tuple[Layer, ...] = (told, announced, rolled_out, admitted, counted, timed, kept, understood, once)
"""Outermost first."""


def _around(inner: Next, layer: Layer) -> Next:
    return lambda call: layer(call, inner)


_innermost: Next = perform
run: Next = reduce(_around, reversed(LAYERS), _innermost)
"""Answer a call. Raises nothing."""
