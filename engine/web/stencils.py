"""Controls drawn once and filled in often: the macro of a field runs once for each wording, its value is put in later.

A form page is opened far more often than a definition is published, and a macro costs fifty times a concatenation
(performance.md 4). What has a message, and what has no plain value, is drawn by its macro each time.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from engine.core.filling.fieldtype import FieldType


# Nobody's label or answer can hold these. The first looks like a date, which the browser's own picker must be given.
SLOT, ROW = f"{secrets.token_hex(2)}-{secrets.token_hex(14)}", secrets.token_hex(16)
WRITTEN = ("text", "longtext", "number", "percent", "money", "time", "link")
CHOSEN = ("choice", "choices", "scale", "yesno")
Key = tuple[int, str, str, bool, str]
MOST = 4_000  # some 4 MB; the shipped workflow needs 150


class Stencil(NamedTuple):
    """What stands before and after the value. `field` keeps the field alive, whose identity is part of the key."""

    field: FieldType
    before: str
    after: str


class Stencils:
    """The stencils of one process. A race only draws one twice; the outcome is equal."""

    def __init__(self) -> None:
        self._known: dict[Key, Stencil] = {}

    def draw(self, control: Any, how: str, language: str, macro: Callable[[Any], str]) -> Markup:
        """A control (engine.web.forms.Control) as `macro` would draw it in this language."""
        slot = _slot(control)
        if slot is None:
            return Markup(macro(control))
        table, row, column = _place(control.name)
        key = (id(control.field), how, language, control.required, slot)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST:
                self._known.clear()  # drafts of designers come and go; what is still used is drawn once more
            general = f"{table}-{ROW}-{column}" if table else control.name
            drawn = str(macro(replace(control, name=general, value=SLOT if slot == SLOT else control.value)))
            before, _, after = drawn.partition(SLOT)
            found = self._known[key] = Stencil(control.field, before, after)
        before, after = found.before, found.after
        if table:
            before, after = before.replace(ROW, row), after.replace(ROW, row)
        return Markup(f"{before}{escape(control.value)}{after}" if slot == SLOT else before)


def _slot(control: Any) -> str | None:
    """What a stencil stands for: SLOT for any text, else the choice that it shows; None: the macro draws it."""
    value = control.value
    if control.error is not None or control.advice or control.origin is not None or control.field.is_dated:
        return None
    if control.kind == "choices":
        # Several at once have too many combinations to keep.
        value = "".join(value) if len(value) <= 1 else None
    if not isinstance(value, str):
        return None
    if control.kind in WRITTEN or (control.kind == "date" and (not value or value[4:5] == "-")):
        return SLOT
    known = control.kind in CHOSEN and (not value or any(each.key == value for each in control.options))
    return value if known else None


def _place(name: str) -> tuple[str, str, str]:
    """`targets-3-weight` → table, row, column; ("", "", "") for a control on its own."""
    table, _, rest = name.partition("-")
    row, _, column = rest.partition("-")
    return (table, row, column) if column else ("", "", "")
