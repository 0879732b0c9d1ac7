"""Actions: what a transition does besides moving its case. Pure; each answers with effects of the closed list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.core.case import CaseView
from engine.core.catalog import EvaluatedOption, action
from engine.core.effects import Call


@action
def correct_superior(case: CaseView, *, superior: EvaluatedOption, starts_on: EvaluatedOption) -> Iterator[Call]:
    """The post of the person whom the case is about comes below the post of another person, from a day on."""
    if isinstance(superior.value, str) and isinstance(starts_on.value, date):
        told = {"person": case.subject_ref, "superior": superior.value, "starts_on": starts_on.value.isoformat()}
        yield Call("correct_superior", told)
