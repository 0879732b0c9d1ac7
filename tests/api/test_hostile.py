"""What a program with a bad will sends costs little, and holds up nobody else."""

import threading
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from api import reading
from engine import api_limits
from engine.core.errors import BadRequest

MOST = 1_000_000


@pytest.mark.parametrize("start", [b'"', b'["', b'{"a": "'])
@pytest.mark.parametrize("part", [b'\\"', b"\\\\", b'"', b"\\", b'x"', b"\n"])
def test_a_text_that_never_ends_is_read_in_one_go(start, part):
    begun = time.process_time()
    with pytest.raises(BadRequest):
        reading.parsed((start + part * MOST)[:MOST])
    assert time.process_time() - begun < 2


def test_brackets_in_texts_are_no_depth_however_they_are_quoted():
    deep = "[" * 60
    assert reading.parsed(f'["\\\\", "{deep}", "\\"{deep}"]'.encode()) == ["\\", deep, f'"{deep}']
    with pytest.raises(BadRequest, match="too_deep"):
        reading.parsed(f'["\\"", {deep}{"]" * 60}]'.encode())


def test_a_key_that_waits_for_the_database_holds_up_no_other(monkeypatch):
    waits, over = threading.Event(), threading.Event()

    def take(rt, keyed, minute, now):
        if keyed.key_id == 1:
            waits.set()
            assert over.wait(10)
        return 5

    monkeypatch.setattr(api_limits, "_take", take)
    rt = SimpleNamespace(clock=lambda: datetime(2026, 3, 2, 2, 0, 30, tzinfo=UTC))
    shares = api_limits.Shares()
    first, second = (SimpleNamespace(key_id=number, a_minute=5) for number in (1, 2))
    slow = threading.Thread(target=shares.spend, args=(rt, first))
    slow.start()
    assert waits.wait(10)
    assert shares.spend(rt, second).left == 4
    over.set()
    slow.join(10)
    assert shares.spend(rt, first).left == 3


def test_shares_of_earlier_minutes_are_forgotten(monkeypatch):
    monkeypatch.setattr(api_limits, "_take", lambda *about: 5)
    monkeypatch.setattr(api_limits, "MOST_KEPT", 3)
    shares = api_limits.Shares()
    for number in range(12):
        moment = datetime(2026, 3, 2, 2, number, tzinfo=UTC)
        shares.spend(SimpleNamespace(clock=lambda at=moment: at), SimpleNamespace(key_id=number, a_minute=5))
    assert len(shares._of) <= 3
