"""One way to name a person in a search: the beginning of a word of his name, or the beginning of his NIP."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from engine.core.nip import plain_nip
from engine.store.tables.people import Person

LAST = "\U0010ffff"


def named(text: str) -> ColumnElement[bool]:
    """The people whom a text names. Wildcards in it mean themselves."""
    wanted = " ".join(text.lower().split())
    digits = plain_nip(text)
    if digits.isdigit():
        # Not BETWEEN: PostgreSQL takes no COLLATE in its bounds.
        return and_(Person.nip >= digits, Person.nip <= digits + LAST)
    return or_(
        Person.name_lower.startswith(wanted, autoescape=True),
        Person.name_lower.contains(f" {wanted}", autoescape=True),
    )
