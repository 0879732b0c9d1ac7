"""What changes a design from a page: edits, panels, new elements, removal, undo, redo. Thin: one call of a verb each.

How they answer, conflicts among it, is design_answers.py's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request

from admin.design_answers import done, next_page, posted_edits, stepped
from admin.sent import Answer
from engine import designs
from engine.core.designing import acts, adding, outline, panels, spots, strokes, uses
from engine.core.errors import BadRequest, InvalidEdit
from engine.core.messages import Message, Text
from engine.core.rules import OPTIONS, RULES
from engine.web import design_words, designing, panelposts
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t, translate

pages = Blueprint("admin_design_acts", __name__, url_prefix="/admin/designs")


@pages.post("/<ref>/edits")
@permit("admin")
def edits(ref: str) -> Answer:
    """Do ready edits: those of a button, of the canvas, of another page of the designer."""
    return done(ref, posted_edits())


@pages.post("/<ref>/panel")
@permit("admin")
def panel(ref: str) -> Answer:
    """Save a panel: every control that says something else than its editor saw; then what its button asks for."""
    bench = designing.open_bench(ref)
    found = bench.panel(request.form.get("at", ""))
    if found is None:
        raise BadRequest(Message("design.gone"))
    wanted = [*panelposts.puts(found, request.form), *posted_edits(), *_button(bench)]
    return done(ref, _with_rule(bench, _with_list(bench, wanted)))


@pages.post("/<ref>/add")
@permit("admin")
def add(ref: str) -> Answer:
    """Add a state, a task, a transition, a role, or an element of another list, by its label."""
    bench = designing.open_bench(ref)
    label = panelposts.text(request.form, "label")
    if label is None:
        flash(t("design.label_needed"), "bad")
        return redirect(next_page(ref), 303)
    found = _added(bench.document, request.form.get("to", ""), label)
    return done(ref, found.edits, found.path)


@pages.post("/<ref>/duplicate")
@permit("admin")
def duplicate(ref: str) -> Answer:
    """The same element once more."""
    bench = designing.open_bench(ref)
    path = request.form.get("path", "")
    label = _copied(bench, path)
    if path.startswith(("states.", "transitions.")) and path.count(".") in (1, 3):
        stroke = strokes.copy(bench.document, path, label)
        return done(ref, stroke.edits, stroke.path)
    found = adding.duplicate(bench.document, path, label.as_document())
    if found is None:
        raise InvalidEdit(Message("edits.nothing_there", path=path))
    return done(ref, found.edits, found.path)


@pages.post("/<ref>/rename")
@permit("admin")
def rename(ref: str) -> Answer:
    """Another key for an element; whatever names it follows."""
    path, key = request.form.get("path", ""), request.form.get("key", "").strip()
    return done(ref, [acts.Rename(path, key)], f"{path.rpartition('.')[0]}.{key}")


@pages.post("/<ref>/offer")
@permit("admin")
def offer(ref: str) -> Answer:
    """Let a role do a transition, wherever that begins."""
    bench = designing.open_bench(ref)
    spot, role = spots.find(bench.document, request.form.get("path", "")), request.form.get("role", "")
    if spot is None or not role:
        flash(t("design.role_needed"), "bad")
        return redirect(next_page(ref), 303)
    sources = spot.node().get("from")
    listed = [str(each) for each in sources] if isinstance(sources, list) else []
    wanted = [edit for state in listed for edit in adding.offer(bench.document, state, spots.key_of(spot.node()), role)]
    return done(ref, wanted)


@pages.post("/<ref>/remove")
@permit("admin")
def remove(ref: str) -> Answer:
    """Remove an element; where others name it, first say where, and what goes along."""
    bench = designing.open_bench(ref)
    path = request.form.get("path", "")
    if spots.find(bench.document, path) is None:
        raise InvalidEdit(Message("edits.nothing_there", path=path))
    found = uses.removal(bench.document, path, bench.world.catalog)
    alone = not found.blocked_by and len(found.edits) <= 1
    if alone or (request.form.get("do") == "remove" and not found.blocked_by):
        return done(ref, found.edits, "")
    return _removal_page(bench, path, found)


@pages.post("/<ref>/undo")
@permit("admin")
def undo(ref: str) -> Answer:
    """Take back one's own last edit."""
    return stepped(ref, lambda: designs.undo(runtime(), ref, actor=require_actor()))


@pages.post("/<ref>/redo")
@permit("admin")
def redo(ref: str) -> Answer:
    """Do again what was taken back."""
    return stepped(ref, lambda: designs.redo(runtime(), ref, actor=require_actor()))


def _added(document: Mapping[str, Any], to: str, label: Any) -> adding.Added:
    """The edits of the form that adds to a list."""
    form = request.form
    match to:
        case "states":
            return adding.add_state(document, label, "final" if form.get("final") else "")
        case "tasks":
            return adding.add_task(document, form.get("state", ""), label, form.get("role", ""), form.get("fill", ""))
        case "transitions":
            sources = [each for each in form.getlist("from") if each]
            return adding.add_transition(document, label, sources, form.get("target", ""), form.get("role", ""))
        case "roles":
            return adding.add_role(document, label, form.get("rule", ""), form.get("of", ""))
        case "children" | "follow_ups":
            return adding.add_element(document, to, label, {"workflow": form.get("workflow", "")})
    return adding.add_element(document, to, label)


def _copied(bench: designing.Bench, path: str) -> Text:
    spot = spots.find(bench.document, path)
    title = spots.title_of(spot.node()) if spot is not None else Text("", "")
    return Text(
        translate(Message("design.copy_of", name=title), "id"), translate(Message("design.copy_of", name=title), "en")
    )


def _button(bench: designing.Bench) -> Iterable[acts.Edit]:
    """What the button of a panel asks for besides saving: one more guard, a first rule to fall back to."""
    do, _, path = request.form.get("do", "").partition(":")
    name = request.form.get(f"add:{path}", "")
    if do == "call" and name:
        yield acts.Add(path, {"name": name})
    elif do == "begin" and name:
        yield acts.Put(path, {"rule": name})


def _with_rule(bench: designing.Bench, wanted: Iterable[acts.Edit]) -> Iterable[acts.Edit]:
    """A role whose rule changes loses the options that the new rule does not take."""
    for each in wanted:
        yield each
        words = each.path.split(".") if isinstance(each, acts.Put) else []
        if isinstance(each, acts.Put) and words[0] == "roles" and words[-1] == "rule":
            home = each.path.rpartition(".")[0]
            spot, takes = spots.find(bench.document, home), RULES.get(str(each.value))
            node = spot.node() if spot is not None else {}
            kept = {*takes.needs, *takes.may} if takes else set(OPTIONS)
            yield from (
                acts.Put(f"{home}.{name}", None, node[name]) for name in OPTIONS if name in node and name not in kept
            )


def _with_list(bench: designing.Bench, wanted: Iterable[acts.Edit]) -> Iterable[acts.Edit]:
    """A question that takes its choices from a code list has no more of its own."""
    for each in wanted:
        yield each
        home, _, name = each.path.rpartition(".") if isinstance(each, acts.Put) else ("", "", "")
        if isinstance(each, acts.Put) and name == "list" and each.value and ".fields." in home:
            spot = spots.find(bench.document, home)
            node = spot.node() if spot is not None else {}
            if "choices" in node:
                yield acts.Put(f"{home}.choices", None, node["choices"])


def _removal_page(bench: designing.Bench, path: str, found: uses.Removal) -> Answer:
    """Where an element is named, and what would go with it."""
    blocked = [used(bench, use.path) for use in found.blocked_by]
    going = [design_words.edit(bench.document, each) for each in found.edits[:-1]]
    spot = spots.find(bench.document, path)
    return render_template(
        "backoffice/designs/remove.html",
        bench=bench,
        path=path,
        what=spots.title_of(spot.node()) if spot is not None else Text("", ""),
        blocked=list(dict.fromkeys(blocked)),
        going=going,
        back_to=next_page(bench.ref),
    )


def used(bench: designing.Bench, path: str) -> tuple[str, str]:
    """A place that names an element: in words, and its address."""
    told = outline.about(bench.document, path)
    model = panels.slug(told.model) if told.model is not None else "workflow"
    name = design_words.property_name(model, told.name)
    return (f"{translate(told.title)}: {name}" if name else translate(told.title)), bench.href(told.path, told.name)
