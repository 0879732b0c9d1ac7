"""What took long to count is kept a while with its moment; what is quick never is."""

import threading
from datetime import UTC, datetime

import pytest

from engine.web import lately as home
from engine.web.lately import MOST_KEPT, Lately
from tests import kept as shared

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 2, 2, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def long(monkeypatch):
    monkeypatch.setattr(home, "LONG", shared.LONG)


class Clock:
    """Time that goes on when somebody works."""

    def __init__(self):
        self.at = 0.0

    def __call__(self):
        return self.at

    def works(self, seconds, answer):
        def count():
            self.at += seconds
            return answer

        return count


def test_what_is_counted_quickly_is_counted_each_time():
    clock = Clock()
    lately = Lately(clock)
    assert lately.counted("a", NOW, clock.works(0.2, 1)).found == 1
    second = lately.counted("a", LATER, clock.works(0.2, 2))
    assert (second.found, second.at, second.kept) == (2, LATER, False)


def test_what_took_long_is_kept_a_hundred_times_as_long_and_says_when_it_was_counted():
    clock = Clock()
    lately = Lately(clock)
    first = lately.counted("a", NOW, clock.works(0.3, 1))
    assert (first.found, first.kept) == (1, False)
    clock.at += 29
    kept = lately.counted("a", LATER, clock.works(0.3, 2))
    assert (kept.found, kept.at, kept.kept) == (1, NOW, True)
    assert lately.counted("another", LATER, clock.works(0.3, 3)).found == 3
    clock.at += 2
    assert lately.counted("a", LATER, clock.works(9, 4)).found == 4
    clock.at += 59
    assert lately.counted("a", LATER, clock.works(9, 5)).found == 4
    clock.at += 2
    assert lately.counted("a", LATER, clock.works(9, 6)).found == 6


def test_those_who_ask_together_wait_for_one_count():
    clock, gate, counts, found = Clock(), threading.Event(), [], []
    lately = Lately(clock)

    def slow():
        counts.append(1)
        gate.wait(10)
        clock.at += 1
        return 7

    threads = [threading.Thread(target=lambda: found.append(lately.counted("a", NOW, slow))) for _ in range(4)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert [each.found for each in found] == [7] * 4 and len(counts) == 1


def test_no_more_is_kept_than_there_is_room_for():
    clock = Clock()
    lately = Lately(clock)
    for number in range(MOST_KEPT + 1):
        lately.counted(number, NOW, clock.works(0.3, number))
    again = lately.counted(0, NOW, clock.works(0.0, "again"))
    assert again.found == "again"


def test_a_count_that_fails_leaves_nothing_behind():
    lately = Lately(Clock())

    def fails():
        raise ZeroDivisionError

    for number in range(3):
        with pytest.raises(ZeroDivisionError):
            lately.counted(number, NOW, fails)
    assert not lately._counting and not lately._kept
    assert lately.counted(0, NOW, lambda: 5).found == 5
