"""Trying out a register that is being designed: an entry is judged as real ones are, and shows what it counts.

Stores nothing. The page posts to itself. Rights are not tried: who holds a role is found for real people only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, render_template, request

from admin.sent import Answer
from engine.core import register as registering
from engine.core.errors import NotFound
from engine.core.filling import fieldtype, formviews, sight
from engine.core.messages import Message, Text
from engine.core.reading import parse, positions
from engine.core.reading import registering as binding
from engine.core.simulating import examples
from engine.web import design_kinds, designing, labels, raw_answers, reading
from engine.web.actor import permit
from engine.web.context import runtime
from engine.web.forms import decode, sheet
from engine.web.language import language, today

if TYPE_CHECKING:
    from engine.core.register import JudgedEntry, Register
    from engine.web.designing import Bench
    from engine.web.forms import Sheet

pages = Blueprint("admin_design_tries", __name__, url_prefix="/admin/designs")
DIGEST = "design:{ref}:{number}"  # what a form of a draft is kept under: every step makes another one


class Counted(NamedTuple):
    """A measure of the entry: its name, its number (None: nothing to count), its unit, how it is worked out."""

    label: Text
    number: Decimal | None
    unit: Text | None
    says: str


@dataclass(frozen=True, slots=True)
class Tried:
    """An entry on trial: the form with what was typed, and what became of it; `judged` is None before somebody asks."""

    day: date
    sheet: Sheet
    errors: Mapping[str, Message] = field(default_factory=dict)
    judged: JudgedEntry | None = None
    counted: tuple[Counted, ...] = ()

    @property
    def minutes(self) -> tuple[int, int] | None:
        """From when to when it lasts, in minutes of the day."""
        return self.judged.span if self.judged is not None else None


@pages.get("/<ref>/try")
@permit("admin")
def ask(ref: str) -> str:
    """The form of an entry, filled with an example that its questions take."""
    return _page(_bench(ref), None)


@pages.post("/<ref>/try")
@permit("admin")
def judge(ref: str) -> Answer:
    """Judge what was typed; a button within the form adds or removes a row of a table."""
    bench = _bench(ref)
    return _page(bench, request.form.get("do", "try"))


def _bench(ref: str) -> Bench:
    bench = designing.open_bench(ref)
    if bench.kind not in design_kinds.TRIED:
        raise NotFound(Message("designs.not_found"))
    return bench


def _page(bench: Bench, do: str | None) -> str:
    register = _register(bench)
    tried = _tried(bench, register, do) if register is not None else None
    return render_template("backoffice/designs/try.html", bench=bench, tried=tried)


def _register(bench: Bench) -> Register | None:
    """The draft as a register that takes entries; None while something is wrong with it."""
    found = parse.examine(bench.document, positions.NOWHERE, runtime().catalog, bench.codelists).definition
    if not isinstance(found, registering.RegisterDefinition):
        return None
    return binding.bind_register(found, runtime().catalog, bench.codelists).register


def _tried(bench: Bench, register: Register, do: str | None) -> Tried:
    day = reading.day(request.form.get("try.day", "")) or today()
    facts = fieldtype.FormFacts(today(), day, day)
    if do is None or do == "example":
        return Tried(day, _sheet(register, _example(register, facts), facts, {}))
    raw = decode(DIGEST.format(ref=bench.ref, number=bench.number), register.form, request.form)
    if do != "try":
        return Tried(day, _sheet(register, raw_answers.act_on_rows(raw, do), facts, {}))
    judged = registering.judge(register, raw, day, facts)
    counted = () if judged.errors else tuple(_counted(bench, register, judged))
    return Tried(day, _sheet(register, raw, facts, judged.errors), judged.errors, judged, counted)


def _example(register: Register, facts: fieldtype.FormFacts) -> dict[str, Any]:
    """Made-up answers; what lasts from a time until a time lasts two hours."""
    span = register.definition.span
    hours = {} if span is None else {span.start: "08:00", span.end: "10:00"}
    return {**examples.example(register.form, facts, {}), **hours}


def _counted(bench: Bench, register: Register, judged: JudgedEntry) -> list[Counted]:
    return [
        Counted(
            labels.label(each.spec),
            None if kept is None else registering.unscaled(kept),
            each.spec.unit,
            bench.says(f"measures.{each.spec.key}.value", each.spec.value) if each.spec.value else "",
        )
        for each, kept in zip(register.measures, judged.measures, strict=True)
    ]


def _sheet(
    register: Register, raw: Mapping[str, Any], facts: fieldtype.FormFacts, errors: Mapping[str, Message]
) -> Sheet:
    view = formviews.to_fill(register.form, raw, facts, errors, as_typed=True, sight=sight.WHOLE)
    return sheet(view, language())
