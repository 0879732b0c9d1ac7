"""Blocks made of the rows of a table: results with what became of them, values with what is expected.

Rows are taken in their order. `split` puts them under the choices of a column (A. UTAMA, B. TAMBAHAN), `group` makes
one entry of rows that say the same in a column, `match` finds the rows of another table that belong to a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from engine.core.filling.fieldtype import Choice
from engine.core.filling.formviews import FieldView
from engine.core.printing.formpaper import said
from engine.core.printing.paper import Block, Cell, Grid, Line
from engine.core.printing.source import Source
from engine.core.printing.spec import BlockSpec, ColumnSpec
from engine.core.printing.wording import NOTHING, cell, lines, marked, run

Row = Mapping[str, FieldView]
NUMBER, GUIDANCE = 4, 40
JOINT = " – "


@dataclass(frozen=True, slots=True)
class Entry:
    """Rows that are printed together, under one number."""

    number: int
    rows: tuple[Row, ...]


def rows(spec: BlockSpec, source: Source) -> Iterator[Block]:
    """A block of entries: stacked under their `title`, or as plain columns."""
    yield _stacked(spec, source) if spec.title else _flat(spec, source)


def _stacked(spec: BlockSpec, source: Source) -> Grid:
    """Each entry: its title, below it the first column under its label; the other columns stand beside both."""
    main, *beside = spec.columns
    widths = _widths(main.width, *(each.width for each in beside))
    labels = [cell(_label(each, source), tone="head", align="center") for each in beside]
    head = [(Cell(_heading(spec, source), across=2, tone="head"), *labels)] if spec.heading else []
    body: list[tuple[Cell, ...]] = []
    for title, entries in _parts(spec, source):
        if title:
            body.append((Cell(lines(title, "bold"), across=2 + len(beside), tone="head"),))
        for entry in entries:
            others = [Cell(_content(each, entry, spec, source), down=2) for each in beside]
            name = Cell(_once(entry, spec.title or "", source))
            body.append((cell(str(entry.number), down=2, align="center"), name, *others))
            body.append((Cell((*lines(_label(main, source)), *_content(main, entry, spec, source))),))
    return Grid(widths, (*head, *body), head=len(head), joined=True)


def _flat(spec: BlockSpec, source: Source) -> Grid:
    """Each entry as one row, or as many as it has rows where a column shows them one by one."""
    across = 1 + len(spec.columns)
    widths = _widths(*(each.width for each in spec.columns))
    head: list[tuple[Cell, ...]] = []
    if spec.heading:
        head.append((Cell(_heading(spec, source), across=across, tone="head"),))
    if not all(each.inside for each in spec.columns):
        names = [source.voice.key("print.no"), *("" if each.inside else _label(each, source) for each in spec.columns)]
        head.append(tuple(cell(name, tone="head", align="center") for name in names))
    if spec.numbered:
        head.append(tuple(cell(f"({at})", tone="head", align="center") for at in range(1, across + 1)))
    body: list[tuple[Cell, ...]] = []
    for title, entries in _parts(spec, source):
        if title:
            body.append((Cell(lines(title, "bold"), across=across, tone="head"),))
        for entry in entries:
            body += _entry(spec, source, entry)
    return Grid(widths, (*head, *body), head=len(head), joined=True)


def _entry(spec: BlockSpec, source: Source, entry: Entry) -> Iterator[tuple[Cell, ...]]:
    high = len(entry.rows) if any(each.as_ == "rows" for each in spec.columns) else 1
    for at in range(high):
        cells = [cell(str(entry.number), down=high, align="center")] if at == 0 else []
        for column in spec.columns:
            if column.as_ == "rows":
                cells.append(Cell(_content(column, Entry(entry.number, (entry.rows[at],)), spec, source)))
            elif at == 0:
                label = lines(_label(column, source)) if column.inside else ()
                cells.append(Cell((*label, *_content(column, entry, spec, source)), down=high))
        yield tuple(cells)


def guidance(spec: BlockSpec, source: Source) -> Iterator[Block]:
    """Each thing that a column could say, with its guidance, and what the rows say about it."""
    key, (expected, *beside) = spec.match[0], spec.columns
    found = source.rows_at(spec.rows or "")
    widths = _widths(GUIDANCE, expected.width, *(each.width for each in beside))
    labels = [cell(_label(each, source), tone="head", align="center") for each in beside]
    body: list[tuple[Cell, ...]] = []
    head = [(Cell(_heading(spec, source), across=3, tone="head"), *labels)] if spec.heading else []
    for at, item in enumerate(_items(spec, key, source), 1):
        own = tuple(row for row in found if key in row and row[key].value == item.key)
        entry = Entry(at, own)
        others = [Cell(_about(each, item.key, key, spec, source), down=2) for each in beside]
        body.append((cell(str(at), down=2, align="center"), cell(source.voice.say(item.label), across=2), *others))
        words = marked([source.voice.say(text) for text in item.text], "-")
        expectation = (*lines(_label(expected, source)), *_content(expected, entry, spec, source))
        body.append((Cell(words), Cell(expectation)))
    yield Grid(widths, (*head, *body), head=len(head), joined=True)


def _about(column: ColumnSpec, item: str, key: str, spec: BlockSpec, source: Source) -> tuple[Line, ...]:
    """What the rows of a column's own table say about one thing."""
    table = column.from_[0].rpartition(".")[0] if column.from_ else spec.rows
    own = tuple(row for row in source.rows_at(table or "") if key in row and row[key].value == item)
    texts = [row[path.rpartition(".")[2]].text(source.voice.language) for row in own for path in column.from_]
    return marked(texts, "-") if column.as_ == "list" else tuple(line for text in texts for line in lines(text))


def _items(spec: BlockSpec, key: str, source: Source) -> Sequence[Choice]:
    table = source.field_at(spec.rows or "")
    column = next((each for each in table.columns if each.key == key), None) if table is not None else None
    return () if column is None else column.type.items


def _parts(spec: BlockSpec, source: Source) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """The entries under the choices of the splitting column, numbered through; all in one part where there is none."""
    table = source.field_at(spec.rows or "")
    found = source.rows_at(spec.rows or "")
    if spec.split is None or table is None:
        yield "", tuple(_entries(spec, found, source, 1))
        return
    column = next(each for each in table.columns if each.key == spec.split)
    number = 1
    for at, item in enumerate(column.type.items):
        own = tuple(row for row in found if row[spec.split].value == item.key)
        entries = tuple(_entries(spec, own, source, number))
        number += len(entries)
        yield f"{chr(ord('A') + at)}. {source.voice.say(item.label).upper()}", entries
    known = {item.key for item in column.type.items}
    rest = tuple(row for row in found if row[spec.split].value not in known)
    if rest:
        yield NOTHING, tuple(_entries(spec, rest, source, number))


def _entries(spec: BlockSpec, found: Sequence[Row], source: Source, first: int) -> Iterator[Entry]:
    if spec.group is None:
        yield from (Entry(at, (row,)) for at, row in enumerate(found, first))
        return
    group = spec.group
    together = groupby(found, key=lambda row: row[group].text(source.voice.language))
    yield from (Entry(at, tuple(own)) for at, (_, own) in enumerate(together, first))


def _content(column: ColumnSpec, entry: Entry, spec: BlockSpec, source: Source) -> tuple[Line, ...]:
    texts = [text for row in entry.rows for text in _texts(column, row, spec, source)]
    if column.as_ in ("list", "numbers"):
        return marked(texts, "-" if column.as_ == "list" else "1.")
    return tuple(line for text in dict.fromkeys(texts) for line in lines(text))


def _texts(column: ColumnSpec, row: Row, spec: BlockSpec, source: Source) -> Iterator[str]:
    """What a column says of one row: its sources in one text, for each row that belongs to it."""
    for own in _belonging(column, row, spec, source):
        parts = [own[path.rpartition(".")[2]].text(source.voice.language) for path in column.from_]
        if text := JOINT.join(part for part in parts if part):
            yield text


def _belonging(column: ColumnSpec, row: Row, spec: BlockSpec, source: Source) -> Iterator[Row]:
    """The row itself, or those of another table that say the same in the columns of `match`."""
    if not column.from_:
        return
    table = column.from_[0].rpartition(".")[0]
    if table == spec.rows:
        yield row
        return
    same = [row[key].value for key in spec.match]
    yield from (own for own in source.rows_at(table) if [own[key].value for key in spec.match] == same)


def _widths(*shares: int) -> tuple[int, ...]:
    """The shares of the columns after the number's, which takes the same room in every block."""
    return (NUMBER * 10, *(share * (100 - NUMBER) * 10 // sum(shares) for share in shares))


def _once(entry: Entry, key: str, source: Source) -> tuple[Line, ...]:
    return said(entry.rows[0][key], source.voice.language)


def _label(column: ColumnSpec, source: Source) -> str:
    return source.voice.say(column.label) if column.label else ""


def _heading(spec: BlockSpec, source: Source) -> tuple[Line, ...]:
    return () if spec.heading is None else (Line((run(source.voice.say(spec.heading), "bold"),)),)
