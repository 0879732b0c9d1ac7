"""What stands in a form before somebody types: what it begins with, what was sent, what he may not edit.

Reads only. A form begins only with what whoever fills it may read: in this case by its rules, in the case of the
period before what he sent himself then, and what `visible` grants to his role where that case ended.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from engine import begun_entries, case_figures, named
from engine.core.case import Actor
from engine.core.filling import forms, lineage
from engine.core.filling.form import Form
from engine.core.filling.standing import NOTHING, Opening, Standing, named_first
from engine.core.filling.standing import opening as draw_up
from engine.core.reading.entries import ENTRIES
from engine.core.scope import along
from engine.runtime import Runtime
from engine.snapshot import Snapshot, with_answers
from engine.store.queries import cases, earlier

PREVIOUS, FIGURES = "previous", "figures"


def opening(rt: Runtime, db: Connection, found: Snapshot, form: Form, actor: Actor) -> Opening:
    """What a form begins with that nobody has sent yet; nothing for one that was sent.

    One statement where the form asks for the period before, and one for each kind of thing that is named by what it
    would begin with (people, units, files); none otherwise.
    """
    if not form.beginnings or form.key in found.view.answers:
        return NOTHING
    if any(path.startswith(f"{FIGURES}.") for path in form.asks) and not found.view.figures:
        figures = case_figures.of_case(rt, db, found.workflow, found.view)
        found = replace(found, view=replace(found.view, figures=figures))
    names: dict[str, Any] = {
        **forms.facts(found.view).names(),
        **forms.known(found.workflow, found.view, actor),
        FIGURES: _figures(found, forms.known(found.workflow, found.view, actor)),
        ENTRIES: begun_entries.of_case(rt, db, found, _under(form, ENTRIES), actor),
    }
    asked = [found.workflow.forms[key] for key in dict.fromkeys(_under(form, PREVIOUS))]
    before = dict(_before(rt, db, found, actor)) if asked else {}
    facts = forms.facts(_knowing(rt, db, found, form, names, asked, before).view)
    if asked:
        names[PREVIOUS] = {each.key: lineage.projected(each, before, facts) for each in asked}
    return draw_up(form.beginnings, names, facts)


def _figures(found: Snapshot, known: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of the case; of chosen indicators only where whoever fills the form may read what was chosen."""
    chosen = {each.key: each.chosen for each in found.workflow.definition.figures}
    return {
        key: figure.value
        for key, figure in found.view.figures.items()
        if (path := chosen.get(key)) is None or along(known, path) is not None
    }


def _under(form: Form, first: str) -> Iterator[str]:
    """What a form begins with of the period before (its forms), or of the entries of registers (their names)."""
    return (path.split(".")[1] for path in form.asks if path.startswith(f"{first}."))


def _knowing(
    rt: Runtime,
    db: Connection,
    found: Snapshot,
    form: Form,
    names: Mapping[str, Any],
    asked: Sequence[Form],
    before: Mapping[str, Mapping[str, Any]],
) -> Snapshot:
    """The snapshot with what first answers name, as far as it may be named in this case."""
    if not form.questions.naming:
        return found
    wanted = set(named_first(form.beginnings, names))
    wanted.update(pair for each in asked for pair in lineage.names(each, before))
    return named.with_named(found, named.look_up(rt, db, found, wanted))


@dataclass(frozen=True, slots=True)
class Locks:
    """A form of which not everybody may fill all, always, and what stands in it."""

    form: Form
    facts: forms.FormFacts
    standing: Standing

    def settled(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Raw answers as a draft keeps them: nothing is taken for a field that may not be edited."""
        return self.form.settled(raw, self.facts, self.standing)


def locks(rt: Runtime, db: Connection, found: Snapshot, task_key: str, actor: Actor) -> Locks | None:
    """What a verb needs to know of a task's form that is not open to whoever fills it; None where all of it is.

    `found` may have been read without answers: they are read here.
    """
    spec = next((each for each in found.workflow.tasks(found.view.state) if each.key == task_key), None)
    form = found.workflow.forms.get(spec.fill or "") if spec is not None else None
    if spec is None or form is None or form.is_open:
        return None
    found = with_answers(db, found)
    ref = next(task.ref for task in found.view.tasks if task.key == task_key)
    row = cases.draft(db, found.task_ids[ref])
    draft = None if row is None else json.loads(row.body)
    stands = standing(form, found, spec.role, actor, draft, opening(rt, db, found, form, actor))
    return Locks(form, forms.facts(found.view), stands)


def standing(
    form: Form, found: Snapshot, role: str, actor: Actor, draft: Mapping[str, Any] | None, begun: Opening
) -> Standing:
    """The raw answers that stand in a form, and the fields that `role` may not fill in this state.

    A draft counts where he may fill, and where the task lets those fill who see what is hidden from him. Not
    elsewhere: another task may have sent the rest since.
    """
    sight = forms.sight(form, found.view, actor, fills_as=role)
    last = forms.dump(form, found.view.answers.get(form.key, {}))
    own = {key: value for key, value in (draft or {}).items() if key not in sight.fixed}
    hidden = sight.hidden - form.bounds.edited.keys()
    drafted = {key: value for key, value in (draft or {}).items() if key in hidden}
    return Standing({**begun.raw, **last, **own, **drafted}, sight.fixed, drafted)


def _before(rt: Runtime, db: Connection, found: Snapshot, actor: Actor) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What the subject's last finished case of the period before holds, as far as the actor may read it."""
    view = found.view
    if view.subject_id is None:
        return
    since = view.period_start - (view.period_end - view.period_start) - timedelta(days=1)
    rows = earlier.sent_before(db, view.subject_id, found.workflow.definition.key, since, view.period_start)
    roles = view.roles_of(actor)
    ended = next((row.ref for row in rows if _is_final(rt, db, row)), None)
    for row in rows:
        if row.ref == ended and (body := _readable(rt, db, row, roles, actor)) is not None:
            yield row.form, body


def _is_final(rt: Runtime, db: Connection, row: Any) -> bool:
    state = rt.library.workflow(db, row.definition_digest).states.get(row.state)
    return state is not None and state.final


def _readable(rt: Runtime, db: Connection, row: Any, roles: tuple[str, ...], actor: Actor) -> dict[str, Any] | None:
    workflow = rt.library.workflow(db, row.definition_digest)
    granted = any(
        grant.form == row.form and grant.role in roles and row.state in grant.states
        for grant in workflow.definition.visible
    )
    if row.form not in workflow.forms or not (granted or row.by_id == actor.person_id):
        return None
    hidden = workflow.forms[row.form].bounds.sight(roles, row.state).hidden
    return {key: value for key, value in json.loads(row.body).items() if key not in hidden}
