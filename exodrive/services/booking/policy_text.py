"""The cancellation policy in words: the only place that says it, for pages and mails alike."""

from datetime import datetime, timedelta

from exodrive.services.booking.contracts import PolicyView
from exodrive.services.email.formats import moment

_NOTHING = (
    "After that there is no refund. The deposit is never part of this: it is released after the return."
)


def in_general(policy: PolicyView) -> tuple[str, ...]:
    """The policy without a booking, a sentence each."""
    tiers = (f"{_share(tier.refund)} up to {_span(tier.hours)} before pick-up." for tier in policy.tiers)
    return (*_grace(policy), *tiers, _NOTHING)


def for_booking(policy: PolicyView, *, starts_at: datetime, zone: str) -> tuple[str, ...]:
    """The policy with the dates of a booking, by the clock of its pick-up location."""
    ends = (moment(starts_at - timedelta(hours=tier.hours), zone) for tier in policy.tiers)
    tiers = (f"{_share(tier.refund)} until {end}." for tier, end in zip(policy.tiers, ends, strict=True))
    return (*_grace(policy), *tiers, _NOTHING)


def _grace(policy: PolicyView) -> tuple[str, ...]:
    if not policy.grace_minutes:
        return ()
    return (f"Full refund within {policy.grace_minutes} minutes of booking, up to the pick-up.",)


def _share(basis_points: int) -> str:
    return "Full refund" if basis_points == 10_000 else f"{basis_points / 100:g}% refund"


def _span(hours: int) -> str:
    return (
        f"{hours // 24} days"
        if hours % 24 == 0 and hours > 48
        else "1 hour"
        if hours == 1
        else f"{hours} hours"
    )
