"""The parts and bands of a score as the page of results shows them: weights and their total, where each band reaches.

Reads the draft alone, whatever is missing in it; saving is design_results.py's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import request

from engine.core.catalog import Entry
from engine.core.designing.spots import elements, find, key_of, title_of
from engine.core.messages import Text
from engine.web import panelposts
from engine.web.context import runtime
from engine.web.designing import Bench
from engine.web.language import t

WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of a score: its panel's path, what it is called, its weight as written, its number as a sentence."""

    path: str
    title: Text
    label: Any
    weight: Any
    value: Any
    reads: str


@dataclass(frozen=True, slots=True)
class BandLine:
    """A band of a scale: from where to where, in words and as shares of the scale for its picture."""

    path: str
    title: Text
    label: Any
    begins: Any
    reaches: str
    start: Decimal
    width: Decimal


def parts_of(bench: Bench, path: str) -> Iterator[PartLine]:
    option = option_of(bench, path, "parts")
    spot = find(bench.document, path) if option else None
    for each in elements(spot.node(), option) if spot is not None and option else ():
        at = f"{path}.{option}.{key_of(each)}"
        value = each.get("value")
        reads = bench.says(f"{at}.value", value) if value else ""
        yield PartLine(at, title_of(each), each.get("label"), each.get("weight"), value, reads)


def total_of(bench: Bench, path: str) -> Decimal:
    """What the weights come to so far, those typed just now among them."""
    typed = [request.form.get(f"v:{each.path}.weight", each.weight) for each in parts_of(bench, path)]
    weights = [panelposts.number(str(each)) for each in typed if each is not None]
    return sum((Decimal(str(each)) for each in weights if _is_number(each)), Decimal(0))


def bands_of(bench: Bench, path: str) -> Iterator[BandLine]:
    option = option_of(bench, path, "bands")
    spot = find(bench.document, path) if option else None
    found = elements(spot.node(), option) if spot is not None and option else ()
    begins = [Decimal(str(each["from"])) if _is_number(each.get("from")) else None for each in found]
    known = [each for each in begins if each is not None]
    least, most = (min(known), max(known)) if known else (Decimal(0), WHOLE)
    span = max(most - least, Decimal(1))
    for index, each in enumerate(found):
        low, high = begins[index], begins[index + 1] if index + 1 < len(found) else None
        start = Decimal(0) if low is None else _share(low, least, span)
        end = WHOLE if high is None else _share(high, least, span)
        at = f"{path}.{option}.{key_of(each)}"
        width = max(end - start, Decimal(0))
        yield BandLine(at, title_of(each), each.get("label"), each.get("from"), _reaches(low, high), start, width)


def _share(bound: Decimal, least: Decimal, span: Decimal) -> Decimal:
    """Where a bound stands on a picture of the scale, 0 to 100, with room at both ends."""
    return ((bound - least + span / 6) * WHOLE / (span * 4 / 3)).quantize(Decimal("0.01"))


def _reaches(low: Decimal | None, high: Decimal | None) -> str:
    """From where to where a band reaches, in words."""
    if low is None:
        return t("results.band.below", most=high) if high is not None else t("results.band.all")
    return t("results.band.from", least=low) if high is None else t("results.band.between", least=low, most=high)


def option_of(bench: Bench, path: str, to: str) -> str | None:
    """The option of a result's method that is of a kind: parts, bands, codelist; None where it has none."""
    entry = method_of(bench, path)
    return next((name for name, ref in entry.refs.items() if ref.to == to), None) if entry is not None else None


def method_of(bench: Bench, path: str) -> Entry | None:
    spot = find(bench.document, path) if path else None
    return runtime().catalog.get("method", str(spot.node().get("method"))) if spot is not None else None


def is_above(one: Any, other: Any) -> bool:
    if not _is_number(one):
        return False
    return other is None or (_is_number(other) and Decimal(str(one)) > Decimal(str(other)))


def _is_number(found: Any) -> bool:
    try:
        return Decimal(str(found)).is_finite()
    except ArithmeticError:
        return False
