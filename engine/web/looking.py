"""A draft's form as a role would see it in a state, with nothing, made-up answers, or those of a real case. Reads only.

A real case is read as its page reads it: only by whoever oversees it, and without what is kept to roles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine import named, snapshot
from engine.core.building.draftform import draft_forms, elements
from engine.core.building.lenient import lenient
from engine.core.case import Named
from engine.core.designing.spots import title_of
from engine.core.errors import NotFound
from engine.core.filling import forms, pretending
from engine.core.filling.formviews import FormView
from engine.core.messages import Message, Text
from engine.core.workflow import Workflow
from engine.store.queries import sent_forms
from engine.web.actor import require_actor
from engine.web.context import runtime
from engine.web.designing import Bench
from engine.web.forms import Sheet, sheet
from engine.web.language import language, today

ANSWERS = ("empty", "sample", "case")


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen in one of the lists, by key, and what is."""

    name: str
    items: tuple[tuple[str, Text | Message], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Lent:
    """The answers of a real case to the form, as far as the reader may see them, and what they name."""

    name: str
    cycle: str
    raw: Mapping[str, Any]
    named: Mapping[tuple[str, str], Named]


@dataclass(frozen=True, slots=True)
class Look:
    """What the page shows. `view` is None where the form is closed to the role; `missing`: questions left out."""

    form: Text
    offers: tuple[Offer, ...]
    answers: str
    cases: tuple[Any, ...]
    case: str
    words: str
    lent: Lent | None
    view: FormView | None
    sheet: Sheet | None
    missing: int
    is_possible: bool


def look(bench: Bench, key: str, asked: Mapping[str, str]) -> Look:
    """The form as the address asks for it; NotFound for what cannot be chosen."""
    document = bench.document
    written = next((each for each in draft_forms(document) if each["key"] == key), None)
    if written is None:
        raise NotFound(Message("design.forms.not_found"))
    offers = (
        _offer("role", [(each["key"], title_of(each)) for each in elements(document.get("roles"))], asked),
        _offer("state", [(each["key"], title_of(each)) for each in elements(document.get("states"))], asked),
        _offer("answers", [(each, Message(f"design.forms.look.{each}")) for each in ANSWERS], asked),
    )
    role, state, answers = (offer.chosen for offer in offers)
    words, case = asked.get("q", "").strip()[:100], asked.get("case", "") if answers == "case" else ""
    cases, lent = _cases(bench, key, words, case) if answers == "case" else ((), None)
    workflow = lenient(document, runtime().catalog, bench.codelists)
    form = workflow.forms.get(key) if workflow is not None else None
    is_possible = form is not None and bool(role) and bool(state)
    view = (
        _view(workflow, key, role, state, answers == "sample", lent) if workflow is not None and is_possible else None
    )
    asks = sum(len(list(elements(section.get("fields")))) for section in elements(written.get("sections")))
    return Look(
        form=title_of(written),
        offers=offers,
        answers=answers,
        cases=cases,
        case=case,
        words=words,
        lent=lent,
        view=view,
        sheet=sheet(view, language()) if view is not None and view.editable else None,
        missing=asks - len(form.questions.all) if form is not None else 0,
        is_possible=is_possible,
    )


def _view(workflow: Workflow, form: str, role: str, state: str, answered: bool, lent: Lent | None) -> FormView | None:
    given = {form: lent.raw} if lent is not None else {}
    known = lent.named if lent is not None else {}
    return pretending.pretend(workflow, form, role, state, today(), answered=answered, given=given, named=known)


def _offer(name: str, items: list[tuple[str, Any]], asked: Mapping[str, str]) -> Offer:
    chosen = asked.get(name) or next((key for key, _ in items), "")
    if chosen and chosen not in dict(items):
        raise NotFound(Message("design.forms.not_found"))
    return Offer(name, tuple(items), chosen)


def _cases(bench: Bench, form: str, words: str, case: str) -> tuple[tuple[Any, ...], Lent | None]:
    """The cases that can be chosen, and the answers of the one that is."""
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        found = tuple(sent_forms.cases_with(db, actor, str(bench.document.get("key", "")), form, words))
        if not case:
            return found, None
        one = snapshot.load(rt, db, case, actor, rt.clock())
        may = forms.access(one.workflow, one.view, actor, see_all=one.oversees)
        if not one.oversees or form not in may or form not in one.view.answers:
            raise NotFound(Message("case.not_found"))
        sent = one.workflow.forms[form]
        hidden = forms.sight(sent, one.view, actor).hidden
        raw = {name: value for name, value in forms.dump(sent, one.view.answers[form]).items() if name not in hidden}
        taken = {name: value for name, value in raw.items() if name in sent.questions.taken}
        known = named.look_up(rt, db, one, set(sent.questions.names(taken)))
        return found, Lent(one.subject_name, one.cycle_name, taken, known)
