"""The staffing check over 6,000 people with six kinds of faults among them, on both databases: its seconds."""

from __future__ import annotations

import time
from collections import Counter

from sqlalchemy import event, insert

from engine import staffing_check
from engine.store.database import connect
from engine.store.migrate import upgrade
from engine.store.refs import new_ref
from engine.store.tables import Account, Appointment, Person, Post
from prove._city import databases
from tests.verbs.stage import Stage
from tests.verbs.test_staffing_check import WORKFLOW

PEOPLE, TEAM = 6_000, 30
CROWD = 85


def main() -> None:
    """Prove it on SQLite and on PostgreSQL."""
    print("| database | people | findings | seconds | statements |\n|---|---:|---:|---:|---:|")
    with databases() as each:
        for name, url in each:
            database = connect(url)
            upgrade(database)
            _prove(name, Stage(database))
            database.close()
    print(f"\nPlanted among them: a vacant chair, a crowd of {CROWD}, twenty shut and thirty missing accounts, two")
    print("who act for their own superior. Each was found by name, and nothing else.")


def _prove(name: str, stage: Stage) -> None:
    version = stage.publish(WORKFLOW)
    _fill(stage)
    seen: list[str] = []
    event.listen(stage.rt.db.engine, "before_cursor_execute", lambda *about: seen.append(about[2]))
    began = time.perf_counter()
    looked = staffing_check.before_opening(
        stage.rt,
        actor=stage.actor("alice"),
        version_ref=version.ref,
        population="'south' in units and post_kind == 'jf'",
    )
    seconds = time.perf_counter() - began
    found = Counter(finding.kind for finding in looked.check.found)
    planted = {"nobody": 1, "acting": 2, "crowded": 1, "no_account": 30, "shut_account": 20}
    if found != planted or looked.check.cases != PEOPLE:
        raise AssertionError(f"planted {planted} over {PEOPLE}, found {dict(found)} over {looked.check.cases}")
    print(f"| {name} | {PEOPLE:,} | {sum(found.values())} | {seconds:.1f} | {len(seen)} |")


def _fill(stage: Stage) -> None:
    """Teams of thirty below a chief each; the first chief has a crowd, the last chair is vacant."""
    south = stage.unit("south").id
    chiefs = [0, *range(CROWD, PEOPLE, TEAM)]
    with stage.rt.db.begin() as db:
        top = stage.post("clerk_south").id
        posts = _posts(db, [("chief", at, south, top) for at in range(len(chiefs) + 1)])
        people = _people(db, "chief", len(chiefs))
        held = [(people[at], posts[at], "definitive") for at in range(len(chiefs))]
        of = [max(place for place, first in enumerate(chiefs) if first <= at) for at in range(PEOPLE)]
        chairs = _posts(
            db, [("jf", at, south, posts[of[at] if at != PEOPLE - 1 else len(chiefs)]) for at in range(PEOPLE)]
        )
        below = _people(db, "jf", PEOPLE)
        held += [(below[at], chairs[at], "definitive") for at in range(PEOPLE)]
        held += [(below[at], posts[of[at]], "plt") for at in (1_000, 2_000)]
        rows = [
            {"ref": new_ref(), "person_id": who, "post_id": post, "kind": kind, "starts_on": "2026-01-01",
             "recorded_at": "2026-01-01T00:00:00.000Z"}
            for who, post, kind in held
        ]  # fmt: skip
        db.execute(insert(Appointment.__table__), rows)
        accounts = [
            {"person_id": who, "password_hash": "x", "changed_at": "2026-01-01T00:00:00.000Z", "must_change": False,
             "disabled_at": "2026-02-01T00:00:00.000Z" if 100 <= at < 120 else None}
            for at, who in enumerate([*below, *people, stage.person("bob").id])
            if not 200 <= at < 230
        ]  # fmt: skip
        db.execute(insert(Account.__table__), accounts)


def _posts(db, wanted):
    rows = [
        {
            "ref": new_ref(),
            "key": f"{kind}_{at}",
            "name": f"{kind} {at}",
            "unit_id": unit,
            "superior_id": above,
            "kind": kind,
        }
        for kind, at, unit, above in wanted
    ]
    return list(db.execute(insert(Post.__table__).returning(Post.id, sort_by_parameter_order=True), rows).scalars())


def _people(db, kind, count):
    rows = [
        {"ref": new_ref(), "name": f"{kind} {at}", "name_lower": f"{kind} {at}", "kind": "pns", "language": "id",
         "active": True, "grade": "III/a"}
        for at in range(count)
    ]  # fmt: skip
    return list(db.execute(insert(Person.__table__).returning(Person.id, sort_by_parameter_order=True), rows).scalars())
