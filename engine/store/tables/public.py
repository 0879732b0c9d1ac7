"""Public forms: the links by which people answer without signing in, where each such answer came from, what was said
of comments, and what keeps robots off. Nothing here says who answered: no address is kept, but marks of one day.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Count, Day, Key, Moment, Ref, Stored, Words


class PublicLink(Stored):
    """A link, and the QR code that says the same. code: the end of its address; it cannot be guessed.

    about: person_id or unit_id, as the register wants it. label: the counter, or whatever tells two links apart.
    [starts_on, ends_on): on which local days it is open. per_device: answers that one device may give on a day.
    """

    __tablename__ = "public_link"
    __table_args__ = (Index(None, "register", "unit_id"), Index(None, "person_id"))

    id: Mapped[Key]
    ref: Mapped[Ref]
    code: Mapped[str] = mapped_column(Text, unique=True)
    register: Mapped[Words]
    person_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("unit.id"))
    label: Mapped[Words]
    starts_on: Mapped[Day]
    ends_on: Mapped[str | None] = mapped_column(Text)
    per_device: Mapped[Count]
    by_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    at: Mapped[Moment]
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"))
    ended_ref: Mapped[str | None] = mapped_column(Text, ForeignKey("event.ref"))


class PaperBatch(Stored):
    """Sheets of paper that a clerk typed in at once: their number on the pile, and how many there were."""

    __tablename__ = "paper_batch"
    __table_args__ = (Index(None, "register", "unit_id"),)

    id: Mapped[Key]
    ref: Mapped[Ref]
    register: Mapped[Words]
    person_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    unit_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("unit.id"))
    number: Mapped[Words]
    day: Mapped[Day]
    sheets: Mapped[Count]
    by_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    at: Mapped[Moment]
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"))


class EntrySource(Stored):
    """By which link an entry came, or on which sheet of which batch. comments: how many answers in words it has."""

    __tablename__ = "entry_source"
    __table_args__ = (
        Index(None, "link_id"),
        Index(None, "batch_id", "sheet", unique=True),
        CheckConstraint("(link_id IS NULL) <> (batch_id IS NULL)", name="one"),
    )

    entry_id: Mapped[int] = mapped_column(BIG, ForeignKey("entry.id"), primary_key=True, autoincrement=False)
    link_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("public_link.id"))
    batch_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("paper_batch.id"))
    sheet: Mapped[int | None] = mapped_column(BIG)
    comments: Mapped[Count]


class CommentVerdict(Stored):
    """Whether an answer in words is shown: the latest counts. Why it is held back is the event's note."""

    __tablename__ = "comment_verdict"
    __table_args__ = (
        Index(None, "entry_id", "field", "id"),
        CheckConstraint("verdict IN ('released', 'held')", name="verdict"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(BIG, ForeignKey("entry.id"))
    field: Mapped[Words]
    verdict: Mapped[Words]
    by_id: Mapped[int] = mapped_column(BIG, ForeignKey("person.id"))
    at: Mapped[Moment]
    event_ref: Mapped[str] = mapped_column(Text, ForeignKey("event.ref"))


class PublicTicket(Stored):
    """A form that was sent: its ticket opens nothing a second time. Forgotten once it would have lapsed anyway."""

    __tablename__ = "public_ticket"
    __table_args__ = (SMALL,)

    mark: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[Day]


class PublicCount(Stored):
    """How many answers came on a day from a device or a network, under marks of that day alone; and in all lately."""

    __tablename__ = "public_count"
    __table_args__ = (SMALL,)

    day: Mapped[str] = mapped_column(Text, primary_key=True)
    link_id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[Count]
