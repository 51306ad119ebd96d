"""Campaigns as others see them, what is asked of them, and the jobs that send them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.core.errors import ExodriveError, Kind
from exodrive.core.ledger import Policy, job
from exodrive.core.resilience import System
from exodrive.services.car.contracts import Category

_LINE = validate.Regexp(r"[^\r\n]*\Z", error="One line, please.")
PER_MINUTE = 600
"""Mails of campaigns that go out in a minute, so that they never stand before what a customer waits for."""
DOMAIN_PER_MINUTE = 120
"""Of those, to addresses of one mail provider."""


class CampaignState(StrEnum):
    """How far a campaign is."""

    DRAFT = "draft"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"


class CampaignStarted(ExodriveError):
    """It is on its way, so it cannot be changed or sent again."""

    kind = Kind.CONFLICT
    code = "campaign_started"


class NobodyToTell(ExodriveError):
    """Nobody who asked for news is in the segment."""

    kind = Kind.CONFLICT
    code = "nobody_to_tell"


@contract
class WriteCampaign:
    """A campaign's words, and whom of those who asked for news it is for: everybody, or who has rented so."""

    name: str = field(
        validate.Length(min=1, max=80), _LINE, label="Name", help="For you: it is not in the mail."
    )
    subject: str = field(validate.Length(min=1, max=120), _LINE, label="Subject")
    text: str = field(
        validate.Length(min=1, max=5000),
        label="Text",
        help="Plain text. An empty line begins a new paragraph.",
        input_type="textarea",
    )
    location: str | None = field(
        validate.Length(max=80), default=None, label="Rented at", empty="Any location"
    )
    category: Category | None = field(default=None, label="Rented", empty="Any car")
    since: date | None = field(default=None, label="Rented since", help="Leave empty for any time.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignView:
    """A campaign. `recipients` is how many it went to, None for a draft; `batch_id` is that of its mails."""

    id: UUID
    name: str
    subject: str
    text: str
    location: str | None
    category: Category | None
    since: date | None
    state: CampaignState
    recipients: int | None
    batch_id: UUID | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text as its writer parted it."""
        return tuple(part.strip() for part in self.text.split("\n\n") if part.strip())


@job(
    "email.campaign",
    Policy(queue="email", priority=9, max_attempts=6, needs=System.MAIL, per_minute=PER_MINUTE),
    subject="campaign_id",
)
@contract
class SendCampaignMail:
    """Send a campaign to one who asked for news, unless they have stopped it."""

    campaign_id: UUID
    consent_id: UUID


@job("email.campaign_sent", Policy(queue="email", priority=5, max_attempts=8), subject="campaign_id")
@contract
class FinishCampaign:
    """Every mail of a campaign has gone its way."""

    campaign_id: UUID
