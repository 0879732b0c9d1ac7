"""Do the bands of a scale make sense: in order, without a gap or an overlap, each reached, what it gives said once.

A number is rounded before it is looked up, so that bands that name both ends meet exactly: 76.61–88.30, then 88.31.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from engine.core.errors import Problem
from engine.core.expression import InvalidExpression
from engine.core.expression.parser import parse
from engine.core.expression.syntax import texts
from engine.core.messages import Message
from engine.core.reading.declared import keys, twice, unknown
from engine.core.scorespec import Banding, Rounding, ScaleBand


def banding_problems(path: str, banding: Banding) -> Iterator[Problem]:
    """Yield what is wrong with the bands of one step; the paths are by names."""
    if bool(banding.bands) == bool(banding.sets):
        yield Problem(path, Message("lint.score_bands_or_sets"))
    if bool(banding.sets) != (banding.by is not None):
        yield Problem(f"{path}.by", Message("lint.score_sets_by"))
    yield from twice(f"{path}.sets", banding.sets)
    if banding.by is not None and banding.sets:
        yield from _chosen(f"{path}.by", banding.by, keys(banding.sets))
    if banding.bands:
        yield from _bands(f"{path}.bands", banding.bands, banding.round)
    for each in banding.sets:
        yield from _bands(f"{path}.sets.{each.key}.bands", each.bands, banding.round)


def _chosen(path: str, by: str, sets: Collection[str]) -> Iterator[Problem]:
    """What `by` may come to is a set; whether it can be read is told where it is bound."""
    try:
        root = parse(by)
    except InvalidExpression:
        return
    for name in sorted({each.value for each in texts(root)}):
        yield from unknown(path, "band_set", name, sets)


def _bands(path: str, bands: Sequence[ScaleBand], rounding: Rounding | None) -> Iterator[Problem]:
    yield from twice(path, bands)
    if not bands:
        yield Problem(path, Message("lint.score_no_bands"))
    for place, band in enumerate(bands):
        here = f"{path}.{band.key}"
        yield from _ends(here, bands, place, rounding)
        yield from _gives(here, bands, band)
        yield from _needs(here, bands, place)
        if band.label is None:
            yield Problem(here, Message("lint.no_label", key=band.key), warning=True)


def _ends(path: str, bands: Sequence[ScaleBand], place: int, rounding: Rounding | None) -> Iterator[Problem]:
    band = bands[place]
    if band.from_ is None and place:
        yield Problem(path, Message("bind.band_begins", name=band.label or band.key))
    if band.from_ is not None and band.to is not None and band.to < band.from_:
        yield Problem(f"{path}.to", Message("lint.score_band_ends", found=band.to, begins=band.from_))
    for end in (band.from_, band.to):
        if end is not None and rounding is not None and _is_finer(end, rounding):
            yield Problem(path, Message("lint.score_band_finer", found=end, places=rounding.places))
    if place and band.from_ is not None:
        yield from _joint(path, bands[place - 1], band.from_, rounding)


def _joint(path: str, before: ScaleBand, begins: Decimal, rounding: Rounding | None) -> Iterator[Problem]:
    """Where two bands meet: a number between them belongs to none, one in both to two."""
    if before.to is None:
        if before.from_ is not None and begins <= before.from_:
            yield Problem(f"{path}.from", Message("bind.band_order", found=begins, before=before.from_))
        return
    if rounding is None:
        yield Problem(f"{path}.from", Message("lint.score_band_unrounded"))
        return
    expected = before.to + Decimal(1).scaleb(-rounding.places)
    if begins > expected:
        last = begins - Decimal(1).scaleb(-rounding.places)
        yield Problem(f"{path}.from", Message("lint.score_gap", first=expected, last=last))
    elif begins < expected:
        yield Problem(f"{path}.from", Message("lint.score_overlap", first=begins, last=before.to))


def _is_finer(end: Decimal, rounding: Rounding) -> bool:
    return end != end.quantize(Decimal(1).scaleb(-rounding.places))


def _gives(path: str, bands: Sequence[ScaleBand], band: ScaleBand) -> Iterator[Problem]:
    if (band.gives is None) != (bands[0].gives is None):
        yield Problem(path, Message("lint.score_some_give", key=band.key))
    if band.up_to is not None and (band.gives is None or band.from_ is None or band.to is None):
        yield Problem(f"{path}.up_to", Message("lint.score_up_to", key=band.key))


def _needs(path: str, bands: Sequence[ScaleBand], place: int) -> Iterator[Problem]:
    """Whoever does not meet a condition goes to a band below it, so that he comes to an end."""
    band = bands[place]
    if (band.needs is None) != (band.otherwise is None):
        yield Problem(path, Message("lint.score_needs_otherwise", key=band.key))
    if band.otherwise is not None:
        yield from unknown(f"{path}.otherwise", "band", band.otherwise, keys(bands[:place]))
