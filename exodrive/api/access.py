"""Who calls, and who may: every procedure declares its ways in."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from exodrive.core.actor import Actor
from exodrive.services.account.contracts import StaffRole
from exodrive.services.partner.contracts import Scope


class ClientKind(StrEnum):
    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"  # holds the link of a booking
    PARTNER = "partner"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who calls. `name` is what calls are counted and keys kept by; `link` is the token of a booking's link, which only
    its service can judge."""

    kind: ClientKind
    name: str
    actor: Actor
    key_id: UUID | None = None
    partner_id: UUID | None = None
    scopes: frozenset[Scope] = field(default_factory=frozenset)
    role: StaffRole | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The ways in; one is enough. `a | b` is both. Where there is a `scope`, keys of partners need it, however open the
    procedure is to others: a key does no more than it is for."""

    public: bool = False
    customer: bool = False
    scope: Scope | None = None
    role: StaffRole | None = None

    def __or__(self, other: "Access") -> "Access":
        return Access(
            public=self.public or other.public,
            customer=self.customer or other.customer,
            scope=self.scope or other.scope,
            role=self.role or other.role,
        )


PUBLIC = Access(public=True)
"""Anyone."""

CUSTOMER = Access(customer=True)
"""Whoever holds the link of a booking; the service behind asks whether it is that of this booking."""


def partner(scope: Scope) -> Access:
    """Keys of partners with this scope; the service behind asks whose the thing is."""
    return Access(scope=scope)


def staff(minimum: StaffRole) -> Access:
    """Keys of members of staff with at least this role; the service behind asks for the role again."""
    return Access(role=minimum)
