"""Limits that all workers keep together: so many jobs of a kind, or calls of one key (a recipient's domain, an
endpoint), in a minute."""

import limits
import redis
from limits.storage import RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from exodrive.core import observe
from exodrive.services.job.rules import OverRate
from exodrive.settings import Settings

log = observe.logger(__name__)

_LONGEST = 60  # seconds


class JobRates:
    """Counted in Redis. Where it is away nothing is held back: a limit protects others from us, jobs are promises."""

    def __init__(self, settings: Settings) -> None:
        storage = RedisStorage(settings.redis_url.get_secret_value(), key_prefix="exodrive:job-rate")
        self._limiter = SlidingWindowCounterRateLimiter(storage)

    def take(self, key: str, per_minute: int) -> None:
        """Count one. Raises `OverRate`, which tries the job again when there is room and counts as no attempt."""
        rate = limits.RateLimitItemPerMinute(per_minute)
        try:
            if self._limiter.hit(rate, key):
                return
        except redis.RedisError:
            log.warning("job.rate_not_counted", exc_info=True)
            return
        wait = min(_LONGEST, max(1, 60 // per_minute))
        raise OverRate(f"{per_minute} in a minute are enough for {key}.", retry_after=wait)
