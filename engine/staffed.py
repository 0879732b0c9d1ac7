"""The staffing of cases, there or still to come: reads what the check asks about people, in sets, and lets it judge.

The verbs stand in staffing_check.py; opening a cycle asks the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine.core.reading.compiled import Workflow
from engine.core.rules import chain, question
from engine.core.staffed import KINDS, Finding, People, Seat, Staffed, empty, findings
from engine.store.queries import role_people
from engine.store.queries import staffed as queries

MOST = 50  # people whom one person may rate before the check names him
HIGHEST = 5  # posts upwards that a rule may reach (core/rules)


@dataclass(frozen=True, slots=True)
class Check:
    """What was found over so many cases. posts: a subject's post, and the one above, for the link to what mends."""

    cases: int
    found: tuple[Finding, ...]
    posts: Mapping[int, tuple[str, str | None]]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind, for kinds of which there is one."""
        counted = Counter(finding.kind for finding in self.found)
        return {kind: counted[kind] for kind in KINDS if counted[kind]}

    @property
    def passable(self) -> int:
        """How many one may go past with a reason; the others keep a cycle from opening."""
        return sum(not finding.blocks for finding in self.found)


def look(
    db: Connection, workflow: Workflow, cases: Sequence[Staffed], units: Sequence[int], on: date, most: int = MOST
) -> Check:
    """Check cases, each in its unit, on a day: some ten questions, and a few more for each thousand people."""
    day, subjects = on.isoformat(), {case.subject.person_id for case in cases}
    everybody = subjects | {held.person_id for case in cases for holders in case.held.values() for held in holders}
    known = queries.accounts(db, everybody)
    posts, seated = queries.posts(db), queries.held(db, subjects, day)
    people = People(
        open=frozenset(person for person, is_open in known.items() if is_open),
        shut=frozenset(person for person, is_open in known.items() if not is_open),
        seats=_seats(posts, seated),
        deputies=queries.deputies(db, subjects, day),
        own_judge=_own_judges(db, workflow, cases, units, on),
    )
    found = findings(workflow.definition, cases, people, most)
    return Check(len(cases), found, _own_posts(posts, seated))


def _seats(posts: Mapping[int, Any], seated: Iterable[Any]) -> dict[int, Seat]:
    """Who holds, but not definitively, a post above his own."""
    seated = list(seated)
    above = {row.person_id: set(_upwards(posts, row.post_id)) for row in seated if row.kind == "definitive"}
    return {
        row.person_id: Seat(posts[row.post_id].name, row.kind, row.order_number, row.ref)
        for row in seated
        if row.kind != "definitive" and row.post_id in above.get(row.person_id, ())
    }


def _upwards(posts: Mapping[int, Any], post_id: int) -> Iterable[int]:
    above = posts[post_id].superior_id
    for _ in range(HIGHEST):
        if above is None:
            return
        yield above
        above = posts[above].superior_id


def _own_judges(
    db: Connection, workflow: Workflow, cases: Sequence[Staffed], units: Sequence[int], on: date
) -> frozenset[tuple[int, str]]:
    """(subject, role) where a rule finds the subject himself, of the roles that are empty for that."""
    asks: dict[tuple[int, str], set[Any]] = {}
    for case, unit in zip(cases, units, strict=True):
        for role in empty(workflow.definition, case):
            for rule in chain(role):
                starts = [None] if rule.role is None else [held.person_id for held in case.held.get(rule.role, ())]
                if rule.rule not in ("subject", "nominated"):
                    mine = asks.setdefault((case.subject.person_id, role.key), set())
                    mine |= {question(rule, person, unit, on) for person in starts}
    answers = role_people.answers(db, set().union(*asks.values())) if asks else {}
    return frozenset(
        key
        for key, mine in asks.items()
        if any(held.person_id == key[0] for ask in mine for held in answers.get(ask, ()))
    )


def _own_posts(posts: Mapping[int, Any], seated: Iterable[Any]) -> dict[int, tuple[str, str | None]]:
    found = {}
    for row in seated:
        if row.kind == "definitive":
            above = posts[row.post_id].superior_id
            found[row.person_id] = (posts[row.post_id].ref, posts[above].ref if above else None)
    return found
