"""A person's pages: his evaluation now and the results of the years; what registers hold of him. Reads only.

His figures have their own page. Every part is judged as the page of the part judges it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, render_template

from engine import person_entries, person_pages, person_results, score_words, snapshot, unit_pages
from engine.core import charting
from engine.core.drawing.marks import Series
from engine.core.errors import NotFound
from engine.web import labels
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import language, translate
from portal import planned, standing
from portal import registers as lists

if TYPE_CHECKING:
    from engine.core.case import Actor
    from engine.core.messages import Text
    from engine.person_entries import Written
    from engine.person_results import Evaluation
    from engine.snapshot import Snapshot
    from portal.standing import Result

pages = Blueprint("people", __name__)


class Year(NamedTuple):
    """An evaluation that is over: its results that the reader may know, and of which one can ask how it was made."""

    row: Any
    name: Text
    results: tuple[tuple[Result, bool], ...]
    more: bool


class Now(NamedTuple):
    """The evaluation that runs: the case, where it stands, and its plan beside what came of it."""

    found: Snapshot
    name: Text
    state: Any
    rows: tuple[planned.Planned, ...]


@pages.get("/people/<ref>/")
@permit("signed_in")
def show(ref: str) -> str:
    """Who somebody is, his evaluation now: plan against achievement, and the results of the years."""
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        page = person_pages.of_person(rt, db, ref, actor)
        found = person_results.of_person(rt, db, page, actor)
        now = _now(rt, db, found.running, actor) if found.running else None
        whom = page.whom
        his = whom.oversees or (whom.unit_id is not None and unit_pages.heads(db, actor, whom.unit_id, whom.today))
        unit = whom.unit_ref if his else ""  # whoever sits in no unit is judged by the highest, and has no page of one
    years = [_year(each) for each in found.over]
    return render_template(
        "portal/people/person.html", page=page, now=now, years=years, trends=list(_trends(years)), tab="now", unit=unit
    )


@pages.get("/people/<ref>/entries")
@permit("signed_in")
def entries(ref: str) -> str:
    """What registers hold of somebody: this month by register with sums, and what others said this year."""
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        page = person_pages.of_person(rt, db, ref, actor)
        found = person_entries.of_person(rt, db, page, actor)
        begun = [line for line in lists.lines_of(rt, db, found.starting) if line.cases]
    return render_template(
        "portal/people/entries.html", page=page, own=[_part(each) for each in found.own],
        said=[_part(each) for each in found.said], begun=begun, tab="entries",
    )  # fmt: skip


def _now(rt: Any, db: Any, ref: str, actor: Actor) -> Now | None:
    """The running evaluation as its page shows it; None for whoever may not open that."""
    try:
        found = snapshot.load(rt, db, ref, actor, rt.clock())
    except NotFound:
        return None
    definition = found.workflow.definition
    rows = planned.of_case(found, actor, language())
    return Now(found, definition.name, labels.state_label(definition, found.view.state), rows)


def _year(each: Evaluation) -> Year:
    known = tuple(
        (standing.told(each.workflow, result, outcome), score_words.is_score(outcome)) for result, outcome in each.known
    )
    return Year(each.row, each.workflow.definition.name, known, each.more)


def _trends(years: Sequence[Year]) -> Iterator[tuple[Text, charting.Chart]]:
    """Each score that two evaluations of one kind at least have, over their periods, the earliest first."""
    points: dict[tuple[str, str], list[tuple[str, Result]]] = {}
    for year in reversed(years):
        for result, _ in year.results:
            if result.score is not None:
                points.setdefault((translate(year.name), result.key), []).append((year.row.cycle_name, result))
    for found in points.values():
        if len(found) > 1:
            title = found[-1][1].title
            series = Series(translate(title), tuple(result.score for _, result in found))
            yield title, charting.lines([cycle for cycle, _ in found], [series])


def _part(each: Written) -> tuple[Written, list[tuple[Text, Any]]]:
    named = zip(lists.measures_of(each.register), each.sums, strict=True)
    return each, [(label, number) for (label, _), number in named if number]
