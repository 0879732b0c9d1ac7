"""Text as cells of a spreadsheet that is sent out: nothing in it is run there."""

from __future__ import annotations

import re

# What a spreadsheet takes for a formula, or skips before looking for one (OWASP, CSV injection).
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
AFTER_SEPARATOR = re.compile("([;,\t|]\\s*[\"']?)(?=[-=+@＝＋－＠])")


def plain(cell: str) -> str:
    """A cell that stays text: what would begin a formula gets an apostrophe before it.

    Also after a separator inside: a spreadsheet that splits at `;` makes cells of parts of ours.
    """
    inside = AFTER_SEPARATOR.sub(r"\1'", cell)
    return f"'{inside}" if inside.startswith(RISKY) else inside
