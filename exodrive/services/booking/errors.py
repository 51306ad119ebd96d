"""Facts that a booking refuses with."""

from collections.abc import Mapping
from uuid import UUID

from exodrive.core.errors import ExodriveError, Kind


class HoldExpired(ExodriveError):
    """The time to pay has passed; the car may still be free."""

    kind = Kind.GONE
    code = "hold_expired"


class HoldExtensionsSpent(ExodriveError):
    """The hold has been extended as often as it can be."""

    kind = Kind.CONFLICT
    code = "hold_extensions_spent"


class QuoteChanged(ExodriveError):
    """What the driver told us changes the price; `quote_id` is the new quote, to be seen before it is agreed to."""

    kind = Kind.CONFLICT
    code = "quote_changed"

    def __init__(self, message: str, *, quote_id: UUID) -> None:
        super().__init__(message)
        self.quote_id = quote_id

    def facts(self) -> Mapping[str, object]:
        return {"quote_id": str(self.quote_id)}


class QuoteUsed(ExodriveError):
    """This quote already became somebody's booking."""

    kind = Kind.CONFLICT
    code = "quote_used"


class RefundChanged(ExodriveError):
    """What comes back is not what was shown any more: `refund` comes back now and `kept` does not, in minor units. To
    be seen before it is agreed to."""

    kind = Kind.CONFLICT
    code = "refund_changed"

    def __init__(self, message: str, *, refund: int, kept: int) -> None:
        super().__init__(message)
        self.refund = refund
        self.kept = kept

    def facts(self) -> Mapping[str, object]:
        return {"refund": self.refund, "kept": self.kept}
