"""What if: which single input, changed by itself, would bring a score into another band. Pure, and kept nowhere.

Numbers are tried outwards from what they are, then narrowed down to the first that makes the difference; within a
band that is thinner than a step of the trials nothing is found. Texts and yes and no are tried one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.core.messages import Text, readable
from engine.core.scorespec import ScoreInput
from engine.core.scoring.score import Score
from engine.core.scoring.working import Input, Worked, work

TRIALS = 24
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Change:
    """One input that would make a difference: what it is, what it would have to be, and what the score then were."""

    label: Text
    unit: Text | None
    now: Decimal | Text
    then: Decimal | Text
    value: Decimal | None
    band: Text


def what_if(score: Score, inputs: Mapping[str, Input]) -> tuple[Change, ...]:
    """For each input the nearest change upwards and downwards that leads into another band, the others as they are."""
    base = work(score, inputs)
    if base.band is None:
        return ()
    return tuple(change for spec in score.definition.inputs for change in _of(score, inputs, base, spec))


def _of(score: Score, inputs: Mapping[str, Input], base: Worked, spec: ScoreInput) -> Iterator[Change]:
    now = inputs[spec.key].value if spec.key in inputs else None
    if isinstance(now, Decimal):
        for end in _ends(spec, now):
            if (change := _towards(score, inputs, base, spec, now, end)) is not None:
                yield change
    elif isinstance(now, str) and spec.list is not None:
        items = {item.key: item.label for item in score.codelists[spec.list].items}
        for key, label in items.items():
            found = _with(score, inputs, spec, key)
            if key != now and _differs(found, base):
                yield _change(spec, items.get(now, readable(now)), label, found)


def _ends(spec: ScoreInput, now: Decimal) -> Iterator[Decimal]:
    """How far up and down a number is tried: to its bounds, else to twice and to none of it."""
    yield spec.most if spec.most is not None else max(now * 2, HUNDRED)
    yield spec.least if spec.least is not None else min(now, Decimal(0))


def _towards(
    score: Score, inputs: Mapping[str, Input], base: Worked, spec: ScoreInput, now: Decimal, end: Decimal
) -> Change | None:
    near, step = now, (end - now) / TRIALS
    if not step:
        return None
    for place in range(1, TRIALS + 1):
        far = end if place == TRIALS else now + step * place
        if _differs(_with(score, inputs, spec, far), base):
            return _narrowed(score, inputs, base, spec, now, near, far)
        near = far
    return None


def _narrowed(
    score: Score,
    inputs: Mapping[str, Input],
    base: Worked,
    spec: ScoreInput,
    now: Decimal,
    near: Decimal,
    far: Decimal,
) -> Change | None:
    """The first hundredth between a number that changes nothing and one that does."""
    low, high, up = near * HUNDRED, far * HUNDRED, far > near
    same, other = int(low), int(high.to_integral_value()) if high == high.to_integral_value() else int(high) + up
    while abs(other - same) > 1:
        middle = (same + other) // 2
        if _differs(_with(score, inputs, spec, Decimal(middle) / HUNDRED), base):
            other = middle
        else:
            same = middle
    then = Decimal(other) / HUNDRED
    found = _with(score, inputs, spec, then)
    return _change(spec, now, then, found) if _differs(found, base) else None


def _with(score: Score, inputs: Mapping[str, Input], spec: ScoreInput, value: Decimal | str) -> Worked:
    given = inputs[spec.key]
    return work(score, {**inputs, spec.key: replace(given, value=value)})


def _differs(found: Worked, base: Worked) -> bool:
    return found.tree is not None and found.band != base.band


def _change(spec: ScoreInput, now: Decimal | Text, then: Decimal | Text, found: Worked) -> Change:
    band = found.tree.band_label if found.tree is not None else None
    return Change(
        spec.label or readable(spec.key), spec.unit, now, then, found.value, band or readable(found.band or "")
    )
