"""The table of exports."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from exodrive.core.db import Base, Keyed
from exodrive.core.types import EnumText, one_of
from exodrive.services.report.contracts import FileFormat, ReportKind


class Export(Keyed, Base):
    """A report as a file: asked for by a member of staff, or for the night of `nightly_of`. `file_key` is there from
    its making until it has run out."""

    __tablename__ = "export"

    report: Mapped[ReportKind] = mapped_column(EnumText(ReportKind))
    format: Mapped[FileFormat] = mapped_column(EnumText(FileFormat))
    since: Mapped[date]
    until: Mapped[date]
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id", ondelete="RESTRICT"))
    nightly_of: Mapped[date | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    file_key: Mapped[str | None]
    size: Mapped[int | None]
    rows: Mapped[int | None]

    __table_args__ = (
        CheckConstraint(one_of("report", ReportKind), name="report"),
        CheckConstraint(one_of("format", FileFormat), name="format"),
        CheckConstraint("until >= since", name="period"),
        CheckConstraint("(asked_by IS NULL) = (nightly_of IS NOT NULL)", name="origin"),
        CheckConstraint("(finished_at IS NULL) = (expires_at IS NULL)", name="finished"),
        CheckConstraint("file_key IS NULL OR finished_at IS NOT NULL", name="file"),
        Index("ix_export_created_at", "created_at", "id"),
        Index("ix_export_expires_at", "expires_at", postgresql_where=text("file_key IS NOT NULL")),
        Index(
            "uq_export_nightly",
            "nightly_of",
            "report",
            unique=True,
            postgresql_where=text("nightly_of IS NOT NULL"),
        ),
    )
