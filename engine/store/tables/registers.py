"""Registers: dated entries, their answers apart, what superiors said of them, and the sums by day.

An entry is never edited. It ends once: `ended_ref` names the event by which another took its place or it was withdrawn.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Count, Day, Hash, Json, Key, Moment, Ref, Stored, Words

PLACES = 12  # measures of an entry, each in a column of its own
MEASURES = tuple(f"m{place}" for place in range(PLACES))
STANDS = text("ended_ref IS NULL")


class Entry(Stored):
    """One entry: about whom, of which day, how it came. m0 … m11: its measures in millionths.

    begins, ends: minutes since midnight. unit_id: that of the person on the day, or the one it is about. replaces_id:
    in whose place it stands. event_ref: of the event that brought it, alone or with the others of its file.
    """

    __tablename__ = "entry"
    __table_args__ = (
        Index("ix_entry_person", "register", "person_id", "day", sqlite_where=STANDS),
        Index("ix_entry_unit", "register", "unit_id", "day", "id", sqlite_where=STANDS),
        Index(None, "event_ref"),
        CheckConstraint("how IN ('page', 'import', 'api', 'paper', 'public', 'workflow')", name="how"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    register: Mapped[Words]
    definition_digest: Mapped[str] = mapped_column(Text, ForeignKey("definition.digest"))
    person_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("unit.id"))
    day: Mapped[Day]
    begins: Mapped[int | None] = mapped_column(BIG)
    ends: Mapped[int | None] = mapped_column(BIG)
    m0: Mapped[int | None] = mapped_column(BIG)
    m1: Mapped[int | None] = mapped_column(BIG)
    m2: Mapped[int | None] = mapped_column(BIG)
    m3: Mapped[int | None] = mapped_column(BIG)
    m4: Mapped[int | None] = mapped_column(BIG)
    m5: Mapped[int | None] = mapped_column(BIG)
    m6: Mapped[int | None] = mapped_column(BIG)
    m7: Mapped[int | None] = mapped_column(BIG)
    m8: Mapped[int | None] = mapped_column(BIG)
    m9: Mapped[int | None] = mapped_column(BIG)
    m10: Mapped[int | None] = mapped_column(BIG)
    m11: Mapped[int | None] = mapped_column(BIG)
    root: Mapped[Hash]
    how: Mapped[Words]
    by_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    at: Mapped[Moment]
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"))
    replaces_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("entry.id"), unique=True)
    ended_ref: Mapped[str | None] = mapped_column(Text, ForeignKey("event.ref"))


class EntryAnswers(Stored):
    """The answers of an entry, and the seed of their salts. Erasable, never editable."""

    __tablename__ = "entry_answers"

    entry_id: Mapped[int] = mapped_column(BIG, ForeignKey("entry.id"), primary_key=True, autoincrement=False)
    seed: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[Json]


class EntryVerdict(Stored):
    """What somebody with the right to verify said of an entry; the latest counts. The words are the event's note."""

    __tablename__ = "entry_verdict"
    __table_args__ = (
        Index(None, "entry_id", "id"),
        CheckConstraint("verdict IN ('verified', 'returned')", name="verdict"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(BIG, ForeignKey("entry.id"))
    verdict: Mapped[Words]
    by_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    at: Mapped[Moment]
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"))


class RegisterMeasure(Stored):
    """In which column a measure of a register is kept, for all its versions."""

    __tablename__ = "register_measure"
    __table_args__ = (SMALL,)

    register: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    place: Mapped[Count]


class EntrySum(Stored):
    """How many entries stand of a person in a unit on a day, and the sums of their measures. Derived, rebuildable.

    person_id, unit_id: 0 where the register is about none. It lies by unit and day: a month of a unit is one stretch.
    """

    __tablename__ = "entry_sum"
    __table_args__ = (Index(None, "register", "person_id", "day"), SMALL)

    register: Mapped[str] = mapped_column(Text, primary_key=True)
    unit_id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    day: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    count: Mapped[Count]
    m0: Mapped[int] = mapped_column(BIG, server_default="0")
    m1: Mapped[int] = mapped_column(BIG, server_default="0")
    m2: Mapped[int] = mapped_column(BIG, server_default="0")
    m3: Mapped[int] = mapped_column(BIG, server_default="0")
    m4: Mapped[int] = mapped_column(BIG, server_default="0")
    m5: Mapped[int] = mapped_column(BIG, server_default="0")
    m6: Mapped[int] = mapped_column(BIG, server_default="0")
    m7: Mapped[int] = mapped_column(BIG, server_default="0")
    m8: Mapped[int] = mapped_column(BIG, server_default="0")
    m9: Mapped[int] = mapped_column(BIG, server_default="0")
    m10: Mapped[int] = mapped_column(BIG, server_default="0")
    m11: Mapped[int] = mapped_column(BIG, server_default="0")
