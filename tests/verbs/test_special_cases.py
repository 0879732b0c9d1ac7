"""The special cases of PermenPANRB 6/2022 that change who rates: moves in and out of the window, absence, Plt and Plh,
secondment, study leave, and who is not planned for. Pages are those of the regulation's text.
"""

from datetime import UTC, date, datetime

import pytest

from engine import appointments, cycles, explaining, people
from engine.core.case import SYSTEM
from engine.core.errors import NotAllowed
from engine.store.queries import case_head, case_lists
from engine.store.queries import people as queries
from tests.verbs import test_acting as orders
from tests.verbs.stage import PLAN, Stage
from tests.verbs.test_appointments import held

QUARTERLY = """
kind: workflow
format: 1
key: quarterly
name: {id: Evaluasi triwulan, en: Quarterly evaluation}
period: quarter
roles:
  employee: subject
  rater:
    rule: superior_of
    role: employee
    settled: 15
    else: {rule: superior_of, role: employee, steps: 2}
  plt_rater: {rule: superior_of, role: employee, seat: acting, else: {rule: superior_of, role: employee}}
states:
  rated:
    label: {id: Dinilai, en: Rated}
    initial: true
    tasks:
      rate: {role: rater, decide: [finish]}
      rate_plt: {role: plt_rater, decide: [finish]}
  done: {label: {id: Selesai, en: Done}, final: true}
transitions:
  finish: {label: {id: Selesai, en: Finish}, from: rated, to: done}
"""


@pytest.fixture
def stage(filled_db):
    return Stage.over(filled_db("stage", Stage))


@pytest.fixture
def quarter(stage):
    """Carol's case of the third quarter."""
    version = stage.publish(QUARTERLY)
    period = {"period_start": date(2026, 7, 1), "period_end": date(2026, 9, 30)}
    opened = stage.open(version_ref=version.ref, **period)
    with stage.rt.db.read() as db:
        return case_lists.case_of(db, opened.ref, stage.person("carol").id)


def appoint(stage, person, post, kind="definitive", starts_on=date(2026, 3, 2), **rest):
    who = {"person_ref": stage.ref(person), "post_ref": stage.post(post).ref}
    return appointments.appoint(stage.rt, actor=SYSTEM, kind=kind, starts_on=starts_on, **who, **rest)


def leave(stage, person, day):
    ref = held(stage, person).ref
    appointments.end_appointment(stage.rt, actor=SYSTEM, appointment_ref=ref, ends_on=day)


def replace_erin(stage, day):
    """Erin moves to another office on a day, and Dan gets her post."""
    leave(stage, "erin", day)
    leave(stage, "dan", day)
    appoint(stage, "erin", "clerk_north", starts_on=day)
    appoint(stage, "dan", "chief_health", starts_on=day)


def on(stage, day):
    stage.now = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


def holders(stage, case, role):
    return [(holder.name, holder.rule) for holder in stage.see(case).view.roles[role]]


def names(stage, case, role):
    return [name for name, _ in holders(stage, case, role)]


def test_an_employee_who_moves_is_rated_by_the_new_superior_and_what_the_old_one_did_stays_his(stage):
    """Page 65 and 91."""
    case = stage.case()
    stage.send(case, "carol", "write_plan", PLAN)
    stage.fire(case, "erin", "approve")
    people.add_post(stage.rt, actor=SYSTEM, key="nurse", name="Perawat", kind="jf", unit_ref=stage.unit("north").ref,
                    superior_ref=stage.post("chief_north").ref)  # fmt: skip
    leave(stage, "carol", date(2026, 4, 1))
    appoint(stage, "carol", "nurse", starts_on=date(2026, 4, 1))
    on(stage, date(2026, 4, 1))
    orders.work(stage)
    assert names(stage, case, "supervisor") == ["Bob"]
    assert orders.stored(stage, case, "adjust_plan") == [("Bob", "superior_of")]
    with stage.rt.db.read() as db:
        row = case_head.head(db, case, stage.now)
        found = explaining.terms(db, stage.rt.library.workflow(db, row.definition_digest), row, date(2026, 4, 1))
    told = [([held.name for held in term.names], term.since, term.until) for term in found]
    assert told == [(["Erin"], date(2026, 1, 1), date(2026, 4, 1)), (["Bob"], date(2026, 4, 1), None)]
    assert [row[4] for row in stage.trail(case) if row[1] == "approve"] == ["supervisor"]
    with pytest.raises(NotAllowed):
        stage.fire(case, "erin", "reopen_plan")


@pytest.mark.parametrize(("moved", "rater"), [(date(2026, 8, 25), "Dan"), (date(2026, 9, 25), "Erin")], ids=str)
def test_a_rater_who_moves_inside_the_window_rates_the_old_unit_and_outside_it_does_not(stage, quarter, moved, rater):
    """Pages 91 and 92: a quarter; moved on 25 August, no third quarter; moved on 25 September, still."""
    replace_erin(stage, moved)
    on(stage, date(2026, 10, 2))
    assert names(stage, quarter, "rater") == [rater]
    orders.work(stage)
    assert orders.stored(stage, quarter, "rate") == [(rater, "superior_of")]


def test_a_rater_who_is_absent_for_good_is_followed_by_the_one_above_or_by_a_plt(stage, quarter):
    """Page 89."""
    on(stage, date(2026, 10, 2))
    people.set_active(stage.rt, actor=SYSTEM, person_ref=stage.ref("erin"), active=False)
    assert holders(stage, quarter, "rater") == [("Bob", "superior_of")]
    assert stage.see(quarter).view.roles["rater"][0].fallback == 1
    appoint(stage, "mallory", "chief_health", "plt", starts_on=date(2026, 9, 10))
    assert names(stage, quarter, "rater") == ["Mallory"]


def test_a_plh_rates_while_the_order_runs_and_the_rater_again_afterwards(stage):
    """Pages 50 and 89."""
    case = stage.case()
    orders.order(stage)
    assert names(stage, case, "supervisor") == ["Mallory"]
    on(stage, date(2026, 3, 9))
    assert names(stage, case, "supervisor") == ["Erin"]


def test_a_plt_is_rated_as_such_by_the_head_to_whom_the_post_answers_and_else_by_his_own_superior(stage, quarter):
    """Page 89."""
    assert names(stage, quarter, "plt_rater") == ["Erin"]
    appoint(stage, "carol", "clerk_south", "plt")
    assert names(stage, quarter, "plt_rater") == ["Wali Kota"]
    assert names(stage, quarter, "rater") == ["Erin"], "of the definitive post it stays"


def test_whoever_is_seconded_is_rated_by_the_superior_at_home(stage):
    """Page 92."""
    case = stage.case()
    appoint(stage, "carol", "clerk_south", "delegated", starts_on=date(2026, 3, 2), ends_on=date(2026, 9, 1))
    assert names(stage, case, "supervisor") == ["Erin"]


def test_study_leave_in_mid_year_opens_no_second_plan_and_the_superior_stays(stage):
    """Pages 62 to 65: it is added to the plan that there is."""
    opened = stage.open()
    on(stage, date(2026, 9, 1))
    again = cycles.extend(stage.rt, opened.ref, actor=stage.actor("alice"))
    assert (again.opened, again.already) == (0, 1)
    with stage.rt.db.read() as db:
        above = queries.superior_holders(db, stage.person("carol").id, date(2026, 9, 1))
    assert [holder.name for holder in above] == ["Erin"]


def test_elected_officials_and_those_who_have_left_are_not_planned_for(stage):
    """Pages 65 and 66."""
    people.set_active(stage.rt, actor=SYSTEM, person_ref=stage.ref("dan"), active=False)
    plan = cycles.preview(stage.rt, actor=stage.actor("alice"), version_ref=stage.version.ref,
                          population="kind != 'official'")  # fmt: skip
    assert not {"Wali Kota", "Dan"} & {candidate.person.name for candidate in plan.candidates}
