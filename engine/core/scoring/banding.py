"""The method `bands`: the band of a scale in which a number lies, and the number that the band stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from engine.core.expression import ExpressionFailed
from engine.core.messages import Message, readable
from engine.core.scorespec import Banding, ScaleBand
from engine.core.scoring.nodes import Node, arithmetic, rounded
from engine.core.scoring.score import BoundBand, BoundSet, BoundStep
from engine.core.scoring.state import Found, State


def banded(state: State, step: BoundStep, banding: Banding, node: Node) -> Found:
    """Find the band of the number, rounded before; outside of all bands there is none, and it says so."""
    number, reads = state.asked(step, "of"), step.reads["of"]
    if not isinstance(number, Decimal):
        reasons = state.reasons(reads) or (Message("score.why.nothing", name=node.label),)
        return Found(replace(node, rule={"name": "bands"}, children=state.mentions(reads), why=reasons), reasons)
    sought = rounded(number, banding.round)
    children = Node("part", "of", node.label, {"name": "sought"}, sought, number, banding.round, unit=node.unit)
    node = replace(node, rule={"name": "bands"}, children=(replace(children, children=state.mentions(reads)),))
    chosen, reasons = _set(state, step, banding, node)
    if chosen is None:
        return Found(replace(node, why=reasons), reasons)
    others = (*(step.reads["by"] if chosen.spec is not None else ()), *step.reads["needs"])
    node = replace(node, children=(*node.children, *state.mentions(dict.fromkeys(others))))
    return in_band(state, chosen, sought, node)


def in_band(state: State, chosen: BoundSet, sought: Decimal, node: Node) -> Found:
    """The band of these in which a rounded number lies, and what it gives."""
    index = next((place for place in range(len(chosen.bands)) if _lies_in(chosen.bands, place, sought)), None)
    if index is None:
        reason = Message("score.why.outside", name=node.label, found=sought)
        return Found(replace(node, why=(reason,)), (reason,))
    first = band = chosen.bands[index]
    why: tuple[Message, ...] = ()
    while band.needs is not None and not _holds(band, state):
        other = next(each for each in chosen.bands if each.spec.key == band.spec.otherwise)
        words = {"band": _label(band.spec), "other": _label(other.spec)}
        why, band = (*why, Message("score.why.needs", **words)), other
    given = _given(band.spec, sought) if band is first else band.spec.gives
    rule: dict[str, Any] = {"name": "bands", "band": band.spec.key}
    rule |= {name: str(end) for name, end in (("from", band.spec.from_), ("to", band.spec.to)) if end is not None}
    rule |= {"set": chosen.spec.key} if chosen.spec is not None else {}
    number = sought if given is None else given
    words_of = {"band": band.spec.key, "band_label": _label(band.spec)}
    return Found(replace(node, rule=rule, before=number, why=why, **words_of))


def _set(state: State, step: BoundStep, banding: Banding, node: Node) -> tuple[BoundSet | None, tuple[Message, ...]]:
    """The set of bands that holds, or why none does."""
    if banding.by is None:
        return step.sets[0], ()
    which = state.asked(step, "by")
    found = next((each for each in step.sets if each.spec is not None and each.spec.key == which), None)
    if found is not None:
        return found, ()
    missing = state.reasons(step.reads["by"])
    return None, missing or (Message("score.why.no_set", name=node.label, found=str(which)),)


def _lies_in(bands: Sequence[BoundBand], place: int, sought: Decimal) -> bool:
    """Whether a number lies in a band: an end that is not said is open, or where the next one begins."""
    band = bands[place].spec
    if band.from_ is not None and sought < band.from_:
        return False
    if band.to is not None:
        return sought <= band.to
    after = bands[place + 1].spec.from_ if place + 1 < len(bands) else None
    return after is None or sought < after


def _holds(band: BoundBand, state: State) -> bool:
    try:
        return band.needs is None or band.needs.evaluate(state.names) is True
    except ExpressionFailed:
        return False


def _given(band: ScaleBand, sought: Decimal) -> Decimal | None:
    """The number that a band stands for; straight from `gives` at its beginning up to `up_to` at its end."""
    if band.gives is None or band.up_to is None or band.from_ is None or band.to is None:
        return band.gives
    context = arithmetic()
    if band.to == band.from_:
        return band.gives
    rise = context.multiply(context.subtract(band.up_to, band.gives), context.subtract(sought, band.from_))
    return context.add(band.gives, context.divide(rise, context.subtract(band.to, band.from_)))


def _label(band: ScaleBand) -> Any:
    return band.label or readable(band.key)
