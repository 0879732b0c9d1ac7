"""A block of cells as a spreadsheet puts it on the clipboard: rows of text, apart by tabs and newlines. Pure.

A cell that holds a tab, a newline or a quote stands in quotes, its own quotes doubled (Excel, LibreOffice, Google).
"""

from __future__ import annotations

from collections.abc import Iterator

MOST_CELLS = 20_000


def read_block(text: str) -> list[list[str]]:
    """The rows of a block, cells trimmed, without the empty lines at its end. A quote without an end is a letter."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    rows: list[list[str]] = [[]]
    for count, (cell, end) in enumerate(_cells(text)):
        rows[-1].append(cell.strip())
        if end == "\n" and count < MOST_CELLS:
            rows.append([])
    return [row for row in rows if row]


def write_block(rows: list[list[str]]) -> str:
    """Rows as `read_block` reads them back."""
    return "\n".join("\t".join(map(_quoted, row)) for row in rows)


def _cells(text: str) -> Iterator[tuple[str, str]]:
    """Each cell with what ends it."""
    at = 0
    while at <= len(text):
        cell, at = _quoted_cell(text, at) or _plain_cell(text, at)
        yield cell, text[at : at + 1]
        at += 1


def _quoted_cell(text: str, at: int) -> tuple[str, int] | None:
    if text[at : at + 1] != '"':
        return None
    end = text.find('"', at + 1)
    while end >= 0 and text[end + 1 : end + 2] == '"':
        end = text.find('"', end + 2)
    if end < 0 or text[end + 1 : end + 2] not in ("", "\t", "\n"):
        return None
    return text[at + 1 : end].replace('""', '"'), end + 1


def _plain_cell(text: str, at: int) -> tuple[str, int]:
    ends = [found for mark in "\t\n" if (found := text.find(mark, at)) >= 0]
    end = min(ends, default=len(text))
    return text[at:end], end


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in '\t\n"') else cell
