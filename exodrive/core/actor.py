"""Who does something, and from where: goes into every audit entry and job."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    CUSTOMER = "customer"
    STAFF = "staff"
    PARTNER = "partner"
    SYSTEM = "system"
    GATEWAY = "gateway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """`id` is an opaque id (never a name or an address); `request_id` ties the deed to its log lines. `role` is what a
    member of staff may do, as it stood when the request came in."""

    kind: ActorKind
    id: str | None = None
    request_id: str | None = None
    role: str | None = None


SYSTEM = Actor(kind=ActorKind.SYSTEM)
