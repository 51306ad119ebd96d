"""Signatures of Standard Webhooks 1.0, and what becomes of a delivery. Pure functions."""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from exodrive.core.actor import Actor, ActorKind
from exodrive.core.errors import Forbidden
from exodrive.services.webhook.contracts import TRIES, DeliveryState, Shut

OVERLAP = timedelta(hours=24)
"""How long the secret before still signs, beside the new one."""
PATIENCE = timedelta(days=5)
"""An endpoint that nothing has reached for so long is shut."""
REMEMBERED = timedelta(days=30)
"""How far the feed and the log of deliveries go back."""
_GONE = 410
_PREFIX = "whsec_"
_LONGEST_WAIT = 24 * 3600  # seconds that an endpoint may ask us to wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one try: a status with the first of the body, or an error in words of ours. `took` in
    milliseconds; `retry_after` in seconds, where the endpoint asked for it."""

    status: int | None
    took: int
    error: str | None = None
    excerpt: str | None = None
    retry_after: int | None = None

    @property
    def accepted(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """After a try: the delivery's state, whether the endpoint is shut, and how long to wait for the next try at
    least."""

    state: DeliveryState
    shut: Shut | None = None
    wait: int = 0


def outcome(answer: Answer, *, tries: int, failing_since: datetime | None, now: datetime) -> Outcome:
    """`tries` with this one; `failing_since` the first failure after the last success, of any delivery."""
    if answer.accepted:
        return Outcome(state=DeliveryState.DELIVERED)
    if answer.status == _GONE:
        return Outcome(state=DeliveryState.FAILED, shut=Shut.GONE)
    hopeless = failing_since is not None and now - failing_since >= PATIENCE
    given_up = tries >= TRIES
    return Outcome(
        state=DeliveryState.FAILED if given_up or hopeless else DeliveryState.PENDING,
        shut=Shut.FAILING if hopeless else None,
        wait=min(answer.retry_after or 0, _LONGEST_WAIT),
    )


def partner_of(actor: Actor) -> UUID:
    """Which partner acts. Raises `Forbidden` for anybody else."""
    if actor.kind is not ActorKind.PARTNER or actor.id is None:
        raise Forbidden("This is for partners.")
    return UUID(actor.id)


def new_secret(random: bytes) -> str:
    """A secret as it is shown, of 24 to 64 random bytes."""
    return _PREFIX + base64.b64encode(random).decode()


def headers(message_id: str, body: bytes, secrets: Sequence[str], at: datetime) -> dict[str, str]:
    """The three headers; one signature for each secret that holds."""
    seconds = str(int(at.timestamp()))
    signed = b".".join((message_id.encode(), seconds.encode(), body))
    signatures = (hmac.digest(_key(secret), signed, "sha256") for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(one).decode()}" for one in signatures),
    }


def _key(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix(_PREFIX))
