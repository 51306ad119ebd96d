"""Endpoints and deliveries as others see them, and the jobs that carry them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.core.ledger import Policy, job
from exodrive.core.resilience import System
from exodrive.services.webhook.event_contracts import SUBSCRIBABLE, EventType

PAUSES = (5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
"""Seconds between the tries of a delivery: the plan of Standard Webhooks, ten tries in about 75 hours."""
TRIES = len(PAUSES) + 1
DELIVERY_PAGE = 50
MOST_ENDPOINTS = 10  # of one partner


class DeliveryState(StrEnum):
    """How far a delivery is."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"  # given up after the last try, or the endpoint said that it is gone
    SKIPPED = "skipped"  # the endpoint was off when its turn came


class Shut(StrEnum):
    """Why an endpoint is off."""

    BY_STAFF = "by_staff"
    BY_PARTNER = "by_partner"
    GONE = "gone"  # it answered 410
    FAILING = "failing"  # nothing reached it for days
    REMOVED = "removed"  # nobody sees it any more; forgotten with the last of its log


@contract
class AddEndpoint:
    """An address that wants to be told."""

    url: str = field(
        validate.Length(min=8, max=500),
        label="Address",
        help="An https:// address on the public internet.",
        input_type="url",
        inputmode="url",
        autocomplete="off",
        placeholder="https://partner.example/webhooks",
    )
    description: str = field(
        validate.Length(min=1, max=80), label="What it is for", placeholder="Concierge desk of the Palm Hotel"
    )
    events: list[str] = field(
        validate.Length(min=1, error="Please choose one at least."),
        validate.ContainsOnly(SUBSCRIBABLE),
        label="Events",
        choices={kind: kind for kind in SUBSCRIBABLE},
    )


@contract
class ChangeEndpoint:
    """What it is for, and what it wants to hear. Another address is another endpoint."""

    description: str = field(validate.Length(min=1, max=80), label="What it is for")
    events: list[str] = field(
        validate.Length(min=1, error="Please choose one at least."),
        validate.ContainsOnly(SUBSCRIBABLE),
        label="Events",
        choices={kind: kind for kind in SUBSCRIBABLE},
    )


def host_of(url: str) -> str:
    """The part of an address that may be shown where the rest may hold a secret."""
    return url.split("/", 3)[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointView:
    """An endpoint. `old_secret_until` while the secret before the present one still signs as well; `partner` is the
    name of whose it is, None for one of the business itself."""

    id: UUID
    partner_id: UUID | None
    partner: str | None
    url: str
    description: str
    events: tuple[str, ...]
    shut: Shut | None
    shut_at: datetime | None
    failing_since: datetime | None
    delivered_at: datetime | None
    old_secret_until: datetime | None
    created_at: datetime

    @property
    def host(self) -> str:
        return host_of(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSecret:
    """An endpoint's secret, on the only occasion that it is told."""

    endpoint_id: UUID
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """An event on its way to an endpoint. `status` is the last HTTP answer; `replay` counts repetitions on purpose."""

    id: UUID
    endpoint_id: UUID
    event_id: UUID
    event_type: EventType
    subject_id: UUID
    state: DeliveryState
    tries: int
    status: int | None
    replay: int
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TryView:
    """One try: what came back, or why nothing did. `took` in milliseconds; `answer` is the first of the body."""

    at: datetime
    took: int
    status: int | None
    error: str | None
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryStory:
    """A delivery with what is sent and how each try went, newest first."""

    delivery: DeliveryView
    endpoint: EndpointView
    body: str
    tries: tuple[TryView, ...]


@job("webhook.fan_out", Policy(queue="webhook", priority=2, max_attempts=20, first_retry=1))
@contract
class FanOutEvents:
    """Give fresh events their place in the feed, and promise each to whoever wants it."""

    event_id: UUID


@job(
    "webhook.deliver",
    Policy(queue="webhook", priority=4, max_attempts=TRIES, pauses=PAUSES, time_limit=45),
    subject="endpoint_id",
)
@contract
class DeliverEvent:
    """Send an event to an endpoint."""

    delivery_id: UUID
    endpoint_id: UUID


@job(
    "email.endpoint_shut",
    Policy(queue="email", priority=4, max_attempts=12, first_retry=10, needs=System.MAIL),
    subject="endpoint_id",
)
@contract
class SendEndpointShut:
    """Tell the staff that an endpoint is told nothing any more."""

    endpoint_id: UUID


@job("webhook.replay", Policy(queue="webhook", priority=6, max_attempts=8), subject="endpoint_id")
@contract
class ReplayEvents:
    """Send an endpoint again all that it wants of what happened since."""

    endpoint_id: UUID
    since: datetime
    until: datetime
    after: int = 0


@job("webhook.prune", Policy(queue="webhook", priority=8, max_attempts=3))
@contract
class PruneEvents:
    """Forget events that are older than the feed goes back."""


@contract
class FindDeliveries:
    """A part of an endpoint's log, newest first."""

    state: DeliveryState | None = field(default=None, label="State")
    before: UUID | None = field(default=None)


@contract
class ReplaySince:
    """From which day on an endpoint is told again; the day begins at midnight UTC."""

    since: date = field(
        label="Since", help="The start of this day, UTC. Events are kept for 30 days.", input_type="date"
    )
