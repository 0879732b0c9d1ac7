"""See it as: every form, role and state of the shipped workflow, exactly as its rules say, with nobody's data."""

import re

import pytest
from sqlalchemy import event

from tests.admin.city import words


def address(city, **chosen):
    query = "&".join(f"{name}={value}" for name, value in chosen.items())
    return f"/admin/definitions/{city.definition()}/as?{query}"


def page(city, status=200, **chosen):
    return city.get("admin", address(city, **chosen), status=status)


def test_whoever_fills_a_form_sees_its_fields_and_can_fill_in_nothing(city):
    answer = page(city, form="rating", role="supervisor", state="rated")
    assert '<fieldset class="seen-as" disabled>' in answer.text and 'name="result_reason"' in answer.text
    assert "Peran ini mengisinya." in words(answer)


def test_whoever_reads_it_sees_answers_and_no_fields(city):
    answer = page(city, form="rating", role="employee", state="finalized")
    assert "Contoh jawaban" in words(answer) and 'name="result_reason"' not in answer.text


def test_a_form_that_is_closed_is_said_to_be_so_with_the_reason(city):
    told = words(page(city, form="rating", role="employee", state="rated"))
    assert "tertutup bagi peran ini" in told and "Contoh jawaban" not in told.partition("tertutup")[2]
    assert "belum dikirim" in words(page(city, form="rating", role="employee", state="finalized", answers="empty"))


def test_every_combination_of_the_shipped_workflow_can_be_looked_at(city):
    text = page(city).text
    lists = {
        name: re.findall(r'<option value="(\w+)"', part)
        for name, part in re.findall(r'<select class="form-select" id="as-(\w+)"(.*?)</select>', text, re.DOTALL)
    }
    assert {name: len(items) for name, items in lists.items()} == {"form": 3, "role": 3, "state": 6, "answers": 2}
    for form in lists["form"]:
        for role in lists["role"]:
            for state in lists["state"]:
                page(city, form=form, role=role, state=state)


@pytest.mark.parametrize(
    "chosen", [{"form": "nosuch"}, {"role": "<script>"}, {"state": "cancelled"}, {"answers": "real"}]
)
def test_what_cannot_be_chosen_is_not_found(city, chosen):
    page(city, 404, **chosen)


def test_it_reads_no_more_than_the_definition_and_who_asks(city):
    page(city)
    found = []

    def note(connection, cursor, statement, *rest):
        found.append(statement)

    event.listen(city.rt.db.engine, "before_cursor_execute", note)
    try:
        page(city)
    finally:
        event.remove(city.rt.db.engine, "before_cursor_execute", note)
    assert len(found) <= 5, "\n".join(found)
    assert not any("answers" in statement or "submission" in statement for statement in found)
