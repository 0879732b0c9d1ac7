"""Files among raw answers, between two pages: where a field's list stands, one more in it, one less. Judges nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.web.reading import whole

NAME = re.compile(r"[a-z][a-z0-9_]*(?:-[0-9]{1,4}-[a-z][a-z0-9_]*)?\Z")  # of a field, as a page names it


def wanted_file(act: str) -> str | None:
    """The field for which a button of the page asks for one more file: `upload:targets-2-files`."""
    word, _, name = act.partition(":")
    return name if word == "upload" and NAME.match(name) else None


def act_on_files(raw: Mapping[str, Any], act: str) -> dict[str, Any]:
    """Take a file out of a field, as a button of the page asks: `drop:targets-2-files:0`. Other acts change nothing."""
    word, _, rest = act.partition(":")
    name, _, at = rest.partition(":")
    index = whole(at)
    if word != "drop" or index is None:
        return dict(raw)
    return changed(raw, name, [each for place, each in enumerate(listed(raw, name)) if place != index])


def added(raw: Mapping[str, Any], name: str, file: Mapping[str, str]) -> dict[str, Any]:
    """The answers with one more file in a field."""
    return changed(raw, name, [*listed(raw, name), dict(file)])


def listed(raw: Mapping[str, Any], name: str) -> list[Any]:
    """The files of a field by its name on a page: `letter`, `targets-2-files`; empty where there is no such place."""
    key, row, column = place(name)
    found = raw.get(key)
    if column:
        found = found[row].get(column) if isinstance(found, list) and row < len(found) else None
    return list(found) if isinstance(found, (list, tuple)) else []


def changed(raw: Mapping[str, Any], name: str, files: list[Any]) -> dict[str, Any]:
    """The answers with other files in a field; unchanged where there is no such row."""
    key, row, column = place(name)
    if not column:
        return {**raw, key: files}
    rows = list(raw.get(key) or [])
    if not row < len(rows) or not isinstance(rows[row], Mapping):
        return dict(raw)
    rows[row] = {**rows[row], column: files}
    return {**raw, key: rows}


def place(name: str) -> tuple[str, int, str]:
    """`letter` → field; `targets-2-files` → table, row, column. The column is "" for a field on its own."""
    key, _, rest = name.replace(".", "-").partition("-")
    row, _, column = rest.partition("-")
    return key, whole(row) or 0, column
