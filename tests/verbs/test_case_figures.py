"""Figures in a workflow: what a step reads of them and keeps, what a form begins with, where nothing goes on."""

import json
from datetime import date

import pytest
from sqlalchemy import text

from engine import ledger, registers
from engine.core.errors import InvalidDefinition, Refused
from engine.core.reading.normal import dump
from engine.store import apply_figures
from engine.store.queries import case_lists
from tests.store.test_figures_stay import give_leave
from tests.verbs.test_indicators import MINUTES
from tests.verbs.test_indicators import Office as Indicators

TALK = """
kind: workflow
format: 1
key: yearly_talk
name: {id: Dialog, en: Talk}
roles:
  employee: subject
  boss: {rule: superior_of, role: employee}
figures:
  minutes: {indicator: minutes_a_quarter, window: period, label: {id: Menit kerja, en: Minutes worked}}
  median: median_minutes
states:
  open:
    label: {id: Terbuka, en: Open}
    initial: true
    tasks:
      tell: {role: employee, fill: talk}
      decide: {role: boss, decide: [finish, praise], after: tell, shows: talk}
  done: {final: true, label: {id: Selesai, en: Done}}
transitions:
  finish: {from: open, to: done, when: figures.minutes >= 60, otherwise: {id: Kurang, en: Too little}, label: Finish}
  praise: {from: open, to: done, when: figures.median > 0, otherwise: {id: Kurang, en: Too little}, label: Praise}
forms:
  talk:
    label: Talk
    sections:
      main:
        fields:
          minutes: {type: number, edited_by: {}, label: {id: Menit, en: Minutes}}
          words: {type: text, label: {id: Kata, en: Words}}
    prefill:
      minutes: figures.minutes
"""


class Office(Indicators):
    """The office with a workflow that reads two figures."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        self.talk = self.publish(TALK)

    @classmethod
    def over(cls, db):
        office = super().over(db)
        with db.read() as reading:
            rows = reading.execute(text("SELECT ref, digest FROM definition_version WHERE key = 'yearly_talk'"))
            office.version = rows.one()
        return office


@pytest.fixture
def office(filled_db):
    return Office.over(filled_db("figure_office", Office))


def note_of(office, event):
    with office.rt.db.read() as db:
        return json.loads(db.execute(text("SELECT body FROM note WHERE event_ref = :ref"), {"ref": event}).scalar_one())


def test_a_step_reads_the_figure_of_the_day_and_keeps_what_it_read(office):
    case = office.case()
    office.send(case, "carol", "tell", {"words": "Baik"})
    with pytest.raises(Refused):
        office.fire(case, "erin", "finish")
    office.add(begun="08:00", ended="09:30")
    receipt = office.fire(case, "erin", "finish")
    kept = note_of(office, receipt.event)["figure.minutes"]
    assert kept["value"] == "90.00"
    source = kept["source"]
    assert (source["indicator"], source["about"], source["n"], source["frozen"]) == (
        "minutes_a_quarter",
        "person",
        "1",
        False,
    )
    assert (source["first"], source["last"]) == ("2026-01-01", "2026-12-31")
    ledger.verify(office.rt.db)


def test_where_an_indicator_says_so_nothing_goes_on_without_its_figure(office):
    case = office.case()
    office.send(case, "carol", "tell", {"words": "Baik"})
    with pytest.raises(Refused) as refused:
        office.fire(case, "erin", "praise")
    assert next(each.key for each in refused.value.refusals) == "indicator.refused"
    office.add(begun="08:00", ended="09:30")
    office.fire(case, "erin", "praise")


def test_a_field_begins_with_a_figure_and_nobody_writes_another_one(office):
    office.add(begun="08:00", ended="09:30")
    case = office.case()
    office.send(case, "carol", "tell", {"words": "Baik", "minutes": "99999"})
    assert office.see(case).view.answers["talk"]["minutes"] == 90


def test_a_frozen_figure_is_what_a_case_reads_whatever_its_entries_are_now(office):
    ref = office.add(begun="08:00", ended="09:30")
    opened = office.open(period_end=date(2026, 3, 31))
    with office.rt.db.read() as db:
        case = case_lists.case_of(db, opened.ref, office.person("carol").id)
    office.all_figures(date(2026, 4, 5))
    registers.withdraw_entry(office.rt, ref, actor=office.actor("carol"), reason="Salah.")
    figures = office.see(case).view.figures
    assert (figures["minutes"].value, figures["minutes"].source["frozen"]) == (90, True)
    assert (figures["median"].value, figures["median"].source["refuses"]) == (None, True)


def test_a_figure_that_another_version_froze_is_not_what_a_pinned_case_reads(office):
    """The case counts by the version that its workflow was published with; its number does not float."""
    office.add(begun="08:00", ended="09:30")
    opened = office.open(period_end=date(2026, 3, 31))
    with office.rt.db.read() as db:
        case = case_lists.case_of(db, opened.ref, office.person("carol").id)
    pinned = office.see(case).view.figures["minutes"].source["digest"]
    office.publish(MINUTES.replace("method: sum", "method: max"))
    office.add(begun="10:00", ended="10:30")
    office.all_figures(date(2026, 4, 5))
    row = next(row for row in office.kept("minutes_a_quarter") if row.frozen_ref is not None)
    assert (row.value, row.definition_digest != pinned) == ("90.00", True)
    figure = office.see(case).view.figures["minutes"]
    assert (figure.value, figure.source["digest"], figure.source["frozen"]) == (120, pinned, False)
    assert figure.source["figure"] is None


def test_nothing_goes_on_with_a_frozen_figure_that_was_erased(office):
    office.add(begun="08:00", ended="09:30")
    opened = office.open(period_end=date(2026, 3, 31))
    with office.rt.db.read() as db:
        case = case_lists.case_of(db, opened.ref, office.person("carol").id)
    office.all_figures(date(2026, 4, 5))
    row = next(row for row in office.kept("minutes_a_quarter") if row.frozen_ref is not None)
    give_leave(office, f"figure:{row.ref}")
    with office.rt.db.begin() as db:
        apply_figures.erase(db, row.ref)
    figure = office.see(case).view.figures["minutes"]
    assert (figure.value, figure.source["refuses"], figure.source["why"]["key"]) == (None, True, "indicator.why.erased")
    office.send(case, "carol", "tell", {"words": "Baik"})
    with pytest.raises(Refused) as refused:
        office.fire(case, "erin", "finish")
    assert "indicator.refused" in [each.key for each in refused.value.refusals]


def test_what_was_erased_comes_back_to_no_case_by_another_version_either(office):
    office.add(begun="08:00", ended="09:30")
    opened = office.open(period_end=date(2026, 3, 31))
    with office.rt.db.read() as db:
        case = case_lists.case_of(db, opened.ref, office.person("carol").id)
    office.publish(MINUTES.replace("method: sum", "method: max"))
    office.all_figures(date(2026, 4, 5))
    row = next(row for row in office.kept("minutes_a_quarter") if row.frozen_ref is not None)
    give_leave(office, f"figure:{row.ref}")
    with office.rt.db.begin() as db:
        apply_figures.erase(db, row.ref)
    figure = office.see(case).view.figures["minutes"]
    assert (figure.value, figure.source["refuses"], figure.source["why"]["key"]) == (None, True, "indicator.why.erased")


def test_publishing_pins_the_indicator_and_an_unknown_one_is_told_with_its_line(office):
    definition = office.rt.library.definition
    with office.rt.db.read() as db:
        locked = {each["reference"] for each in dump(definition(db, office.version.digest))["lock"]}
    assert locked == {"indicator:median_minutes", "indicator:minutes_a_quarter"}
    with pytest.raises(InvalidDefinition) as invalid:
        office.publish(TALK.replace("median: median_minutes", "median: median_minuts"))
    (problem,) = [each for each in invalid.value.problems if not each.warning]
    assert (problem.message.key, problem.line) == ("bind.no_such_indicator", 11)
