"""Tables that are sorted by their heads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Order:
    """By which column, and whether the largest comes first."""

    column: str
    downward: bool

    @classmethod
    def of(cls, sort: str) -> Self:
        """As the address has it: `-created` is downward."""
        return cls(sort.lstrip("-"), sort.startswith("-"))


@dataclass(frozen=True, slots=True)
class SortLink:
    """Where a column's head leads. `direction` is what `aria-sort` says; None where another column decides."""

    href: str
    direction: str | None


def sort_links(columns: Sequence[str], order: Order, address: Callable[..., str]) -> dict[str, SortLink]:
    """A link for each column; the one that decides turns the order around. `address(sort=…)` makes an address."""
    links = {}
    for column in columns:
        decides = column == order.column
        turned = f"-{column}" if decides and not order.downward else column
        now = ("descending" if order.downward else "ascending") if decides else None
        links[column] = SortLink(address(sort=turned), now)
    return links
