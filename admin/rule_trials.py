"""What a rule is tried on: made-up answers, those of a case that the admin may read, or what he types himself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request

from admin.rule_lines import as_typed
from admin.rule_work import Work
from engine import snapshot
from engine.core.case import Actor
from engine.core.errors import NotFound
from engine.core.expression import NUMBER, ListOf
from engine.core.filling import forms
from engine.core.filling.fieldtype import Choice, FormFacts
from engine.core.filling.form import Form
from engine.core.messages import Message
from engine.core.sentences.kinds import kind_of_type
from engine.core.sentences.tried_on import typed_of
from engine.core.simulating.examples import example
from engine.store.queries import sent_forms
from engine.web.actor import require_actor
from engine.web.context import runtime
from engine.web.design_words import capital
from engine.web.language import today, translate


@dataclass(frozen=True, slots=True)
class Tried:
    """One answer of the trial: what it is called, how it is typed, and what is typed."""

    path: str
    label: str
    kind: str
    value: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """The answers of the trial, the cases from which they can be taken, and the one from which they were."""

    answers: list[Tried]
    cases: list[tuple[str, str]]
    case: str


def trial_of(work: Work) -> Trial:
    """What the rule is tried on; a real case only where the admin oversees it, without what is kept to roles."""
    form = _form_read(work)
    chosen = request.form.get("case", "") if request.form.get("do") == "case" else ""
    rt, actor = runtime(), require_actor()
    given: Mapping[str, Any] = {}
    rows: list[Any] = []
    if form:
        with rt.db.read() as db:
            rows = sent_forms.cases_with(db, actor, str(work.bench.document.get("key", "")), form)
            if chosen:
                given = _of_case(work, snapshot.load(rt, db, chosen, actor, rt.clock()), actor)
    return Trial(tried_on(work, given), [(row.ref, f"{row.name} – {row.cycle}") for row in rows], chosen)


def _form_read(work: Work) -> str:
    """The first form that the rule reads: its own, or one that it names."""
    own = work.vocabulary.place(work.path)
    heads = [own.form] if own.form and not own.beginning else [path.split(".")[0] for path in work.speaks_of()]
    return next((head for head in heads if head in work.vocabulary.forms), "")


def _of_case(work: Work, found: Any, actor: Actor) -> Mapping[str, Any]:
    """The answers and days of a case, as the names of the rule reach them."""
    if not found.oversees:
        raise NotFound(Message("case.not_found"))
    view = found.view
    sent = {}
    for key in forms.access(found.workflow, view, actor, see_all=True):
        hidden = forms.sight(found.workflow.forms[key], view, actor).hidden
        if key in view.answers:
            sent[key] = {name: value for name, value in view.answers[key].items() if name not in hidden}
    days = {"today": view.today, "period_start": view.period_start, "period_end": view.period_end}
    return {**days, **_within(work, sent)}


def _within(work: Work, sent: Mapping[str, Any]) -> Mapping[str, Any]:
    """All forms, or what stands in the one in which the rule stands, or in the first row of its table."""
    own = work.vocabulary.place(work.path)
    if own.form is None or own.beginning:
        return {**sent, "previous": sent}
    values = sent.get(own.form, {})
    rows = values.get(own.table) if own.table else None
    return values if own.table is None else rows[0] if isinstance(rows, (list, tuple)) and rows else {}


def tried_on(work: Work, given: Mapping[str, Any]) -> list[Tried]:
    """The answers that the rule reads, to be typed: those given, else made up where nothing was typed yet."""
    wanted = work.speaks_of()
    do = request.form.get("do", "") if request.method == "POST" else ""
    if given:
        work.tried = typed_of(given, wanted, work.names)
    elif do == "clear":
        work.tried = dict.fromkeys(wanted, "")
    elif do == "example" or any(path not in work.tried for path in wanted):
        fresh = typed_of(_example(work), wanted, work.names)
        kept = {} if do == "example" else work.tried
        work.tried = {path: kept.get(path, fresh[path]) for path in wanted}
    return [_tried(work, path) for path in wanted]


def _tried(work: Work, path: str) -> Tried:
    word = work.names.words[path]
    kind, numbers = kind_of_type(word.type), word.type in (NUMBER, ListOf(NUMBER))
    typed = as_typed(work.tried.get(path, ""), "number" if numbers else kind)
    return Tried(path, capital(translate(word.said)), kind, typed, word.choices)


def _example(work: Work) -> Mapping[str, Any]:
    """Made-up answers, nested as the place of the rule names them; only the forms that it reads are made up."""
    day = today()
    facts = FormFacts(day, date(day.year, 1, 1), date(day.year, 12, 31))
    own = work.vocabulary.place(work.path)
    heads = {path.removeprefix("previous.").partition(".")[0] for path in work.speaks_of()}
    wanted = {own.form} if own.form and not own.beginning else heads
    sent = {key: _values(form, facts) for key, form in work.vocabulary.forms.items() if key in wanted}
    return {**facts.names(), **_within(work, sent)}


def _values(form: Form, facts: FormFacts) -> dict[str, Any]:
    raw = example(form, facts, {})
    return form.judge(raw, facts).values
