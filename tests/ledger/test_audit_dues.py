"""A move by `system` is believed only where the definition declares it, and after the deadline that it names."""

import json
from types import SimpleNamespace

import pytest

from engine.audit_dues import Dues, wrong_with_due

DOCUMENT = {
    "states": [{"key": "told", "due": {"working_days": 14, "after": "entered", "fire": "lapse"}}, {"key": "done"}],
    "transitions": [
        {"key": "lapse", "from": ["told"], "to": "done"},
        {"key": "close", "from": ["told"], "to": "done", "automatic": True},
        {"key": "decide", "from": ["told"], "to": "done"},
    ],
}
DUE, AT = "2026-02-19T16:00:00.000Z", "2026-02-19T16:01:00.000Z"
ACT = SimpleNamespace(act="fired", of_ref="a-clock", due=DUE, at=AT)


def moved(transition="lapse", at=AT, because=None, state="told"):
    public = {} if because is None else {"because": because}
    leaf = json.dumps({"definition": "d", "public": public})
    return SimpleNamespace(kind="case.moved", leaf=leaf, at=at, from_state=state, transition=transition)


def judged(row, acts=(ACT,)):
    return wrong_with_due(Dues(lambda digest: DOCUMENT), row, {"act": acts, "shift": (), "suspension": ()})


def test_what_a_deadline_fired_after_it_was_over_and_what_moves_by_itself_are_believed():
    assert judged(moved(because={"of": "a-clock", "due": DUE})) is None
    assert judged(moved("close"), ()) is None


@pytest.mark.parametrize(
    ("row", "acts"),
    [
        (moved(because={"of": "a-clock", "due": "2026-02-20T16:00:00.000Z"}), (ACT,)),
        (moved(because={"of": "a-clock", "due": DUE}, at="2026-02-19T15:00:00.000Z"),
         (SimpleNamespace(act="fired", of_ref="a-clock", due=DUE, at="2026-02-19T15:00:00.000Z"),)),
        (moved(because={"of": "a-clock", "due": DUE}), ()),
        (moved("decide", because={"of": "a-clock", "due": DUE}), (ACT,)),
        (moved("decide"), ()),
        (moved("lapse"), ()),
        (moved("close", because={"of": "a-clock", "due": DUE}), (ACT,)),
    ],
    ids=["another one", "before it was over", "no row", "nothing fires it", "by nobody", "no deadline", "by itself"],
)  # fmt: skip
def test_any_other_move_by_the_system_is_found(row, acts):
    assert judged(row, acts) == "deadline"
