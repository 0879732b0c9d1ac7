"""Marks of raw answers: short hashes that tell whether an answer is still the one that a page was made from.

A page carries the marks of what it showed; three versions can then be compared with two of them at hand (merging.py).
Nothing here judges answers or keeps their text.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

Marks: TypeAlias = Mapping[str, Any]  # field → mark, marks by part, or a list with the marks of each row

BLANK = ""
LENGTH = 6  # characters, 36 bits: an edit passes for none once in 68 billion
LONGEST = 1_000_000


def mark(value: Any) -> Any:
    """The mark of one raw answer: "" where nothing is written; a table gives a list, one map a row, without blanks."""
    if is_rows(value):
        return [marks(row) for row in written(value)]
    if isinstance(value, Mapping):
        return marks(value)
    return _hashed(value)


def marks(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The marks of several answers, by their keys."""
    return {str(key): mark(value) for key, value in raw.items()}


def same(one: Any, other: Any) -> bool:
    """Whether two raw answers say the same: nothing is nothing, and line ends do not count."""
    return bool(_said(mark(one)) == _said(mark(other)))


def agrees(known: Any, value: Any) -> bool:
    """Whether an answer still has the mark that is known of it."""
    return bool(_said(known) == _said(mark(value)))


def token(value: Any) -> str:
    """A short name of any raw value, with whatever stands in it."""
    return _hashed(json.dumps(_plain(value), sort_keys=True, default=str)) if value else BLANK


def is_blank(value: Any) -> bool:
    """Whether nothing is written there."""
    return not _said(mark(value))


def is_rows(value: Any) -> bool:
    """Whether an answer is a table with rows."""
    return isinstance(value, (list, tuple)) and any(isinstance(row, Mapping) for row in value)


def written(rows: Sequence[Any]) -> list[Mapping[str, Any]]:
    """The rows in which something is written."""
    return [row for row in rows if isinstance(row, Mapping) and not is_blank(row)]


def to_text(known: Marks) -> str:
    """Marks as a page carries them: the columns of a table stand once."""
    return json.dumps({key: _packed(value) for key, value in known.items()}, separators=(",", ":"))


def from_text(text: str) -> dict[str, Any] | None:
    """The marks that `to_text` wrote; None for anything else, which then counts as not knowing."""
    if not 2 <= len(text) <= LONGEST:
        return None
    try:
        found = _unpacked(json.loads(text))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def limited(known: Marks | None, shown: Marks | None, keys: Iterable[str]) -> dict[str, Any]:
    """Marks of those keys alone that a page showed; None for each where nothing is known, all keys where no page."""
    return {key: None if known is None else known.get(key, BLANK) for key in keys if shown is None or key in shown}


def _hashed(value: Any) -> str:
    if value in (None, "", [], ()):
        return BLANK
    text = json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return urlsafe_b64encode(digest).decode()[:LENGTH]


def _plain(value: Any) -> Any:
    """A browser sends line ends as CRLF from a form and as LF from a script."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, (list, tuple)) else value


def _said(known: Any) -> Any:
    """What is left of marks without those that say nothing."""
    if isinstance(known, Mapping):
        kept = {key: said for key, value in known.items() if (said := _said(value))}
        return kept or BLANK
    if isinstance(known, list):
        return [said for row in known if (said := _said(row))] or BLANK
    return known


def _packed(value: Any) -> Any:
    if isinstance(value, list):
        columns = list(dict.fromkeys(key for row in value for key in row))
        return [columns, *([_packed(row.get(key, BLANK)) for key in columns] for row in value)]
    return {key: _packed(part) for key, part in value.items()} if isinstance(value, Mapping) else value


def _unpacked(value: Any) -> Any:
    """What `_packed` was given; raises ValueError for what it never wrote."""
    if isinstance(value, dict):
        return {key: _unpacked(part) for key, part in value.items()}
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not value or not all(isinstance(row, list) for row in value):
        raise ValueError
    columns, *rows = value
    if not all(isinstance(column, str) for column in columns):
        raise ValueError
    return [{key: _unpacked(cell) for key, cell in zip(columns, row, strict=True)} for row in rows]
