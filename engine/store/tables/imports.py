"""Imported files: what was uploaded, what each row would do, what is wrong with it, and what became of it.

Working data, none of it a fact: the events are. What lies here goes after a month, with the personal data in it.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Count, Json, Key, Moment, Ref, Stored, Words


class ImportFile(Stored):
    """One file. sha256: of its bytes. sheet: its rows, packed. mapping: column → place in the file (of entries, kind
    `register:<key>`, with the way beside it); dates: how its days are written. counts: how many rows would do what;
    done: how many did it. frozen: the digest of what was shown. by_key: the ref of the key of the API that brought it.
    """

    __tablename__ = "import_file"
    __table_args__ = (
        Index(None, "by_id", "id"),
        CheckConstraint("state IN ('read', 'judged', 'running', 'done', 'dropped')", name="state"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    kind: Mapped[Words]
    name: Mapped[Words]
    sha256: Mapped[Words]
    total: Mapped[Count]
    by_id: Mapped[int | None] = mapped_column(BIG, ForeignKey("person.id"))
    at: Mapped[Moment]
    state: Mapped[Words]
    headings: Mapped[Json]
    sheet: Mapped[bytes | None] = mapped_column(LargeBinary)
    mapping: Mapped[Json]
    dates: Mapped[Words]
    counts: Mapped[Json]
    done: Mapped[Json]
    frozen: Mapped[str | None] = mapped_column(Text)
    job_ref: Mapped[str | None] = mapped_column(Text)
    confirmed_at: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[str | None] = mapped_column(Text)
    by_key: Mapped[str | None] = mapped_column(Text)


class ImportRow(Stored):
    """A row by its number in the file. turn: when it is its turn. was: what stands where it would change something.

    state: judged, then done or refused (with another fault, found when it was its turn).
    """

    __tablename__ = "import_row"
    __table_args__ = (
        Index(None, "import_id", "turn", "number"),
        Index(None, "import_id", "outcome", "number"),
        SMALL,
    )

    import_id: Mapped[int] = mapped_column(BIG, ForeignKey("import_file.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    turn: Mapped[Count]
    outcome: Mapped[Words]
    state: Mapped[Words]
    label: Mapped[Words]
    body: Mapped[Json]
    was: Mapped[Json]


class ImportFault(Stored):
    """One thing wrong with a row. place: its order in the whole file. column: as in engine.imports.columns."""

    __tablename__ = "import_fault"
    __table_args__ = (Index(None, "import_id", "cause", "place"), SMALL)

    import_id: Mapped[int] = mapped_column(BIG, ForeignKey("import_file.id"), primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    number: Mapped[Count]
    cause: Mapped[Words]
    column: Mapped[Words]
    found: Mapped[Words]
    message: Mapped[Json]


class ImportMapping(Stored):
    """How files with these headings were mapped the last time. headings: a digest of them."""

    __tablename__ = "import_mapping"
    __table_args__ = (SMALL,)

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    headings: Mapped[str] = mapped_column(Text, primary_key=True)
    mapping: Mapped[Json]
    dates: Mapped[Words]
    at: Mapped[Moment]
