"""The columns that reports have."""

from dataclasses import dataclass
from enum import StrEnum


class Cell(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    NUMBER = "number"
    HOURS = "hours"
    SHARE = "share"  # 0 to 1
    MONEY = "money"  # minor units of the row's `currency`
    MOMENT = "moment"  # an instant, by the clock of the row's zone


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `zone` names the part of the row that holds the zone of a moment."""

    key: str
    label: str
    cell: Cell = Cell.TEXT
    zone: str = "zone"

    @property
    def is_figure(self) -> bool:
        """Whether it is set to the right."""
        return self.cell not in (Cell.TEXT, Cell.MOMENT)
