"""What the buttons of a table do when a page posts them: rows added, moved, removed and brought back, cells pasted.

Raw answers in, raw answers out, and a notice for the table. Living pages do all but the pasting by themselves: rows.js.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.core.filling import forms
from engine.web import pasting
from engine.web.forms import decode
from engine.web.raw_answers import act_on_rows, posted
from engine.web.reading import whole
from engine.web.tables import Notice
from portal.desk import Desk


def acted(
    desk: Desk, raw: Mapping[str, Any], act: str, sent: MultiDict[str, str]
) -> tuple[dict[str, Any], Notice | None]:
    """The answers after the act of a button: `add:targets`, `remove:targets:2`, `restore:…`, `paste:targets:0:weight`.

    What is no such act changes nothing. `sent`: what the page posted beside the answers.
    """
    word, table, at, column = (*act.split(":", 3), "", "", "")[:4]
    rows = raw.get(table)
    if not isinstance(rows, list) or not _has_columns(desk, table):
        return dict(raw), None
    if word in ("add", "copy", "restore") and len(rows) >= desk.form.questions[table].type.most_drawn:
        return dict(raw), None
    index = whole(at)
    if word == "remove" and index is not None and index < len(rows):
        return act_on_rows(raw, act), Notice(table, index, removed=tuple(posted(rows[index])))
    if word == "restore":
        back = _removed(desk, table, sent)
        place = len(rows) if index is None else min(index, len(rows))
        return {**raw, table: [*rows[:place], *back, *rows[place:]]}, None
    if word == "paste":
        return _pasted(desk, raw, table, index, column, sent.get(f"{table}:paste", ""))
    return act_on_rows(raw, act), None


def _has_columns(desk: Desk, table: str) -> bool:
    return table in desk.form.questions.taken and hasattr(desk.form.questions[table].type, "columns")


def _removed(desk: Desk, table: str, sent: MultiDict[str, str]) -> list[Any]:
    """The row that the page kept for bringing it back, read as any other row is."""
    start = f"{table}:removed-"
    kept = [(name, value) for name, value in sent.items(multi=True) if name.startswith(start)]
    cells = MultiDict((f"{table}-0-{name.removeprefix(start)}", value) for name, value in kept)
    rows = decode(desk.found.digest, desk.form, cells).get(table) if kept else None
    return rows[:1] if isinstance(rows, list) else []


def _pasted(
    desk: Desk, raw: Mapping[str, Any], table: str, row: int | None, column: str, text: str
) -> tuple[dict[str, Any], Notice | None]:
    if not text.strip():
        return dict(raw), None
    kind = desk.form.questions[table].type
    facts = forms.facts(desk.found.view)
    found = pasting.paste(kind.columns.all, raw[table], text, facts, most=kind.max_rows, row=row, column=column)
    return {**raw, table: found.rows}, Notice(table, found.first, pasted=found)
