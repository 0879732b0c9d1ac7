from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.sentences.names import Names
from engine.core.sentences.tried_on import answers_of, typed_of
from tests.core.expression.scope import COLUMNS, SCALARS, SCOPE

NAMES = Names(SCOPE, {})
PATHS = [*SCALARS, *COLUMNS, "plan", "plan.targets", "rating"]


def test_answers_are_typed_in_one_line_a_name_and_read_again():
    values = {
        "achieved": Decimal("12.50"),
        "born": date(2026, 1, 31),
        "approved": False,
        "plan": {"total": Decimal(3), "targets": [{"weight": Decimal(60)}, {"weight": Decimal(40)}, {}]},
        "scores": [Decimal(1), None],
    }
    typed = typed_of(values, PATHS, NAMES)
    shown = {path: line for path, line in typed.items() if line}
    assert shown == {
        "achieved": "12.5",
        "born": "2026-01-31",
        "approved": "no",
        "plan": "yes",
        "plan.total": "3",
        "plan.targets": "3",
        "plan.targets.weight": "60; 40; ",
        "plan.targets.result": "; ; ",
        "plan.targets.due": "; ; ",
        "plan.targets.tags": "; ; ",
        "scores": "1; ",
    }
    read = answers_of({path: typed[path] for path in ("achieved", "born", "approved", "plan.targets.weight")}, NAMES)
    assert read == {
        "achieved": Decimal("12.5"),
        "born": date(2026, 1, 31),
        "approved": False,
        "plan": {"targets": [{"weight": Decimal(60)}, {"weight": Decimal(40)}, {"weight": None}]},
    }


def test_a_comma_is_a_decimal_point_and_ya_is_yes():
    assert answers_of({"achieved": "12,5", "approved": "Ya", "plan.targets": "2"}, NAMES) == {
        "achieved": Decimal("12.5"),
        "approved": True,
        "plan": {"targets": [{}, {}]},
    }


@settings(max_examples=100)
@given(st.dictionaries(st.sampled_from(PATHS), st.text(max_size=12) | st.sampled_from(["1; 2", "yes", "3", "1e9999"])))
def test_whatever_is_typed_is_read_or_missing(typed):
    assert isinstance(answers_of(typed, NAMES), dict)
