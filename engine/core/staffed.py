"""Whether the people of many cases can do what the cases will ask of them: what stands in the way, by name. Pure.

Who holds which role was found before (roles.py), and what else is asked about people comes as facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.core.case import ActingOrder, Holder
from engine.core.definition import RoleSpec, WorkflowDefinition
from engine.core.rules import is_found_later

KINDS = ("nobody", "himself", "acting", "same", "crowded", "no_account", "shut_account")
NOT_RATERS = ("subject", "holders_of_grant")  # of whom one person sees many cases by his office


@dataclass(frozen=True, slots=True)
class Staffed:
    """A case, there or still to come: whom it is about, and who would hold each role of it."""

    subject: Holder
    held: Mapping[str, tuple[Holder, ...]]
    unit_name: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A post above his own that somebody holds as an acting officer: its name, how, and by which appointment."""

    post: str
    kind: str
    number: str | None
    appointment: str


@dataclass(frozen=True, slots=True)
class Deputy:
    """That somebody acts for a person under an order."""

    principal: int
    principal_name: str
    order: ActingOrder


@dataclass(frozen=True, slots=True)
class People:
    """What is known of the people: who may sign in (`shut`: whose account is closed), who acts for whom.

    own_judge: (person, role) where the rule finds nobody but the subject himself.
    """

    open: frozenset[int] = frozenset()
    shut: frozenset[int] = frozenset()
    seats: Mapping[int, Seat] = field(default_factory=dict)
    deputies: Mapping[int, Sequence[Deputy]] = field(default_factory=dict)
    own_judge: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing in the way: of a kind, about whom, in which roles; `other`: who else, or under which order or post.

    blocks: a case cannot be opened with it. cases: how many wait for him. basis: the appointment behind it, or
    (`by_order`) the order to act.
    """

    kind: str
    who: Holder
    roles: tuple[str, ...]
    unit_name: str = ""
    other: str = ""
    number: str = ""
    cases: int = 1
    basis: str = ""
    blocks: bool = False
    by_order: bool = False


def findings(
    definition: WorkflowDefinition, cases: Sequence[Staffed], people: People, most: int
) -> tuple[Finding, ...]:
    """Everything that stands in the way, by kind and name; most: cases that one person may rate."""
    asked = _asked(definition)
    found = [finding for case in cases for finding in _of_case(definition, asked, case, people)]
    found += _of_people(definition, asked, cases, people, most)
    return tuple(sorted(found, key=lambda each: (KINDS.index(each.kind), each.who.name.casefold(), each.who.person_id)))


def _asked(definition: WorkflowDefinition) -> tuple[RoleSpec, ...]:
    """The roles of which some state wants something."""
    tasks = [task for state in definition.states for task in state.tasks]
    wanted = {task.role for task in tasks} | {task.due.passes_to for task in tasks if task.due}
    return tuple(role for role in definition.roles if role.key in wanted)


def empty(definition: WorkflowDefinition, case: Staffed) -> tuple[RoleSpec, ...]:
    """The roles that nobody would hold, and for which nobody can be named later."""
    return tuple(role for role in definition.roles if not case.held.get(role.key) and not is_found_later(role))


def _of_case(
    definition: WorkflowDefinition, asked: Sequence[RoleSpec], case: Staffed, people: People
) -> Iterator[Finding]:
    who, unit = case.subject, case.unit_name
    seat = people.seats.get(who.person_id)
    lacking = empty(definition, case)
    above = [role.key for role in definition.roles if role.rule == "superior_of"]
    for role in lacking:
        if seat is not None and role.key in above:
            continue
        kind = "himself" if (who.person_id, role.key) in people.own_judge else "nobody"
        yield Finding(kind, who, (role.key,), unit, blocks=True)
    if seat is not None and above:
        stuck = any(role.key in above for role in lacking)
        yield Finding("acting", who, tuple(above), unit, seat.post, seat.number or "", 1, seat.appointment, stuck)
    yield from _own_orders(definition, case, people)
    yield from _twice(asked, case)


def _own_orders(definition: WorkflowDefinition, case: Staffed, people: People) -> Iterator[Finding]:
    """He acts for somebody who judges him: there the one whom he acts for stays."""
    for deputy in people.deputies.get(case.subject.person_id, ()):
        roles = tuple(
            role.key
            for role in definition.roles
            if deputy.order.covers(definition.key, role.key)
            and any(held.person_id == deputy.principal for held in case.held.get(role.key, ()))
        )
        if roles:
            order = deputy.order
            whose = (case.unit_name, deputy.principal_name, order.number)
            yield Finding("acting", case.subject, roles, *whose, basis=order.ref, by_order=True)


def _twice(asked: Sequence[RoleSpec], case: Staffed) -> Iterator[Finding]:
    """Who cannot but act in two roles of the case, and who was put where he judges himself."""
    roles: dict[int, list[str]] = defaultdict(list)
    alone: set[int] = set()
    who: dict[int, Holder] = {}
    for role in asked:
        holders = case.held.get(role.key, ())
        alone |= {holders[0].person_id} if len(holders) == 1 else set()
        for held in holders:
            roles[held.person_id].append(role.key)
            who[held.person_id] = held
    for person, keys in roles.items():
        if len(keys) < 2:
            continue
        if person == case.subject.person_id:
            yield Finding("himself", case.subject, tuple(keys), case.unit_name)
        elif person in alone:
            yield Finding("same", who[person], tuple(keys), case.unit_name, case.subject.name)


def _of_people(
    definition: WorkflowDefinition, asked: Sequence[RoleSpec], cases: Iterable[Staffed], people: People, most: int
) -> Iterator[Finding]:
    """Who has too many to rate, and who cannot sign in."""
    fills = {task.role for state in definition.states for task in state.tasks if task.fill}
    raters = {role.key for role in asked if role.key in fills and role.rule not in NOT_RATERS}
    waits: dict[int, set[int]] = defaultdict(set)
    rates: dict[int, set[int]] = defaultdict(set)
    roles: dict[int, dict[str, None]] = defaultdict(dict)
    who: dict[int, tuple[Holder, str]] = {}
    for place, case in enumerate(cases):
        for role in asked:
            for held in case.held.get(role.key, ()):
                person = held.person_id
                waits[person].add(place)
                roles[person][role.key] = None
                who.setdefault(person, (held, case.unit_name if person == case.subject.person_id else ""))
                if role.key in raters:
                    rates[person].add(place)
    for person, (held, unit) in who.items():
        if len(rates[person]) > most:
            rated = tuple(key for key in roles[person] if key in raters)
            yield Finding("crowded", held, rated, cases=len(rates[person]))
        if person not in people.open:
            kind = "shut_account" if person in people.shut else "no_account"
            yield Finding(kind, held, tuple(roles[person]), unit, cases=len(waits[person]))
