"""The table of campaigns."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date
from sqlalchemy.orm import Mapped, mapped_column

from exodrive.core.db import Base, Keyed
from exodrive.core.types import EnumText, one_of
from exodrive.services.campaign.contracts import CampaignState
from exodrive.services.car.contracts import Category


class Campaign(Keyed, Base):
    """Words, and whom they are for. Once it has started nothing of it changes but how far it is."""

    __tablename__ = "campaign"

    name: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    location: Mapped[str | None]
    category: Mapped[Category | None] = mapped_column(EnumText(Category))
    since: Mapped[date | None] = mapped_column(Date)
    state: Mapped[CampaignState] = mapped_column(EnumText(CampaignState))
    recipients: Mapped[int | None]
    batch_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("state", CampaignState), name="state"),
        CheckConstraint(one_of("category", Category), name="category"),
        CheckConstraint("(state = 'draft') = (started_at IS NULL)", name="started"),
        CheckConstraint("(started_at IS NULL) = (recipients IS NULL)", name="recipients"),
    )
