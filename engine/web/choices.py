"""The choices of a select field as HTML: hundreds of units are on most lists, and a template takes a step for each."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

BETWEEN = "\x1f"  # stands in no name, and nothing escapes it


def choices(pairs: Sequence[tuple[str, str]], chosen: str) -> Markup:
    """An `<option>` for each (value, words); all are escaped at once."""
    if not pairs:
        return Markup("")
    values, words = ([text.replace(BETWEEN, " ") for text in column] for column in zip(*pairs, strict=True))
    safe = str(escape(BETWEEN.join((*values, *words)))).split(BETWEEN)
    lines = (
        f'<option value="{safe[place]}"{" selected" if value == chosen else ""}>{safe[place + len(values)]}</option>'
        for place, value in enumerate(values)
    )
    return Markup("".join(lines))
