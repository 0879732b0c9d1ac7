"""Words that a fresh element of a draft begins with, as the document has them. Reading them is designing/spots.py's."""

from __future__ import annotations


def written(words: str, english: str = "") -> dict[str, str]:
    """Words of both languages as the normal form has them; `english` may be left out where they are the same."""
    return {"en": english or words, "id": words}


def said(words: str, language: str) -> dict[str, str]:
    """Words of one language: that they are not translated yet is shown until somebody does."""
    return {language: words}
