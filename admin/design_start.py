"""Beginning a design: from the basic cycle, what is shipped or published, a file, nothing, or the interview."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, current_app, request

from admin import words
from admin.sent import Answer, Sent, done
from engine import design_starts, designs
from engine.core.errors import InvalidDefinition, Problem
from engine.core.messages import Message, Text
from engine.store.queries import definitions as queries
from engine.web import panelposts
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t

ROOT = "/admin/designs"
pages = Blueprint("admin_design_start", __name__, url_prefix=ROOT)
SHIPPED = "siklus.shipped"  # in the configuration of the application: the folder of what comes with the product
LISTED = 100


@pages.route("/new", methods=["GET", "POST"])
@permit("admin")
def new() -> Answer:
    """Choose what to start from, and begin."""
    sent = Sent()
    problems: list[Problem] = []
    if sent.posted:
        begun = _begun(sent, problems)
        if begun:
            return done(f"{ROOT}/{begun}/", t("start.begun"))
    rt, folder, kind = runtime(), _folder(), _kind()
    with rt.db.read() as db:
        rows = queries.versions(db, kind)[:LISTED]
        names = {row.digest: words.text(json.loads(row.body)["name"])
                 for row in queries.bodies(db, [row.digest for row in rows])}  # fmt: skip
    return sent.page(
        "backoffice/designs/new.html",
        kind=kind,
        kinds=design_starts.kinds(),
        shipped=[each for each in design_starts.shipped(folder) if each.kind == kind],
        versions=[
            (row.ref, t("start.version", name=names.get(row.digest, row.key), number=str(row.number)), row.status)
            for row in rows
        ],
        questions=design_starts.interview(folder).questions,
        problems=problems,
        chosen=request.form.get("from", ""),
    )


@pages.route("/new/interview", methods=["GET", "POST"])
@permit("admin")
def interview() -> Answer:
    """The questions; their answers draft a design."""
    sent, found = Sent(), design_starts.interview(_folder())
    answers = found.settled({each.key: request.form.get(each.key, "") for each in found.questions})
    if sent.posted:
        begun = _try(sent, lambda name: design_starts.begin_from_answers(
            runtime(), _folder(), answers, name=name, actor=require_actor()
        ))  # fmt: skip
        if begun:
            return done(f"{ROOT}/{begun}/", t("start.begun"))
    return sent.page("backoffice/designs/interview.html", questions=found.questions, answers=answers)


def _begun(sent: Sent, problems: list[Problem]) -> str:
    """The ref of a design that begins from what was chosen; "" where it could not."""
    rt, actor, folder = runtime(), require_actor(), _folder()
    source, _, key = request.form.get("from", "").partition(":")
    ways: dict[str, Callable[[Text | None], str]] = {
        "shipped": lambda name: design_starts.begin_from_shipped(rt, folder, key, name=name, actor=actor),
        "version": lambda name: design_starts.begin_anew(rt, key, name=name, actor=actor),
        "empty": lambda name: design_starts.begin_empty(rt, folder, key, name=name or Text("", ""), actor=actor),
        "file": lambda name: _imported(problems),
    }
    if source not in ways:
        sent.errors["from"] = Message("start.choose")
    elif source == "empty" and _name() is None:
        sent.errors["name"] = Message("start.no_name")
    elif source == "file" and not _file():
        sent.errors["file"] = Message("admin.definition.nothing_sent")
    try:
        return _try(sent, ways.get(source, lambda name: ""))
    except InvalidDefinition as invalid:
        problems += invalid.problems
        sent.errors["file"] = Message("start.unreadable")
        sent.status = 422
        return ""


def _try(sent: Sent, way: Callable[[Text | None], str]) -> str:
    found: list[str] = []
    sent.does(lambda: found.append(way(_name())))
    return found[0] if found else ""


def _imported(problems: list[Problem]) -> str:
    file = request.files["file"]
    name = _name()
    return designs.import_text(
        runtime(),
        file.read(),
        actor=require_actor(),
        source=(file.filename or "file")[:100],
        name=name.id if name else None,
    )


def _kind() -> str:
    """What somebody would like to make: workflows where he has not said."""
    said, begun_as = request.values.get("kind", ""), request.form.get("from", "").removeprefix("empty:")
    return next((each for each in (said, begun_as) if each in design_starts.kinds()), design_starts.kinds()[0])


def _file() -> bool:
    file = request.files.get("file")
    return file is not None and bool(file.filename)


def _name() -> Text | None:
    """The name that was typed, in both languages; the one that is there speaks for the other."""
    said = panelposts.text(request.form, "name")
    if not said:
        return None
    words = next(iter(said.values()))
    return Text(said.get("id", words), said.get("en", words))


def _folder() -> Path:
    folder: Path = current_app.config[SHIPPED]
    return folder
