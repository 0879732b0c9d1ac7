"""About how many people a figure is in a unit itself, apart from the units below it: counted, never what these leave.

Whoever moved from one unit to another is in both, so the difference of a whole and its parts tells of too few. Of some
units those below are counted with them. Reads only; whoever asks has been judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import Connection

from engine.core.case import CANCELLED
from engine.core.indicator import BoundQuantity
from engine.runtime import Runtime
from engine.store.queries import counted

Wanted = tuple[BoundQuantity, str, str]  # what is counted, its first day (empty: since ever) and its last


class InUnits(NamedTuple):
    """Unit → its people. own: those in the unit itself; whole: with those below it, of the units asked for so."""

    own: Mapping[int, int]
    whole: Mapping[int, int]


def of_units(
    rt: Runtime, db: Connection, wanted: Mapping[Wanted, Collection[int]], units: Collection[int]
) -> dict[Wanted, InUnits]:
    """Of each, the people of each unit itself; in two statements at most, however many are asked for.

    wanted: with the units of which those below are counted, too.
    """
    booked = {each: whole for each, whole in wanted.items() if each[0].spec.book is not None}
    cases = {each: whole for each, whole in wanted.items() if each[0].spec.book is None}
    return {**_of_entries(db, booked, units), **_of_cases(rt, db, cases, units)}


def _of_entries(
    db: Connection, wanted: Mapping[Wanted, Collection[int]], units: Collection[int]
) -> dict[Wanted, InUnits]:
    own, whole = {each: dict[int, int]() for each in wanted}, {each: dict[int, int]() for each in wanted}
    asked = [(own[each], _asked(each, units, below=False)) for each in wanted]
    asked += [(whole[each], _asked(each, some, below=True)) for each, some in wanted.items() if some]
    for row in counted.people_in(db, [each for _, each in asked]):
        asked[row.place][0][row.unit_id] = row.people
    return {each: InUnits(own[each], whole[each]) for each in wanted}


def _asked(wanted: Wanted, units: Collection[int], *, below: bool) -> counted.InUnits:
    quantity, first, last = wanted
    return counted.InUnits(quantity.spec.book or "", first, last, quantity.spec.verified, units, below)


def _of_cases(
    rt: Runtime, db: Connection, wanted: Mapping[Wanted, Collection[int]], units: Collection[int]
) -> dict[Wanted, InUnits]:
    forms = {each: (each[0].spec.workflow or "", each[0].spec.form or "") for each in wanted}
    rows = counted.ended_in(db, set(forms.values()), units, {unit for some in wanted.values() for unit in some})
    over = {
        digest: {state.key for state in rt.library.workflow(db, digest).definition.states if state.final} - {CANCELLED}
        for digest in {row.definition_digest for row in rows}
    }
    ended = {
        (row.workflow, row.form, row.day, row.unit_id, row.depth == 0, row.person_id)
        for row in rows
        if row.state in over[row.definition_digest]
    }
    found = {}
    for each, whole in wanted.items():
        about = {
            (unit, own, person)
            for *form, day, unit, own, person in ended
            if tuple(form) == forms[each] and each[1] <= day <= each[2]
        }
        wholes = {(unit, person) for unit, _, person in about if unit in whole}
        found[each] = InUnits(Counter(unit for unit, own, _ in about if own), Counter(unit for unit, _ in wholes))
    return found
