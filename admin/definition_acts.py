"""Bringing a definition in and along: import, send to review, send back, publish, retire. Thin: one verb each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Blueprint, request

from admin.sent import Answer, Sent, done
from engine import definition_check, definitions
from engine.core.errors import InvalidDefinition, NotFound, Problem
from engine.core.messages import Message
from engine.store.queries import definitions as queries
from engine.web.actor import confirmed, permit, require_actor
from engine.web.context import runtime
from engine.web.language import t

pages = Blueprint("admin_definition_acts", __name__, url_prefix="/admin/definitions")


class Finding(NamedTuple):
    """Something wrong, or doubtful, in a document: where, what, what to write instead, and the line itself."""

    line: int
    column: int
    message: Message
    hint: Message | None
    warning: bool
    source: str


@pages.route("/import", methods=["GET", "POST"])
@permit("admin")
def import_document() -> Answer:
    """Paste or choose a document; look at everything that is wrong with it; keep it as a draft."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    text, name = _document(sent)
    findings: list[Finding] = []
    checked = False
    if sent.posted and not sent.errors:
        findings, checked = _check(text, name), True
        if request.form.get("do") == "import" and not any(not found.warning for found in findings):
            kept: list[definitions.Version] = []
            try:
                if sent.does(lambda: kept.append(definitions.import_document(rt, text, actor=actor, source=name))):
                    version = kept[0]
                    return done(f"/admin/definitions/{version.ref}", t("admin.definition.imported", name=version.key))
            except InvalidDefinition as invalid:
                findings = [_finding(problem, text) for problem in invalid.problems]
    wrong = [found for found in findings if not found.warning]
    if wrong or sent.errors:
        sent.status = 422
    return sent.page(
        "backoffice/definitions/import.html",
        text=text,
        wrong=wrong,
        doubtful=[found for found in findings if found.warning],
        fine=checked and not findings and not sent.errors,
        clean=checked and not wrong and not sent.errors,
    )


def _document(sent: Sent) -> tuple[str, str]:
    """The text that was sent, and what it is called; a chosen file goes before what is in the box."""
    file = request.files.get("file")
    if file is not None and file.filename:
        try:
            return file.read().decode("utf-8-sig"), file.filename[:100]
        except UnicodeDecodeError:
            sent.errors["file"] = Message("yaml.not_utf8", name=file.filename[:100])
    text = request.form.get("text", "")
    if sent.posted and not text.strip() and not sent.errors:
        sent.errors["text"] = Message("admin.definition.nothing_sent")
    return text.replace("\r\n", "\n"), "editor"


def _check(text: str, name: str) -> list[Finding]:
    rt = runtime()
    with rt.db.read() as db:
        codelists = definitions.published_codelists(rt, db)
    lines = text.split("\n")
    return [
        Finding(line.line, line.column, line.message, line.hint, line.warning, _line(lines, line.line))
        for line in definition_check.check_text(text, name, rt.catalog, codelists)
    ]


def _finding(problem: Problem, text: str) -> Finding:
    line = problem.line or 1
    source = _line(text.split("\n"), line)
    return Finding(line, problem.column or 1, problem.message, problem.hint, problem.warning, source)


def _line(lines: list[str], number: int) -> str:
    return lines[number - 1] if 0 < number <= len(lines) else ""


@pages.route("/<ref>/submit", methods=["GET", "POST"])
@permit("admin")
def submit(ref: str) -> Answer:
    """Draft → in review."""
    return _step(ref, "submit", definitions.submit_for_review)


@pages.route("/<ref>/publish", methods=["GET", "POST"])
@permit("admin")
@confirmed("publish")
def publish(ref: str) -> Answer:
    """In review → published, by somebody else than the author."""
    return _step(ref, "publish", definitions.publish)


@pages.route("/<ref>/retire", methods=["GET", "POST"])
@permit("admin")
@confirmed("retire")
def retire(ref: str) -> Answer:
    """Published → retired."""
    return _step(ref, "retire", definitions.retire)


@pages.route("/<ref>/send-back", methods=["GET", "POST"])
@permit("admin")
def send_back(ref: str) -> Answer:
    """In review → draft, with what has to change."""
    sent = Sent()
    reason = sent.needed("reason") if sent.posted else ""
    return _step(ref, "send_back", definitions.send_back, sent, reason=reason)


def _step(ref: str, name: str, verb: Callable[..., Any], given: Sent | None = None, **more: str) -> Answer:
    """A page that says what the step means, and the step."""
    rt, actor, sent = runtime(), require_actor(), given or Sent()
    with rt.db.read() as db:
        row = queries.version(db, ref)
        if row is None:
            raise NotFound(Message("definition.not_found"))
        why_not = definitions.refusals(db, row, actor, rt.clock()).get(name)
    if sent.posted and sent.does(verb, rt, ref, actor=actor, **more):
        return done(f"/admin/definitions/{ref}", t(f"admin.definition.done.{name}"))
    return sent.page("backoffice/definitions/step.html", row=row, step=name, why_not=why_not)
