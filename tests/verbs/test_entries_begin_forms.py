"""A form begins with entries of a register: of the person and period, as far as its reader may read them."""

from datetime import timedelta

import pytest

from engine import registers
from engine.core.errors import InvalidDefinition
from tests.verbs.test_openings import begun, case_in
from tests.verbs.test_registers import PRESENCE, Office

REPORT = """
kind: workflow
format: 1
key: report
name: Laporan
roles:
  employee: subject
  boss: {rule: superior_of, role: employee}
entries:
  log: daily_activity
  sums: {register: daily_activity, together: name}
  checked: {register: daily_activity, verified: true}
states:
  open:
    initial: true
    tasks:
      write: {role: employee, fill: report}
      close: {role: boss, decide: finish, after: write, shows: report}
  closed: {final: true}
transitions:
  finish: {from: open, to: closed}
visible:
  report: {employee: [open, closed]}
forms:
  report:
    prefill: {done: entries.log, kinds: entries.sums, right: entries.checked}
    sections:
      all:
        fields:
          done: {type: table, columns: {day: {type: date}, name: {type: text}, quantity: {type: number}}}
          kinds: {type: table, columns: {name: {type: text}, quantity: {type: number}, times: {type: number}}}
          right: {type: table, columns: {name: {type: text}, told: {type: text}}}
"""


@pytest.fixture
def desk(filled_db):
    office = Office.over(filled_db("register_office", Office))
    office.report = office.publish(REPORT)
    return office


def test_the_report_lists_the_entries_of_the_year_and_adds_up_what_is_the_same(desk):
    first = desk.add(day=desk.today - timedelta(days=1), quantity="7")
    desk.add(begun="08:00", ended="09:00", quantity="5", name="melayani loket ")
    desk.add(begun="10:00", ended="11:00", quantity="2", name="Rapat")
    withdrawn = desk.add(begun="12:00", ended="13:00", name="Salah")
    registers.withdraw_entry(desk.rt, withdrawn, reason="Salah hari", actor=desk.actor("carol"))
    registers.judge_entries(desk.rt, [first], "verified", actor=desk.actor("erin"))
    found = begun(desk, case_in(desk, 2026, desk.report), "carol", "report")
    assert [(row["day"], row["name"], row["quantity"]) for row in found.raw["done"]] == [
        ("2026-03-01", "Melayani loket", "7"), ("2026-03-02", "melayani loket", "5"), ("2026-03-02", "Rapat", "2"),
    ]  # fmt: skip
    assert [(row["quantity"], row["times"]) for row in found.raw["kinds"]] == [("12", "2"), ("2", "1")]
    assert [row["name"] for row in found.raw["right"]] == ["Melayani loket"]
    assert found.origins["done"] == "entries"


def test_what_was_made_in_another_year_or_may_not_be_read_does_not_come(desk):
    desk.add()
    assert begun(desk, case_in(desk, 2025, desk.report), "carol", "report").raw == {}
    desk.publish(PRESENCE.replace("key: presence", "key: secret").replace("[officer, superior]", "superior"))
    desk.add("erin", register="secret", late="5")
    hidden = desk.publish(REPORT.replace("log: daily_activity", "log: secret").replace("key: report", "key: hidden", 1))
    assert "done" not in begun(desk, case_in(desk, 2026, hidden), "carol", "report").raw


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("log: daily_activity", "log: nothing", "bind.no_such_register"),
        ("together: name", "together: colour", "bind.entries_without_field"),
        ("done: entries.log", "done: entries.none", "bind.rows_from_a_table"),
        ("key: report", "key: report\nsubject: unit", "lint.entries_of_nobody"),
    ],
)
def test_what_a_report_cannot_begin_with_is_told_where_it_stands(desk, was, now, told):
    with pytest.raises(InvalidDefinition) as caught:
        desk.publish(REPORT.replace(was, now, 1))
    assert told in [problem.message.key for problem in caught.value.problems]
