"""On the page: where first answers come from, what may only be read, and nothing of what is hidden."""

from datetime import date

import pytest

from engine.store.queries import case_lists
from tests.portal.house import plain, value_of
from tests.verbs.test_openings import PLAN, WORKFLOW


@pytest.fixture
def talk(house):
    return house.publish(WORKFLOW)


def case_in(house, talk, year):
    opened = house.open(
        name=f"Dialog {year}", version_ref=talk.ref, period_start=date(year, 1, 1), period_end=date(year, 12, 31)
    )
    with house.rt.db.read() as db:
        return case_lists.case_of(db, opened.ref, house.person("carol").id)


def finish(house, case):
    house.send(case, "carol", "write", PLAN)
    house.send(case, "erin", "answer", {"advice": "nasihat rahasia"})
    house.send(case, "erin", "judge", {"before": "baik"})
    house.fire(case, "erin", "close")


def test_first_answers_stand_in_the_form_and_say_where_they_come_from(house, talk):
    finish(house, case_in(house, talk, 2025))
    task, carol = house.task(case_in(house, talk, 2026), "write").ref, house.browser("carol")
    page = carol.get(f"/tasks/{task}")
    assert value_of(page, "goal") == "Turun" and value_of(page, "steps-0-share") == "40"
    assert plain(page).count("Diisi dari periode lalu.") == 2
    carol.fill(task, {**PLAN, "goal": "Turun separuh"}, 0, "draft")
    page = carol.get(f"/tasks/{task}")
    assert value_of(page, "goal") == "Turun separuh" and plain(page).count("Diisi dari periode lalu.") == 1
    carol.fill(task, {**PLAN, "goal": ""}, 1, "draft")
    assert value_of(carol.get(f"/tasks/{task}"), "goal") == ""


def test_what_may_not_be_edited_is_only_read_and_what_is_hidden_is_not_there(house, talk):
    case = case_in(house, talk, 2026)
    page = house.browser("carol").get(f"/tasks/{house.task(case, 'write').ref}")
    assert 'name="goal"' in page and 'name="why"' not in page and "advice" not in page
    assert "Why" in page and "Hanya dapat dibaca." in page
    house.send(case, "carol", "write", PLAN)
    page = house.browser("erin").get(f"/tasks/{house.task(case, 'answer').ref}")
    assert 'name="advice"' in page and 'name="goal"' not in page and "Turun" in page


def test_what_was_sent_is_read_without_what_is_hidden(house, talk):
    case = case_in(house, talk, 2026)
    finish(house, case)
    for name, sees in (("carol", False), ("erin", True), ("frank", False)):
        browser = house.browser(name)
        page = browser.get(f"/cases/{case}")
        assert ("nasihat rahasia" in page) is sees, name
        for path in {path for path in page.split('"') if path.startswith("/submissions/")}:
            assert sees or "nasihat rahasia" not in browser.get(path), name


@pytest.mark.parametrize(("step", "most"), [("write", 9)])
def test_last_year_costs_one_question_more(house, talk, step, most):
    finish(house, case_in(house, talk, 2025))
    task, carol = house.task(case_in(house, talk, 2026), step).ref, house.browser("carol")
    carol.get(f"/tasks/{task}")
    with house.counted() as asked:
        carol.get(f"/tasks/{task}")
    assert len(asked) <= most, "\n".join(asked)
    assert sum("period_end <" in statement for statement in asked) == 1
