"""Cases beside cases: which case opened which, by which link; and what a case is about that is about no person.

Both are written with the case and never change.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Count, Day, Stored, Words


class CaseLink(Stored):
    """A case that another one opened by a link of its definition, for the part of a period that begins on `part`.

    `about`: the ref of the person, where it is about another than the parent. `number`: which of such cases it is.
    `event_ref` tells of it in the parent's stream, `started_ref` in its own.
    """

    __tablename__ = "case_link"
    __table_args__ = (UniqueConstraint("parent_id", "link", "part", "about", "number"), SMALL)

    child_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"), primary_key=True, autoincrement=False)
    parent_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"))
    link: Mapped[Words]
    part: Mapped[Day]
    about: Mapped[Words]
    number: Mapped[Count]
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"), unique=True)
    started_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"), unique=True)


class CaseSubject(Stored):
    """The unit, case or version of a definition that a case is about: its ref, and what people called it then."""

    __tablename__ = "case_subject"
    __table_args__ = SMALL

    case_id: Mapped[int] = mapped_column(BIG, ForeignKey("cas.id"), primary_key=True, autoincrement=False)
    ref: Mapped[str] = mapped_column(Text, index=True)
    title: Mapped[Words]
