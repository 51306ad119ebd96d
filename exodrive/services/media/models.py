"""The table of photographs that staff sent."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from exodrive.core.db import Base, Keyed
from exodrive.core.types import EnumText, one_of
from exodrive.services.media.contracts import PhotoState


class Photo(Keyed, Base):
    """A photograph of a car. `original_key` is there until it is prepared; then `mark` names its files in addresses,
    and `files` says where each is: `{"480.avif": {"key": …, "size": bytes}}`, until some time after `removed_at`."""

    __tablename__ = "photo"

    car_id: Mapped[UUID] = mapped_column(ForeignKey("car.id", ondelete="CASCADE"))
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    state: Mapped[PhotoState] = mapped_column(EnumText(PhotoState))
    alt_text: Mapped[str]
    failure: Mapped[str | None]
    original_key: Mapped[str | None]
    mark: Mapped[str | None] = mapped_column(unique=True)
    files: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint(one_of("state", PhotoState), name="state"),
        CheckConstraint("(state = 'refused') = (failure IS NOT NULL)", name="failure"),
        CheckConstraint("(state = 'underway') = (original_key IS NOT NULL)", name="original"),
        CheckConstraint("(state = 'removed') = (removed_at IS NOT NULL)", name="removed"),
        Index("ix_photo_car_id", "car_id", "created_at"),
        Index(
            "ix_photo_removed_at",
            "removed_at",
            postgresql_where=text("removed_at IS NOT NULL AND files <> '{}'"),
        ),
    )
