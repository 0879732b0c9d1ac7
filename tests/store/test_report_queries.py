"""Reports count in SQL what one finds by looking at every row: on both databases, over planted rows, for each line.

The tables stand here without their promises (foreign keys, triggers), so that a few hundred rows need no acts.
"""

import json
import random
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import Column, MetaData, Table, insert

from engine.core.case import Actor, Right
from engine.core.times import to_text
from engine.store.database import connect
from engine.store.queries import monitoring_units, report_cases, report_entries, report_results
from engine.store.queries.reporting import Desk
from engine.store.tables import (
    Answers,
    Case,
    Cycle,
    Entry,
    EntryAnswers,
    EntrySum,
    Event,
    Outcome,
    RegisterMeasure,
    Submission,
    Suspension,
    Task,
    TaskHolder,
    Unit,
    UnitClosure,
    Withdrawn,
)
from engine.store.tables.registers import MEASURES
from tests.servers import drop_database, fresh_database

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TABLES = (Answers, Case, Cycle, Entry, EntryAnswers, EntrySum, Event, Outcome, RegisterMeasure, Submission, Suspension,
          Task, TaskHolder, Unit, UnitClosure, Withdrawn)  # fmt: skip
PARENTS = {1: None, 2: 1, 3: 1, 4: 2, 5: 2, 6: 3}
OVER = ("finished",)
DAYS = ("2026-01-01", "2026-12-31")
ACTOR = Actor(900, "a" * 26, "Admin", (Right("r" * 26, "admin", 2),))


def at(minutes):
    return to_text(NOW + timedelta(minutes=minutes))


def above(unit):
    """A unit and all above it."""
    return [unit, *(above(PARENTS[unit]) if PARENTS[unit] else [])]


class Planted:
    """Rows of every table that reports read, as dictionaries, from one seed."""

    def __init__(self) -> None:
        self.dice = random.Random(8)
        self.rows: dict[type, list[dict]] = {table: [] for table in TABLES}
        for unit, parent in PARENTS.items():
            more = {"key": f"u{unit}", "name": f"Unit {unit}", "kind": "office", "active": True}
            self.put(Unit, id=unit, ref=f"unit{unit}", parent_id=parent, **more)
            for depth, ancestor in enumerate(above(unit)):
                self.put(UnitClosure, ancestor_id=ancestor, descendant_id=unit, depth=depth)
        for number in range(1, 121):
            self.case(number)
        for number in (1, 2, 3):
            self.put(Cycle, id=number, ref=f"cycle{number}", definition_digest="d")
        self.put(Case, id=900, ref="case900", cycle_id=3, definition_digest="d", subject_id=900, unit_id=3, version=3,
                 state="finished", opened_at=at(-900))  # fmt: skip
        self.entries()

    def put(self, table, **values):
        self.rows[table].append(values)

    def case(self, number):
        dice, digest = self.dice, "d"
        unit, state = dice.choice(list(PARENTS)), dice.choice(["open", "finished", "finished"])
        self.put(Case, id=number, ref=f"case{number}", cycle_id=1 + number % 2, definition_digest=digest,
                 subject_id=number, unit_id=unit, version=3, state=state, opened_at=at(-900))  # fmt: skip
        approver = 200 + dice.randrange(4)
        for place, task_state in enumerate(("done", "done", "open")):
            ended, due = at(-dice.randrange(500)), dice.choice([None, at(-250), at(250)])
            key = number * 10 + place
            self.put(Task, id=key, ref=f"task{key}", case_id=number, key="k", state=task_state, role="superior",
                     form=None, opened_at=at(-900), due=due, ended_at=ended if task_state == "done" else None,
                     version=0, opened_n=1)  # fmt: skip
            self.put(TaskHolder, task_id=key, person_id=approver, rule="superior_of", basis=None)
            if place == 0:
                self.event(number, key, 2, ended, approver)
        for n in (3, 4):  # the second result takes the place of the first, unless it was withdrawn
            ref = self.event(number, number * 10 + 5 + n, n, at(-n), approver)
            value = dice.choice(["good", "good", "fair", "poor"])
            self.put(Outcome, case_id=number, key="rating", event_ref=ref, value=value, body=json.dumps({}))
            if n == 4 and number % 7 == 0:
                self.put(Withdrawn, event_ref=ref, by_ref=ref)
        for place in range(2):
            key = number * 2 + place
            self.put(Submission, id=key, ref=f"sub{key}", case_id=number, task_id=number * 10, form="rating",
                     number=place + 1, definition_digest=digest, commitment_root=b"r", by_id=approver,
                     sent_at=to_text(NOW + timedelta(seconds=3 * key)))  # fmt: skip
            self.put(Answers, submission_id=key, seed=b"s", body=json.dumps({"a": dice.randrange(40)}))

    def event(self, case, key, n, when, actor):
        ref = f"event{key}"
        self.put(Event, stream=f"case:case{case}", seq=n, ref=ref, kind="case.moved", at=when, case_id=case, n=n,
                 to_state=None, from_state=None, transition="t", actor_ref="x", actor_id=actor, role="superior",
                 leaf=b"l", leaf_hash=b"h", prev_hash=None)  # fmt: skip
        return ref

    def entries(self):
        for key in range(1, 301):
            person, unit = self.dice.randrange(1, 31), self.dice.choice(list(PARENTS))
            day = f"2026-{self.dice.randrange(1, 13):02}-10"
            body = {"kind": self.dice.choice(["praise", "advice"]), "value": self.dice.choice(["care", "speed", None])}
            measures = {name: None for name in MEASURES}
            self.put(Entry, id=key, ref=f"entry{key}", register="feedback", definition_digest="d", person_id=person,
                     unit_id=unit, day=day, begins=None, ends=None, root=b"r", how="page", by_id=1, at=at(0),
                     event_ref="e", replaces_id=None, ended_ref="gone" if key % 9 == 0 else None,
                     **measures)  # fmt: skip
            self.put(EntryAnswers, entry_id=key, seed=b"s", body=json.dumps(body))
        for person in range(1, 61):
            unit = self.dice.choice(list(PARENTS))
            for month in range(1, 13):
                sums = {name: 0 for name in MEASURES}
                sums["m0"], sums["m1"] = (self.dice.randrange(3) * 1_000_000 for _ in range(2))
                self.put(EntrySum, register="attendance", unit_id=unit, day=f"2026-{month:02}-10", person_id=person,
                         count=self.dice.randrange(1, 20), **sums)  # fmt: skip
        self.put(RegisterMeasure, register="attendance", key="unexplained_days", place=1)


PLANTED = Planted()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def bare(request, tmp_path_factory):
    """A connection over the tables alone, with the planted rows."""
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else ""
    url = fresh_database(server) if server else f"sqlite:///{tmp_path_factory.mktemp('bare') / 'bare.sqlite3'}"
    database, naked = connect(url), MetaData()
    for table in TABLES:
        Table(table.__tablename__, naked, *(Column(each.name, each.type) for each in table.__table__.columns))
    with database.begin() as db:
        naked.create_all(db)
        for table, rows in PLANTED.rows.items():
            if rows:
                db.execute(insert(table.__table__), rows)
    with closing(database), database.read() as db:
        yield db
    if server:
        drop_database(server, url)


@pytest.fixture
def level(bare):
    return monitoring_units.level(bare, ACTOR, "unit2")


def lines_of(unit):
    """The lines of the level of unit 2 that a unit's rows belong to: itself, or a unit right below it."""
    return [-2] if unit == 2 else [each for each in above(unit) if PARENTS[each] == 2]


def rows(table):
    return PLANTED.rows[table]


def cases(cycle=1):
    """The cases of a cycle at and below unit 2."""
    return {row["id"]: row for row in rows(Case) if row["cycle_id"] == cycle and 2 in above(row["unit_id"])}


def results(cycle=1):
    """Case → value and setter of the last result that counts, of those that are over."""
    gone, events = {row["event_ref"] for row in rows(Withdrawn)}, {row["ref"]: row for row in rows(Event)}
    mine, found = cases(cycle), {}
    for row in sorted(rows(Outcome), key=lambda row: events[row["event_ref"]]["seq"]):
        if row["case_id"] in mine and mine[row["case_id"]]["state"] == "finished" and row["event_ref"] not in gone:
            found[row["case_id"]] = row["value"], events[row["event_ref"]]["actor_id"]
    return found


def test_the_newest_cycle_in_which_something_is_over_for_whom_who_asks_oversees(bare):
    states = [SimpleNamespace(key=key, final=key in OVER) for key in ("open", *OVER)]
    workflow = SimpleNamespace(definition=SimpleNamespace(states=states))
    three = [SimpleNamespace(id=key, definition_digest="d") for key in (3, 2, 1)]
    everywhere = Actor(901, "b" * 26, "Admin", (Right("s" * 26, "admin", 1),))
    for actor, cycles, newest in (
        (ACTOR, three, 2),
        (everywhere, three, 3),
        (ACTOR, three[:1], None),
        (ACTOR, [], None),
    ):
        desk = Desk(bare, actor, NOW, NOW.date(), lambda digest: workflow)
        assert report_results.newest_over(desk, cycles) == newest


def test_tasks_done_in_time_are_counted_by_unit_and_by_cycle(bare, level):
    by_line, by_cycle = Counter(), Counter()
    everywhere = cases(1) | cases(2)
    for row in rows(Task):
        if row["case_id"] in everywhere and row["state"] == "done" and row["due"]:
            case, late = everywhere[row["case_id"]], row["ended_at"] > row["due"]
            by_cycle[case["cycle_id"]] += 1j * late + 1
            for line in lines_of(case["unit_id"]) if case["cycle_id"] == 1 else ():
                by_line[line] += 1j * late + 1
    assert {each.line: complex(each.done, each.late) for each in report_cases.done_by_line(bare, 1, level)} == by_line
    found = report_cases.done_by_cycle(bare, [1, 2], level)
    assert {each.cycle_id: complex(each.done, each.late) for each in found} == by_cycle
    found = report_cases.by_cycle(bare, [1, 2], level, NOW)
    assert sum(each.cases for each in found) == len(everywhere)


def test_who_decided_after_the_deadline_and_who_is_waited_for(bare, level):
    mine, decided, late = cases(), Counter(), Counter()
    tasks = [row for row in rows(Task) if row["case_id"] in mine]
    for row in rows(Event):
        if row["case_id"] in mine:
            decided[row["actor_id"]] += 1
            late[row["actor_id"]] += any(
                task["case_id"] == row["case_id"] and task["ended_at"] == row["at"] and task["due"]
                and task["due"] < task["ended_at"]
                for task in tasks
            )  # fmt: skip
    found = report_cases.decided(bare, 1, level)
    assert {each.person_id: each.decided for each in found} == decided
    assert {each.person_id: each.late for each in found} == late
    waiting, overdue = Counter(), Counter()
    holders = {row["task_id"]: row["person_id"] for row in rows(TaskHolder)}
    for row in tasks:
        if row["state"] == "open":
            waiting[holders[row["id"]]] += 1
            overdue[holders[row["id"]]] += bool(row["due"] and row["due"] <= to_text(NOW))
    found = report_cases.waiting(bare, 1, level, NOW)
    assert {each.person_id: each.waiting for each in found} == waiting
    assert {each.person_id: each.overdue for each in found} == overdue


def test_the_last_result_that_counts_is_counted_by_value_by_unit_and_by_who_set_it(bare, level):
    found, mine = results(), cases()
    by_value = report_results.by_value(bare, 1, "rating", OVER, level)
    assert {each.value: each.cases for each in by_value} == Counter(value for value, _ in found.values())
    wanted = Counter((line, value) for case, (value, _) in found.items() for line in lines_of(mine[case]["unit_id"]))
    by_line = report_results.by_line(bare, 1, "rating", OVER, level)
    assert {(each.line, each.value): each.cases for each in by_line} == wanted
    by_setter = report_results.by_setter(bare, 1, "rating", OVER, level)
    assert {each.by: each.cases for each in by_setter} == Counter(actor for _, actor in found.values())
    different = {
        actor: len({value for value, other in found.values() if other == actor}) for _, actor in found.values()
    }
    assert {each.by: each.different for each in by_setter} == different


def test_results_stand_beside_what_people_had_entered(bare, level):
    found, wanted = results(), {}
    for case, (value, _) in found.items():
        sums = [row for row in rows(EntrySum) if row["person_id"] == case]  # a case is about the person of its number
        entries, amount = sum(row["count"] for row in sums), sum(row["m0"] for row in sums)
        one = wanted.setdefault(value, [0, 0, 0, 0])
        for place, more in enumerate((1, entries, amount, not sums)):
            one[place] += more
    told = report_results.with_entries(bare, 1, "rating", OVER, level, "attendance", DAYS, "m0")
    assert {each.value: [each.people, each.entries, each.amount, each.silent] for each in told} == wanted


def test_attendance_is_summed_by_unit_and_those_who_reach_a_limit_are_counted(bare, level):
    people = {}
    for row in rows(EntrySum):
        for line in lines_of(row["unit_id"]) if 2 in above(row["unit_id"]) else ():
            one = people.setdefault((line, row["person_id"]), [0, 0])
            one[0] += row["count"]
            one[1] += row["m1"]
    wanted = {}
    for (line, _), (count, away) in people.items():
        one = wanted.setdefault(line, [0, 0, 0, 0])
        for place, more in enumerate((1, count, away, away >= 12_000_000)):
            one[place] += more
    told = report_entries.by_line(bare, "attendance", level, DAYS, "m1", 12_000_000)
    assert {each.line: [each.people, each.entries, each.m1, each.reached] for each in told} == wanted
    assert report_entries.columns_of(bare, "attendance") == {"unexplained_days": "m1"}


def test_whether_a_version_took_entries_that_stand_in_units_and_days(bare, level):
    def took(digests, days=DAYS, register="feedback", at=level):
        return report_entries.took(bare, register, digests, at, days)

    assert took(["x", "d"]) and not took(["x"]) and not took(["d"], register="attendance")
    assert took(["d"], ("2026-03-10", "2026-03-10")) and not took(["d"], ("2026-03-11", "2026-04-09"))
    nobody = replace(level, unit=SimpleNamespace(id=99), units=())
    assert not took(["d"], at=nobody)
    gone = [row["day"] for row in rows(Entry) if row["ended_ref"]]
    stands = {row["day"] for row in rows(Entry) if not row["ended_ref"] and 2 in above(row["unit_id"])}
    for day in gone:
        assert took(["d"], (day, day)) == (day in stands)


def test_tags_of_entries_that_stand_are_counted_with_the_people_they_are_about(bare):
    answers = {row["entry_id"]: json.loads(row["body"]) for row in rows(EntryAnswers)}
    entries, people = Counter(), {}
    for row in rows(Entry):
        body = answers[row["id"]]
        if 2 in above(row["unit_id"]) and row["ended_ref"] is None and body["value"]:
            key = body["kind"], body["value"], row["day"][:7]
            entries[key] += 1
            people.setdefault(key, set()).add(row["person_id"])
    told = report_entries.tags(bare, "feedback", ACTOR, DAYS, "kind", "value")
    assert {(each.side, each.tag, each.month): each.entries for each in told} == entries
    assert {(each.side, each.tag, each.month): each.people for each in told} == {
        key: len(who) for key, who in people.items()
    }


@pytest.mark.parametrize("limit", [20, 90])
def test_forms_sent_in_haste_or_with_the_same_answers_are_counted(bare, level, limit):
    mine, bodies = cases(), {row["submission_id"]: row["body"] for row in rows(Answers)}
    sent = [row for row in rows(Submission) if row["case_id"] in mine]
    same = Counter((row["by_id"], bodies[row["id"]]) for row in sent)
    forms, alike, quick, before = Counter(), Counter(), Counter(), {}
    for row in sorted(sent, key=lambda row: row["sent_at"]):
        forms[row["by_id"]] += 1
        alike[row["by_id"]] += same[row["by_id"], bodies[row["id"]]] > 1
        moment, case = before.get(row["by_id"], (None, None))
        now = datetime.fromisoformat(row["sent_at"])
        quick[row["by_id"]] += moment is not None and case != row["case_id"] and (now - moment).seconds < limit
        before[row["by_id"]] = now, row["case_id"]
    told = report_entries.haste(bare, 1, level, limit)
    assert {each.by: each.forms for each in told} == forms
    assert {each.by: each.alike for each in told} == alike
    assert {each.by: each.quick for each in told} == quick and sum(quick.values())
