"""Begins the cases that an entry asks for (`starts` of its register): a direction with a date, a recommendation.

Called in the transaction that adds the entry, by whoever makes it: the case, his nomination, and the form that is sent
in his name stand or fall with the entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from engine import cases, entry_rights, holders, links, named, notices, seats_today, snapshot, starting
from engine.authority import local_day
from engine.core import machine
from engine.core.case import Holder
from engine.core.errors import InvalidSubmission, Refused
from engine.core.filling import forms
from engine.core.messages import LANGUAGES, Message
from engine.core.reading.compiled import Workflow
from engine.core.register import BoundStart, Register
from engine.core.roles import labelled
from engine.core.rules import is_found_later
from engine.cycle_cases import Candidate, new_case
from engine.entry_rights import Subject
from engine.entry_writing import Writing, Written
from engine.staffing import Act
from engine.store import apply
from engine.store.queries import calendars, cycles, entry_cases, nominations
from engine.store.queries.locks import wait_for_turn
from engine.store.refs import new_ref


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it has just been written: about whom, and in whose place it stands (key)."""

    written: Written
    about: Holder
    replaces_id: int | None

    @property
    def values(self) -> Mapping[str, Any]:
        return self.written.values


def follow(
    by: Writing, register: Register, subject: Subject, day: date, written: Written, replaces_id: int | None = None
) -> list[str]:
    """What an entry by hand brings: people are told of it, and cases begin; answers their refs.

    What an entry before it began, and anything of an entry about oneself, does not begin. Raises Refused where nobody
    would hold a role or the person has no post, InvalidSubmission where the form that is sent takes an answer not.
    """
    if subject.person_id is None or by.actor.person_id is None:
        return []
    if register.definition.tells:
        _tell_of_entry(by, register, subject, day, written)
    return begin(by, register, subject, written, replaces_id)


def begin(
    by: Writing, register: Register, subject: Subject, written: Written, replaces_id: int | None = None
) -> list[str]:
    """The cases alone that an entry begins; answers their refs. Raises as `follow`."""
    person = subject.person_id
    if not register.starts or person is None or by.actor.person_id in (None, person):
        return []
    entry = Entry(written, Holder(person, subject.ref, subject.name, "subject"), replaces_id)
    act, done = Act(by.rt, by.db, by.actor, by.at), entry_cases.begun(by.db, replaces_id)
    wanted = [each for each in register.starts if each.spec.key not in done and _holds(each, entry.values)]
    return [_begin(act, each, register, entry) for each in wanted]


def _tell_of_entry(by: Writing, register: Register, subject: Subject, day: date, written: Written) -> None:
    """Tell the holders of the roles that the register names, but whoever made the entry."""
    held = entry_rights.held_by(by.db, register, subject, day)
    people = {each.person_id for role in register.definition.tells for each in held.get(role, ())}
    name = {language: register.definition.name.say(language) for language in LANGUAGES}
    body = {"register": register.definition.key, "name": name, "by": by.actor.name,
            "day": day.isoformat(), "person": subject.ref}  # fmt: skip
    to = sorted(people - {by.actor.person_id or 0})
    notices.tell(by.db, to=to, kind="entry.made", key=written.event, at=by.at, body=body, event_ref=written.event)


def _holds(start: BoundStart, values: Mapping[str, Any]) -> bool:
    return start.when is None or start.when.evaluate(values) is True


def _begin(act: Act, start: BoundStart, register: Register, entry: Entry) -> str:
    reference = f"workflow:{start.spec.workflow}"
    digest = next(lock.digest for lock in register.definition.lock if lock.reference == reference)
    workflow = act.rt.library.workflow(act.db, digest)
    unit = _unit(act, entry.about)
    today = local_day(unit, act.at)
    cycle = _cycle(act, digest, workflow, today, entry.about.person_id)
    told, named = new_ref(), new_ref()
    giver = Holder(act.actor.person_id or 0, act.actor.ref, act.actor.name, "nominated", named)
    held = {**_held(act.db, workflow, entry.about, unit, today), start.spec.nominates: (giver,)}
    who = Candidate(entry.about, unit.id, unit.name, "", held, ())
    calendar = act.rt.days.of(act.db, unit.id, calendars.stamp(act.db))
    view = new_case(cycle, who, ZoneInfo(unit.timezone), calendar, held, act.at)
    started = apply.start_case(
        act.db, view=view, cycle_id=cycle.id, definition_digest=digest, decision=machine.begin(workflow, view),
        actor=act.actor, at=act.at, product=act.rt.version,
    )  # fmt: skip
    _tell(act, start, entry, view.ref, started.ref, told)
    _nominate(act, start.spec.nominates, view.ref, named)
    _send(act, start, entry, view.ref)
    return view.ref


def _unit(act: Act, about: Holder) -> Any:
    """The unit of the post that the person holds definitively: where his case lies."""
    found = seats_today.of_post(act.db, about.ref, act.at)
    if found is None:
        raise Refused(Message("register.start_no_post", name=about.name))
    return found


def _cycle(act: Act, digest: str, workflow: Workflow, today: date, person_id: int) -> Row[Any]:
    """The cycle of this period; another one where the person has a case in each that is there."""
    first, last = starting.period(workflow.definition.period, today)
    wait_for_turn(act.db, f"start:{digest}:{first}")
    found = cycles.free_of_period(act.db, digest, str(first), starting.NOBODY, person_id)
    return found or starting.new_cycle(act.rt, act.db, digest, workflow, (first, last), act.at)


def _held(
    db: Connection, workflow: Workflow, about: Holder, unit: Any, today: date
) -> Mapping[str, tuple[Holder, ...]]:
    (held,) = holders.resolve_each(db, workflow, [(about, unit.id)], today)
    empty = [spec for spec in workflow.definition.roles if not (held[spec.key] or is_found_later(spec))]
    if empty:
        roles = tuple(labelled(spec) for spec in empty)
        raise Refused(Message("register.start_unfilled", name=about.name, roles=roles))
    return held


def _tell(act: Act, start: BoundStart, entry: Entry, case_ref: str, started: str, told: str) -> None:
    """The stream of the person names the entry and the case that it began."""
    public = {"entry": entry.written.ref, "start": start.spec.key, "case": case_ref, "event": started}
    apply.append_event(
        act.db, stream=f"person:{entry.about.ref}", kind="entry.started", at=act.at, actor=act.actor, public=public,
        private={}, product=act.rt.version, ref=told,
    )  # fmt: skip
    entry_cases.add(
        act.db, case_id=entry_cases.case_id(act.db, case_ref), entry_id=entry.written.id, start=start.spec.key,
        event_ref=told, started_ref=started,
    )  # fmt: skip


def _nominate(act: Act, role: str, case_ref: str, named: str) -> None:
    """Whoever made the entry is in the case by a nomination that stands at once."""
    case_id = entry_cases.case_id(act.db, case_ref)
    public = {"role": role, "person": act.actor.ref, "decision": "approved"}
    apply.append_event(
        act.db, stream=f"case:{case_ref}", kind="case.nominated", at=act.at, actor=act.actor, case_id=case_id,
        public=public, private={}, product=act.rt.version, ref=named,
    )  # fmt: skip
    nominations.add(
        act.db, ref=named, case_id=case_id, role=role, person_id=act.actor.person_id, by_id=act.actor.person_id,
        decision="approved", decided_ref=named,
    )  # fmt: skip


def _send(act: Act, start: BoundStart, entry: Entry, case_ref: str) -> None:
    """Send the form in the name of whoever made the entry, and let the case go on."""
    raw = {key: _raw(value.evaluate(entry.values)) for key, value in start.answers.items()}
    found = snapshot.load(act.rt, act.db, case_ref, act.actor, act.at, lock=True)
    task = next(each for each in found.workflow.tasks(found.view.state) if each.fill == start.spec.sends)
    form = found.workflow.forms[start.spec.sends]
    found = named.knowing(act.rt, act.db, found, form, raw)
    try:
        sent = machine.submit(found.workflow, found.view, task.key, act.actor, raw)
    except InvalidSubmission as invalid:
        raise InvalidSubmission(_at_entry(start, entry, invalid.errors)) from invalid
    event = new_ref()
    sent = replace(sent, effects=(*sent.effects, *links.effects(form, sent.answers, event)))
    apply.write_submission(
        act.db, case_id=found.id, case_ref=found.ref, task_id=found.task_ids[sent.task], task_ref=sent.task,
        definition_digest=found.digest, sent=sent, body=forms.dump(form, sent.answers), actor=act.actor, at=act.at,
        product=act.rt.version, seen=0, ref=event, also=tuple(notices.ready(found, sent, act.actor, event, act.at)),
    )  # fmt: skip
    cases.settle_in(act.rt, act.db, case_ref)


def _raw(value: Any) -> Any:
    """A value of an expression as a form takes it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _at_entry(start: BoundStart, entry: Entry, errors: Mapping[str, Message]) -> dict[str, Message]:
    """Messages of the form, each at the field of the entry that was handed on; of what comes from none, at the top."""
    found = {}
    for path, message in errors.items():
        value = start.answers.get(path.split(".")[0])
        names = value.references if value is not None else ()
        found[names[0] if len(names) == 1 and names[0] in entry.values else ""] = message
    return found
