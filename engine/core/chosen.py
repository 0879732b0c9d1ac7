"""Indicators that somebody has chosen in a form: the type of such an answer. Which may be chosen is the shell's."""

from __future__ import annotations

from engine.core.expression import NUMBER, TEXT, Record, Type

OFFERED = "*"
"""What a form asks for that lets an indicator be chosen: every one that is offered, whatever is answered."""
PICKED: Type = Record({"ref": TEXT, "label": TEXT, "unit": TEXT, "target": NUMBER})
