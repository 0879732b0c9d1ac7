"""What may happen to a case, and what would: available, fire, settle, begin, submit. Decides; never writes.

The only module that knows the library `transitions`. One machine per definition version is shared by all cases: it is
handed a throw-away object that holds the state's name, and asks one condition, which asks everything. No text of a
definition reaches it as a callback (it would import what the text names), and nothing is hung behind a move.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from transitions import EventData, Machine

from engine.core import results, scope
from engine.core.asking import ask, refusals
from engine.core.case import Actor, CaseView
from engine.core.definition import WorkflowDefinition
from engine.core.effects import Asked, Decision
from engine.core.errors import NotAllowed, NotFound, Refused
from engine.core.expiring import running
from engine.core.messages import Message, Param
from engine.core.moving import NEW, after_submission, begin, cancel, effects, is_over, moved
from engine.core.passing import role_in
from engine.core.roles import kept_apart, labelled
from engine.core.tasks import Way, fillable, open_task, submit, suspended_message, waiting_message, waits_for, ways
from engine.core.workflow import Move, Workflow

__all__ = [
    "NEW",
    "Decision",
    "Offer",
    "after_submission",
    "assemble",
    "available",
    "begin",
    "cancel",
    "cascade",
    "expire",
    "fillable",
    "fire",
    "is_over",
    "moved",
    "settle",
    "submit",
    "waits_for",
    "ways",
]

LONGEST_REASON = 4000
SHOWN = 80


@dataclass(frozen=True, slots=True)
class Offer:
    """A transition that an actor's open tasks list, whether it is possible now, and if not, every reason why."""

    transition: str
    task_ref: str
    role: str
    allowed: bool
    refusals: tuple[Message, ...]
    reason: Literal["none", "optional", "required"]


class Attempt:
    """The throw-away object that the library moves, and what was asked on the way."""

    __slots__ = ("asked", "case", "move", "names", "state", "workflow")

    def __init__(self, workflow: Workflow, move: Move, case: CaseView, names: Mapping[str, Any]) -> None:
        self.workflow, self.move, self.case, self.names = workflow, move, case, names
        self.state = case.state
        self.asked: tuple[Asked, ...] = ()

    def may_pass(self) -> bool:
        """Ask everything; a real `bool`, since the library compares with True."""
        self.asked = ask(self.workflow, self.move, self.case, self.names)
        return all(each.verdict.allowed for each in self.asked)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One transition of one case, tried: by which task (None for system), what was asked, why not."""

    way: Way | None
    asked: tuple[Asked, ...]
    refusals: tuple[Message, ...]


def assemble(definition: WorkflowDefinition) -> Machine:
    """The machine of a definition, to be shared. It checks nothing itself: unknown states are the linter's to find."""
    return Machine(
        model=None,
        states=[state.key for state in definition.states],
        initial=None,
        transitions=[
            {"trigger": each.key, "source": list(each.from_), "dest": each.to, "conditions": [_condition]}
            for each in definition.transitions
        ],
        auto_transitions=False,
        send_event=True,
    )


def available(workflow: Workflow, case: CaseView, actor: Actor) -> tuple[Offer, ...]:
    """The transitions that the actor's open tasks list, in the order of the document; nothing for strangers."""
    names = scope.names(case)
    offers = []
    for key, found in _ways(workflow, case, actor).items():
        judged = _judge(workflow, case, names, workflow.moves[key], found)
        way = judged.way or found[0]
        reason = workflow.moves[key].spec.reason
        offers.append(Offer(key, way.task.ref, way.role, not judged.refusals, judged.refusals, reason))
    return tuple(offers)


def fire(workflow: Workflow, case: CaseView, actor: Actor, transition: str, *, reason: str | None = None) -> Decision:
    """What firing would do.

    Raises NotFound for a transition that is not declared, NotAllowed when no open task of the actor lists it,
    Refused with every reason why it is not possible now (a reason that is missing or not wanted among them).
    """
    move = workflow.moves.get(transition)
    if move is None:
        raise NotFound(Message("machine.unknown_transition", name=transition[:SHOWN]))
    found = _ways(workflow, case, actor).get(transition)
    if not found:
        raise NotAllowed(_not_his(workflow, case, actor, move))
    names = scope.names(case)
    judged = _judge(workflow, case, names, move, found)
    refused = (*judged.refusals, *_about_reason(move, reason))
    if refused:
        raise Refused(Message("machine.refused", transition=_named(move), count=len(refused)), refused)
    return _decision(workflow, case, names, move, judged)


def settle(workflow: Workflow, case: CaseView) -> Decision | None:
    """The first automatic transition that may happen now, by `system`; None where the case stays."""
    names = scope.names(case)
    for move in workflow.moves.values():
        if move.spec.automatic and case.state in move.spec.from_:
            judged = _judge(workflow, case, names, move, [])
            if not judged.refusals:
                return _decision(workflow, case, names, move, judged)
    return None


def expire(workflow: Workflow, case: CaseView, ref: str) -> Decision:
    """What a deadline (by the ref of its task or clock) does by `system` once it is over: what it is declared to fire.

    Raises NotFound where no such deadline runs or it fires nothing, Refused before it is over, and with every reason
    why the transition is not possible now.
    """
    found = next((each for each in running(workflow, case) if each.ref == ref), None)
    move = workflow.moves.get(found.spec.fire) if found is not None and found.spec.fire is not None else None
    if found is None or move is None or case.state not in move.spec.from_:
        raise NotFound(Message("deadline.fires_nothing"))
    if case.clock < found.due:
        raise Refused(Message("deadline.not_over"))
    names = scope.names(case)
    judged = _judge(workflow, case, names, move, [])
    if judged.refusals:
        raise Refused(Message("machine.refused", transition=_named(move), count=len(judged.refusals)), judged.refusals)
    return _decision(workflow, case, names, move, judged)


def cascade(workflow: Workflow, case: CaseView) -> tuple[tuple[Decision, ...], CaseView]:
    """The automatic moves that follow one another, at most as many as there are states, and the case after them."""
    decisions: list[Decision] = []
    while len(decisions) < len(workflow.states) and (decision := settle(workflow, case)) is not None:
        decisions.append(decision)
        case = moved(workflow, case, decision)
    return tuple(decisions), case


def _condition(event: EventData) -> bool:
    attempt = event.model
    return isinstance(attempt, Attempt) and attempt.may_pass()


def _ways(workflow: Workflow, case: CaseView, actor: Actor) -> dict[str, list[Way]]:
    """Transition → the actor's open decide-tasks that list it."""
    found: dict[str, list[Way]] = {}
    for way in ways(workflow, case, actor):
        for key in way.spec.decide:
            move = workflow.moves.get(key)
            if move is not None and not move.spec.automatic and case.state in move.spec.from_:
                found.setdefault(key, []).append(way)
    return found


def _not_his(workflow: Workflow, case: CaseView, actor: Actor, move: Move) -> Message:
    """Why none of the actor's tasks lists a transition: a role of his own may keep him from the one that it takes."""
    held = case.roles_of(actor)
    deciding = (task for task in workflow.tasks(case.state) if move.spec.key in task.decide)
    wanted = {role_in(case, task, open_task(case, task.key)) for task in deciding}
    for spec in workflow.definition.roles:
        if spec.key in wanted and (barred := kept_apart(spec, held)):
            by = tuple(labelled(each) for each in workflow.definition.roles if each.key in barred)
            return Message("machine.kept_apart", transition=_named(move), role=labelled(spec), held=by)
    return Message("machine.not_yours", transition=_named(move))


def _judge(workflow: Workflow, case: CaseView, names: Mapping[str, Any], move: Move, found: list[Way]) -> Judgement:
    """Try a transition by the first of these tasks that waits for nothing, or the first; by system without any.

    What is offered and what is accepted both come from here.
    """
    waiting = {way.spec.key: waits_for(workflow, case, way.spec) for way in found}
    way = next((way for way in found if not waiting[way.spec.key]), found[0] if found else None)
    attempt = Attempt(workflow, move, case, names)
    passed = workflow.machine.events[move.spec.key].trigger(attempt)
    refused = (*refusals(attempt.asked), *results.refusals(workflow, case, move.spec))
    if case.suspended_at is not None:
        refused = (suspended_message(case), *refused)
    if way is not None and waiting[way.spec.key]:
        refused = (waiting_message(waiting[way.spec.key]), *refused)
    if not passed and not refused:
        raise TypeError(f"the machine held {move.spec.key!r} back and nobody said why")
    return Judgement(way, attempt.asked, refused)


def _decision(workflow: Workflow, case: CaseView, names: Mapping[str, Any], move: Move, judged: Judgement) -> Decision:
    way, to = judged.way, move.spec.to
    return Decision(
        transition=move.spec.key,
        from_state=case.state,
        to_state=to,
        role=way.role if way else None,
        right=way.right if way else None,
        task=way.task.ref if way else None,
        asked=judged.asked,
        effects=effects(workflow, case, to, names, move, way.task.ref if way else None),
        automatic=way is None,
        figures=case.figures,
    )


def _about_reason(move: Move, reason: str | None) -> tuple[Message, ...]:
    given = (reason or "").strip()
    if move.spec.reason == "required" and not given:
        return (Message("machine.reason_required"),)
    if move.spec.reason == "none" and given:
        return (Message("machine.reason_unwanted"),)
    if len(given) > LONGEST_REASON:
        return (Message("machine.reason_too_long", limit=LONGEST_REASON, found=len(given)),)
    return ()


def _named(move: Move) -> Param:
    return move.spec.label if move.spec.label is not None else move.spec.key
