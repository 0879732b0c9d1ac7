"""Actions: what a transition does besides moving its case. Pure; each answers with effects of the closed list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.core import linked
from engine.core.case import CaseView
from engine.core.catalog import EvaluatedOption, FormOption, LinkOption, action
from engine.core.definition import WorkflowDefinition
from engine.core.effects import Advance, Call, OpenCase


@action
def correct_superior(case: CaseView, *, superior: EvaluatedOption, starts_on: EvaluatedOption) -> Iterator[Call]:
    """The post of the person whom the case is about comes below the post of another person, from a day on."""
    if isinstance(superior.value, str) and isinstance(starts_on.value, date):
        told = {"person": case.subject_ref, "superior": superior.value, "starts_on": starts_on.value.isoformat()}
        yield Call("correct_superior", told)


@action
def correct_entry(case: CaseView, *, into: str, form: FormOption, day: EvaluatedOption) -> Iterator[Call]:
    """The entry of a day about the person takes the answers of a form of the case; where there is none, it is made."""
    if isinstance(day.value, date):
        yield Call("correct_entry", {"register": into, "form": form, "day": day.value.isoformat()})


@action
def open_case(case: CaseView, definition: WorkflowDefinition, *, link: LinkOption) -> Iterator[OpenCase]:
    """Opens the case of a child that is not there yet, or one more of a follow-up."""
    yield from linked.asked(definition, case, link)


@action
def publish_definition(case: CaseView) -> Iterator[Advance]:
    """The version that the case is about is published, by whoever decides, by the rules that always hold for that."""
    yield Advance("publish")


@action
def return_definition(case: CaseView) -> Iterator[Advance]:
    """The version that the case is about goes back to its author as a draft, with the reason."""
    yield Advance("send_back")
