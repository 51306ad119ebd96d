"""A gateway with a guard around every call that leaves the house."""

from collections.abc import Mapping
from datetime import datetime

from exodrive.core.resilience import Guard
from exodrive.services.payment.contracts import ChargeReport, Checkout, GatewayEvent
from exodrive.services.payment.gateway import Gateway


class GuardedGateway:
    """Reads are tried again; what moves money is not: its job, or the sweeper, comes back with the same key."""

    def __init__(self, inner: Gateway, guard: Guard) -> None:
        self._inner = inner
        self._guard = guard

    @property
    def name(self) -> str:
        return self._inner.name

    def checkout(
        self, *, key: str, amount: int, currency: str, description: str, return_url: str
    ) -> Checkout:
        return self._guard.once(
            lambda: self._inner.checkout(
                key=key, amount=amount, currency=currency, description=description, return_url=return_url
            )
        )

    def read(self, reference: str) -> ChargeReport:
        return self._guard.retried(lambda: self._inner.read(reference))

    def find(self, key: str) -> ChargeReport | None:
        return self._guard.retried(lambda: self._inner.find(key))

    def capture(self, reference: str, amount: int, key: str) -> ChargeReport:
        return self._guard.once(lambda: self._inner.capture(reference, amount, key))

    def void(self, reference: str, key: str) -> ChargeReport:
        return self._guard.once(lambda: self._inner.void(reference, key))

    def refund(self, reference: str, amount: int, key: str) -> ChargeReport:
        return self._guard.once(lambda: self._inner.refund(reference, amount, key))

    def renew(self, reference: str, key: str) -> ChargeReport:
        return self._guard.once(lambda: self._inner.renew(reference, key))

    def parse_event(self, headers: Mapping[str, str], body: bytes, now: datetime) -> GatewayEvent:
        return self._inner.parse_event(headers, body, now)
