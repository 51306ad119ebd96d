"""What some errors tell beside their words, by the class that tells it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from exodrive.core.contract import contract
from exodrive.core.errors import ExodriveError, VersionChanged
from exodrive.services.booking.errors import QuoteChanged
from exodrive.services.car.errors import NotThen


@contract
class Alternative:
    """A stretch in which the car is free."""

    starts_at: datetime
    ends_at: datetime


FACTS: Mapping[type[ExodriveError], Mapping[str, Any]] = {
    NotThen: {"alternatives": list[Alternative]},
    QuoteChanged: {"quote_id": UUID},
    VersionChanged: {"version": int},
}
