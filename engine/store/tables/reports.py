"""Reports that come by themselves: what is made, how often, and for whom. Mutable; none of it is a fact."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Day, Key, Moment, Ref, Stored, Words


class ReportSchedule(Stored):
    """A report under a name, by what it is narrowed (`query`), and the next local day of `zone` on which it is made."""

    __tablename__ = "report_schedule"
    __table_args__ = (
        UniqueConstraint("person_id", "report", "name"),
        Index(None, "zone", "next_on"),
        CheckConstraint("every IN ('week', 'month')", name="every"),
        CheckConstraint("format IN ('xlsx', 'pdf')", name="format"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    report: Mapped[Words]
    name: Mapped[Words]
    query: Mapped[Words]
    every: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(Text)
    language: Mapped[Words]
    zone: Mapped[Words]
    next_on: Mapped[Day]
    at: Mapped[Moment]


class ReportReader(Stored):
    """Somebody for whom a report is made: a file of his own, of what he may see himself on that day."""

    __tablename__ = "report_reader"
    __table_args__ = (Index(None, "person_id"), SMALL)

    schedule_id: Mapped[int] = mapped_column(
        BIG, ForeignKey("report_schedule.id"), primary_key=True, autoincrement=False
    )
    person_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"), primary_key=True, autoincrement=False)
