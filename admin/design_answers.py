"""How a page of the designer answers after a form: the edits are done, and what two people changed at once is told.

Every form comes back to `next`, a page of the same design, so that it works without script; with script the same answer
is fetched and only its regions are used. Two values for one place are told with status 409.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import flash, jsonify, redirect, render_template, request

from admin.sent import Answer
from engine import designs
from engine.core.designing import acts, outline, panels
from engine.core.errors import BadRequest, EditConflict, InvalidEdit, Refused
from engine.core.messages import Message, Param
from engine.web import design_words, designing
from engine.web.actor import require_actor
from engine.web.context import runtime
from engine.web.language import t, translate
from engine.web.paths import safe_path


def posted_edits() -> tuple[acts.Edit, ...]:
    """The edits that a request carries as JSON; none where it carries none."""
    text = request.form.get("edits", "")
    if not text:
        return ()
    try:
        return acts.several(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise BadRequest(Message("edits.unreadable")) from error


def done(ref: str, wanted: Iterable[acts.Edit], select: str | None = None) -> Answer:
    """Do edits and go back to the page. What conflicts is left out and told; everything else is done.

    `select`: the element to open then ("" for none); as before where it is None.
    """
    wanted = list(wanted)
    if not wanted:
        designing.open_bench(ref)  # there is nothing to do, but not for a design that is not there
        return _back(ref, select)
    try:
        _, conflicts = designs.edit_what_fits(runtime(), ref, wanted, actor=require_actor())
    except InvalidEdit as invalid:
        flash(design_words.problem(invalid.message), "bad")
        return _back(ref, None)
    if conflicts:
        return _conflict_page(ref, conflicts, wanted)
    return _back(ref, select)


def _back(ref: str, select: str | None) -> Answer:
    """The page from which the form came; to a script that asks for it, how things stand now."""
    if request.accept_mimetypes.best == "application/json":
        bench = designing.open_bench(ref)
        doubts = len(bench.findings) - bench.errors
        return jsonify(number=bench.number, errors=bench.errors, doubts=doubts, path=select or "")
    return redirect(next_page(ref, select), 303)


def next_page(ref: str, select: str | None = None) -> str:
    """Where to go on: the page of this design that the form names, with another element open if `select` names one."""
    path = safe_path(request.form.get("next"))
    root = f"{designing.ROOT}/{ref}/"
    parts = urlsplit(path if path.startswith(root) else root)
    if select is None:
        return parts._replace(fragment="").geturl()
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "at"]
    asked = urlencode([*kept, ("at", select)] if select else kept)
    return parts._replace(query=asked, fragment="").geturl()


def stepped(ref: str, step: Callable[[], object]) -> Answer:
    """Undo or redo; what somebody else has changed since is told as a conflict."""
    try:
        step()
    except EditConflict as conflict:
        return _conflict_page(ref, [conflict], ())
    except Refused as refused:
        flash(translate(refused.message), "warn")
    return _back(ref, None)


def _conflict_page(ref: str, conflicts: Sequence[EditConflict], wanted: Iterable[acts.Edit]) -> Answer:
    bench, edits_by_path = designing.open_bench(ref), {getattr(each, "path", ""): each for each in wanted}
    bench.conflicts = tuple(_conflict(bench, each, edits_by_path.get(each.path)) for each in conflicts)
    return render_template("backoffice/designs/conflict.html", bench=bench, back_to=next_page(ref)), 409


def _conflict(bench: designing.Bench, conflict: EditConflict, wanted: acts.Edit | None) -> designing.Conflict:
    told = outline.about(bench.document, conflict.path)
    model = panels.slug(told.model) if told.model is not None else "workflow"
    what = {"what": translate(told.title), "property": design_words.property_name(model, told.name)}
    at = datetime.fromisoformat(conflict.at) if conflict.at else None
    known = conflict.by is not None and at is not None
    key = "design.conflict.by" if known else "design.conflict.somebody"
    params: dict[str, Param] = {**what, "name": conflict.by or "", "at": at or ""}
    mine = wanted.value if isinstance(wanted, acts.Put) else None
    again = [acts.Put(conflict.path, mine, conflict.found)] if isinstance(wanted, acts.Put) else []
    again += [acts.Drop(conflict.path)] if isinstance(wanted, acts.Drop) else []
    return designing.Conflict(
        words=t(key, **params),
        theirs=design_words.value(bench.document, conflict.found),
        mine=t("design.conflict.remove") if isinstance(wanted, acts.Drop) else design_words.value(bench.document, mine),
        back=next_page(bench.ref),
        edits=acts.as_list(again),
    )
