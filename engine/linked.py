"""Opens the cases that a move, an action, a person or a day asks for beside a case. Called in a transaction of verbs.

Both cases tell of each other: `case.linked` in the parent's stream names the case and its first event, and that one's
leaf names the parent and this event.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from engine import beside, holders
from engine.core import linked, machine
from engine.core.case import SYSTEM, CaseView, Holder, LinkedCase
from engine.core.effects import Effect, OpenCase
from engine.core.errors import Refused
from engine.core.messages import LANGUAGES, Message
from engine.core.roles import labelled
from engine.core.rules import is_found_later
from engine.core.times import to_text
from engine.core.workflow import Workflow
from engine.snapshot import Snapshot, load
from engine.staffing import Act
from engine.store import apply
from engine.store.queries import calendars, staffing, units
from engine.store.queries import cycles as cycle_queries
from engine.store.queries import linked as queries
from engine.store.queries.locks import wait_for_turn
from engine.store.refs import new_ref

NOBODY = "false"  # the population of the cycles of such cases: they come from cases, one by one


@dataclass(frozen=True, slots=True)
class Subject:
    """What a new case is about: a person, or the ref and the name of something else; and the unit where it lies."""

    person: Holder | None
    ref: str
    title: str
    unit_id: int


def opens(effects: Iterable[Effect]) -> bool:
    """Whether effects open cases."""
    return any(isinstance(effect, OpenCase) for effect in effects)


def open_cases(act: Act, parent: Snapshot, effects: Iterable[Effect], *, by_day: bool = False) -> list[str]:
    """Open what effects ask for beside a case whose row is locked; answers the refs.

    Raises Refused where nobody would hold a role or the case has too many beside it already; `by_day`: a day does not
    wait, so such a case is opened and its tasks are nobody's until somebody is found.
    """
    wanted = [effect for effect in effects if isinstance(effect, OpenCase)]
    if not wanted:
        return []
    if sum(map(len, parent.view.children.values())) + len(wanted) > linked.MOST:
        raise Refused(Message("linked.too_many", most=linked.MOST))
    refs = []
    for effect in wanted:
        refs.append(_open(act, parent, effect, by_day))
    return refs


def _open(act: Act, parent: Snapshot, effect: OpenCase, by_day: bool) -> str:
    digest = _digest(parent.workflow, effect.workflow)
    workflow = act.rt.library.workflow(act.db, digest)
    subject = _subject(act.db, parent, workflow, effect)
    cycle = _cycle(act, parent, workflow, digest, effect, subject)
    view = _case(act, parent, workflow, effect, subject, by_day)
    decision = machine.begin(workflow, view)
    told = new_ref()
    started = apply.start_case(
        act.db,
        view=view,
        cycle_id=cycle.id,
        definition_digest=digest,
        decision=decision,
        actor=act.actor,
        at=act.at,
        product=act.rt.version,
        parent={"case": parent.ref, "event": told, "link": effect.link},
        title=subject.title if subject.person is None and subject.ref else None,
    )
    _tell(act, parent, effect, view.ref, started.ref, told)
    if subject.person is None and subject.ref:
        queries.say_subject(act.db, queries.id_of(act.db, view.ref), subject.ref, subject.title)
    if opens(decision.effects):
        open_cases(act, load(act.rt, act.db, view.ref, SYSTEM, act.at), decision.effects, by_day=by_day)
    return view.ref


def _digest(workflow: Workflow, key: str) -> str:
    """The version of another workflow that publishing pinned."""
    return next(lock.digest for lock in workflow.definition.lock if lock.reference == f"workflow:{key}")


def _subject(db: Connection, parent: Snapshot, workflow: Workflow, effect: OpenCase) -> Subject:
    """What the new case is about: what its workflow is about, there where the parent is."""
    view, here = parent.view, parent.unit_id
    match workflow.definition.subject:
        case "person":
            return _person(db, parent, effect)
        case "unit":
            unit = units.unit(db, here)
            return Subject(None, unit.ref, unit.name, here)
        case "case":
            return Subject(None, parent.ref, parent.subject_name, here)
        case "definition":
            return Subject(None, view.subject_ref, parent.subject_name, here)
    return Subject(None, "", "", here)


def _person(db: Connection, parent: Snapshot, effect: OpenCase) -> Subject:
    view = parent.view
    if effect.about is not None:
        seat = staffing.seat(db, effect.about.person_id, view.today.isoformat())
        person = Holder(effect.about.person_id, effect.about.ref, effect.about.name, "subject")
        return Subject(person, person.ref, person.name, seat.unit_id if seat is not None else parent.unit_id)
    if view.subject_id is None:
        raise Refused(Message("linked.nobody", link=linked.named(parent.workflow.links[effect.link].spec)))
    person = Holder(view.subject_id, view.subject_ref, parent.subject_name, "subject")
    return Subject(person, person.ref, person.name, parent.unit_id)


def _cycle(act: Act, parent: Snapshot, workflow: Workflow, digest: str, effect: OpenCase, subject: Subject) -> Row[Any]:
    """The cycle of such cases: one for each link and part of a period, and another where a person has one there."""
    above = queries.cycle(act.db, parent.cycle_ref)
    first, last = effect.first.isoformat(), effect.last.isoformat()
    wait_for_turn(act.db, f"linked:{above.id}:{effect.link}:{first}")
    person = subject.person.person_id if subject.person is not None else None
    found = queries.free_cycle(act.db, above.id, effect.link, digest, first, last, person)
    if found is not None:
        return found
    named = parent.workflow.links[effect.link].spec.label or workflow.definition.name
    name = f"{above.name} – {named.say(LANGUAGES[0])} {effect.first:%d/%m/%Y}–{effect.last:%d/%m/%Y}"
    cycle = cycle_queries.add(
        act.db, ref=new_ref(), definition_digest=digest, population=NOBODY, opened_by=None, opened_at=to_text(act.at),
        name=name, period_start=first, period_end=last, parent_id=above.id, link=effect.link,
    )  # fmt: skip
    system = Act(act.rt, act.db, SYSTEM, act.at)
    public = {"cycle": cycle.ref, "definition": digest, "parent": above.ref, "link": effect.link}
    system.record(f"cycle:{cycle.ref}", "cycle.opened", public, {"name": name, "population": NOBODY})
    return cycle


def _case(act: Act, parent: Snapshot, workflow: Workflow, effect: OpenCase, subject: Subject, by_day: bool) -> CaseView:
    """The case as it begins, in no state yet."""
    unit = units.unit(act.db, subject.unit_id)
    zone = ZoneInfo(unit.timezone)
    today = act.at.astimezone(zone).date()
    subjects = (subject.person,) if subject.person is not None else ()
    if workflow.definition.subject == "definition":
        subjects = queries.authors_of_version(act.db, subject.ref)
    about = holders.About(subjects, subject.unit_id, effect.last)
    held = holders.resolve(act.db, workflow, about, today)
    _require_holders(parent, workflow, effect, held, by_day)
    view = parent.view
    values = beside.read_of(workflow.definition, view.answers, view.results)
    above = LinkedCase(parent.ref, effect.link, view.state, False, view.period_start, view.period_end, "", values)
    return CaseView(
        ref=new_ref(),
        state="",
        version=0,
        subject_id=subject.person.person_id if subject.person is not None else None,
        subject_ref=subject.ref,
        unit_id=subject.unit_id,
        entered_at=act.at,
        period_start=effect.first,
        period_end=effect.last,
        now=act.at,
        today=today,
        roles=held,
        zone=zone,
        calendar=act.rt.days.of(act.db, subject.unit_id, calendars.stamp(act.db)),
        parent=above,
        children=dict.fromkeys(workflow.links, ()),
    )


def _require_holders(
    parent: Snapshot, workflow: Workflow, effect: OpenCase, held: dict[str, tuple[Holder, ...]], by_day: bool
) -> None:
    empty = [spec for spec in workflow.definition.roles if not (held.get(spec.key) or is_found_later(spec))]
    if empty and not by_day:
        link = linked.named(parent.workflow.links[effect.link].spec)
        raise Refused(Message("linked.unfilled", link=link, roles=tuple(labelled(spec) for spec in empty)))


def _tell(act: Act, parent: Snapshot, effect: OpenCase, ref: str, started: str, told: str) -> None:
    """Keep the link, and tell the parent of it."""
    about = effect.about.ref if effect.about is not None else ""
    same = [
        each for each in parent.view.children.get(effect.link, ()) if (each.first, each.about) == (effect.first, about)
    ]
    public = {"case": ref, "event": started, "link": effect.link, "part": effect.first.isoformat(), "about": about}
    apply.append_event(
        act.db,
        stream=f"case:{parent.ref}",
        kind="case.linked",
        at=act.at,
        actor=act.actor,
        case_id=parent.id,
        public=public,
        private={},
        product=act.rt.version,
        ref=told,
    )
    queries.add(
        act.db,
        child_id=queries.id_of(act.db, ref),
        parent_id=parent.id,
        link=effect.link,
        part=effect.first.isoformat(),
        about=about,
        number=len(same) + 1,
        event_ref=told,
        started_ref=started,
    )
