"""What to write instead: the word that was probably meant, and the words that are allowed."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from engine.core.messages import Message

SHOWN = 24
LONGEST = 80
SLIP = 8  # letters too many or too few
COMPARED = 40_000  # pairs of letters: a few milliseconds


def instead(found: object, allowed: Iterable[str]) -> Message | None:
    """The hint for an unknown word: the likely one, and all (or the first many) that are allowed."""
    words = tuple(allowed)
    if not words:
        return None
    shown = words if len(words) <= SHOWN else (*words[:SHOWN], "…")
    meant = likely(found, words) if isinstance(found, str) else None
    if meant is None:
        return Message("definition.hint.allowed", allowed=shown)
    return Message("definition.hint.did_you_mean", name=meant, allowed=shown)


def likely(found: str, words: Iterable[str]) -> str | None:
    """The word that was probably meant, or None; long texts are no slips of the pen."""
    if not found or len(found) > LONGEST:
        return None
    # Comparing is the dearest part of a refusal: words of about this length, and not all of a thousand.
    near = [word for word in words if abs(len(word) - len(found)) <= SLIP]
    return next(iter(get_close_matches(found, near[: COMPARED // len(found) ** 2 + 1], n=1)), None)


def shown(value: object) -> str | Message:
    """A value as a message may quote it: short, and never the inside of a map or list."""
    if isinstance(value, dict):
        return Message("definition.found.map")
    if isinstance(value, (list, tuple)):
        return Message("definition.found.list")
    if value is None:
        return Message("definition.found.nothing")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
