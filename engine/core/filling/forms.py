"""Forms of a case: who may see or fill which, and the one way in (`clean`) and out (`view`) for answers.

Closed by default. Judging itself is form.py and questions.py; storing is the verbs'.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

from engine.core import results
from engine.core.case import Actor, CaseView
from engine.core.errors import InvalidSubmission, NotFound
from engine.core.filling.fieldtype import FormFacts
from engine.core.filling.form import Form
from engine.core.filling.formviews import FieldView, FormView, SectionView, to_fill, to_read
from engine.core.filling.questions import Judged
from engine.core.filling.sight import Sight
from engine.core.filling.standing import Origin, Standing
from engine.core.messages import Message
from engine.core.tasks import facts, waits_for, ways
from engine.core.workflow import BoundResult, Workflow

__all__ = [
    "Access",
    "FieldView",
    "Form",
    "FormFacts",
    "FormView",
    "Judged",
    "SectionView",
    "Sight",
    "Standing",
    "access",
    "clean",
    "dump",
    "facts",
    "judge",
    "known",
    "knows",
    "load",
    "sees",
    "sight",
    "view",
]

Access = Literal["edit", "read"]


def clean(form: Form, raw: Mapping[str, Any], facts: FormFacts, standing: Standing | None = None) -> dict[str, Any]:
    """The values of answers as they came in, without what is hidden, with what is computed and what stays (`standing`).

    Raises InvalidSubmission with every message by path (`targets.2.weight`, rows from 0; `checks.<key>` for a rule
    that stands at no field; "" when it is no form at all). Cleaning `dump(form, values)` gives the same values.
    """
    judged = form.judge(raw, facts, standing)
    if judged.errors:
        raise InvalidSubmission(judged.errors)
    return judged.values


def judge(form: Form, raw: Mapping[str, Any], facts: FormFacts, standing: Standing | None = None) -> Judged:
    """The same judgement without raising: good values, messages by path, what is shown and what is required."""
    return form.judge(raw, facts, standing)


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
    (the caller has found a right over the unit). How much of it he sees says `sight`.
    """
    found: dict[str, Access] = {}
    for key in _readable(workflow, case, actor, see_all):
        found[key] = "read"
    for way in ways(workflow, case, actor):
        if way.spec.fill in workflow.forms and not waits_for(workflow, case, way.spec):
            found[way.spec.fill or ""] = "edit"
    return {key: found[key] for key in workflow.forms if key in found}


def sight(form: Form, case: CaseView, actor: Actor, *, fills_as: str | None = None) -> Sight:
    """What the actor sees of a form that is open to him; `fills_as`: the role of the task in which he fills it.

    A right over the unit opens no field that is kept to roles: who oversees a case is no reader of its confidences.
    """
    roles = case.roles_of(actor)
    return form.bounds.sight(roles if fills_as is None else (*roles, fills_as), case.state, fills_as)


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
    standing: Standing | None = None,
    origins: Mapping[str, Origin] | None = None,
) -> FormView:
    """A form as the actor may see it: to fill where he may, else the last submission to read.

    To fill, it shows `raw` (as typed: a draft, or what was refused, with its `errors`), else `values`, else the last
    submission; where he may not edit, what stands (`standing`, else the last submission). `origins` marks answers
    that the form began with. Raises NotFound where the form is closed to him.
    """
    may = access(workflow, case, actor, see_all=see_all).get(form_key)
    if may is None:
        raise NotFound(Message("submission.form_not_found"))
    form = workflow.forms[form_key]
    if may == "read":
        return to_read(form, case.answers[form_key], facts(case), sight(form, case, actor))
    sees = sight(form, case, actor, fills_as=_fills_as(workflow, case, actor, form_key))
    last = dump(form, case.answers.get(form_key, {}))
    stands = Standing(last if standing is None else standing.raw, sees.fixed)
    given = raw if raw is not None else (last if values is None else dump(form, values))
    return to_fill(
        form, given, facts(case), errors or {}, as_typed=raw is not None, sight=sees, standing=stands, origins=origins
    )


def _fills_as(workflow: Workflow, case: CaseView, actor: Actor, form_key: str) -> str | None:
    found = (way.spec.role for way in ways(workflow, case, actor) if way.spec.fill == form_key)
    return next(found, None)


def known(workflow: Workflow, case: CaseView, actor: Actor) -> dict[str, dict[str, Any]]:
    """The last answers of every form that the actor may read, without what is hidden from him: form → field → value."""
    found = {}
    for key in _readable(workflow, case, actor, see_all=False):
        hidden = sight(workflow.forms[key], case, actor).hidden
        found[key] = {name: value for name, value in case.answers[key].items() if name not in hidden}
    return found


def sees(workflow: Workflow, case: CaseView, actor: Actor, path: str) -> bool:
    """Whether what stands at a path (`rating.result`) is not hidden from the actor; who opens it is `access`'s."""
    form, _, rest = path.partition(".")
    if form not in workflow.forms:
        return True
    return rest.partition(".")[0] not in sight(workflow.forms[form], case, actor).hidden


def knows(workflow: Workflow, case: CaseView, actor: Actor, result: BoundResult, open_forms: Collection[str]) -> bool:
    """Whether the actor may know a result: he sees everything that it comes from, earlier results looked through.

    open_forms: the forms that `access` opens to him. What was read of linked cases, whose forms nobody has opened to
    him here, is told when the case and the children that were read are over; to nobody before. What is kept there to
    some people is told to them alone.
    """
    read = results.read_by(workflow, result)
    if not results.is_told(workflow, case, read) or results.is_kept_from(case, actor.person_id, read):
        return False
    read = read.union(_chosen(workflow, read))
    named = {path.partition(".")[0] for path in read}
    sources = named & workflow.forms.keys() & case.sent_by.keys()  # one that nobody has sent says nothing
    return sources <= set(open_forms) and all(sees(workflow, case, actor, path) for path in read)


def _chosen(workflow: Workflow, read: Collection[str]) -> Iterator[str]:
    """Where the indicators were chosen whose figures are read: who may know those may read these."""
    for spec in workflow.definition.figures:
        own = f"figures.{spec.key}"
        if spec.chosen is not None and any(path == own or path.startswith(f"{own}.") for path in read):
            yield spec.chosen


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
