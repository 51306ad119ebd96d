"""What the schedule remembers; the ledger itself is `core/ledger.py`, since every room writes into it."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from exodrive.core.db import Base


class ScheduleSlot(Base):
    """The newest slot of a recurring kind that has been promised: whoever moves it forward owns the slot."""

    __tablename__ = "schedule_slot"

    kind: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[datetime]
    taken_at: Mapped[datetime]
