"""Column types and shorthands that all tables share.

Values need no conversion between driver and Python: times are text of fixed width in UTC, dates are ISO text, JSON is
canonical text. So the prebuilt statements of `store.statement` and the mapped classes see the same values.
"""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import BigInteger, Integer, LargeBinary, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

BIG = BigInteger().with_variant(Integer, "sqlite")

Key = Annotated[int, mapped_column(BIG, primary_key=True)]
Ref = Annotated[str, mapped_column(Text, unique=True)]  # 128 random bits, base32: the name outside
Moment = Annotated[str, mapped_column(Text)]  # 2026-03-02T02:00:00.000Z
Day = Annotated[str, mapped_column(Text)]  # 2026-03-02
Json = Annotated[str, mapped_column(Text)]  # canonical JSON
Words = Annotated[str, mapped_column(Text)]
Count = Annotated[int, mapped_column(BIG)]
Hash = Annotated[bytes, mapped_column(LargeBinary)]  # 32 bytes

# Rows found by their key alone: on SQLite one page is written instead of two.
SMALL = {"sqlite_with_rowid": False}

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Stored(DeclarativeBase):
    """What every mapped class is: a row of ours. Classes are for reading lists; writes go through statements."""

    metadata = MetaData(naming_convention=NAMING)
