"""Shorthands for columns in migrations; what they answer must never change."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Integer, LargeBinary, Text

BIG = BigInteger().with_variant(Integer, "sqlite")
BYTEWISE = Text().with_variant(Text(collation="C"), "postgresql")


def serial() -> Column[Any]:
    """The integer primary key `id`, given by the database."""
    return Column("id", BIG, primary_key=True, autoincrement=True)


def text(name: str, to: str | None = None, **options: Any) -> Column[Any]:
    """A text column, which may not be empty of a value unless `nullable=True`; `to` is a foreign key."""
    return Column(name, Text, *_reference(to), **{"nullable": False, **options})


def number(name: str, to: str | None = None, **options: Any) -> Column[Any]:
    """A 64-bit integer, like `text`."""
    return Column(name, BIG, *_reference(to), **{"nullable": False, "autoincrement": False, **options})


def octets(name: str, **options: Any) -> Column[Any]:
    """Bytes: hashes, seeds, leaves."""
    return Column(name, LargeBinary, **{"nullable": False, **options})


def flag(name: str) -> Column[Any]:
    """Yes or no."""
    return Column(name, Boolean, nullable=False)


def _reference(to: str | None) -> tuple[ForeignKey, ...]:
    return (ForeignKey(to),) if to else ()
