"""Which column of a file means what, guessed from its headings; and how its days are written. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.core.proof.canonical import digest
from engine.imports.columns import COLUMNS, folded
from engine.imports.values import DAY_FIRST, ISO, MONTH_FIRST, SLASHED

SAMPLE = 2_000  # cells that are looked at


def guessed(kind: str, headings: Sequence[str]) -> dict[str, int]:
    """Column → its place in the file, for each that a heading names; each heading means one column at most.

    What a heading says exactly goes before what it only begins with.
    """
    plain = [folded(heading) for heading in headings]
    found: dict[str, int] = {}
    for fits in (_is, _begins):
        for column in COLUMNS[kind]:
            known = [folded(heading) for heading in column.headings]
            places = [at for at, heading in enumerate(plain) if at not in found.values() and fits(heading, known)]
            if column.name not in found and places:
                found[column.name] = min(places, key=lambda at: _rank(plain[at], known))
    return found


def _is(heading: str, known: Sequence[str]) -> bool:
    return heading in known


def _begins(heading: str, known: Sequence[str]) -> bool:
    return any(heading.startswith(each) for each in known if len(each) > 3)


def _rank(heading: str, known: Sequence[str]) -> int:
    return next((at for at, each in enumerate(known) if heading.startswith(each)), len(known))


def heading_set(kind: str, headings: Iterable[str]) -> str:
    """The name under which the mapping of files with these headings is remembered."""
    return digest([kind, sorted(folded(heading) for heading in headings)])


def how_days_are_written(rows: Iterable[Sequence[str]], places: Iterable[int]) -> str:
    """The way in which most days of a file are written; `YYYY-MM-DD` where nothing says otherwise."""
    wanted, counts = list(places), {ISO: 0, DAY_FIRST: 0, MONTH_FIRST: 0}
    for row in _first(rows):
        for at in wanted:
            cell = row[at].strip() if at < len(row) else ""
            if cell:
                counts[_way(cell)] += 1
    slashed = counts[DAY_FIRST] + counts[MONTH_FIRST]
    if slashed <= counts[ISO]:
        return ISO
    return MONTH_FIRST if counts[MONTH_FIRST] > counts[DAY_FIRST] else DAY_FIRST


def _first(rows: Iterable[Sequence[str]]) -> Iterable[Sequence[str]]:
    for number, row in enumerate(rows):
        if number == SAMPLE:
            return
        yield row


def _way(cell: str) -> str:
    slashed = SLASHED.fullmatch(cell)
    if slashed is None:
        return ISO
    # Only a second part above 12 shows that the month stands first; else as people here write it.
    return MONTH_FIRST if int(slashed[2]) > 12 >= int(slashed[1]) else DAY_FIRST


def places_of(kind: str, reads: str, mapping: Mapping[str, int]) -> list[int]:
    """Where in the file the mapped columns stand that are read in this way."""
    return [mapping[column.name] for column in COLUMNS[kind] if column.reads == reads and column.name in mapping]
