"""About how many people a figure is in a unit itself, apart from the units below it: counted, never what these leave.

Whoever moved from one unit to another is in both, so the difference of a whole and its parts tells of too few. Reads
only; whoever asks has been judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from sqlalchemy import Connection

from engine.core.case import CANCELLED
from engine.core.indicator import BoundQuantity
from engine.runtime import Runtime
from engine.store.queries import counted

Wanted = tuple[BoundQuantity, str, str]  # what is counted, its first day (empty: since ever) and its last


def of_units(
    rt: Runtime, db: Connection, wanted: Collection[Wanted], units: Collection[int]
) -> dict[Wanted, Mapping[int, int]]:
    """Of each, the people of each unit itself; in two statements at most, however many are asked for."""
    booked = [each for each in wanted if each[0].spec.book is not None]
    asked = [(each[0].spec.book or "", each[1], each[2], each[0].spec.verified) for each in booked]
    found: dict[Wanted, dict[int, int]] = {each: {} for each in wanted}
    for row in counted.own_people(db, asked, units):
        found[booked[row.place]][row.unit_id] = row.people
    return {**found, **_of_cases(rt, db, [each for each in wanted if each[0].spec.book is None], units)}


def _of_cases(
    rt: Runtime, db: Connection, wanted: Collection[Wanted], units: Collection[int]
) -> dict[Wanted, Mapping[int, int]]:
    forms = {each: (each[0].spec.workflow or "", each[0].spec.form or "") for each in wanted}
    rows = counted.ended_in(db, set(forms.values()), units)
    over = {
        digest: {state.key for state in rt.library.workflow(db, digest).definition.states if state.final} - {CANCELLED}
        for digest in {row.definition_digest for row in rows}
    }
    ended = {
        (row.workflow, row.form, row.day, row.unit_id, row.person_id)
        for row in rows
        if row.state in over[row.definition_digest]
    }
    return {
        each: Counter(
            unit
            for unit, _ in {
                (unit, person)
                for *form, day, unit, person in ended
                if tuple(form) == forms[each] and each[1] <= day <= each[2]
            }
        )
        for each in wanted
    }
