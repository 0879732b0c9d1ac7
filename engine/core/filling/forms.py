"""Forms of a case: who may see or fill which, and the one way in (`clean`) and out (`view`) for answers.

Closed by default. Judging itself is form.py and questions.py; storing is the verbs'.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from engine.core.case import Actor, CaseView
from engine.core.errors import InvalidSubmission, NotFound
from engine.core.filling.fieldtype import FormFacts
from engine.core.filling.form import Form
from engine.core.filling.formviews import FieldView, FormView, SectionView, to_fill, to_read
from engine.core.filling.questions import Judged
from engine.core.messages import Message
from engine.core.tasks import facts, waits_for, ways
from engine.core.workflow import Workflow

__all__ = [
    "Access",
    "FieldView",
    "Form",
    "FormFacts",
    "FormView",
    "Judged",
    "SectionView",
    "access",
    "clean",
    "dump",
    "facts",
    "judge",
    "load",
    "view",
]

Access = Literal["edit", "read"]


def clean(form: Form, raw: Mapping[str, Any], facts: FormFacts) -> dict[str, Any]:
    """The values of answers as they came in, without what is hidden, with what is computed.

    Raises InvalidSubmission with every message by path (`targets.2.weight`, rows from 0; `checks.<key>` for a rule
    that stands at no field; "" when it is no form at all). Cleaning `dump(form, values)` gives the same values.
    """
    judged = form.judge(raw, facts)
    if judged.errors:
        raise InvalidSubmission(judged.errors)
    return judged.values


def judge(form: Form, raw: Mapping[str, Any], facts: FormFacts) -> Judged:
    """The same judgement without raising: good values, messages by path, what is shown and what is required."""
    return form.judge(raw, facts)


def dump(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as canonical JSON takes them; what was asked and not answered is null."""
    return form.questions.dump(values)


def load(form: Form, body: Mapping[str, Any]) -> dict[str, Any]:
    """Values from what `dump` wrote."""
    return form.questions.load(body)


def access(workflow: Workflow, case: CaseView, actor: Actor, *, see_all: bool = False) -> dict[str, Access]:
    """Form → what the actor may do with it now; a form that is not named is closed to him.

    Edit: the form of an own open task that waits for nothing. Read, once somebody has sent it: what an own open task
    shows, what he sent himself, what `visible` grants to his role in this state, and everything with `see_all`
    (the caller has found a right over the unit).
    """
    found: dict[str, Access] = {}
    for key in _readable(workflow, case, actor, see_all):
        found[key] = "read"
    for way in ways(workflow, case, actor):
        if way.spec.fill in workflow.forms and not waits_for(workflow, case, way.spec):
            found[way.spec.fill or ""] = "edit"
    return {key: found[key] for key in workflow.forms if key in found}


def view(
    workflow: Workflow,
    case: CaseView,
    actor: Actor,
    form_key: str,
    *,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, Message] | None = None,
    raw: Mapping[str, Any] | None = None,
    see_all: bool = False,
) -> FormView:
    """A form as the actor may see it: to fill where he may, else the last submission to read.

    To fill, it shows `raw` (as typed: a draft, or what was refused, with its `errors`), else `values`, else the last
    submission. Raises NotFound where the form is closed to him.
    """
    may = access(workflow, case, actor, see_all=see_all).get(form_key)
    if may is None:
        raise NotFound(Message("submission.form_not_found"))
    form = workflow.forms[form_key]
    if may == "read":
        return to_read(form, case.answers[form_key], facts(case))
    if raw is not None:
        return to_fill(form, raw, facts(case), errors or {}, as_typed=True)
    kept = values if values is not None else case.answers.get(form_key, {})
    return to_fill(form, dump(form, kept), facts(case), errors or {}, as_typed=False)


def _readable(workflow: Workflow, case: CaseView, actor: Actor, see_all: bool) -> set[str]:
    sent = set(case.answers)
    if see_all:
        return sent
    if actor.is_system:
        return set()
    shown = {key for way in ways(workflow, case, actor) for key in way.spec.shows}
    own = {key for key, sender in case.sent_by.items() if sender == actor.person_id}
    granted = {
        grant.form
        for grant in workflow.definition.visible
        if case.state in grant.states and case.holds(actor, grant.role)
    }
    return sent & (shown | own | granted)
