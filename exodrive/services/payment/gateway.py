"""The port of payment gateways: each is an outside system that may be slow, silent, or late with the truth."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from exodrive.core.errors import ExodriveError, Kind, Unavailable
from exodrive.services.payment.contracts import ChargeReport, Checkout, GatewayEvent


class GatewayUnavailable(Unavailable):
    """The gateway did not answer: whether it did what was asked is unknown. Asking again with the same key is safe."""

    code = "gateway_unavailable"


class GatewayRefused(ExodriveError):
    """The gateway answered no, for good; `reason` is a code of `rules.FAILURES`."""

    kind = Kind.CONFLICT
    code = "gateway_refused"

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class BadSignature(ExodriveError):
    """A webhook that the gateway did not sign, or signed too long ago."""

    kind = Kind.INVALID
    code = "bad_signature"


class Gateway(Protocol):
    """Every method may raise `GatewayUnavailable`; those that move money are idempotent by `key` and may raise
    `GatewayRefused`. Amounts are minor units. `tests/services/payment/gateway_contract.py` says the rest."""

    @property
    def name(self) -> str:
        """The name under which payments and events are stored."""

    def checkout(
        self, *, key: str, amount: int, currency: str, description: str, return_url: str
    ) -> Checkout:
        """A page where the customer authorises `amount`; the same key always answers the same charge."""

    def read(self, reference: str) -> ChargeReport:
        """The charge as it stands now."""

    def find(self, key: str) -> ChargeReport | None:
        """The charge made with `key`; None if there never was one."""

    def capture(self, reference: str, amount: int, key: str) -> ChargeReport:
        """Take `amount` of what is reserved. What has lapsed is refused with the reason `lapsed`."""

    def void(self, reference: str, key: str) -> ChargeReport:
        """Release whatever is reserved and not captured; nothing left to release is no error. A charge that
        the customer has not paid yet can no longer be paid."""

    def refund(self, reference: str, amount: int, key: str) -> ChargeReport:
        """Give back `amount` of what was captured."""

    def renew(self, reference: str, key: str) -> ChargeReport:
        """Reserve the same amount anew, on the card that the customer left and without them; answers the charge that
        holds the money from now on, under a reference of its own or the same. What was reserved before is released
        once the new reserve stands, never earlier, also when it has lapsed meanwhile. `find(key)` knows the new charge.
        While the bank has not decided this raises `GatewayUnavailable`; after a refusal all is as it was."""

    def parse_event(self, headers: Mapping[str, str], body: bytes, now: datetime) -> GatewayEvent:
        """Verify and read a webhook; needs no network. Raises `BadSignature`."""
