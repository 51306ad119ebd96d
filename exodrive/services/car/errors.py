"""Facts that the fleet refuses with."""

from collections.abc import Mapping

from exodrive.core.errors import ExodriveError, Kind
from exodrive.core.period import Period


class CarTaken(ExodriveError):
    """Another party has the car in that time; `alternatives` are the nearest stretches of the same length in
    which it is free, nearest first."""

    kind = Kind.CONFLICT
    code = "car_taken"

    def __init__(self, message: str, *, alternatives: tuple[Period, ...] = ()) -> None:
        super().__init__(message)
        self.alternatives = alternatives

    def facts(self) -> Mapping[str, object]:
        return {
            "alternatives": [
                {"starts_at": free.start.isoformat(), "ends_at": free.end.isoformat()}
                for free in self.alternatives
            ]
        }
