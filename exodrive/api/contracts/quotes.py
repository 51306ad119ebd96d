"""Prices."""

from datetime import datetime
from typing import Self
from uuid import UUID

from exodrive.core.contract import contract, field
from exodrive.services.pricing.contracts import QuoteLine, QuoteView


@contract
class FindQuote:
    """One quote."""

    quote_id: UUID = field(label="Quote")


@contract
class Quote:
    """An itemised price, charged as it stands until `expires_at`. `lines` (the tax line included) sum to `total`;
    `subtotal` is `total` without `tax`; `deposit` is apart. `included_miles` for the whole rental.

    `promo_code` is the code that counts, `promo_problem` why the one that was asked for does not. Who is younger than
    `young_driver_below` at pick-up counts as young (null: nobody does); nobody younger than `minimum_age` drives."""

    id: UUID
    expires_at: datetime
    car: str
    pick_up_location: str
    return_location: str
    starts_at: datetime
    ends_at: datetime
    days: int = field(unit="days")
    lines: list[QuoteLine]
    subtotal: int = field(unit="minor units")
    tax: int = field(unit="minor units")
    total: int = field(unit="minor units")
    deposit: int = field(unit="minor units")
    currency: str
    included_miles: int = field(unit="miles")
    overage_per_mile: int = field(unit="minor units")
    young_driver: bool
    young_driver_below: int | None = field(unit="years")
    minimum_age: int = field(unit="years")
    promo_code: str | None
    promo_problem: str | None

    @classmethod
    def of(cls, view: QuoteView) -> Self:
        same = {name: getattr(view, name) for name in _SAME}
        return cls(
            **same,
            car=view.car_slug,
            pick_up_location=view.pick_up_location.slug,
            return_location=view.return_location.slug,
            lines=list(view.lines),
        )


_SAME = tuple(set(Quote.__dataclass_fields__) - {"car", "pick_up_location", "return_location", "lines"})
