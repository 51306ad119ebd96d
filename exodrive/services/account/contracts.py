"""What is asked of staff accounts and what they answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from exodrive.core.contract import contract, field, validate
from exodrive.core.ledger import Policy, job
from exodrive.core.resilience import System

PASSWORD_LENGTH = 12


class StaffRole(StrEnum):
    """What a member of staff may do. Each role may all that the ones before it may."""

    AGENT = "agent"
    MANAGER = "manager"
    OWNER = "owner"

    def covers(self, minimum: "StaffRole") -> bool:
        """Whether this role is at least `minimum`."""
        return _RANK[self] >= _RANK[minimum]


_RANK = {role: rank for rank, role in enumerate(StaffRole)}
ROLE_WORDS = {
    StaffRole.AGENT: "Agent",
    StaffRole.MANAGER: "Manager",
    StaffRole.OWNER: "Owner",
}


class LinkPurpose(StrEnum):
    """What a one-time link lets its holder do."""

    INVITATION = "invitation"
    RESET = "reset"


class StaffState(StrEnum):
    """Where an account stands, derived from its row."""

    INVITED = "invited"
    ACTIVE = "active"
    DEACTIVATED = "deactivated"


_NOT_AN_ADDRESS = "This does not look like an e-mail address."
_EMAIL = (validate.Email(error=_NOT_AN_ADDRESS), validate.Length(max=254))


@contract
class SignIn:
    """Who claims to be a member of staff."""

    email: str = field(*_EMAIL, label="E-mail", autocomplete="username", input_type="email")
    password: str = field(
        validate.Length(max=200), label="Password", autocomplete="current-password", input_type="password"
    )


@contract
class InviteStaff:
    """Let somebody in."""

    name: str = field(validate.Length(min=2, max=120), label="Full name", autocomplete="off")
    email: str = field(
        *_EMAIL,
        label="Work e-mail",
        autocomplete="off",
        input_type="email",
        help="The invitation goes here and works once, within 72 hours.",
    )
    role: StaffRole = field(default=StaffRole.AGENT, label="Role", choices=ROLE_WORDS)


@contract
class ChangeRole:
    """What a member of staff may do from now on."""

    role: StaffRole = field(label="Role", choices=ROLE_WORDS)


@contract
class SetPassword:
    """The password that a one-time link asks for."""

    password: str = field(
        validate.Length(min=PASSWORD_LENGTH, max=200, error="At least 12 characters, please."),
        label="New password",
        autocomplete="new-password",
        input_type="password",
        help="At least 12 characters. Several words in a row are easier to remember than signs.",
    )


@contract
class ChangePassword:
    """A new password for whoever knows the old one."""

    current: str = field(
        validate.Length(max=200),
        label="Current password",
        autocomplete="current-password",
        input_type="password",
    )
    password: str = field(
        validate.Length(min=PASSWORD_LENGTH, max=200, error="At least 12 characters, please."),
        label="New password",
        autocomplete="new-password",
        input_type="password",
        help="At least 12 characters. All other devices are signed out.",
    )


@contract
class AskForReset:
    """Somebody who does not know the password any more."""

    email: str = field(*_EMAIL, label="E-mail", autocomplete="username", input_type="email")


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """Where a request comes from. `address` is counted and never stored; `place` and `label` are coarse, for people to
    recognise a session by."""

    address: str
    place: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """A session that has just been opened. `token` is the cookie's value, told once."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who a session belongs to, as their account stands now."""

    session_id: UUID
    staff_id: UUID
    name: str
    role: StaffRole


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """A device that is signed in; `here` is the one that asks."""

    id: UUID
    label: str
    place: str
    created_at: datetime
    seen_at: datetime
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffView:
    """A member of staff, for owners."""

    id: UUID
    name: str
    email: str
    role: StaffRole
    state: StaffState
    created_at: datetime
    signed_in_at: datetime | None
    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A deed of an account's story; `who` is the name of the member of staff who did it."""

    at: datetime
    action: str
    data: dict[str, Any]
    who: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """What a one-time link opens."""

    purpose: LinkPurpose
    name: str
    email: str


_MAIL = Policy(queue="email", needs=System.MAIL, priority=1, max_attempts=12, first_retry=5)


@job("email.staff_invitation", _MAIL, subject="staff_id")
@contract
class SendStaffInvitation:
    """Bring the link of an invitation to the invitee."""

    staff_id: UUID
    link_id: UUID


@job("email.staff_reset", _MAIL)
@contract
class SendStaffReset:
    """Somebody asked for a new password for `email`: whether there is such an account is found out here, so that the
    page that was asked answers everybody alike. `link_id` makes a repeated run the same promise."""

    email: str
    link_id: UUID


@job("account.forget", Policy(queue="upkeep", priority=9, max_attempts=3, time_limit=900))
@contract
class ForgetSessions:
    """Delete sessions of the staff that are over, and one-time links of long ago."""
