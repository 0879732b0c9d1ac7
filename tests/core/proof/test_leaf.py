"""Leaves and the private part of a move: what they say, what they never say, and their one writing."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.case import SYSTEM, Holder, allow
from engine.core.effects import Asked, Decision, SetValue
from engine.core.errors import BadRequest
from engine.core.messages import Message, Text
from engine.core.proof import commitment, evidence, leaf

HEADING = leaf.Heading(
    kind="case.moved", ref="r" * 26, stream="case:c", seq=2, prev="00" * 32, at="2026-03-02T02:00:00.000Z",
    actor=SYSTEM, product="0.1.0", role="supervisor", right=Holder(7, "p", "Bob", "superior_of", "appointment"),
    data="11" * 32, key="a key",
)  # fmt: skip
DECISION = Decision(
    "approve", "draft", "review", "supervisor", None, None,
    (Asked("tasks_done", {}, allow()), Asked("when", {}, allow(total=Decimal("100.0"), on=date(2026, 3, 2)))),
    (SetValue("predicate", "good", {"row": Decimal("3.5")}),),
)  # fmt: skip


def moved() -> dict:
    return leaf.move(
        HEADING, case="c", n=2, from_state="draft", to_state="review", transition="approve", definition="d" * 64,
        verdicts=[],
    )  # fmt: skip


def test_a_leaf_names_the_right_by_rule_and_basis_and_nobody_by_name():
    text = leaf.encode(moved()).decode()
    assert '"right":{"basis":"appointment","rule":"superior_of"}' in text
    assert "Bob" not in text
    assert "a key" not in text


def test_what_is_encoded_is_decoded():
    assert leaf.decode(leaf.encode(moved())) == moved()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"1",
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":NaN}',
        b"\xff",
        b"[" * 9999,
    ],
)
def test_other_bytes_are_no_leaf(text):
    assert leaf.decode(text) is None


@given(st.data())
def test_a_flipped_bit_is_no_leaf_or_another_one(data):
    text = bytearray(leaf.encode(moved()))
    text[data.draw(st.integers(0, len(text) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert leaf.decode(bytes(text)) != moved()


def test_a_leaf_of_more_than_four_kilobytes_is_refused():
    with pytest.raises(BadRequest):
        leaf.encode({"a": "x" * 4096})


def test_the_private_part_has_the_reason_the_inputs_and_the_results():
    found = evidence.private_part(DECISION, "Sudah baik")
    assert found == {
        "reason": "Sudah baik",
        "verdict.1.total": "100.0",
        "verdict.1.on": "2026-03-02",
        "result.predicate": evidence.result("good", {"row": "3.5"}),
    }


def test_a_verdict_without_inputs_commits_to_nothing_and_one_with_them_to_their_root():
    seed = bytes(32)
    fields = evidence.private_part(DECISION, None)
    known = {path: commitment.commit(seed, path, value) for path, value in fields.items()}
    first, second = evidence.verdicts(DECISION, known)
    assert first == {"name": "tasks_done", "allowed": True, "inputs": None}
    inputs = {path: value for path, value in fields.items() if path.startswith("verdict.1.")}
    assert second["inputs"] == commitment.root(seed, inputs).hex()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (Decimal("3.50"), "3.50"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, tzinfo=UTC), "2026-03-02 00:00:00+00:00"),
        (Text("a", "b"), {"en": "b", "id": "a"}),
        (Message("m", n=Decimal(1)), {"key": "m", "params": {"n": "1"}}),
        ((1, (Decimal(2),)), [1, ["2"]]),
        ({"b", "a"}, ["a", "b"]),
        ({"x": {"y": Decimal(1)}}, {"x": {"y": "1"}}),
    ],
)
def test_values_of_the_core_become_json(value, expected):
    assert evidence.plain(value) == expected
