"""Facts that the fleet refuses with."""

from collections.abc import Mapping
from datetime import UTC, datetime

from exodrive.core.errors import ExodriveError, Kind
from exodrive.core.period import Period


class NotThen(ExodriveError):
    """The car cannot be had in that time; `alternatives` are the nearest stretches of the same length in which it is
    free, nearest first."""

    def __init__(self, message: str, *, alternatives: tuple[Period, ...] = ()) -> None:
        super().__init__(message)
        self.alternatives = alternatives

    def facts(self) -> Mapping[str, object]:
        return {
            "alternatives": [
                {"starts_at": _utc(free.start), "ends_at": _utc(free.end)} for free in self.alternatives
            ]
        }


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


class CarTaken(NotThen):
    """Another party has the car in that time."""

    kind = Kind.CONFLICT
    code = "car_taken"


class PickUpTooSoon(NotThen):
    """The pick-up has come so near that nobody can prepare the car for it any more."""

    kind = Kind.GONE
    code = "pick_up_too_soon"


class CarRetired(ExodriveError):
    """The car is not for rent any more."""

    kind = Kind.GONE
    code = "car_retired"
