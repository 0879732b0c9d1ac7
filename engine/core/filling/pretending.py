"""A form as a role would see it in a state: the rules of forms.py over a case that nobody has. No data of real people.

For whoever writes a definition. Answers are made up: for each type the first of a few that it takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from engine.core.case import Actor, CaseView, Holder, Named, TaskView
from engine.core.errors import NotFound
from engine.core.filling import forms
from engine.core.filling.fieldtype import FieldType, FormFacts
from engine.core.filling.form import Form
from engine.core.filling.formviews import FormView
from engine.core.filling.questions import Question, Questions
from engine.core.workflow import Workflow

SOMEBODY, ANOTHER = 1, 2
ROWS = 2
WORDS = ("Contoh jawaban", "Contoh", "25", "08:30", "1", "https://example.go.id/", "yes", "true")


def pretend(
    workflow: Workflow,
    form: str,
    role: str,
    state: str,
    today: date,
    *,
    answered: bool,
    given: Mapping[str, Mapping[str, Any]] | None = None,
    named: Mapping[tuple[str, str], Named] | None = None,
) -> FormView | None:
    """The form as somebody with this role alone sees it in this state; None where it is closed to him.

    `answered`: every form has been sent, with made-up answers; else none has, but those of which raw answers are
    `given`. `named`: what those name.
    """
    facts = FormFacts(today, date(today.year, 1, 1), date(today.year, 12, 31), named or {})
    sent = {key: _answers(each, facts) for key, each in workflow.forms.items()} if answered else {}
    for key, raw in (given or {}).items():
        sent[key] = workflow.forms[key].questions.judge(raw, facts).values
    try:
        return forms.view(workflow, _case(workflow, form, role, state, facts, sent), Actor(SOMEBODY, ""), form)
    except NotFound:
        return None


def _case(
    workflow: Workflow, form: str, role: str, state: str, facts: FormFacts, sent: Mapping[str, Mapping[str, Any]]
) -> CaseView:
    """A case of nobody's that stands in the state, with somebody in the role."""
    today = facts.today
    return CaseView(
        ref="",
        state=state,
        version=1,
        subject_id=None,
        subject_ref="",
        unit_id=0,
        entered_at=datetime(today.year, 1, 1, tzinfo=UTC),
        period_start=facts.period_start,
        period_end=facts.period_end,
        now=datetime(today.year, today.month, today.day, 12, tzinfo=UTC),
        today=today,
        roles={role: (Holder(SOMEBODY, "", "", ""),)},
        tasks=tuple(_tasks(workflow, form, role, state)),
        answers=sent,
        named=facts.named,
        sent_by={key: SOMEBODY if role in _senders(workflow, key) else ANOTHER for key in sent},
    )


def _tasks(workflow: Workflow, form: str, role: str, state: str) -> Iterator[TaskView]:
    """The tasks of the state: his are open, but those that the filling of this form waits for; others are done."""
    specs = workflow.tasks(state)
    before = {key for spec in specs if spec.fill == form and spec.role == role for key in spec.after}
    for spec in specs:
        is_open = spec.role == role and spec.key not in before
        opened = datetime(2000, 1, 1, tzinfo=UTC)
        yield TaskView(spec.key, spec.key, "open" if is_open else "done", opened)


def _senders(workflow: Workflow, form: str) -> set[str]:
    tasks = (task for state in workflow.definition.states for task in state.tasks)
    return {task.role for task in tasks if task.fill == form}


def _answers(form: Form, facts: FormFacts) -> dict[str, Any]:
    """Values of all that is asked when everything that can be answered is."""
    raw = _raw(form.questions, facts)
    return form.questions.judge(raw, facts).values


def _raw(questions: Questions, facts: FormFacts) -> dict[str, Any]:
    return {each.key: _answer(each, facts) for each in questions if each.type.answered == "by_person"}


def _answer(question: Question, facts: FormFacts) -> Any:
    columns = getattr(question.type, "columns", None)
    if columns is not None:
        return [_raw(columns, facts) for _ in range(max(ROWS, getattr(question.type, "min_rows", 0)))]
    return next((raw for raw in _candidates(question.type, facts) if _takes(question.type, raw, facts)), None)


def _candidates(kind: FieldType, facts: FormFacts) -> Iterator[Any]:
    keys = [item.key for item in kind.offered(facts)]
    yield from (key for key in keys[:1])
    yield from ([key] for key in keys[:1])
    if keys:
        yield keys
    yield from WORDS
    yield from (facts.today.isoformat(), facts.period_start.isoformat(), facts.period_end.isoformat())
    yield {"start": facts.period_start.isoformat(), "end": facts.period_end.isoformat()}
    yield {"from": facts.period_start.isoformat(), "to": facts.period_end.isoformat()}
    yield {"value": "95"}


def _takes(kind: FieldType, raw: Any, facts: FormFacts) -> bool:
    value, errors = kind.judge(raw, facts)
    return not errors and value is not None and value != kind.empty
