"""How a table is filled in on a page: as a grid or as cards, its totals, and what was just done to its rows.

The controls themselves are forms.py's; nothing is judged here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from engine.core.messages import Message, Text

if TYPE_CHECKING:
    from engine.core.filling.form import Form
    from engine.web.pasting import Pasted

SUM = re.compile(r"\s*sum\(\s*(\w+)\.(\w+)\s*\)\s*")
MUST_BE = re.compile(r"\s*sum\(\s*(\w+)\.(\w+)\s*\)\s*==\s*(\d+(?:\.\d+)?)\s*")
NARROW = ("text", "number", "percent", "money", "date", "time", "choice", "yesno", "computed")
MOST_IN_LINE, MOST_FOLDED = 6, 2
MOST_OPEN = 3  # rows that are cards; more of them fold away


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a column under its table: what it is called, as found last, and what it must be (as typed)."""

    column: str
    label: Text | Message
    text: str = ""
    unit: str = ""
    must_be: str | None = None
    id: str = ""
    help: Text | None = None
    error: Message | None = None
    origin: None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What was just done to the rows of a table: a row was removed (and can come back), or a block was pasted."""

    table: str
    row: int = 0
    removed: tuple[tuple[str, str], ...] | None = None
    pasted: Pasted | None = None


def folded(columns: Sequence[Any]) -> frozenset[str] | None:
    """The columns that fold under their row where a table is a grid; None where it is better as cards.

    A grid keeps short answers in one line. Where many need room, or one that does must be given, each row is a card.
    """
    wide = [each for each in columns if each.kind not in NARROW]
    in_line = len(columns) - len(wide)
    if not 2 <= in_line <= MOST_IN_LINE or len(wide) > MOST_FOLDED or any(each.required for each in wide):
        return None
    return frozenset(each.key for each in wide)


def unfolded(rows: Sequence[Sequence[Any]], notice: Notice | None) -> frozenset[int] | None:
    """Of rows that are cards those that stand open; None where they are so few that each does.

    Open are the first in which something is missing, those with something wrong or searched for, and those in which
    nothing stands yet.
    """
    if len(rows) <= MOST_OPEN:
        return None
    pasted = notice.pasted if notice is not None else None
    wrong = {each.row for each in pasted.misfits} if pasted is not None else set()
    wrong |= {at for at, row in enumerate(rows) if any(cell.error or cell.within or cell.search for cell in row)}
    empty = {at for at, row in enumerate(rows) if not any(cell.value for cell in row if cell.shown)}
    missing = (at for at, row in enumerate(rows) if any(_is_missing(cell) for cell in row))
    return frozenset(wrong | empty | set(islice(missing, 1)))


def _is_missing(cell: Any) -> bool:
    return bool(cell.shown and cell.required and not cell.value)


def with_totals(form: Form, controls: list[Any], language: str) -> Iterator[Any]:
    """Move a sum over a column into the foot of its table, where it can be seen while the rows are filled in."""
    tables = {control.key for control in controls if control.kind == "table" and control.stays is None}
    sums = [(of, control) for control in controls if (of := _summed(control)) and of[0] in tables]
    moved = {control.key for _, control in sums}
    for control in controls:
        if control.key in tables:
            totals = [_computed(control, of[1], total) for of, total in sums if of[0] == control.key]
            yield replace(control, totals=tuple(_limited(form, control, totals, language)))
        elif control.key not in moved:
            yield control


def _summed(control: Any) -> tuple[str, str] | None:
    """The table and column that a formula adds up, doing nothing else: `sum(targets.weight)`."""
    found = SUM.fullmatch(getattr(getattr(control.field, "value", None), "source", ""))
    return (found[1], found[2]) if found else None


def _computed(table: Any, column: str, total: Any) -> Total:
    unit = _unit(table, column)
    found = Total(column, total.label, total.text.removesuffix(unit), unit, id=total.id, help=total.help)
    return replace(found, error=total.error)


def _limited(form: Form, table: Any, totals: list[Total], language: str) -> Iterator[Total]:
    """The totals with what they must be, by the table's own limits or by a check of the form; and those of limits."""
    types = {each.key: each.field for each in table.blank}
    must = {column: types[column].typed(value, language) for column, value in table.field.totals.items()}
    for check in form.schema.checks:
        found = MUST_BE.fullmatch(check.when)
        if found is not None and found[1] == table.key:
            must.setdefault(found[2], found[3])
    yield from (replace(total, must_be=must.pop(total.column, None)) for total in totals)
    for column, value in must.items():
        if column in table.field.totals:
            words = Message("rows.total_of", column=next(each.label for each in table.blank if each.key == column))
            found = _added(table, column, language)
            yield Total(column, words, found, _unit(table, column), value, id=f"{table.id}-total-{column}")


def _added(table: Any, column: str, language: str) -> str:
    """The sum of what stands in a column, as far as it is a number."""
    cells = [cell for row in table.rows for cell in row if cell.key == column]
    values = [cell.field.judge(cell.value, cell.facts)[0] for cell in cells]
    total = sum((value for value in values if isinstance(value, Decimal)), Decimal(0))
    return str(cells[0].field.typed(total, language)) if cells else ""


def _unit(table: Any, column: str) -> str:
    return "%" if any(each.key == column and each.kind == "percent" for each in table.blank) else ""


def noticed(sheet: Any, notice: Notice | None) -> Any:
    """The sheet with a notice at its table."""
    if notice is None:
        return sheet
    sections = tuple(
        (section, shown, tuple(_noticed(control, notice) for control in controls))
        for section, shown, controls in sheet.sections
    )
    return sheet._replace(sections=sections)


def _noticed(control: Any, notice: Notice) -> Any:
    return replace(control, notice=notice) if control.key == notice.table and control.stays is None else control
