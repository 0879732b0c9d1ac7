"""The parts of a score and the bands that it may fall in, as a definition says them. Shapes, and what fits together.

How a score is worked out is the method's (workflows/methods.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from engine.core.elements import AuthoredText, Element, ExpressionText, Key
from engine.core.messages import Message

WHOLE = Decimal(100)


class ScorePart(Element):
    """One part of a score: a number, and how much it counts, in percent; those of all parts together are 100."""

    key: Key
    label: AuthoredText | None = None
    weight: Annotated[Decimal, Field(ge=0, le=100)]
    value: ExpressionText


class Band(Element):
    """One step of the scale that a score falls in: from `from` on, up to where the next one begins.

    Only the first may have none: it holds all that is less than the second begins with.
    """

    key: Key
    label: AuthoredText | None = None
    help: AuthoredText | None = None
    from_: Annotated[Decimal | None, Field(alias="from")] = None


def part_problems(parts: Sequence[ScorePart]) -> Iterator[tuple[str, Message]]:
    """What does not fit together among the parts of a score, with the place below them."""
    for key in _twice([part.key for part in parts]):
        yield key, Message("bind.part_twice", name=key)
    total = sum((part.weight for part in parts), Decimal(0))
    if not parts:
        yield "", Message("bind.no_parts")
    elif total != WHOLE:
        yield "", Message("bind.weights_total", found=total)


def band_problems(bands: Sequence[Band]) -> Iterator[tuple[str, Message]]:
    """What does not fit together among the bands of a scale: each begins above the one before it."""
    for key in _twice([band.key for band in bands]):
        yield key, Message("bind.band_twice", name=key)
    before: Decimal | None = None
    for index, band in enumerate(bands):
        if band.from_ is None and index:
            yield f"{band.key}.from", Message("bind.band_begins", name=band.label or band.key)
        elif band.from_ is not None and before is not None and band.from_ <= before:
            yield f"{band.key}.from", Message("bind.band_order", found=band.from_, before=before)
        before = band.from_ if band.from_ is not None else before


def _twice(keys: Sequence[str]) -> Iterator[str]:
    yield from (key for index, key in enumerate(keys) if key in keys[:index])
