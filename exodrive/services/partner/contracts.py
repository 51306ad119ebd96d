"""Partners, keys, their use and the rollout of procedures as others see them, and what is asked of them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.core.ledger import Policy, job
from exodrive.services.account.contracts import StaffRole

_LINE = validate.Regexp(r"[^\r\n]*\Z", error="One line, please.")
_EMAIL = (validate.Email(error="This does not look like an e-mail address."), validate.Length(max=254))


class Scope(StrEnum):
    """What a partner's key may do. The catalogue is public and needs none."""

    QUOTES_WRITE = "quotes:write"
    BOOKINGS_READ = "bookings:read"
    BOOKINGS_WRITE = "bookings:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    EVENTS_READ = "events:read"


SCOPE_WORDS = {
    Scope.QUOTES_WRITE.value: "Ask for quotes",
    Scope.BOOKINGS_READ.value: "Read their own bookings",
    Scope.BOOKINGS_WRITE.value: "Make, change and cancel bookings",
    Scope.WEBHOOKS_READ.value: "See their webhook endpoints and deliveries",
    Scope.WEBHOOKS_WRITE.value: "Add, change and remove their webhook endpoints",
    Scope.EVENTS_READ.value: "Read the feed of events",
}


class PartnerState(StrEnum):
    """Whether a partner's keys open anything."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class KeyKind(StrEnum):
    """Whose a key is."""

    PARTNER = "partner"
    STAFF = "staff"


class KeyState(StrEnum):
    """Where a key stands, derived from its row."""

    ACTIVE = "active"
    REPLACED = "replaced"  # there is a newer one; this one works a while longer
    EXPIRED = "expired"
    REVOKED = "revoked"


class Outcome(StrEnum):
    """How a call ended: done, refused (the caller's doing), or failed (ours)."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHolder:
    """Who has presented a key. A partner's has a `partner_id` and `scopes`; one of the staff a `staff_id` and the
    `role` that its owner has at this moment. `name` is the owner's."""

    kind: KeyKind
    key_id: UUID
    name: str
    partner_id: UUID | None
    staff_id: UUID | None
    role: StaffRole | None
    scopes: frozenset[Scope]


@contract
class WritePartner:
    """Somebody who sells our cars through the API."""

    name: str = field(
        validate.Length(min=2, max=120), _LINE, label="Name", autocomplete="off", placeholder="Palm Hotel"
    )
    email: str = field(
        *_EMAIL,
        label="Contact e-mail",
        input_type="email",
        autocomplete="off",
        help="Whom to ask when something is wrong with their calls.",
    )


@contract
class FindPartners:
    """A part of the list, by name."""

    q: str | None = field(validate.Length(max=120), default=None, label="Name", input_type="search")
    state: PartnerState | None = field(default=None, label="State", empty="Any state")
    page: int = field(validate.Range(min=1, max=10_000), default=1)


_LIFETIMES = {"30": "30 days", "90": "90 days", "365": "A year", "730": "Two years"}
_TOKEN_LIFETIMES = {"7": "7 days", "30": "30 days", "90": "90 days"}
_OVERLAPS = {"0": "It stops at once", "24": "24 hours", "72": "3 days", "168": "7 days"}


@contract
class IssueKey:
    """A key of a partner. `days` is how long it lives."""

    name: str = field(
        validate.Length(min=1, max=80), _LINE, label="What it is for", placeholder="Booking desk, production"
    )
    scopes: list[str] = field(
        validate.Length(min=1, error="Please choose one at least."),
        validate.ContainsOnly([scope.value for scope in Scope]),
        label="What it may do",
        choices=SCOPE_WORDS,
    )
    days: int = field(
        validate.OneOf([30, 90, 365, 730]), default=365, label="Expires after", choices=_LIFETIMES
    )


@contract
class RotateKey:
    """A new key in the place of another, which works `hours` longer."""

    hours: int = field(
        validate.OneOf([0, 24, 72, 168]), default=24, label="The old key works for another", choices=_OVERLAPS
    )


@contract
class IssueToken:
    """A member's own key; `days` is how long it lives."""

    name: str = field(
        validate.Length(min=1, max=80), _LINE, label="What it is for", placeholder="Script on my laptop"
    )
    days: int = field(
        validate.OneOf([7, 30, 90]), default=30, label="Expires after", choices=_TOKEN_LIFETIMES
    )


@contract
class SetRollout:
    """For whom a procedure is open: for nobody while it is not `enabled`; else for the `partners`, and for `percent`
    of all who call."""

    procedure: str = field(
        validate.Length(max=80),
        validate.Regexp(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+\Z", error="A name such as booking.hold, please."),
        label="Procedure",
        autocomplete="off",
        placeholder="booking.hold",
        help="As the API’s reference names it.",
    )
    enabled: bool = field(
        default=False, label="Open at all", help="Without the tick it is closed for everybody."
    )
    percent: int = field(
        validate.Range(min=0, max=100, error="From 0 to 100, please."),
        default=100,
        label="Per cent of callers",
        help="Always the same callers; a higher number only adds some.",
    )
    partners: list[UUID] = field(default_factory=list, label="Always open for")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerView:
    """A partner; `keys` is how many of its keys open something."""

    id: UUID
    name: str
    email: str
    state: PartnerState
    created_at: datetime
    keys: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerPage:
    """A part of the list of partners."""

    items: tuple[PartnerView, ...]
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """A key without its secret; `prefix` is its beginning, by which people tell keys apart."""

    id: UUID
    partner_id: UUID | None
    staff_id: UUID | None
    name: str
    prefix: str
    scopes: tuple[Scope, ...]
    state: KeyState
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    @property
    def works(self) -> bool:
        """Whether it opens anything now, as far as the key is concerned."""
        return self.state in {KeyState.ACTIVE, KeyState.REPLACED}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key that has just been made; `secret` is the whole of it, told once."""

    key_id: UUID
    name: str
    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfUse:
    """What a key called on a day, UTC. `calls` counts all, those that were refused or failed too."""

    day: date
    calls: int
    refused: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UseOfProcedure:
    """How often a key called a procedure in a period."""

    procedure: str
    calls: int
    refused: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """The use of a key: every day of a period, oldest first, and each procedure, the most called first."""

    days: tuple[DayOfUse, ...]
    procedures: tuple[UseOfProcedure, ...]

    @property
    def calls(self) -> int:
        return sum(day.calls for day in self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutView:
    """For whom a procedure is open; `changed_by` is a member of staff."""

    procedure: str
    enabled: bool
    percent: int
    partners: tuple[UUID, ...]
    changed_at: datetime
    changed_by: UUID


@job("api.usage", Policy(queue="upkeep", priority=7, max_attempts=3, first_retry=5, time_limit=60))
@contract
class StoreUsage:
    """Bring what was counted since the last time into the table."""


@job("api.forget_usage", Policy(queue="upkeep", priority=9, max_attempts=3, time_limit=900))
@contract
class ForgetUsage:
    """Delete the use of keys of more than 13 months ago."""
