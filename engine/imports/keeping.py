"""Rows and faults as they are kept between the report and the import, and the digest that freezes what was shown."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.core.proof import commitment
from engine.core.proof.canonical import canonical, digest
from engine.imports.rows import OUTCOMES, Judged, Line

LONGEST_FOUND = 120  # characters of a cell that are shown beside what is wrong with it


def packed(rows: Iterable[tuple[int, Sequence[str]]]) -> bytes:
    """The rows of a file as they came."""
    return zlib.compress(json.dumps([[number, *row] for number, row in rows]).encode(), 6)


def unpacked(stored: bytes) -> list[tuple[int, list[str]]]:
    """What `packed` wrote."""
    return [(number, row) for number, *row in json.loads(zlib.decompress(stored))]


def lines(rows: Iterable[tuple[int, Sequence[str]]], mapping: Mapping[str, int]) -> list[Line]:
    """The rows with the cells of the mapped columns."""
    return [Line(number, {name: row[at] for name, at in mapping.items()}) for number, row in rows]


def row_of(row: Judged) -> dict[str, Any]:
    """A judged row as it is stored."""
    return {
        "number": row.number, "turn": row.turn, "outcome": row.outcome, "state": "judged",
        "label": _shown(row.label), "body": _text(row.values), "was": _text(row.was),
    }  # fmt: skip


def faults_of(rows: Iterable[Judged]) -> list[dict[str, Any]]:
    """What is wrong with rows, as it is stored, in the order of the file."""
    return [
        {
            "number": row.number, "cause": fault.cause, "column": fault.column, "found": _shown(fault.found),
            "message": json.dumps(fault.message.as_document(), ensure_ascii=False),
        }
        for row in rows
        for fault in row.faults
    ]  # fmt: skip


def counts_of(rows: Iterable[Judged]) -> str:
    """How many rows would do what."""
    found = Counter(row.outcome for row in rows)
    return _text({outcome: found[outcome] for outcome in OUTCOMES})


def frozen(sha256: str, mapping: Mapping[str, int], dates: str, rows: Iterable[Judged]) -> str:
    """The digest of a file, how it was mapped, and what each row would do: what was shown is what is confirmed."""
    shown = [[row.number, row.outcome, row.values, row.was] for row in rows]
    return digest([sha256, dict(mapping), dates, shown])


def _shown(text: str) -> str:
    plain = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return plain if len(plain) <= LONGEST_FOUND else f"{plain[:LONGEST_FOUND]}…"


def _text(values: Mapping[str, Any]) -> str:
    return canonical(dict(values)).decode()


def root_of_rows(seed: bytes, rows: Iterable[Any]) -> str:
    """The root (RFC 9162, hex) over what was imported: number of each row → its outcome and what it said, salted."""
    fields = {f"{row.number:06}": [row.outcome, json.loads(row.body)] for row in rows}
    return commitment.root(seed, fields).hex()
