"""The staffing check: planted faults are found by name, and a cycle opens past them only with a reason."""

from datetime import date

import pytest
from sqlalchemy import insert, select, update

from engine import acting, appointments, cycles, ledger, people, staffing_check
from engine.core.errors import InvalidSubmission, KeyReused, NotAllowed, NotFound, Refused
from engine.store.queries import definitions as published
from engine.store.refs import new_ref
from engine.store.tables.ledger import Event
from engine.store.tables.people import Account, Person
from tests.verbs.stage import Stage

WORKFLOW = """
kind: workflow
format: 1
key: two_steps
name: {id: Dua langkah, en: Two steps}
subject: person
period: year
roles:
  employee: {rule: subject}
  supervisor: {rule: superior_of, role: employee}
  approver: {rule: holder_of_post, post: chief_north}
states:
  begun:
    initial: true
    tasks: [{key: write, role: employee, fill: report}, {key: send, role: employee, decide: [to_rate]}]
  rated: {tasks: [{key: rate, role: supervisor, fill: rating}, {key: pass, role: supervisor, decide: [to_approve]}]}
  approved: {tasks: [{key: close, role: approver, decide: [finish]}]}
  over: {final: true}
transitions:
  to_rate: {from: begun, to: rated}
  to_approve: {from: rated, to: approved}
  finish: {from: approved, to: over}
forms:
  report:
    sections:
      - {key: one, title: {id: Laporan, en: Report}, fields: [{key: text, type: text, label: {id: Isi, en: Text}}]}
  rating:
    sections:
      - {key: one, title: {id: Nilai, en: Rating}, fields: [{key: text, type: text, label: {id: Isi, en: Text}}]}
"""
ALL = "kind != 'official'"
FINE = "kind != 'official' and post != 'lonely' and post != 'chief_north'"


class Planted(Stage):
    """The town with two persons in the way of a third, and one fault of each kind."""

    def __init__(self, db):
        super().__init__(db)
        alice, first = self.actor("alice"), date(2026, 1, 1)
        self.publish(WORKFLOW)
        where = {"unit_ref": self.unit("south").ref, "superior_ref": None}
        lonely = people.add_post(self.rt, actor=alice, key="lonely", name="Ahli", kind="jf", **where)
        hold = {"starts_on": first, "order_number": "SK 7"}
        appointments.appoint(
            self.rt, actor=alice, person_ref=self.ref("gina"), post_ref=lonely, kind="definitive", **hold
        )
        chief = self.post("chief_health").ref
        appointments.appoint(self.rt, actor=alice, person_ref=self.ref("carol"), post_ref=chief, kind="plt", **hold)
        with self.rt.db.begin() as writing:
            ids = {row.name: row.id for row in writing.execute(select(Person.name, Person.id))}
            rows = [
                {
                    "person_id": ids[name],
                    "password_hash": "x",
                    "changed_at": "2026-01-01T00:00:00.000Z",
                    "must_change": False,
                }
                for name in ids
                if name != "Mallory"
            ]
            writing.execute(insert(Account.__table__), rows)
            shut = update(Account.__table__).where(Account.person_id == ids["Frank"])
            writing.execute(shut.values(disabled_at="2026-02-01T00:00:00.000Z"))


@pytest.fixture
def town(filled_db):
    town = Planted.over(filled_db("staffing", Planted))
    with town.rt.db.read() as db:
        town.version = published.published_versions(db, "workflow", "two_steps")[0]
    return town


def look(town, population=ALL, name="alice", most=3):
    found = staffing_check.before_opening(
        town.rt, actor=town.actor(name), version_ref=town.version.ref, population=population, most=most
    )
    return {(each.kind, each.who.name, each.roles, each.other) for each in found.check.found}


def test_faults_of_each_kind_are_found_by_name(town):
    acting.record_order(
        town.rt, actor=town.actor("alice"), person_ref=town.ref("bob"), deputy_ref=town.ref("erin"),
        kind="plh", number="800/12", starts_on=date(2026, 3, 1),
    )  # fmt: skip
    assert look(town) == {
        ("nobody", "Gina", ("supervisor",), ""),
        ("himself", "Bob", ("approver",), ""),
        ("acting", "Carol", ("supervisor",), "Kapus"),
        ("acting", "Erin", ("supervisor", "approver"), "Bob"),
        ("same", "Bob", ("supervisor", "approver"), "Erin"),
        ("same", "Erin", ("supervisor", "approver"), "Dan"),
        ("same", "Erin", ("supervisor", "approver"), "Carol"),
        ("crowded", "Wali Kota", ("supervisor",), ""),
        ("no_account", "Mallory", ("employee",), ""),
        ("shut_account", "Frank", ("employee",), ""),
    }


def test_how_many_one_may_rate_is_a_setting_and_a_scope_hides_the_others(town):
    assert {kind for kind, *_ in look(town, most=4)} & {"crowded"} == set()
    assert {who for kind, who, *_ in look(town, name="dan") if kind in ("nobody", "himself")} == {"Bob"}
    with pytest.raises(NotAllowed):
        look(town, name="carol")


def test_a_population_without_faults_is_fine(town):
    assert look(town, "post == 'hr'") == set()


def test_a_cycle_opens_past_findings_with_a_reason_that_the_trail_keeps(town):
    with pytest.raises(Refused) as blocked:
        town.open(ALL, past="Mendesak")
    assert blocked.value.message.key == "cycle.unfilled"
    with pytest.raises(InvalidSubmission) as unsaid:
        town.open(FINE, past=" ")
    assert set(unsaid.value.errors) == {"past"}
    opened = town.open(FINE, past="Akun menyusul minggu ini")
    with town.rt.db.read() as db:
        kinds = db.execute(select(Event.kind).where(Event.stream == f"cycle:{opened.ref}").order_by(Event.seq))
        assert list(kinds.scalars()) == ["cycle.opened", "cycle.staffing_passed"]
    assert ledger.verify(town.rt.db)


def test_a_key_comes_back_with_the_same_reason_or_not_at_all(town):
    key = new_ref()
    assert town.open(FINE, past="Mendesak", key=key) == town.open(FINE, past="Mendesak", key=key)
    with pytest.raises(KeyReused):
        town.open(FINE, past="Alasan lain", key=key)


def test_a_cycle_without_findings_asks_for_no_reason_and_keeps_none(town):
    opened = town.open("post == 'hr'", past="")
    with town.rt.db.read() as db:
        kinds = db.execute(select(Event.kind).where(Event.stream == f"cycle:{opened.ref}")).scalars()
        assert list(kinds) == ["cycle.opened"]


def test_a_running_cycle_is_checked_as_it_is_staffed_today(town):
    opened = town.open("post == 'hr'")
    look_now = {"actor": town.actor("alice"), "most": 3}
    assert staffing_check.of_cycle(town.rt, opened.ref, **look_now)[1].found == ()
    people.set_active(town.rt, actor=town.actor("gina"), person_ref=town.ref("mayor"), active=False)
    (found,) = staffing_check.of_cycle(town.rt, opened.ref, **look_now)[1].found
    assert (found.kind, found.who.name, found.roles) == ("nobody", "Alice", ("supervisor",))
    with pytest.raises(NotFound):
        staffing_check.of_cycle(town.rt, opened.ref, actor=town.actor("dan"))


def test_opening_without_the_check_is_for_those_who_were_not_shown_it(town):
    assert town.open(FINE).opened > 0
    assert cycles.preview(town.rt, actor=town.actor("alice"), version_ref=town.version.ref, population=ALL).incomplete
