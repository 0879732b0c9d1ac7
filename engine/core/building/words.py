"""Words of a draft: texts as they are written, and names made from them. No translation here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core.messages import Text


def text_of(value: Any) -> Text | None:
    """A text of the document, written for one or both languages; None where there is none."""
    if isinstance(value, str) and value.strip():
        return Text(value, value)
    if isinstance(value, Mapping):
        said = {language: value[language] for language in ("id", "en") if isinstance(value.get(language), str)}
        first = next((words for words in said.values() if words), "")
        return Text(said.get("id") or first, said.get("en") or first) if first else None
    return None


def written(words: str, english: str = "") -> dict[str, str]:
    """Words as the normal form has them; those of one language speak for both until somebody translates them."""
    return {"en": english or words, "id": words}
