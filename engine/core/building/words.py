"""Words that a fresh element of a draft begins with, as the document has them. Reading them is designing/spots.py's."""

from __future__ import annotations


def written(words: str, english: str = "") -> dict[str, str]:
    """Words as the normal form has them; those of one language speak for both until somebody translates them."""
    return {"en": english or words, "id": words}
