"""A year's case with quarterly ones beside it: opened in the same transaction or by the day, told of in both trails."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, select, text

from engine import appointments, followups, ledger, linked_days, outbox, repairs, schedule, suspensions
from engine import jobs as job_verbs
from engine.core.errors import NotFound, Refused, TamperedLedger
from engine.store.refs import new_ref
from engine.store.tables.cases import Case, Cycle
from engine.store.tables.ledger import Event
from engine.store.tables.linked import CaseLink
from tests.core.definitions import CORPUS
from tests.verbs.stage import Stage

DAILIES = {"linked": schedule.Daily("linked", linked_days.begin, each_zone=True)}
WORKS = {
    "cases.child_ended": followups.child_ended,
    "cases.open_due": followups.open_due,
    schedule.KIND: lambda *asked: schedule.begin(DAILIES, *asked),
    **job_verbs.works({linked_days.KIND: job_verbs.Kind(linked_days.chunk, linked_days.look)}),
}
UNIT_CHILD = """
kind: workflow
format: 1
key: {key}
name: {{id: Lampiran, en: Annex}}
subject: {subject}
period: none
roles: {{head: {{rule: head_of_unit}}}}
states:
  open: {{initial: true, tasks: {{look: {{role: head, decide: [done]}}}}}}
  over: {{final: true}}
transitions: {{done: {{from: open, to: over}}}}
"""
AROUND = """
kind: workflow
format: 1
key: around
name: {id: Induk, en: Around}
roles: {employee: subject, boss: {rule: superior_of, role: employee}}
states:
  open: {initial: true, tasks: {end: {role: employee, decide: [close, wait]}}}
  waiting: {}
  closed: {final: true}
transitions:
  close: {from: open, to: closed, guards: [children_done]}
  wait: {from: open, to: waiting}
  enough: {from: waiting, to: closed, automatic: true, guards: [children_done]}
children:
  of_unit: {workflow: about_unit, in: open}
  of_case: {workflow: about_case, in: open, when: children.of_unit.count == 0}
  of_boss: {workflow: plain, about: boss, in: open, optional: true}
"""
PLAIN = UNIT_CHILD.format(key="plain", subject="person").replace("head_of_unit", "subject")


class Year(Stage):
    """The stage with a year of quarters published, and a cycle of it."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        for key in ("quarterly_review", "objection", "year_of_quarters"):
            self.year = self.publish((CORPUS / f"valid/{key}.yaml").read_bytes(), key)

    @classmethod
    def over(cls, db):
        stage = super().over(db)
        with db.read() as reading:
            stage.version = history_version(reading, "year_of_quarters")
        return stage

    def children(self, case_ref):
        with self.rt.db.read() as db:
            parent = select(Case.id).where(Case.ref == case_ref).scalar_subquery()
            query = select(
                Case.ref, Case.state, Cycle.period_start, Cycle.name, CaseLink.event_ref, CaseLink.started_ref
            )
            query = query.join(CaseLink, CaseLink.child_id == Case.id).join(Cycle, Cycle.id == Case.cycle_id)
            return db.execute(query.where(CaseLink.parent_id == parent).order_by(Case.id)).all()

    def night(self, moment):
        self.now = moment
        schedule.Clock(lambda: DAILIES, every=0).tick(self.rt)
        self.work()

    def work(self):
        while outbox.sweep(self.rt, WORKS):
            pass

    def begun(self, target="70"):
        """A case whose plan is agreed, so that it runs."""
        case = self.case()
        self.send(case, "carol", "write", {"target": target})
        self.fire(case, "erin", "begin")
        return case

    def rate(self, child, score):
        self.send(child, "erin", "rate", {"score": score})
        self.fire(child, "erin", "finish")
        self.work()

    def halt(self, case, act=suspensions.suspend):
        return act(self.rt, case, reason="Sengketa.", actor=self.actor("alice"), key=new_ref())

    def leaf(self, event_ref):
        with self.rt.db.read() as db:
            row = db.execute(select(Event.stream, Event.kind, Event.leaf).where(Event.ref == event_ref)).one()
            return row.stream, row.kind, json.loads(row.leaf)


def history_version(db, key):
    return db.execute(
        text("SELECT * FROM definition_version WHERE key = :key AND status = 'published'"), {"key": key}
    ).one()


@pytest.fixture
def year(filled_db):
    return Year.over(filled_db("year of quarters", Year))


def test_the_move_that_enters_the_state_opens_what_is_due_and_each_trail_names_the_other(year):
    case = year.begun()
    (child,) = year.children(case)
    assert (child.period_start, child.state) == ("2026-01-01", "rated")
    assert child.name == "Evaluasi 2026 – Evaluasi triwulan 01/01/2026–31/03/2026"
    assert [row[0] for row in year.trail(case)][-2:] == ["case.moved", "case.linked"]
    above, kind, told = year.leaf(child.event_ref)
    assert (above, kind) == (f"case:{case}", "case.linked")
    assert told["public"] == {
        "case": child.ref, "event": child.started_ref, "link": "quarters", "part": "2026-01-01", "about": "",
    }  # fmt: skip
    below, kind, began = year.leaf(child.started_ref)
    assert (below, kind) == (f"case:{child.ref}", "case.started")
    assert began["public"]["parent"] == {"case": case, "event": child.event_ref, "link": "quarters"}
    assert began["by"] == year.ref("erin")
    ledger.verify(year.rt.db)


def test_a_day_opens_its_part_once_and_no_day_before(year):
    case = year.begun()
    year.night(datetime(2026, 3, 31, 15, 59, tzinfo=UTC))  # 23:59 in Makassar
    assert len(year.children(case)) == 1
    for _ in range(2):
        year.night(datetime(2026, 3, 31, 16, 1, tzinfo=UTC))
        assert [child.period_start for child in year.children(case)] == ["2026-01-01", "2026-04-01"]
    with year.rt.db.begin() as db:
        followups.open_due(year.rt, db, {"case": case})
    assert len(year.children(case)) == 2
    year.night(datetime(2026, 10, 5, 3, 0, tzinfo=UTC))
    assert [child.period_start for child in year.children(case)][2:] == ["2026-07-01", "2026-10-01"]
    ledger.verify(year.rt.db)


def test_a_case_that_is_over_opens_nothing_by_the_day(year):
    case = year.begun()
    seen = year.see(case).view.version
    repairs.cancel(year.rt, case, actor=year.actor("alice"), reason="Pindah.", seen=seen, key=new_ref())
    year.night(datetime(2026, 4, 1, 3, 0, tzinfo=UTC))
    assert len(year.children(case)) == 1


def test_a_day_opens_nothing_of_a_case_that_is_suspended_until_it_is_resumed(year):
    case = year.begun()
    year.halt(case)
    year.night(datetime(2026, 4, 1, 3, 0, tzinfo=UTC))
    assert len(year.children(case)) == 1
    year.halt(case, suspensions.resume)
    year.work()
    assert [child.period_start for child in year.children(case)] == ["2026-01-01", "2026-04-01"]
    ledger.verify(year.rt.db)


def test_the_year_ends_after_its_quarters_and_by_their_average(year):
    case = year.begun(target="70")
    year.night(datetime(2026, 11, 2, 3, 0, tzinfo=UTC))
    children = year.children(case)
    for child, score in zip(children[:3], ("60", "70", "80"), strict=True):
        year.rate(child.ref, score)
    with pytest.raises(Refused) as refused:
        year.fire(case, "erin", "close")
    assert [each.key for each in refused.value.refusals] == ["guard.children_done"]
    year.rate(children[3].ref, "60")
    with pytest.raises(Refused) as refused:
        year.fire(case, "erin", "close")
    assert [each.key for each in refused.value.refusals] == ["machine.otherwise"], "67.5 on average"
    assert [kind for kind, *_ in year.trail(case)].count("case.child_ended") == 4
    ledger.verify(year.rt.db)


def test_what_quarters_say_lets_the_year_end(year):
    case = year.begun(target="60")
    year.night(datetime(2026, 11, 2, 3, 0, tzinfo=UTC))
    for child, score in zip(year.children(case), ("60", "70", "80", "60"), strict=True):
        year.rate(child.ref, score)
    assert year.fire(case, "erin", "close").state == "closed"


def test_many_children_are_read_in_as_many_questions_as_one(year):
    asked = []
    event.listen(year.rt.db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    case = year.begun()
    year.see(case, "erin")
    asked.clear()
    year.see(case, "erin")
    few = len(asked)
    year.night(datetime(2026, 11, 2, 3, 0, tzinfo=UTC))
    for child in year.children(case):
        year.rate(child.ref, "80")
    asked.clear()
    assert len(year.see(case, "erin").view.children["quarters"]) == 4
    assert len(asked) == few


def test_an_objection_is_opened_by_its_role_once_and_answered_again_by_its_key(year):
    case = year.begun(target="60")
    with pytest.raises(Refused) as refused:
        object_to(year, case, "carol")
    assert refused.value.message.key == "linked.not_now"
    year.halt(case)
    with pytest.raises(Refused) as refused:
        object_to(year, case, "carol")
    assert refused.value.message.key == "case.suspended"
    year.halt(case, suspensions.resume)
    year.night(datetime(2026, 11, 2, 3, 0, tzinfo=UTC))
    for child in year.children(case):
        year.rate(child.ref, "80")
    year.fire(case, "erin", "close")
    with pytest.raises(Refused):
        object_to(year, case, "erin")
    with pytest.raises(NotFound):
        object_to(year, case, "mallory")
    key = new_ref()
    opened = object_to(year, case, "carol", key)
    assert object_to(year, case, "carol", key) == opened
    with pytest.raises(Refused) as refused:
        object_to(year, case, "carol")
    assert refused.value.message.key == "linked.most"
    assert year.see(opened).view.state == "raised"
    ledger.verify(year.rt.db)


def object_to(year, case, name, key=None):
    return followups.follow_up(year.rt, case, "objection", actor=year.actor(name), key=key or new_ref())


def test_a_child_that_nobody_would_hold_refuses_the_move_but_not_the_day(year):
    text = (CORPUS / "valid/quarterly_review.yaml").read_text(encoding="utf-8")
    nobody = "{label: {id: Penilai, en: Supervisor}, rule: holder_of_post, post: vacant}"
    year.publish(text.replace("{label: {id: Penilai, en: Supervisor}, rule: superior_of, role: employee}", nobody))
    text = (CORPUS / "valid/year_of_quarters.yaml").read_text(encoding="utf-8")
    year.version = year.publish(text.replace("every: quarter, in", "every: quarter, opens: when_it_begins, in"))
    case = year.case()
    year.send(case, "carol", "write", {"target": "70"})
    before = year.count()
    with pytest.raises(Refused) as refused:
        year.fire(case, "erin", "begin")
    assert refused.value.message.key == "linked.unfilled"
    assert (year.count(), year.see(case).view.state) == (before, "planned")
    appointments.appoint(
        year.rt, actor=year.actor("alice"), person_ref=year.ref("mallory"), kind="plt",
        post_ref=year.post("vacant").ref, starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 20),
    )  # fmt: skip
    year.fire(case, "erin", "begin")
    year.night(datetime(2026, 4, 1, 3, 0, tzinfo=UTC))
    assert len(year.children(case)) == 2


def test_cases_about_a_unit_a_case_and_the_holder_of_a_role_lie_where_the_parent_does(year):
    for subject in ("unit", "case"):
        year.publish(UNIT_CHILD.format(key=f"about_{subject}", subject=subject))
    year.publish(PLAIN)
    year.version = year.publish(AROUND)
    case = year.case()
    of_unit, of_case, of_boss = (year.see(child.ref) for child in year.children(case))
    assert (of_unit.subject_name, of_unit.view.subject_ref) == ("Puskesmas", year.unit("health").ref)
    assert (of_case.subject_name, of_case.view.subject_ref) == ("Carol", case)
    assert (of_boss.subject_name, of_boss.view.subject_id) == ("Erin", year.person("erin").id)
    assert [holder.name for holder in of_unit.view.roles["head"]] == ["Erin"]
    assert [holder.name for holder in of_boss.view.roles["head"]] == ["Erin"]
    ledger.verify(year.rt.db)


def test_the_end_of_the_last_child_lets_a_waiting_parent_go_on_by_itself(year):
    for subject in ("unit", "case"):
        year.publish(UNIT_CHILD.format(key=f"about_{subject}", subject=subject))
    year.publish(PLAIN)
    year.version = year.publish(AROUND.split("  of_boss")[0])
    case = year.case()
    year.fire(case, "carol", "wait")
    of_unit, of_case = year.children(case)
    year.fire(of_unit.ref, "erin", "done")
    year.work()
    assert year.see(case).view.state == "waiting"
    year.fire(of_case.ref, "erin", "done")
    year.work()
    assert year.see(case).view.state == "closed"
    stood_still(year)


def stood_still(year):
    """The last child ends while its parent is suspended: it goes on by itself once it is resumed."""
    case = year.case()
    year.fire(case, "carol", "wait")
    year.halt(case)
    for child in year.children(case):
        year.fire(child.ref, "erin", "done")
    year.work()
    assert year.see(case).view.state == "waiting"
    receipt = year.halt(case, suspensions.resume)
    view = year.see(case).view
    assert (receipt.state, receipt.version) == (view.state, view.version) == ("closed", 3)
    ledger.verify(year.rt.db)


@pytest.mark.parametrize("column", ["link", "part"])
def test_a_link_that_was_changed_behind_our_back_is_found(year, column):
    year.begun()
    with year.rt.db.begin() as db:
        drop = "DROP TRIGGER case_link_no_update" + (" ON case_link" if db.dialect.name == "postgresql" else "")
        db.execute(text(drop))
        db.execute(text(f"UPDATE case_link SET {column} = 'other'"))
    with pytest.raises(TamperedLedger) as tampered:
        ledger.verify(year.rt.db)
    # Whichever of the two streams comes first tells.
    assert tampered.value.message.params["what"].key in ("ledger.what.linked", "ledger.what.subject")


def test_a_title_that_was_changed_behind_our_back_is_found(year):
    for subject in ("unit", "case"):
        year.publish(UNIT_CHILD.format(key=f"about_{subject}", subject=subject))
    year.publish(PLAIN)
    year.version = year.publish(AROUND)
    year.case()
    assert ledger.verify(year.rt.db).events > 0
    with year.rt.db.begin() as db:
        drop = "DROP TRIGGER case_subject_no_update" + (" ON case_subject" if db.dialect.name == "postgresql" else "")
        db.execute(text(drop))
        db.execute(text("UPDATE case_subject SET title = title || '!'"))
    with pytest.raises(TamperedLedger) as tampered:
        ledger.verify(year.rt.db)
    assert tampered.value.message.params["what"].key == "ledger.what.subject"


def test_no_cycle_is_opened_for_people_by_a_workflow_about_something_else(year):
    year.version = year.publish(UNIT_CHILD.format(key="about_unit", subject="unit"))
    with pytest.raises(Refused) as refused:
        year.open()
    assert refused.value.message.key == "cycle.not_about_people"
