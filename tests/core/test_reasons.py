"""Who may read why a case was moved: those it was written to, and those who saw what the decision rested on."""

import pytest

from engine import fields
from engine.core.catalog import Catalog
from engine.core.reading.compiled import bind
from engine.core.reading.normal import load, normal_form
from engine.core.reasons import may_read_reason
from engine.documents import read_yaml
from tests.core.definitions import shipped_codelists
from tests.verbs.stage import SHIPPED
from workflows import guards, methods

ALL_FORMS = ("plan", "evidence", "rating")


@pytest.fixture(scope="module")
def workflow():
    document, _ = read_yaml((SHIPPED / "basic_cycle.yaml").read_bytes())
    definition = load(normal_form(document))
    return bind(definition, Catalog.collect(*fields.BUILT_IN, guards, methods), shipped_codelists()).workflow


@pytest.mark.parametrize(
    ("transition", "before", "after", "role", "forms", "may"),
    [
        ("return_plan", "plan_drafted", "plan_drafted", "employee", (), True),
        ("return_evidence", "rated", "evidence", "employee", ("plan", "evidence"), True),
        ("return_rating", "calibrated", "rated", "employee", ("plan", "evidence"), False),
        ("return_rating", "calibrated", "rated", "supervisor", ("plan", "evidence", "rating"), True),
        ("finalize", "calibrated", "finalized", "employee", ALL_FORMS, True),
        ("finalize", "calibrated", "finalized", "employee", ("plan", "evidence"), False),
        ("cancel", "evidence", "cancelled", "employee", (), True),
        ("approve", "plan_drafted", "approved", "panel", (), False),
    ],
)
def test_a_reason_is_for_those_it_was_written_to(workflow, transition, before, after, role, forms, may):
    assert may_read_reason(workflow, transition, before, after, (role,), forms) is may
