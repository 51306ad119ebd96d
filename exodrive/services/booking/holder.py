"""Who asks for a booking: what they have to show for it."""

from dataclasses import dataclass, field
from uuid import UUID

from exodrive.core.actor import Actor, ActorKind


@dataclass(frozen=True, slots=True)
class ByLink:
    """Whoever has a booking's link; where a `booking_id` is asked for, the link must be that booking's."""

    token: str = field(repr=False)
    booking_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ByPartner:
    """The partner, for a booking that the partner made."""

    partner_id: UUID
    booking_id: UUID


@dataclass(frozen=True, slots=True)
class ByStaff:
    """A member of staff, for any booking; an agent at least."""

    actor: Actor
    booking_id: UUID


Booker = ByLink | ByPartner
Holder = Booker | ByStaff


def partner_of(actor: Actor) -> UUID | None:
    """The partner who acts, if it is one."""
    return UUID(actor.id) if actor.kind is ActorKind.PARTNER else None
