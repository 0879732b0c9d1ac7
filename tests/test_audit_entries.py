"""What an entry keeps is what its event committed to: as a whole where many came together, by field before that."""

import json
from types import SimpleNamespace

import pytest

from engine import audit_entries, audit_figures
from engine.core.proof import commitment
from engine.core.proof.canonical import canonical
from engine.store.tables.registers import MEASURES

SEED = bytes(range(32))
ANSWERS = {"came": "07:30", "kind": "present", "late": None}
COLUMNS = [1_000_000, None, -5, *[None] * 9]


@pytest.mark.parametrize("span", [None, (480, 630)])
@pytest.mark.parametrize("unit", [None, 7])
@pytest.mark.parametrize("answers", [{}, ANSWERS])
@pytest.mark.parametrize("columns", [COLUMNS, [*COLUMNS[:-1], 3], [None] * 12])
def test_what_is_kept_beside_the_answers_is_canonical_json(answers, columns, span, unit):
    kept = audit_entries.kept(columns, span, unit)
    found = audit_entries.body(canonical(answers).decode(), columns, span, unit)
    assert found.encode() == canonical({**answers, audit_entries.KEPT: kept})


def imported(seal, **changes):
    """An entry that came with others, committed to by field (as until version 0.1) or as a whole."""
    body = audit_entries.body(canonical(ANSWERS).decode(), COLUMNS, None, 7)
    whole = commitment.whole(SEED, body.encode())
    root = commitment.root(SEED, json.loads(body)) if seal is None else whole
    public = {"register": "attendance", "definition": "d", **({} if seal is None else {"seal": seal})}
    row = {
        "register": "attendance", "definition_digest": "d", "ref": "r", "day": "2026-03-10", "unit_id": 7, "root": root,
        "kind": audit_entries.IMPORTED, "stream": "register:attendance", "how": "import", "erasure": None,
        "said_by": 1, "by_id": 1, "said_at": "t", "at": "t", "begins": None, "ends": None, "ended_ref": None,
        "body": body, "seed": SEED, "leaf": json.dumps({"public": public}),
        **dict(zip(MEASURES, COLUMNS, strict=True)), **changes,
    }  # fmt: skip
    return SimpleNamespace(**row)


@pytest.mark.parametrize("seal", [None, audit_entries.WHOLE])
def test_an_entry_as_it_was_sealed_is_right_and_a_forged_one_is_not(seal):
    assert audit_entries.wrong_with_entry(imported(seal)) is None
    assert audit_entries.wrong_with_entry(imported(seal, body=None, erasure="entry:1")) is None
    other = audit_entries.body(canonical({**ANSWERS, "came": "07:00"}).decode(), COLUMNS, None, 7)
    for forged in ({"body": other}, {"seed": SEED[::-1]}, {"m0": 2_000_000}, {"unit_id": 8}, {"body": None}):
        assert audit_entries.wrong_with_entry(imported(seal, **forged)) == "entry_answers"


def test_a_seal_that_the_event_does_not_name_opens_nothing():
    by_field, whole = imported(None), imported(audit_entries.WHOLE)
    by_field.leaf, whole.leaf = whole.leaf, by_field.leaf
    assert audit_entries.wrong_with_entry(by_field) == audit_entries.wrong_with_entry(whole) == "entry_answers"


UNREADABLE = {
    "a seed cut short": {"seed": SEED[:31]},
    "a seed of text": {"seed": "x" * 32},
    "no fields": {"body": "[1]"},
    "no JSON": {"body": "{"},
    "too deep": {"body": "[" * 100_000},
    "a float": {"body": audit_entries.body('{"came":0.5}', COLUMNS, None, 7)},
    "no Unicode": {"body": audit_entries.body('{"came":"x\udcff"}', COLUMNS, None, 7)},
}


@pytest.mark.parametrize("seal", [None, audit_entries.WHOLE])
@pytest.mark.parametrize("forged", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_named_and_stops_nobody(seal, forged):
    assert audit_entries.wrong_with_entry(imported(seal, **forged)) == "entry_answers"


@pytest.mark.parametrize("leaf", [b"{", b"[1]", b'{"public":[1]}', b"\xff"])
def test_an_event_that_cannot_be_read_fits_to_no_entry(leaf):
    assert audit_entries.wrong_with_entry(imported(audit_entries.WHOLE, leaf=leaf)) == "entry"
    assert not audit_entries.Batches().is_as_said(SimpleNamespace(ref="e", leaf=leaf))


@pytest.mark.parametrize("forged", [{"seed": SEED[:31]}, {"n": 0.5}, {"inputs": "text"}])
def test_a_figure_that_cannot_be_read_is_named(forged):
    about = {"value": "1", "outcome": "value", "n": 1, "people": 1, "as_of": "d", "inputs": SEED, "about": "p"}
    row = SimpleNamespace(seed=SEED, frozen_ref="e", kind=audit_figures.KIND, erasure=None, indicator="i",
                          definition_digest="d", first="a", last="b", **about)  # fmt: skip
    row.root = commitment.root(SEED, audit_figures.fields(row, row.about))
    row.leaf = json.dumps({"public": audit_figures.said("i", "d", "a", "b", [row.root])})
    assert list(audit_figures.wrong([row])) == []
    assert list(audit_figures.wrong([SimpleNamespace(**{**vars(row), **forged})])) == ["e"]
