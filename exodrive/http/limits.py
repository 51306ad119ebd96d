"""How often a client may call. Counted in Redis, in a moving window, for all processes together.

When Redis does not answer, reads go on and writes are refused: a limiter that cannot count lets nobody write.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from time import monotonic, time
from typing import Any, TypeVar, cast

import redis
from flask import Flask, current_app, has_request_context, request
from flask_limiter import Limiter, RateLimitExceeded
from limits import RateLimitItem, parse_many
from limits.storage import RedisStorage
from redis.exceptions import RedisError

from exodrive.core import observe
from exodrive.core.clock import SystemClock
from exodrive.core.errors import Unavailable
from exodrive.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])
OVERALL = "600/minute"
"""For one client over all pages together; pages that cost more declare less."""

UNCOUNTED = "We cannot take your request right now. Please try again in a minute."

_LEFT_ALONE = 2.0  # seconds
_MARK = "exodrive_limit"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_UNCOUNTED = frozenset(
    {"health.alive", "health.ready", "health.whole", "health.metrics", "assets.static", "assets.media"}
)

log = observe.logger(__name__)


class _Wary:
    """A Redis that did not answer is left alone for a moment, so that a hanging one does not make everybody wait."""

    def __init__(self) -> None:
        self._left_alone_until = 0.0

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around each question. Raises `RedisError`."""
        if monotonic() < self._left_alone_until:
            raise redis.ConnectionError("left alone for a moment")
        try:
            yield
        except RedisError as error:
            self._left_alone_until = monotonic() + _LEFT_ALONE
            log.warning("limits.unreachable", problem=type(error).__name__)
            raise


class Counts(RedisStorage):
    """Redis as the store of counts of pages."""

    STORAGE_SCHEME = ["exodrive-counts"]  # noqa: RUF012  the library's own class attribute

    def __init__(self, uri: str, connection_pool: redis.ConnectionPool) -> None:
        super().__init__(uri, connection_pool=connection_pool, key_prefix="limit")
        self._wary = _Wary()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Raises `RedisError`."""
        with self._wary.asking():
            return super().acquire_entry(key, limit, expiry, amount)


class ClosedOnWrites(Counts):
    """Decides what an unreachable Redis means for a page."""

    STORAGE_SCHEME = ["exodrive"]  # noqa: RUF012  the library's own class attribute

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        try:
            return super().acquire_entry(key, limit, expiry, amount)
        except RedisError:
            if has_request_context() and request.method in _SAFE:
                return True
            raise Unavailable(UNCOUNTED) from None


@dataclass(frozen=True, slots=True)
class Count:
    """Where a client stands: whether this call was within the limit, how many are left, and when (epoch) the oldest
    counted one leaves the window."""

    allowed: bool
    left: int
    reset_at: float


_COUNT = """
local now, most, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local edge = redis.call('LINDEX', KEYS[1], most - 1)
local allowed = not edge or tonumber(edge) < now - window
if allowed then
    redis.call('LPUSH', KEYS[1], ARGV[1])
    redis.call('EXPIRE', KEYS[1], window)
end
local oldest = redis.call('LINDEX', KEYS[1], -1)
while oldest and tonumber(oldest) < now - window do
    redis.call('RPOP', KEYS[1])
    oldest = redis.call('LINDEX', KEYS[1], -1)
end
return {allowed and 1 or 0, redis.call('LLEN', KEYS[1]), oldest or ARGV[1]}
"""
"""The times of the calls that were let in, newest first: counts one, and tells where the client stands, in one go. The
library asks twice for that."""


class Counter:
    """Counts what is not a page, by names of its own."""

    def __init__(self, pool: redis.ConnectionPool, *, enabled: bool) -> None:
        self._count = redis.Redis(connection_pool=pool).register_script(_COUNT)
        self._wary = _Wary()
        self._enabled = enabled

    def hit(self, limit: RateLimitItem, *names: str) -> Count | None:
        """Count a call; None where nothing is to be counted. Raises `RedisError`."""
        if not self._enabled:
            return None
        window = limit.get_expiry()
        key = limit.key_for("limit", *names)
        with self._wary.asking():
            allowed, known, oldest = self._count(keys=[key], args=[f"{time():.6f}", limit.amount, window])
        return Count(bool(allowed), limit.amount - known, float(oldest) + window)


def limited(rule: str, *, methods: Sequence[str] | None = None) -> Callable[[View], View]:
    """Declare the limit of a route for one client: `@limited("10/minute", methods=["POST"])`. Raises ValueError for
    a rule that cannot be read: the library itself would only log it, and limit nothing."""
    parse_many(rule)

    def mark(view: View) -> View:
        setattr(view, _MARK, (rule, list(methods) if methods else None))
        return view

    return mark


def seconds_to_wait(exceeded: RateLimitExceeded) -> int:
    """How long until the limit that was just hit lets the client in again."""
    limiter = cast(Limiter, current_app.extensions["exodrive.limiter"])
    window = exceeded.limit.limit.get_expiry()
    try:
        reached = limiter.current_limit
        reset = reached.reset_at if reached else 0
    except RedisError:
        return window
    return min(window, max(1, round(reset - SystemClock().now().timestamp())))


def address_of_client() -> str:
    """The address behind the present page's request."""
    return counted_address(request.remote_addr or "")


def counted_address(remote: str) -> str:
    """A client's address; of IPv6 the /64 network, which is what one household or server is given."""
    try:
        address = ip_address(remote)
    except ValueError:
        return "unknown"
    return str(ip_network((address, 64), strict=False) if address.version == 6 else address)


def install(app: Flask, settings: Settings, pool: redis.ConnectionPool) -> None:
    """Count every request against the limit over all pages."""
    limiter = Limiter(
        address_of_client,
        app=app,
        application_limits=[OVERALL],
        storage_uri="exodrive://",
        storage_options={"connection_pool": pool},  # type: ignore[dict-item]  # passed on to the storage as it is
        strategy="moving-window",
        enabled=settings.rate_limits,
    )
    limiter.request_filter(lambda: request.endpoint in _UNCOUNTED)
    app.extensions["exodrive.limiter"] = limiter


def apply(app: Flask) -> None:
    """Put the declared limits around the views; call once all routes are there."""
    limiter = cast(Limiter, app.extensions["exodrive.limiter"])
    for endpoint, view in list(app.view_functions.items()):
        rule, methods = getattr(view, _MARK, (None, None))
        if rule is not None:
            wrapped: Callable[..., Any] = limiter.limit(rule, methods=methods)(view)
            app.view_functions[endpoint] = wrapped
