"""A case that is only played: where it stands, what each role may do with it, and what happens when it does.

Everything is asked of the machine and of the forms that run real cases; nothing is decided here a second time. A play
never changes: each act answers with the next one. As in real cases, moves that happen by themselves follow an act.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from engine.core import linked, machine
from engine.core.asking import ask
from engine.core.case import Actor, CaseView, Holder, Signing, TaskView
from engine.core.definition import Step, TaskSpec
from engine.core.effects import Asked, Decision
from engine.core.errors import EngineError, NotAllowed, NotFound, Refused
from engine.core.expiring import Running, next_over
from engine.core.filling import forms
from engine.core.filling.formviews import FormView
from engine.core.filling.standing import Standing, opening
from engine.core.messages import Message
from engine.core.scope import names
from engine.core.simulating import cast, examples, given
from engine.core.workflow import Workflow

NOON = time(12)
PREVIOUS, FIGURES = "previous", "figures"


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing of a walk: what a step did on a day, or what followed by itself (`step` is None).

    `refused` says why nothing happened, where that was asked for.
    """

    step: Step | None
    day: date
    from_state: str
    to_state: str
    transition: str | None = None
    asked: tuple[Asked, ...] = ()
    refused: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Play:
    """A case being played, and all that has happened to it; `beside`: what linked cases give when they are over.

    `figures`: what was said that they come to, by key.
    """

    workflow: Workflow
    case: CaseView
    began: date
    same: tuple[str, ...] = ()
    history: tuple[Happened, ...] = ()
    beside: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    figures: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The walk so far, to be kept and walked again."""
        return tuple(each.step for each in self.history if each.step is not None)

    @property
    def is_over(self) -> bool:
        return machine.is_over(self.workflow, self.case)

    @property
    def moves(self) -> tuple[tuple[str, str], ...]:
        """From where to where the case has gone, in order."""
        return tuple((each.from_state, each.to_state) for each in self.history if each.transition is not None)

    def holder(self, role: str) -> Holder | None:
        """Who plays a role; None where nobody can hold it."""
        return next(iter(self.case.roles.get(role, ())), None)

    def actor(self, role: str) -> Actor:
        """The person of a role as somebody who acts; raises NotAllowed where nobody holds it."""
        holder = self.holder(role)
        if holder is None:
            raise NotAllowed(Message("play.nobody"))
        return cast.actor(holder)

    def available(self, role: str) -> tuple[machine.Offer, ...]:
        """The transitions that the role's open tasks list, each with why not."""
        if self.holder(role) is None:
            return ()
        return tuple(
            each for each in machine.available(self.workflow, self.case, self.actor(role)) if each.role == role
        )

    def to_fill(self, role: str) -> tuple[TaskSpec, ...]:
        """The fill-tasks of the role that are open and wait for nothing."""
        if self.holder(role) is None:
            return ()
        ways = machine.ways(self.workflow, self.case, self.actor(role))
        own = (way.spec for way in ways if way.role == role and way.spec.fill is not None)
        return tuple(spec for spec in own if not machine.waits_for(self.workflow, self.case, spec))

    def verdicts(self) -> Mapping[str, tuple[Asked, ...]]:
        """Every transition that leaves this state, with each condition and guard and what it answers now."""
        known = names(self.case)
        leaving = (move for move in self.workflow.moves.values() if self.case.state in move.spec.from_)
        return {move.spec.key: ask(self.workflow, move, self.case, known) for move in leaving}

    def overdue(self) -> tuple[TaskView, ...]:
        """The open tasks whose deadline has passed."""
        return tuple(each for each in self.open() if each.due is not None and each.due <= self.case.now)

    def open(self) -> tuple[TaskView, ...]:
        """The open tasks, in the order of the document."""
        return tuple(task for task in self.case.tasks if task.state == "open")

    def example(self, task: str) -> dict[str, Any]:
        """Raw answers for a fill-task of this state, over what its form begins with and what was sent before."""
        spec = self.workflow.task(self.case.state, task)
        form = self.workflow.forms[spec.fill or ""]
        facts = forms.facts(self.case)
        return examples.example(form, facts, self._stands(spec), self._standing(spec))

    def is_example(self, task: str, raw: Mapping[str, Any]) -> bool:
        """Whether these answers say what the examples say."""
        spec = self.workflow.task(self.case.state, task)
        form, facts = self.workflow.forms[spec.fill or ""], forms.facts(self.case)
        standing = self._standing(spec)
        return form.judge(raw, facts, standing).values == form.judge(self.example(task), facts, standing).values

    def form(
        self, role: str, task: str, raw: Mapping[str, Any], errors: Mapping[str, Message] | None = None
    ) -> FormView:
        """The form of a fill-task as its role sees it, with answers as they were typed."""
        spec = self.workflow.task(self.case.state, task)
        stands = self._standing(spec)
        return forms.view(
            self.workflow, self.case, self.actor(role), spec.fill or "", raw=raw, errors=errors, standing=stands
        )

    def fill(self, role: str, task: str, answers: Mapping[str, Any] | None = None) -> Play:
        """Send a form as a role, with these raw answers or with examples; raises as sending a real one does."""
        step = Step(role=role, fill=task, answers=None if answers is None else dict(answers))
        actor = self.actor(role)
        machine.fillable(self.workflow, self.case, task, actor)
        spec = self.workflow.task(self.case.state, task)
        raw = self.example(task) if answers is None else answers
        signing = Signing(actor.ref, actor.name, "password")
        sent = machine.submit(self.workflow, self.case, task, actor, raw, self._standing(spec), signing)
        happened = Happened(step, self.case.today, self.case.state, self.case.state)
        return self._after(machine.after_submission(self.case, sent), happened)._settled()

    def fire(self, role: str, transition: str, reason: str | None = None) -> Play:
        """Fire a transition as a role; raises NotFound, NotAllowed and Refused as a real one does."""
        step = Step(role=role, fire=transition, reason=reason)
        decision = machine.fire(self.workflow, self.case, self.actor(role), transition, reason=reason)
        return self._moved(decision, step)._settled()

    def advance(self, to: date) -> Play:
        """Let days pass; raises Refused for a day before. Linked cases that were there are over by then.

        What a deadline does when it is over happens at its midnight, in order: it fires, or makes the result final.
        """
        if to < self.case.today:
            raise Refused(Message("play.backwards", day=to, last=self.case.today))
        play = self._after(self.case, Happened(Step(until=to), to, self.case.state, self.case.state))
        handled: set[tuple[int, str]] = set()
        while (due := next_over(play.workflow, play.case, _noon(to, self.case), handled)) is not None:
            handled.add((play.case.version, due.ref))
            play = play._expired(due)
        return replace(play, case=_with_links(play, replace(play.case, now=_noon(to, self.case), today=to)))

    def give(self, numbers: Mapping[str, Decimal]) -> Play:
        """Let figures come to these numbers from now on; raises NotFound for one that the workflow does not read."""
        if not numbers.keys() <= {spec.key for spec in self.workflow.definition.figures}:
            raise NotFound(Message("indicator.not_found"))
        play = replace(self, figures={**self.figures, **numbers})
        step = Step(figures=dict(numbers))
        return play._after(self.case, Happened(step, self.case.today, self.case.state, self.case.state))._settled()

    def noted(self, step: Step, refused: tuple[Message, ...] = ()) -> Play:
        """The play with a step that changed nothing: something that was expected, or an act that was refused."""
        return self._after(
            self.case, Happened(step, self.case.today, self.case.state, self.case.state, refused=refused)
        )

    def _stands(self, spec: TaskSpec) -> dict[str, Any]:
        form = self.workflow.forms[spec.fill or ""]
        if form.key in self.case.answers:
            return {k: v for k, v in forms.dump(form, self.case.answers[form.key]).items() if v is not None}
        known = forms.known(self.workflow, self.case, self.actor(spec.role))
        read = {key: figure.value for key, figure in self.case.figures.items()}
        found = {**forms.facts(self.case).names(), **known, PREVIOUS: {}, FIGURES: read}
        return dict(opening(form.beginnings, found, forms.facts(self.case)).raw)

    def _standing(self, spec: TaskSpec) -> Standing | None:
        """What stays in a form of which the role may not fill all."""
        form = self.workflow.forms[spec.fill or ""]
        if form.is_open:
            return None
        sight = forms.sight(form, self.case, self.actor(spec.role), fills_as=spec.role)
        return Standing(self._stands(spec), sight.fixed)

    def _expired(self, due: Running) -> Play:
        """What one deadline does at the midnight after it."""
        day = due.due.astimezone(self.case.zone).date()
        at = max(due.due, self.case.now)
        case = replace(self.case, now=at, today=max(day, self.case.today))
        play = replace(self, case=replace(case, final_by_rule=case.final_by_rule or due.spec.final))
        try:
            decision = machine.expire(play.workflow, play.case, due.ref)
        except EngineError:  # nothing is declared to fire, or its guards refuse: the case stays
            return play
        return play._moved(decision, None)._settled()

    def _moved(self, decision: Decision, step: Step | None) -> Play:
        happened = Happened(
            step, self.case.today, decision.from_state, decision.to_state, decision.transition, decision.asked
        )
        return self._after(machine.moved(self.workflow, self.case, decision), happened)

    def _settled(self) -> Play:
        decisions, _ = machine.cascade(self.workflow, self.case)
        play = self
        for decision in decisions:
            play = play._moved(decision, None)
        return play

    def _after(self, case: CaseView, happened: Happened) -> Play:
        if self.workflow.definition.figures:  # of what was chosen in a form each answer brings others
            case = replace(case, figures=given.figures(self.workflow, case, self.figures))
        return replace(self, case=case, history=(*self.history, happened))


def start(workflow: Workflow, on: date, same: Collection[str] = ()) -> Play:
    """Begin a case on a day, in the period in which the day lies, with a made-up person for each role.

    `same`: roles that one person holds.
    """
    definition = workflow.definition
    roles = cast.holders(definition, same, on)
    subject = next(
        (roles[role.key][0] for role in definition.roles if role.rule == "subject" and roles[role.key]), None
    )
    first, last = cast.period(definition.period, on)
    case = CaseView(
        ref=cast.ref("case"),
        state="",
        version=0,
        subject_id=subject.person_id if subject else None,
        subject_ref=subject.ref if subject else "",
        unit_id=cast.UNIT_ID,
        entered_at=datetime.min.replace(tzinfo=UTC),
        period_start=first,
        period_end=last,
        now=datetime.min.replace(tzinfo=UTC),
        today=on,
        roles=roles,
        named=cast.named(roles),
    )
    now = _noon(on, case)
    case = replace(case, now=now, entered_at=now)
    return Play(workflow, machine.moved(workflow, case, machine.begin(workflow, case)), on, tuple(same))


def why(error: EngineError) -> tuple[Message, ...]:
    """What an act was refused for: each reason, or the one that there is."""
    return error.refusals if isinstance(error, Refused) and error.refusals else (error.message,)


def _noon(day: date, case: CaseView) -> datetime:
    return datetime.combine(day, NOON, tzinfo=case.zone).astimezone(UTC)


def _with_links(play: Play, case: CaseView) -> CaseView:
    """The case on a later day: its linked cases are over, with what they give, and those that fell due are there."""
    workflow = play.workflow
    if not workflow.links:
        return case
    over = {
        key: tuple(replace(each, is_over=True, values=play.beside.get(key, {})) for each in found)
        for key, found in case.children.items()
    }
    case = replace(case, children=over)
    opened = list(linked.due(workflow, case, case.state, names(case)))
    return replace(case, children=linked.after_opening(case, opened)) if opened else case
