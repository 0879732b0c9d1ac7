"""Simulation: a draft played by hand as each role, its walks kept as scenarios, every path tried. Stores no play.

The page posts to itself and carries its walk along; what is kept becomes an edit of the design like any other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, render_template, request

from admin.sent import Answer
from engine import designs
from engine.core import definition, sizes
from engine.core.designing import acts, keys
from engine.core.errors import BadRequest, EngineError, InvalidSubmission, NotFound
from engine.core.messages import Message, Text
from engine.core.simulating import beside, carrying, cast, exploring, playable, testing, walking
from engine.web import designing, panelposts, playing, raw_answers, reading
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.forms import sheet
from engine.web.language import language, t, today, translate

if TYPE_CHECKING:
    from engine.core.definition import Step
    from engine.core.simulating.play import Play
    from engine.core.workflow import Workflow
    from engine.web.designing import Bench
    from engine.web.forms import Sheet

pages = Blueprint("admin_design_play", __name__, url_prefix="/admin/designs")
SECONDS = 5  # for all that one page walks: its play again, scenarios, paths


@dataclass
class Table:
    """What lies on the page: the play, the form that is open in it, what was refused, what was tried.

    `go_on` says no once the time of this page is up.
    """

    bench: Bench
    workflow: Workflow
    play: Play
    go_on: Callable[[], bool]
    role: str = ""
    task: str = ""
    raw: Mapping[str, Any] | None = None
    errors: Mapping[str, Message] = field(default_factory=dict)
    refused: Sequence[Message] = ()
    ran: Mapping[str, testing.Ran] = field(default_factory=dict)
    paths: exploring.Paths | None = None

    @property
    def carried(self) -> str:
        return carrying.carried(self.play)

    def carrying(self, steps: Sequence[Step]) -> str:
        """A walk of these steps, for a button."""
        return carrying.as_text(self.play, steps)

    @property
    def sheet(self) -> Sheet | None:
        """The form that is open, with what was typed, else with examples."""
        if not self.task:
            return None
        raw = self.play.example(self.task) if self.raw is None else self.raw
        return sheet(self.play.form(self.role, self.task, raw, self.errors), language())


@pages.get("/<ref>/simulate")
@permit("admin")
def simulate(ref: str) -> Answer:
    """A play that begins with the period of today."""
    return _page(ref, None)


@pages.post("/<ref>/simulate")
@permit("admin")
def act(ref: str) -> Answer:
    """The next step of the play that the page carries, or something tried with it."""
    return _page(ref, _wanted)


def _wanted(table: Table) -> None:
    if "play.do" not in request.form and "do" in request.form:
        _within(table, request.form["do"])
        return
    wanted, _, about = request.form.get("play.do", "").partition(":")
    if wanted not in ACTS:
        raise BadRequest(Message("play.unreadable"))
    ACTS[wanted](table, about)


def _page(ref: str, done: Callable[[Table], None] | None) -> Answer:
    bench = designing.open_bench(ref)
    if bench.kind != "workflow":
        raise NotFound(Message("designs.not_found"))
    found = playable.playable(bench.document, runtime().catalog, bench.codelists)
    if found.workflow is None:
        return render_template("backoffice/designs/simulate.html", bench=bench, table=None)
    table = _table(bench, found.workflow)
    if done is not None:
        done(table)
    return render_template(
        "backoffice/designs/simulate.html",
        bench=table.bench,
        table=table,
        definition=found.workflow.definition,
        players=tuple(playing.players(table.play)),
        chances=tuple(playing.chances(bench, table.play)),
        lines=tuple(playing.lines(bench, table.play)),
        results=tuple(playing.results(table.play)),
        figures=tuple(playing.figures(bench, table.play)),
        wrong=playing.wrong_scenarios(table.bench, table.workflow),
        named=playing.named,
        step_words=playing.step_words,
    )


def _table(bench: Bench, workflow: Workflow) -> Table:
    """The play that the page carries, as far as it can still be walked; else one that begins."""
    posted = playing.posted_walk()
    if posted is None:
        first, _ = cast.period(workflow.definition.period, today())
        return Table(bench, workflow, beside.begin(workflow, first), _until())
    go_on = _until()
    walked = playing.walked(workflow, posted, go_on)
    return Table(bench, workflow, walked.play, go_on, refused=_stopped(walked))


def _stopped(walked: walking.Walked) -> tuple[Message, ...]:
    """Where a walk stopped and why; nothing where it went to its end."""
    if walked.at is None:
        return ()
    if walked.reasons == walking.OUT_OF_TIME:
        return (Message("play.walked_too_long", number=walked.at + 1, seconds=SECONDS),)
    return Message("play.stopped", number=walked.at + 1), *walked.reasons


def _begin(table: Table, about: str) -> None:
    """A new play, on the day that was chosen, with the roles that one person is to hold."""
    on = reading.day(request.form.get("play.on", "")) or today()
    same = [role.key for role in table.workflow.definition.roles if role.key in request.form.getlist("play.same")]
    table.play, table.refused = beside.begin(table.workflow, on, same), ()


def _open(table: Table, about: str) -> None:
    """Show a form, filled with examples."""
    role, _, task = about.partition(":")
    if task in {spec.key for spec in table.play.to_fill(role)}:
        table.role, table.task = role, task
    else:
        table.refused = (Message("play.gone"),)


def _send(table: Table, about: str) -> None:
    """Send the form on the page; where it says what the examples say, the walk keeps examples."""
    _open(table, about)
    spec = next((each for each in table.play.to_fill(table.role) if each.key == table.task), None)
    if spec is None:
        return
    raw = playing.typed(table.workflow, spec)
    try:
        answers = None if table.play.is_example(spec.key, raw) else raw
        table.play = _with_room(table.play).fill(table.role, spec.key, answers)
        table.role = table.task = ""
    except InvalidSubmission as invalid:
        table.raw, table.errors = raw, invalid.errors


def _within(table: Table, act: str) -> None:
    """A button within the form that is open: rows are added, copied, moved, removed; the rest is for real cases."""
    _open(table, request.form.get("play.open", ""))
    spec = next((each for each in table.play.to_fill(table.role) if each.key == table.task), None)
    if spec is not None:
        raw = playing.typed(table.workflow, spec)
        table.raw = raw_answers.act_on_rows(raw, act)
        if table.raw == raw:
            table.refused = (Message("play.not_here"),)


def _fill(table: Table, about: str) -> None:
    """Send a form with examples."""
    role, _, task = about.partition(":")
    _step(table, definition.Step(role=role, fill=task))


def _fire(table: Table, about: str) -> None:
    """Choose a transition as a role."""
    role, _, transition = about.partition(":")
    reason = request.form.get(f"play.reason.{transition}", "").strip()
    _step(table, definition.Step(role=role, fire=transition, reason=reason[:4000] or None))


def _advance(table: Table, about: str) -> None:
    """Let days pass."""
    day = reading.day(request.form.get("play.until", ""))
    if day is None:
        table.refused = (Message("admin.sent.day"),)
    else:
        _step(table, definition.Step(until=day))


def _figures(table: Table, about: str) -> None:
    """Let figures come to the numbers that were typed; what was left empty stays as it was."""
    numbers, wrong = playing.posted_figures(table.play)
    if wrong or not numbers:
        table.refused = wrong or (Message("play.figures_empty"),)
    else:
        _step(table, definition.Step(figures=numbers))


def _step(table: Table, step: Step) -> None:
    walked = walking.take(_with_room(table.play), step)
    table.play, table.refused = walked.play, walked.reasons


def _with_room(play: Play) -> Play:
    if len(play.steps) >= sizes.MOST_STEPS:
        raise BadRequest(Message("play.too_long", most=sizes.MOST_STEPS))
    return play


def _back(table: Table, about: str) -> None:
    """The play before its last step."""
    begun = beside.begin(table.workflow, table.play.began, table.play.same)
    walked = walking.walk(begun, table.play.steps[:-1], table.go_on)
    table.play, table.refused = walked.play, _stopped(walked)


def _load(table: Table, about: str) -> None:
    """Another walk: a scenario of the design, as far as it goes, or one that was found."""
    posted = request.form.get("play.load", "")
    kept = next((each for each in table.workflow.definition.scenarios if each.key == about), None)
    walked = playing.walked(table.workflow, carrying.walk_from(posted) if kept is None else kept, table.go_on)
    table.play, table.refused = walked.play, _stopped(walked)


def _keep(table: Table, about: str) -> None:
    """Keep the walk as a scenario of the design, under a name."""
    said = panelposts.text(request.form, "label")
    if not said or not table.play.steps:
        table.refused = (Message("play.name_needed" if table.play.steps else "play.nothing_to_keep"),)
        return
    words = list(said.values())
    label = Text(said.get("id", words[0]), said.get("en", words[0]))
    element = testing.kept(table.play, keys.new_key(table.bench.document, "scenarios", said), label)
    try:
        designs.edit(runtime(), table.bench.ref, [acts.Add("scenarios", element)], actor=require_actor())
    except EngineError as error:
        table.refused = (error.message,)
        return
    flash(t("play.kept", name=translate(label)), "good")
    _again(table)


def _test(table: Table, about: str) -> None:
    """Walk every scenario."""
    table.ran = {ran.scenario.key: ran for ran in testing.run_all(table.workflow, table.go_on)}


def _explore(table: Table, about: str) -> None:
    """Try every path from the day on which the play began."""
    table.paths = exploring.run_all_paths(table.workflow, table.play.began, go_on=table.go_on)


def _again(table: Table) -> None:
    """The page over the design as it is after the edit; the play goes on."""
    table.bench = designing.open_bench(table.bench.ref)
    found = playable.playable(table.bench.document, runtime().catalog, table.bench.codelists)
    if found.workflow is not None:
        table.workflow = found.workflow


def _until() -> Callable[[], bool]:
    end = time.monotonic() + SECONDS
    return lambda: time.monotonic() < end


ACTS: Mapping[str, Callable[[Table, str], None]] = {
    "begin": _begin,
    "open": _open,
    "send": _send,
    "fill": _fill,
    "fire": _fire,
    "advance": _advance,
    "figures": _figures,
    "back": _back,
    "load": _load,
    "keep": _keep,
    "test": _test,
    "explore": _explore,
    "show": lambda table, about: None,
}
