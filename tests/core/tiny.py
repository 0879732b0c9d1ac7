"""Small definitions, cases and people for tests of the core. The catalog is the real one and a little more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from engine import fields
from engine.core.case import Actor, CaseView, Holder, Named, Outcome, TaskView, Verdict, allow, refuse
from engine.core.catalog import Catalog, EvaluatedOption, action, guard, job, method
from engine.core.definition import CodeList, WorkflowDefinition
from engine.core.effects import Enqueue
from engine.core.filling.fieldtype import FormFacts
from engine.core.messages import Message
from engine.core.reading.compiled import Bound, Workflow, bind
from engine.core.reading.normal import normal_form
from workflows import guards, methods

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TODAY, START, END = date(2026, 3, 2), date(2026, 1, 1), date(2026, 12, 31)
SITI, BUDI, CLINIC = (f"{name}{'2' * 26}"[:26] for name in ("siti", "budi", "clinic"))  # refs
LETTER, PHOTO = (f"{name}{'2' * 26}"[:26] for name in ("letter", "photo"))
NAMED = {
    ("person", SITI): Named(SITI, "Siti Aminah", "Bidan, Puskesmas", {"reach": "unit", "roles": "employee"}),
    ("person", BUDI): Named(BUDI, "Budi; [S.Kep]", "", {"reach": "city", "roles": "supervisor"}),
    ("unit", CLINIC): Named(CLINIC, "Puskesmas", "Dinas Kesehatan", {"reach": "subtree"}),
    ("indicator", "presence"): Named(
        "presence", "Kehadiran", "", {"label_en": "Attendance", "unit": "%", "unit_en": "%", "target": "95.50"}
    ),
    ("indicator", "sales"): Named("sales", "Penjualan"),
    ("file", LETTER): Named(LETTER, "surat.pdf", "", {"type": "pdf", "size": 81_000, "sha256": "a" * 64}),
    ("file", PHOTO): Named(PHOTO, "foto.jpg", "", {"type": "jpeg", "size": 2_400_000, "sha256": "b" * 64}),
}
FACTS = FormFacts(TODAY, START, END, NAMED)


@guard
def silent(case: CaseView) -> Verdict:
    """Holds back and does not say why."""
    return Verdict(False)


@guard
def above(case: CaseView, *, value: EvaluatedOption, least: Decimal) -> Verdict:
    """A value lies above a limit."""
    found = value.value
    if isinstance(found, Decimal) and found > least:
        return allow(value=found)
    return refuse(Message("machine.condition"), value=found)


@guard
def broken(case: CaseView) -> Any:
    """Answers something that is no verdict."""
    return True


@action
def ring(case: CaseView, *, times: EvaluatedOption) -> Any:
    """Asks for a job."""
    yield Enqueue("bell", {"times": str(times.value)})


@action
def careless(case: CaseView) -> Any:
    """Answers something that is no effect."""
    return ["ding"]


@job
def bell(context: Any, *, loud: bool = False) -> None:
    """Rings."""


@method
def echo(case: CaseView, *, value: EvaluatedOption) -> Outcome | None:
    """The value itself."""
    return None if value.value is None else Outcome(str(value.value), {"of": value.source})


CATALOG = Catalog.collect(*fields.BUILT_IN, guards, methods, silent, above, broken, ring, careless, bell, echo)

COLOURS = CodeList.model_validate(
    {
        "kind": "codelist",
        "format": 1,
        "key": "colours",
        "name": "Warna",
        "items": [{"key": "red", "label": {"id": "Merah", "en": "Red"}}, {"key": "blue", "label": "Biru"}],
    }
)
LISTS = {"colours": COLOURS}


def definition(document: Mapping[str, Any]) -> WorkflowDefinition:
    """A definition from a document as authors write it, over the parts that no test wants to repeat."""
    whole = {
        "kind": "workflow",
        "format": 1,
        "key": "tiny",
        "name": "Tiny",
        "roles": {"employee": {"rule": "subject"}, "supervisor": {"rule": "superior_of", "role": "employee"}},
        "states": {"open": {"initial": True}, "closed": {"final": True}},
        "transitions": {},
        **document,
    }
    return WorkflowDefinition.model_validate(normal_form(whole))


def bound(document: Mapping[str, Any], lists: Mapping[str, CodeList] = LISTS) -> Bound:
    return bind(definition(document), CATALOG, lists)


def workflow(document: Mapping[str, Any], lists: Mapping[str, CodeList] = LISTS) -> Workflow:
    found = bound(document, lists)
    assert found.workflow is not None, found.problems
    return found.workflow


def form_of(fields: Mapping[str, Any], **form: Any) -> Any:
    """A form of one section with these fields, ready to judge."""
    return workflow({"forms": {"f": {"sections": {"s": {"fields": fields}}, **form}}}).forms["f"]


def problems(document: Mapping[str, Any]) -> dict[str, str]:
    """Path → key of the message, of everything that binding finds wrong."""
    return {problem.path: problem.message.key for problem in bound(document).problems}


def person(number: int, rule: str = "subject") -> Holder:
    return Holder(number, f"p{number}", f"Person {number}", rule)


def actor(number: int) -> Actor:
    return Actor(number, f"p{number}", f"Person {number}")


def task(key: str, state: str = "open") -> TaskView:
    return TaskView(f"t-{key}", key, state, NOW)  # type: ignore[arg-type]


BLANK = CaseView(
    ref="case1",
    state="open",
    version=3,
    subject_id=1,
    subject_ref="p1",
    unit_id=7,
    entered_at=NOW,
    period_start=START,
    period_end=END,
    now=NOW,
    today=TODAY,
    roles={"employee": (person(1),), "supervisor": (person(2, "superior_of"),)},
)


def case(**facts: Any) -> CaseView:
    """A case with Carol (1) as employee and Bob (2) as supervisor, and what the test says beside."""
    return replace(BLANK, **facts)
