"""What mail providers tell of a mail, and what follows for its address."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from exodrive.core.contract import contract
from exodrive.core.ledger import Policy, job


class SuppressionReason(StrEnum):
    """Why an address takes no mail."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"


class MailOutcome(StrEnum):
    """What became of a mail, in the words of the house. Delayed: its server will try again by itself."""

    DELIVERED = "delivered"
    DELAYED = "delayed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedEvent:
    """An event whose signature is good: what is needed to store it once."""

    event_id: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEventView:
    """What a stored event says. `detail` holds codes and never an address; `suppresses` is set where the address should
    get no further mail. `outcome` None is news that we have no use for."""

    outcome: MailOutcome | None
    message_id: str
    recipient: str
    detail: str | None
    occurred_at: datetime
    suppresses: SuppressionReason | None


@job("email.event", Policy(queue="email", priority=4, max_attempts=6))
@contract
class ReadMailEvent:
    """Act on a stored event of the mail provider."""

    event_id: UUID
