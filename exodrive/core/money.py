"""Money: integer minor units of an ISO 4217 currency. Decimal appears only inside a percentage step."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

BASIS_POINTS = 10_000


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """`amount` minor units (cents) of `currency`."""

    amount: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot combine {self.currency} with {other.currency}")


def portion(amount: int, basis_points: int) -> int:
    """`basis_points`/10,000 of `amount`, rounded half-even: the one rounding rule of the business."""
    exact = Decimal(amount) * Decimal(basis_points) / Decimal(BASIS_POINTS)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
