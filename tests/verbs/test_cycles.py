"""Cycles: a population is previewed by name, opened once, and never over people who lack somebody."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import event, select

from engine import appointments, cycles, holders
from engine.core.errors import BadRequest, KeyReused, NotAllowed, NotFound, Refused
from engine.core.expression import InvalidExpression
from engine.store.queries import people_lists, role_people
from engine.store.refs import new_ref
from engine.store.tables.cases import Case, Cycle
from tests.verbs.stage import Stage

ALL_BUT_THE_MAYOR = "kind != 'official' and 'north' in units"


@pytest.fixture
def stage(filled_db):
    return Stage.over(filled_db("stage", Stage))


def preview(stage, population, name="alice"):
    return cycles.preview(
        stage.rt,
        actor=stage.actor(name),
        version_ref=stage.version.ref,
        population=population,
    )


def test_a_population_is_previewed_by_name(stage):
    plan = preview(stage, ALL_BUT_THE_MAYOR)
    assert [candidate.person.name for candidate in plan.candidates] == ["Bob", "Carol", "Dan", "Erin"]
    assert plan.incomplete == ()


def test_an_admin_reaches_the_people_of_his_units_alone(stage):
    assert {who.person.name for who in preview(stage, "true", "dan").candidates} == {"Bob", "Carol", "Dan", "Erin"}


def test_opening_gives_each_person_one_case(stage):
    opened = stage.open(ALL_BUT_THE_MAYOR)
    assert (opened.opened, opened.already) == (4, 0)
    assert stage.count(Case) == 4


def questions(stage, act):
    """The statements by which an act reads; those that write are as many as there are cases."""
    asked = []

    def note(connection, cursor, statement, *more):
        if not statement.lstrip().startswith(("INSERT", "UPDATE", "DELETE")):
            asked.append(statement)

    event.listen(stage.rt.db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(stage.rt.db.engine, "before_cursor_execute", note)
    return asked


def test_many_people_are_asked_about_in_as_many_questions_as_one(stage):
    stage.open("post == 'midwife'")  # what a definition costs is paid
    assert len(questions(stage, lambda: preview(stage, ALL_BUT_THE_MAYOR))) == len(
        questions(stage, lambda: preview(stage, "post == 'midwife'"))
    )
    one = questions(stage, lambda: stage.open("post == 'midwife'"))
    four = questions(stage, lambda: stage.open(ALL_BUT_THE_MAYOR))
    assert len(four) == len(one) <= 20, "\n".join(four)


def test_holders_asked_for_many_are_those_asked_for_each(stage, monkeypatch):
    monkeypatch.setattr(role_people, "AT_ONCE", 2)  # several batches
    for candidate in preview(stage, ALL_BUT_THE_MAYOR).candidates:
        with stage.rt.db.read() as db:
            workflow = stage.rt.library.workflow(db, stage.version.digest)
            about = holders.About((candidate.person,), candidate.unit_id)
            alone = holders.resolve(db, workflow, about, date(2026, 3, 2))
        assert candidate.held == alone


def test_the_same_key_opens_one_cycle(stage):
    key = new_ref()
    assert stage.open(ALL_BUT_THE_MAYOR, key=key) == stage.open(ALL_BUT_THE_MAYOR, key=key)
    assert (stage.count(Cycle), stage.count(Case)) == (1, 4)
    with pytest.raises(KeyReused):
        stage.open("true", key=key)


def test_extending_opens_only_what_is_missing(stage):
    opened = stage.open("post == 'midwife' or post == 'vacant'")
    assert opened.opened == 1
    appointments.appoint(
        stage.rt,
        actor=stage.actor("alice"),
        person_ref=stage.ref("dan"),
        post_ref=stage.post("vacant").ref,
        kind="plt",
        starts_on=date(2026, 1, 1),
    )
    again = cycles.extend(stage.rt, opened.ref, actor=stage.actor("alice"))
    assert (again.opened, again.already) == (0, 1)


def test_people_without_a_supervisor_are_named_and_nothing_is_opened(stage):
    with pytest.raises(Refused) as refused:
        stage.open("unit == 'city'")
    named = {message.params["name"]: message.params["roles"] for message in refused.value.refusals}
    assert "supervisor" in named["Wali Kota"]
    assert (stage.count(Cycle), stage.count(Case)) == (0, 0)


def test_a_population_of_nobody_is_refused(stage):
    with pytest.raises(Refused):
        stage.open("post == 'nobody_has_this'")
    assert stage.count(Cycle) == 0


@pytest.mark.parametrize("wrong", ["salary > 3", "unit = 'north'", "unit", "sum(units) > 1", "post == 3"])
def test_a_population_that_cannot_be_asked_is_refused_with_its_column(stage, wrong):
    with pytest.raises(InvalidExpression) as refused:
        stage.open(wrong)
    assert all(problem.column >= 1 for problem in refused.value.problems)


def test_wrong_periods_and_empty_names_are_refused(stage):
    with pytest.raises(BadRequest):
        stage.open(period_start=date(2026, 12, 31), period_end=date(2026, 1, 1))
    with pytest.raises(BadRequest):
        stage.open(name="  ")


@pytest.mark.parametrize(("first", "last"), [("0001-01-01", "2026-12-31"), ("2026-01-01", "9999-12-31")])
def test_a_period_far_from_our_days_is_refused(stage, first, last):
    with pytest.raises(BadRequest) as refused:
        stage.open(period_start=date.fromisoformat(first), period_end=date.fromisoformat(last))
    assert refused.value.message.key == "cycle.period_years"
    assert stage.count(Cycle) == 0


def test_preview_and_opening_ask_on_the_same_day_of_the_office(stage):
    stage.wait(hours=16)  # 18:00 UTC: the third of March in Jakarta, where alice administers
    new = appoint_tomorrow(stage, "mallory", "vacant")
    assert [who.person.ref for who in preview(stage, "post == 'vacant'").candidates] == [new]
    assert stage.open("post == 'vacant'").opened == 1


def appoint_tomorrow(stage, name, post):
    """Let somebody leave his post and take another one on 3 March."""
    held = appointments_of(stage, name)[0].ref
    day = date(2026, 3, 3)
    appointments.end_appointment(stage.rt, actor=stage.actor("alice"), appointment_ref=held, ends_on=day)
    chair = {"person_ref": stage.ref(name), "post_ref": stage.post(post).ref, "kind": "definitive"}
    appointments.appoint(stage.rt, actor=stage.actor("alice"), starts_on=day, **chair)
    return stage.ref(name)


def appointments_of(stage, name):
    with stage.rt.db.read() as db:
        return people_lists.appointments(db, stage.person(name).id)


def test_one_key_sent_several_times_at_once_gets_one_answer(stage):
    key = new_ref()
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(stage.open, ALL_BUT_THE_MAYOR, key=key) for _ in range(4)]
        answers = {one.result() for one in sent}
    assert len(answers) == 1
    assert stage.count(Cycle) == 1


def test_only_admins_open_cycles_and_only_over_published_definitions(stage):
    with pytest.raises(NotAllowed):
        stage.open(actor=stage.actor("erin"))
    with pytest.raises(NotFound):
        stage.open(version_ref=new_ref())


def test_a_case_starts_with_its_tasks_in_the_right_inboxes(stage):
    case = stage.case()
    tasks = {task.key: [holder.name for holder in task.holders] for task in stage.see(case).view.tasks}
    assert tasks == {"write_plan": ["Carol"], "decide_plan": ["Erin"]}


def test_a_case_belongs_to_the_unit_of_its_person(stage):
    case = stage.case()
    with stage.rt.db.read() as db:
        unit_id = db.execute(select(Case.unit_id).where(Case.ref == case)).scalar_one()
    assert unit_id == stage.unit("health").id
