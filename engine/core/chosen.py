"""Indicators that somebody has chosen in a form, as expressions read them: the answer, and each with its figure."""

from __future__ import annotations

from engine.core.expression import NUMBER, TEXT, ListOf, Record, Type

KIND = "indicator"
OFFERED = "*"
"""What a form asks for that lets an indicator be chosen: every one that is offered, whatever is answered."""
PICKED: Type = Record({"ref": TEXT, "label": TEXT, "unit": TEXT, "target": NUMBER})
FIGURED: Type = ListOf(
    Record({"ref": TEXT, "name": TEXT, "unit": TEXT, "target": NUMBER, "value": NUMBER, "achieved": NUMBER})
)
"""The figures of what was chosen: a row for each, as expressions read it and other tables begin with it."""
