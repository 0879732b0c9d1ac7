"""Indicators that somebody chooses for his plan from the catalog of his post, and their figures beside the targets."""

from decimal import Decimal

import pytest

from engine import ledger, measuring, named, openings
from engine.core.errors import InvalidDefinition, InvalidSubmission, Refused
from engine.store.queries import figures_kept
from engine.store.refs import new_ref
from tests.verbs.test_case_figures import note_of
from tests.verbs.test_indicators import HEAD
from tests.verbs.test_indicators import Office as Indicators

OFFERED = HEAD + "key: items_served\nregister: daily_activity\nmethod: sum\nof: items\nwindow: quarter\n"
OFFERED += "unit: {id: layanan, en: services}\ngoal: {at: 20, cap: 120}\n"
MIDWIVES = OFFERED.replace("items_served", "babies_born") + "offered_when: post == 'midwife'\n"
CHIEFS = OFFERED.replace("items_served", "meetings_held") + "offered_when: post != 'midwife'\n"
PLAN = """
kind: workflow
format: 1
key: agreed_plan
name: {id: Rencana, en: Plan}
period: year
roles:
  employee: subject
  boss: {rule: superior_of, role: employee}
figures:
  goals: {chosen: plan.goals.which, window: period, label: {id: Realisasi, en: Achieved}}
  items: {chosen: plan.goals.which, indicator: items_served, window: period}
states:
  open:
    label: {id: Terbuka, en: Open}
    initial: true
    tasks:
      write: {role: employee, fill: plan}
      agree: {role: boss, decide: go_on, after: write, shows: plan}
  running:
    label: {id: Berjalan, en: Running}
    tasks:
      rate: {role: boss, fill: rating, shows: plan}
      close: {role: boss, decide: close, after: rate, shows: [plan, rating]}
  done: {final: true, label: {id: Selesai, en: Done}}
transitions:
  go_on: {from: open, to: running, label: Go on}
  close: {from: running, to: done, label: Close, when: average(figures.items.achieved) >= 80,
          otherwise: {id: Belum tercapai., en: Not reached.}}
forms:
  plan:
    label: Plan
    sections:
      main:
        fields:
          goals:
            type: table
            required: true
            columns:
              which: {type: indicator, required: true, unit_in: unit, target_in: target}
              unit: {type: text}
              target: {type: number, required: true}
  rating:
    label: Rating
    prefill: {goals: figures.goals}
    sections:
      main:
        fields:
          goals:
            type: table
            edited_by: {}
            columns: {name: {type: text}, target: {type: number}, value: {type: number}, achieved: {type: number}}
          words: {type: text, required: true}
"""


class Office(Indicators):
    """The office with three more indicators and a workflow in whose plan they are chosen."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        for each in (OFFERED, MIDWIVES, CHIEFS):
            self.publish(each)
        self.publish(PLAN)


@pytest.fixture
def office(filled_db):
    return Office.over(filled_db("chosen_office", Office))


def plan(office, *goals):
    case = office.case()
    office.send(case, "carol", "write", {"goals": list(goals)})
    return case


def test_what_is_offered_is_what_holds_for_the_post_of_whom_the_case_is_about(office):
    found = office.see(office.case(), "erin")
    with office.rt.db.read() as db:
        offered = named.look_up(office.rt, db, found, {("indicator", "*")})
    assert {key for _, key in offered} >= {"items_served", "babies_born", "minutes_a_quarter"}
    assert ("indicator", "meetings_held") not in offered
    one = offered["indicator", "items_served"]
    assert (one.label, one.facts["unit"], one.facts["target"]) == ("Angka", "layanan", "20")


def test_a_plan_takes_what_is_offered_and_begins_with_its_unit_and_goal(office):
    case = plan(office, {"which": "items_served"}, {"which": "babies_born", "target": "10", "unit": "kelahiran"})
    rows = office.see(case).view.answers["plan"]["goals"]
    assert [(row["which"]["ref"], row["unit"], row["target"]) for row in rows] == [
        ("items_served", "layanan", Decimal(20)),
        ("babies_born", "kelahiran", Decimal(10)),
    ]
    with pytest.raises(InvalidSubmission) as invalid:
        plan(office, {"which": "meetings_held", "target": "1"})
    assert invalid.value.errors["goals.0.which"].key == "field.indicator.unknown"


def test_the_figure_of_each_stands_beside_its_target_and_a_step_reads_it(office):
    case = plan(office, {"which": "items_served"}, {"which": "babies_born", "target": "10"})
    office.fire(case, "erin", "go_on")
    office.add(begun="08:00", ended="09:00", quantity="12")
    found = office.see(case, "erin")
    with office.rt.db.read() as db:
        begun = openings.opening(office.rt, db, found, found.workflow.forms["rating"], office.actor("erin"))
    assert [(row["target"], row["value"], row["achieved"]) for row in begun.raw["goals"]] == [
        ("20", "12", "60"),
        ("10", "12", "120"),  # above all by no more than its cap
    ]
    office.send(case, "erin", "rate", {"words": "Baik"})
    with pytest.raises(Refused):
        office.fire(case, "erin", "close")
    office.add(begun="10:00", ended="11:00", quantity="6")
    receipt = office.fire(case, "erin", "close")
    kept = note_of(office, receipt.event)
    assert kept["figure.items"]["value"][0]["achieved"] == "90.00"
    assert [each["indicator"] for each in kept["figure.goals"]["source"]["rows"]] == ["items_served", "babies_born"]
    ledger.verify(office.rt.db)


def test_a_figure_is_of_the_version_that_was_chosen_and_counted_once_whatever_the_number_of_rows(office):
    case = plan(office, *[{"which": "items_served"}] * 4)
    office.add(begun="08:00", ended="09:00", quantity="12")
    other = office.publish(OFFERED.replace("of: items", "of: items * 2")).digest
    with office.rt.db.begin() as db:
        window = {"first": "2026-01-01", "last": "2026-12-31", "person_id": office.person("carol").id}
        found = {"value": "24.00", "outcome": "value", "n": 1, "people": 1, "as_of": "2026", "inputs": bytes(32)}
        row = {"ref": new_ref(), "indicator": "items_served", "definition_digest": other, **window, **found}
        db.execute(figures_kept.FIGURE.insert().values(**row))
    asked, by_person = [], measuring.of_person
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "of_person", lambda *each: asked.append(each) or by_person(*each))
        figures = office.see(case).view.figures
    assert [row["value"] for row in figures["goals"].value] == [12] * 4
    assert {each["figure"] for each in figures["goals"].source["rows"]} == {None} and len(asked) == 1
    with office.rt.db.begin() as db:
        db.execute(figures_kept.FIGURE.update().values(definition_digest=figures["goals"].source["rows"][0]["digest"]))
    assert {each["figure"] for each in office.see(case).view.figures["goals"].source["rows"]} == {row["ref"]}


def test_who_may_not_read_the_plan_does_not_begin_with_what_was_chosen_there(office):
    case = plan(office, {"which": "items_served"})
    found = office.see(case, "alice")
    with office.rt.db.read() as db:
        begun = openings.opening(office.rt, db, found, found.workflow.forms["rating"], office.actor("alice"))
    assert "goals" not in begun.raw


def test_a_workflow_says_where_indicators_are_chosen(office):
    for written, key in (("plan.goals.target", "bind.nothing_chosen"), ("plan.aims", "bind.nothing_chosen")):
        with pytest.raises(InvalidDefinition) as invalid:
            office.publish(PLAN.replace("goals: {chosen: plan.goals.which", f"goals: {{chosen: {written}"))
        assert next((each.path, each.message.key) for each in invalid.value.problems) == ("figures.goals.chosen", key)
    with pytest.raises(InvalidDefinition) as invalid:
        office.publish(PLAN.replace("shows: plan}", "shows: []}"))
    assert "bind.prefill_unread" in {each.message.key for each in invalid.value.problems}
