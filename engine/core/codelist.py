"""A code list as values: choices with their texts and times, and the look-up table over them. Shapes only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from engine.core.elements import AuthoredText, Element, Key, Since


class Item(Element):
    """One entry of a code list, with guidance sentences where it has them.

    It holds in [from, until); `value` is what it counts where levels are counted.
    """

    key: Key
    label: AuthoredText
    help: AuthoredText | None = None
    text: tuple[AuthoredText, ...] = ()
    value: Decimal | None = None
    from_: Since = None
    until: date | None = None


class Matrix(Element):
    """A look-up table: rows × columns → key of an item. Read rows first: `cells[row][column]`."""

    rows: tuple[Item, ...]
    columns: tuple[Item, ...]
    cells: dict[Key, dict[Key, Key]]


class CodeList(Element):
    """A definition of choices, and a look-up table over them where there is one."""

    kind: Literal["codelist"]
    format: Literal[1]
    key: Key
    name: AuthoredText
    help: AuthoredText | None = None
    items: tuple[Item, ...]
    matrix: Matrix | None = None
