"""The pages of a design that read: flow, roles with who sees what, history. What changes it is design_acts.py."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import Blueprint, Flask, redirect, render_template, request
from werkzeug.wrappers import Response

from admin import design_lists, design_wholes
from admin.design_acts import used
from admin.sent import Answer
from engine.core.designing import acts, choices, spots, uses
from engine.core.messages import Text
from engine.core.rules import RULES
from engine.store.queries import designs as queries
from engine.web import design_words, designing
from engine.web.actor import permit
from engine.web.context import runtime
from engine.web.language import t
from engine.web.reading import whole
from engine.web.security import POLICY

pages = Blueprint("admin_design_pages", __name__, url_prefix="/admin/designs")
STEPS = 50  # of the history, a page
LINES = 12  # of one step
# Text becomes markup in one place of our scripts only (static/js/parsing.js).
TRUSTED = f"{POLICY}; require-trusted-types-for 'script'; trusted-types siklus"


class Sight(NamedTuple):
    """Who reads a form beyond his tasks: a row for each role; `working`: states in which a task shows it anyway."""

    key: str
    title: Text
    rows: tuple[SightRow, ...]


class SightRow(NamedTuple):
    """A role: the states in which it is let see a form, and those in which its tasks have it before them."""

    key: str
    title: Text
    states: tuple[str, ...]
    working: frozenset[str]


class Passed(NamedTuple):
    """A step of the history: by whom, when, in words; `lines` where it did several things."""

    number: int
    who: str
    at: datetime
    words: str
    lines: tuple[str, ...]


class Link(NamedTuple):
    """Words that lead to an element."""

    words: str
    href: str


@pages.get("/<ref>/")
@permit("admin")
def flow(ref: str) -> Answer:
    """The first page: of a workflow the canvas, and the same as lists; beside it the panel of what is selected."""
    bench = designing.open_bench(ref)
    searched = request.args.get("q", "").strip()[:100]
    if bench.kind == "codelist":
        return redirect(f"{bench.root}/items", 303)
    if bench.kind != "workflow":
        return _whole(bench, searched)
    return render_template(
        "backoffice/designs/flow.html",
        **_frame(bench, searched),
        states=design_lists.states(bench, searched),
        transitions=design_lists.transitions(bench, searched),
        form_choices=_pairs(bench, "form"),
        selected_state=_state_of(request.args.get("at", "")),
    )


def _whole(bench: designing.Bench, searched: str) -> str:
    """A definition of any other kind: what it says of itself, and its lists."""
    return render_template(
        "backoffice/designs/whole.html",
        **_frame(bench, searched),
        about=design_wholes.about(bench),
        listed=design_wholes.lists(bench, searched),
    )


@pages.get("/<ref>/roles")
@permit("admin")
def roles(ref: str) -> str:
    """The roles, how each finds its people, and who reads which form when."""
    bench = designing.open_bench(ref)
    searched = request.args.get("q", "").strip()[:100]
    return render_template(
        "backoffice/designs/roles.html",
        **_frame(bench, searched),
        roles=design_lists.roles(bench, searched),
        rule_choices=[(rule, design_words.worded(choices.rule_name(rule))) for rule in RULES],
        sights=tuple(sights(bench.document)) if bench.kind == "workflow" else None,
        grids=design_wholes.grids(bench),
    )


@pages.get("/<ref>/history")
@permit("admin")
def history(ref: str) -> str:
    """Every step of the design, newest first: who, when, and what in sentences."""
    bench = designing.open_bench(ref)
    before = whole(request.args.get("before", ""))
    with runtime().db.read() as db:
        found = queries.steps(db, bench.row.id, before=before, most=STEPS + 1)
    steps = tuple(_passed(bench.document, step) for step in found[:STEPS])
    older = found[STEPS - 1].number if len(found) > STEPS else None
    return render_template("backoffice/designs/history.html", bench=bench, steps=steps, older=older)


def sights(document: Mapping[str, Any]) -> Iterator[Sight]:
    """Who sees which form in which states, as rows to tick."""
    let = {(each.get("form"), each.get("role")): each.get("states") for each in spots.elements(document, "visible")}
    for form in spots.elements(document, "forms"):
        key = spots.key_of(form)
        rows = tuple(
            SightRow(
                spots.key_of(role),
                spots.title_of(role),
                tuple(let.get((key, spots.key_of(role))) or ()),
                frozenset(_working(document, key, spots.key_of(role))),
            )
            for role in spots.elements(document, "roles")
        )
        yield Sight(key, spots.title_of(form), rows)


def _working(document: Mapping[str, Any], form: str, role: str) -> Iterator[str]:
    """The states in which a task of a role fills or shows a form."""
    for state in spots.elements(document, "states"):
        for task in spots.elements(state, "tasks"):
            if task.get("role") == role and (task.get("fill") == form or form in (task.get("shows") or ())):
                yield spots.key_of(state)


def _frame(bench: designing.Bench, searched: str) -> dict[str, Any]:
    """What the pages of flow and roles share: what is selected, who names it, what may be chosen."""
    chosen = bench.selected
    return {
        "bench": bench,
        "searched": searched,
        "selected_path": chosen.path if chosen else "",
        "used_by": tuple(_uses(bench, chosen.path)) if chosen and chosen.path else (),
        "deciding": tuple(_deciding(bench, chosen.path)) if chosen and chosen.model == "transition" else (),
        "state_choices": _pairs(bench, "state"),
        "role_choices": _pairs(bench, "role"),
    }


def _pairs(bench: designing.Bench, what: str) -> list[tuple[str, str]]:
    return [(choice.value, design_words.worded(choice.label)) for choice in bench.choices(what)]


def _state_of(path: str) -> str:
    words = path.split(".")
    return words[1] if len(words) > 1 and words[0] == "states" else ""


def _uses(bench: designing.Bench, path: str) -> Iterator[Link]:
    """Who names an element, each place once."""
    found = dict.fromkeys(used(bench, use.path) for use in uses.uses(bench.document, path, bench.world.catalog))
    yield from (Link(words, href) for words, href in found)


def _deciding(bench: designing.Bench, path: str) -> Iterator[Link]:
    """The tasks that offer a transition: in which state, of which role."""
    move = path.rpartition(".")[2]
    for state in spots.elements(bench.document, "states"):
        for task in spots.elements(state, "tasks"):
            if isinstance(task.get("decide"), list) and move in task["decide"]:
                who = design_words.value(bench.document, task.get("role"))
                where = f"states.{spots.key_of(state)}.tasks.{spots.key_of(task)}"
                told = f"{who}: {design_words.value(bench.document, spots.key_of(state))}"
                yield Link(told, bench.href(where))


def _passed(document: Mapping[str, Any], step: Any) -> Passed:
    gone = {each.element.get("key"): each.element for each in _added(step) if isinstance(each.element, Mapping)}
    done = [design_words.edit(document, _with_what_went(acts.from_json(each), gone)) for each in json.loads(step.edits)]
    what = t(f"design.step_word.{step.step}")
    if len(done) == 1:
        return Passed(step.number, step.name or t("admin.system"), _at(step), f"{what} {done[0]}", ())
    more = (t("design.and_more", count=len(done) - LINES),) if len(done) > LINES else ()
    return Passed(step.number, step.name or t("admin.system"), _at(step), what, (*done[:LINES], *more))


def _added(step: Any) -> list[acts.Add]:
    """What undoing a step would bring back."""
    return [each for each in map(acts.from_json, json.loads(step.inverse)) if isinstance(each, acts.Add)]


def _with_what_went(edit: acts.Edit, gone: Mapping[Any, Any]) -> acts.Edit:
    """A removal with what was removed, so that it can be called by its name."""
    if isinstance(edit, acts.Drop) and edit.was is None:
        return acts.Drop(edit.path, gone.get(edit.path.rpartition(".")[2]))
    return edit


def _at(step: Any) -> datetime:
    return datetime.fromisoformat(step.at)


def add_designing(app: Flask) -> None:
    """Give templates the words of the designer, and its pages the policy for scripts."""
    # Asked for when a page is drawn: a start does without the reading of definitions.
    app.jinja_env.globals.update(
        worded=lambda words: design_words.worded(words),
        word_of=lambda key, otherwise="": design_words.word_of(key, otherwise),
        offered=offered,
        ticked=lambda grid: design_wholes.ticked(grid, offered),
    )
    app.after_request(_demand_trusted_types)


def offered(each: Any) -> Sequence[Any]:
    """The choices of a property, and what is written there although nothing of that name is there any more."""
    written = each.value if isinstance(each.value, list) else [each.value]
    known = {choice.value for choice in each.choices}
    lost = [str(value) for value in written if value is not None and str(value) not in known]
    return (*each.choices, *(design_words.lost(value) for value in lost))


def _demand_trusted_types(answer: Response) -> Response:
    if request.path.startswith("/admin/designs/"):
        answer.headers["Content-Security-Policy"] = TRUSTED
    return answer
