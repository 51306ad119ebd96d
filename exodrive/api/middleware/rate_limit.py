"""How often a client may call a procedure: counted in Redis, in a moving window, for all processes together."""

import time
from collections.abc import Callable

from redis.exceptions import RedisError

from exodrive.api.call import Answer, Call
from exodrive.core.errors import Limited, Unavailable
from exodrive.http.limits import UNCOUNTED, Count


def counted(call: Call, carry: Callable[[Call], Answer]) -> Answer:
    """Tells the client where it stands, in the fields of the IETF's draft. Raises `Limited`; `Unavailable` for writes
    while Redis does not answer."""
    procedure, count = call.procedure, _count(call)
    if count is None:
        return carry(call)
    limit, window = procedure.limit.amount, procedure.limit.get_expiry()
    reset = max(1, round(count.reset_at - time.time()))
    call.headers["RateLimit-Policy"] = f'"{procedure.name}";q={limit};w={window}'
    call.headers["RateLimit"] = f'"{procedure.name}";r={count.left};t={reset}'
    if not count.allowed:
        raise Limited(f"{limit} calls in {window} seconds are allowed here.", retry_after=reset)
    return carry(call)


def _count(call: Call) -> Count | None:
    try:
        return call.visit.counter.hit(call.procedure.limit, call.procedure.name, call.client.name)
    except RedisError as error:
        if call.procedure.writes:
            raise Unavailable(UNCOUNTED) from error
        return None
