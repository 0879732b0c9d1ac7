"""The rule builder: an expression of a draft as sentences, beside it as text, tried on answers. Saving is one edit.

Without script each button posts the whole rule and draws the page again; nothing is kept until somebody saves.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from admin import design_acts, rule_lines, rule_trials, rule_work
from admin.sent import Answer
from engine.core.designing import acts, outline, uses
from engine.core.messages import Message
from engine.web import design_words, designing
from engine.web.actor import permit
from engine.web.context import runtime
from engine.web.language import t, translate

pages = Blueprint("admin_design_rules", __name__, url_prefix="/admin/designs")
DONE = ("save", "remove")
JOINTS = ("all", "any", "none")
SIGNS = (("+", "plus"), ("-", "minus"), ("*", "times"), ("/", "by"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where else the element of the rule is named: in words, and its address."""

    words: str
    href: str


@pages.route("/<ref>/rule", methods=["GET", "POST"])
@permit("admin")
def rule(ref: str) -> Answer:
    """Build the rule at a path."""
    work = rule_work.opened(designing.open_bench(ref))
    do = request.form.get("do", "") if request.method == "POST" else ""
    if do == "remove" or (do == "save" and work.source is not None):
        return _saved(ref, work, None if do == "remove" else work.source)
    tried = rule_trials.trial_of(work)
    status = 422 if work.told and work.source is None else 200
    return render_template("backoffice/designs/rule.html", **_shown(work), tried=tried), status


def _saved(ref: str, work: rule_work.Work, source: str | None) -> Answer:
    """Put the expression; what its editor saw goes along, so that two at once are told."""
    prefix = "=" if work.path.endswith(f".{rule_work.DEFAULT}") else ""
    value, was = (f"{prefix}{each}" if each else None for each in (source, work.was))
    owner = outline.about(work.bench.document, work.path)
    if rule_work.stored(work.bench, work.path) == (source or ""):
        flash(t("rule.unchanged"), "good")
        return redirect(work.bench.href(owner.path, owner.name), 303)
    answer = design_acts.done(ref, [acts.Put(work.path, value, was)])
    if isinstance(answer, Response) and answer.status_code == 303:
        # With script every form of the designer names its own page as the next one; a rule that is saved is done with.
        answer.location = work.bench.href(owner.path, owner.name)
    return answer


def _shown(work: rule_work.Work) -> dict[str, object]:
    owner = outline.about(work.bench.document, work.path)
    errors = work.found.errors if work.told else {}
    words = work.names.words
    return {
        "bench": work.bench,
        "work": work,
        "owner": owner,
        "heading_of": _heading(work, owner),
        "back": work.bench.href(owner.path, owner.name),
        "fields": [
            (translate(group) if group else t("rule.own_fields"), each) for group, each in rule_lines.fields(work.names)
        ],
        "root": rule_lines.line(work.sketch, work.names, work.found.errors if work.told else {}, work.trials),
        "operands": _operands(work),
        "errors": errors,
        "says": design_words.capital(translate(work.says)) if work.says is not None else "",
        "trials": work.trials,
        "joints": JOINTS,
        "signs": SIGNS,
        "named": [words[path] for path in work.speaks_of()],
        "used": list(_used(work.bench, owner)),
    }


def _operands(work: rule_work.Work) -> list[rule_lines.OperandLine]:
    signs = ("", *work.formula.signs)
    errors = work.found.errors if work.told else {}
    return [
        rule_lines.operand(value, index, signs[index], work.names, errors)
        for index, value in enumerate(work.formula.operands)
    ]


def _heading(work: rule_work.Work, owner: outline.About) -> str:
    """`Tetapkan SKP: syarat`."""
    found = rule_work.property_at(work.bench, work.path)
    what = design_words.worded(found.label) if found is not None else ""
    return translate(Message("rule.heading", what=what, owner=owner.title))


def _used(bench: designing.Bench, owner: outline.About) -> list[Place]:
    """Where the element that the rule belongs to is named."""
    found = {}
    for use in uses.uses(bench.document, owner.path, runtime().catalog):
        there = outline.about(bench.document, use.path)
        words = translate(there.title)
        found.setdefault(words, Place(words, bench.href(there.path, there.name)))
    return list(found.values())
