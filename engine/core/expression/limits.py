"""How large an expression, its numbers and one evaluation may grow. Values only.

The figures are security bounds, not tuning: together they keep every compilation and evaluation within
milliseconds and within a small stack, whatever the source or the answers hold.
"""

from __future__ import annotations

MAX_BYTES = 4096
"""Source text, in UTF-8 bytes."""

MAX_DEPTH = 64
"""Nesting of operators, calls and parentheses."""

MAX_NODES = 1000
"""Values, names, operators and calls in one expression; a chain such as `a + b + c` is one operator."""

MAX_STEPS = 10_000
"""Work of one evaluation: every node, and every list element each time it is gone through."""

MAX_TEXT = 10_000
"""Length of a text that an evaluation makes or answers with, in characters."""

MAX_PROBLEMS = 50
"""Problems reported for one expression; a source that has more is not read by anybody to the end."""

MAX_SEARCHES = 3
"""Problems of one expression for which the likely name is sought; a search costs more than all the rest."""

WHOLE_DIGITS = 15
"""Digits before the decimal point: every number lies strictly between -10^15 and 10^15."""

PRECISION = 28
"""Significant digits of a calculation, rounded half-even."""

MAX_PLACES = 10
"""Decimal places that `round` may keep."""
