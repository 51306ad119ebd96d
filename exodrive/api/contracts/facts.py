"""What some errors tell beside their words, by the class that tells it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from exodrive.api.procedure import Undeclared
from exodrive.core.contract import contract, field
from exodrive.core.errors import ExodriveError, VersionChanged
from exodrive.services.booking.errors import QuoteChanged, RefundChanged
from exodrive.services.car.errors import NotThen


@contract
class Alternative:
    """A stretch in which the car is free."""

    starts_at: datetime
    ends_at: datetime


@contract
class FreeInstead:
    """When the car can be had: the nearest stretches of the same length, nearest first."""

    alternatives: list[Alternative]


@contract
class PresentQuote:
    """The new quote, to be seen before it is agreed to."""

    quote_id: UUID


@contract
class PresentRefund:
    """What cancelling gives back now, to be seen before it is agreed to."""

    refund: int = field(unit="minor units")
    kept: int = field(unit="minor units")


@contract
class PresentVersion:
    """The version that the thing has now."""

    version: int


FACTS: Mapping[type[ExodriveError], type] = {
    NotThen: FreeInstead,
    QuoteChanged: PresentQuote,
    RefundChanged: PresentRefund,
    VersionChanged: PresentVersion,
}


def facts_of(error: type[ExodriveError]) -> type | None:
    """The contract of what an error tells beside its words. Raises `Undeclared`."""
    owner = next(one for one in error.__mro__ if "facts" in vars(one))
    if owner is ExodriveError:
        return None
    if owner not in FACTS:
        raise Undeclared(f"what {owner.__name__} tells beside its words is not in FACTS")
    return FACTS[owner]
