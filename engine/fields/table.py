"""The field type `table`: rows of answers under columns, which are fields themselves but no tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from wtforms import FieldList, FormField

from engine.core.catalog import field_type
from engine.core.errors import BadRequest, InvalidSubmission
from engine.core.expression import NUMBER, ListOf, Record, Type
from engine.core.filling.fieldtype import Count, FieldType, FormFacts
from engine.core.filling.questions import ColumnsOption
from engine.core.messages import LANGUAGES, Message, Text
from engine.fields.decoding import decoder
from engine.fields.reading import quoted

MOST_ROWS = 1000
MOST_CELLS = 10_000  # of one table: a page of them weighs some 4 MB
BLANK = (None, "", [], ())
ROW = re.compile("[0-9]{1,6}")


@field_type
@dataclass(frozen=True)
class TableField(FieldType):
    """A repeating table; rows in which nothing is written are dropped before they are counted.

    `totals`: what the sum of a column must be.
    """

    name: ClassVar[str] = "table"
    columns: ColumnsOption
    min_rows: Count = 0
    max_rows: Count = 100
    totals: dict[str, Decimal] = field(default_factory=dict)
    _by_formula: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found = frozenset(each.key for each in self.columns if each.type.answered == "by_formula")
        object.__setattr__(self, "_by_formula", found)

    @property
    def empty(self) -> Any:
        return []

    def problems(self) -> Iterator[tuple[str, Message]]:
        if self.min_rows > self.max_rows:
            yield "min_rows", Message("bind.reversed", least=self.min_rows, most=self.max_rows)
        if self.max_rows > MOST_ROWS:
            yield "max_rows", Message("bind.too_many_rows", most=MOST_ROWS)
        elif (cells := self.max_rows * len(self.columns.all)) > MOST_CELLS:
            yield "max_rows", Message("bind.too_many_cells", most=MOST_CELLS, found=cells)
        summed = {each.key for each in self.columns if each.type.value_type() == NUMBER}
        for key in self.totals.keys() - summed:
            yield f"totals.{key}", Message("bind.total_of_no_number", name=key)

    @property
    def most_drawn(self) -> int:
        """The number of rows that a page still draws: above `max_rows`, to tell whoever wrote too many."""
        return min(MOST_ROWS, MOST_CELLS // max(1, len(self.columns.all)))

    def value_type(self) -> Type:
        types = {each.key: each.type.value_type() for each in self.columns}
        return ListOf(Record({key: found for key, found in types.items() if found is not None}))

    @property
    def names_things(self) -> bool:
        return any(each.type.names_things for each in self.columns)

    def wants(self) -> Iterator[tuple[str, str]]:
        yield from self.columns.wanted

    def names(self, raw: Any) -> Iterator[tuple[str, str]]:
        if isinstance(raw, (list, tuple)):
            for row in raw[:MOST_ROWS]:
                yield from self.columns.names(row)

    def clean(self, raw: Any, facts: FormFacts) -> Any:
        rows, errors = self.judge(raw, facts)
        if errors:
            raise InvalidSubmission(errors)
        return rows

    def judge(self, raw: Any, facts: FormFacts) -> tuple[Any, Mapping[str, Message]]:
        """The good cells of the rows that are not blank; paths begin with the index of the row in `raw`."""
        if raw is None or raw == "":
            raw = []
        if not isinstance(raw, (list, tuple)):
            kind = Message("field.kind.rows")
            return [], {"": Message("field.wrong_type", expected=kind, found=quoted(raw))}
        if len(raw) > MOST_ROWS:
            return [], {"": Message("field.table.too_many", most=self.max_rows, found=len(raw))}
        rows, errors = [], {}
        for index, row in enumerate(raw):
            if self._is_blank(row):
                continue
            judged = self.columns.judge(row, facts)
            errors.update({f"{index}.{path}" if path else str(index): found for path, found in judged.errors.items()})
            # A row of which only hidden cells were filled says nothing either.
            if judged.errors or not self._is_blank(judged.values):
                rows.append(judged.values)
        if len(rows) < self.min_rows:
            errors[""] = Message("field.table.too_few", least=self.min_rows, found=len(rows))
        elif len(rows) > self.max_rows:
            errors[""] = Message("field.table.too_many", most=self.max_rows, found=len(rows))
        elif rows and not errors and (wrong := self._wrong_total(rows)) is not None:
            errors[""] = wrong
        return rows, errors

    def _wrong_total(self, rows: list[Mapping[str, Any]]) -> Message | None:
        for key, must_be in self.totals.items():
            found = sum((row[key] for row in rows if row.get(key) is not None), Decimal(0))
            if found != must_be:
                column = self.columns[key]
                expected, read = (
                    Text(*(column.type.format(value, each) for each in LANGUAGES)) for value in (must_be, found)
                )
                name = column.spec.label or Text(key, key)
                return Message("field.table.total", column=name, expected=expected, found=read)
        return None

    def _is_blank(self, row: Any) -> bool:
        if not isinstance(row, Mapping):
            return row in BLANK
        return all(_says_nothing(row[key]) for key in row if key not in self._by_formula)

    def dump(self, value: Any) -> Any:
        return [self.columns.dump(row) for row in value]

    def load(self, body: Any) -> Any:
        return [self.columns.load(row) for row in body]

    def format(self, value: Any, language: str) -> str:
        return "; ".join(", ".join(self._cells(row, language)) for row in value)

    def _cells(self, row: Mapping[str, Any], language: str) -> Iterator[str]:
        for each in self.columns:
            if (value := row.get(each.key)) is not None:
                yield each.type.format(value, language)

    def typed(self, value: Any, language: str) -> Any:
        return [
            {
                each.key: None if row[each.key] is None else each.type.typed(row[each.key], language)
                for each in self.columns
                if each.key in row
            }
            for row in value
        ]

    def cell(self, value: Any) -> str:
        return json.dumps(self.dump(value), ensure_ascii=False)

    def from_cell(self, cell: Any) -> Any:
        try:
            return json.loads(cell) if isinstance(cell, str) else cell
        except (ValueError, RecursionError):
            return cell

    def widget(self) -> Any:
        return Rows(FormField(decoder(self.columns)), most=self.most_drawn)


class Rows(FieldList):
    """Rows by their number: WTForms' own takes `²` for one, and numbers of a thousand digits.

    More than `most` of them are refused before one is read: an error page would draw them all.
    """

    def __init__(self, *args: Any, most: int = MOST_ROWS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._most = most

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        start = f"{prefix}{self._field_separator}"
        found = set()
        for name in formdata:
            if name.startswith(start):
                index = name.removeprefix(start).partition(self._field_separator)[0]
                if ROW.fullmatch(index):
                    found.add(int(index))
        if len(found) > self._most:
            raise BadRequest(Message("draft.too_many_rows", limit=self._most))
        yield from found


def _says_nothing(value: Any) -> bool:
    return all(map(_is_nothing, value.values())) if isinstance(value, Mapping) else _is_nothing(value)


def _is_nothing(value: Any) -> bool:
    return value.strip() == "" if isinstance(value, str) else value in BLANK
