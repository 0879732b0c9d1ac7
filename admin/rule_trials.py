"""What a rule is tried on: made-up answers, those of a case that the admin may read, or what he types himself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import request

from admin.rule_lines import as_typed
from admin.rule_work import Work
from engine.core.expression import NUMBER, ListOf
from engine.core.filling.fieldtype import Choice, FormFacts
from engine.core.sentences.kinds import kind_of_type
from engine.core.sentences.places import place_of
from engine.core.sentences.tried_on import typed_of
from engine.core.simulating.examples import example
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


def tried_on(work: Work) -> list[Tried]:
    """The answers that the rule reads, to be typed; made up where nothing was typed yet."""
    wanted = work.speaks_of()
    do = request.form.get("do", "") if request.method == "POST" else ""
    if do == "clear":
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
    own = place_of(work.path)
    forms = work.vocabulary.forms
    if own.form in forms and not own.beginning:
        values = _values(forms[own.form], facts)
        rows = values.get(own.table) if own.table else None
        inside = rows[0] if isinstance(rows, list) and rows else {}
        return {**facts.names(), **(inside if own.table else values)}
    heads = {path.removeprefix("previous.").partition(".")[0] for path in work.speaks_of()}
    sent = {key: _values(form, facts) for key, form in forms.items() if key in heads}
    return {**facts.names(), **sent, "previous": sent}


def _values(form: Any, facts: FormFacts) -> dict[str, Any]:
    raw = example(form, facts, {})
    return form.judge(raw, facts).values  # type: ignore[no-any-return]
