"""What came of asking web addresses whether they can be reached. Mutable, and no fact: nobody vouches for it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables.columns import BIG, SMALL, Moment, Stored, Words


class LinkCheck(Stored):
    """The last check of one address, found by the SHA-256 of it (hex): the address itself stays in the answers."""

    __tablename__ = "link_check"
    __table_args__ = (
        CheckConstraint(
            "outcome IN ('reached', 'not_found', 'refused', 'not_allowed', 'timed_out', 'unknown_host')", name="outcome"
        ),
        SMALL,
    )

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    outcome: Mapped[Words]
    status: Mapped[int | None] = mapped_column(BIG)
    at: Mapped[Moment]
