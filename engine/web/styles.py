"""Style sheets as they travel: ours without comments and indents, Bootstrap's without components that we never use."""

from __future__ import annotations

import re

UNUSED = (
    "accordion", "btn-close", "btn-group", "carousel", "dropdown", "dropend", "dropstart", "dropup", "form-floating",
    "form-range", "input-group", "list-group", "modal", "nav-", "navbar", "offcanvas", "placeholder-", "popover",
    "ratio", "spinner", "toast", "tooltip",
)  # fmt: skip
"""The beginnings of the class names that are left out; a test keeps them out of our pages."""

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE = re.compile(r"([^{}]+)\{[^{}]*\}")
LEFT_OUT = re.compile(rf"\.(?:{'|'.join(UNUSED)})")


def without_comments(sheet: str) -> str:
    """A style sheet that says the same, a rule to a line."""
    return "\n".join(line.strip() for line in COMMENT.sub("", sheet).splitlines() if line.strip())


def without_unused(sheet: str) -> str:
    """A minified style sheet without the rules of which every selector names something UNUSED."""
    return RULE.sub(lambda rule: "" if all(LEFT_OUT.search(each) for each in rule[1].split(",")) else rule[0], sheet)
