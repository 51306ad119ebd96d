"""How often somebody may try to get in: counted in Redis, exactly, and closed where it cannot be counted."""

import math
from collections.abc import Mapping
from typing import Any, cast

import redis
from redis.exceptions import RedisError

from exodrive.core import observe
from exodrive.core.errors import Limited, Unavailable

WINDOW = 15 * 60  # seconds, from the first try
PER_ACCOUNT = 5
PER_ADDRESS = 30

# All counters are looked at before any is raised, in one step: so many tries get through and not one more.
_TAKE = """
for i, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[i + 1]) then
        return {i, redis.call('PTTL', key)}
    end
end
for _, key in ipairs(KEYS) do
    if redis.call('INCR', key) == 1 then redis.call('EXPIRE', key, ARGV[1]) end
end
return {0, 0}
"""
_GIVE_BACK = """
redis.call('DEL', KEYS[1])
if tonumber(redis.call('GET', KEYS[2]) or '0') > 0 then redis.call('DECR', KEYS[2]) end
"""

log = observe.logger(__name__)


class TooManyTries(Limited):
    """The door stays shut for a while; `account` says whether for this account, or for the address that tries."""

    code = "too_many_tries"

    def __init__(self, *, retry_after: int, account: bool) -> None:
        minutes = math.ceil(retry_after / 60)
        wait = "a minute" if minutes <= 1 else f"{minutes} minutes"
        super().__init__(f"Too many tries. Please wait {wait} and try again.", retry_after=retry_after)
        self.account = account


class SignInThrottle:
    """Counts tries for an account and for the network address that makes them."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._take = client.register_script(_TAKE)
        self._give_back = client.register_script(_GIVE_BACK)

    def take(self, what: str, account: bytes, address: str) -> None:
        """Count a try of `what`. Raises `TooManyTries`, and `Unavailable` where Redis does not answer."""
        limits: Mapping[str, int] = {
            _account_key(what, account): PER_ACCOUNT,
            _address_key(what, address): PER_ADDRESS,
        }
        reached, left = self._run(self._take, list(limits), [WINDOW, *limits.values()])
        if reached:
            raise TooManyTries(retry_after=max(1, math.ceil(left / 1000)), account=reached == 1)

    def succeeded(self, what: str, account: bytes, address: str) -> None:
        """The try was good: the account starts anew, and the address has one try less."""
        self._run(self._give_back, [_account_key(what, account), _address_key(what, address)], [])

    def _run(self, script: Any, keys: list[str], values: list[int]) -> tuple[int, int]:
        try:
            return cast(tuple[int, int], script(keys=keys, args=values) or (0, 0))
        except RedisError as error:
            log.warning("throttle.unreachable", problem=type(error).__name__)
            raise Unavailable("We cannot sign anybody in right now. Please try again in a minute.") from error


def _account_key(what: str, account: bytes) -> str:
    return f"staff:{what}:account:{account.hex()}"


def _address_key(what: str, address: str) -> str:
    return f"staff:{what}:address:{address}"
