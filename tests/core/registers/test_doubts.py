"""Reasons to look at entries again: each is found, and its innocent twin is not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from engine.core.doubts import Told, doubts

DAY, AT = date(2026, 3, 2), datetime(2026, 3, 2, 8, tzinfo=UTC)
ENTRY = Told("r", "log", "person:1", 1, DAY, AT)


def entries(count, **changes):
    """So many entries, each on a day of its own and an hour after the other, of different words."""
    for number in range(count):
        each = {"ref": f"r{number}", "day": DAY + timedelta(days=number), "at": AT + timedelta(hours=number),
                "words": f"pekerjaan yang ke-{number}"}  # fmt: skip
        yield replace(ENTRY, **{**each, **{name: value(number) for name, value in changes.items()}})


def kinds(told):
    return [found.kind for found in doubts(list(told))]


def test_entries_as_they_are_usually_written_give_no_reason():
    assert kinds(entries(20)) == []


def test_the_same_sentence_on_five_days_or_of_three_people():
    same = {"words": lambda n: "Melayani  Pemohon KTP"}
    assert kinds(entries(5, **same)) == ["same_words"]
    assert kinds(entries(4, **same)) == []
    assert kinds(entries(5, words=lambda n: "rapat")) == []  # too short to mean anything
    assert kinds(entries(5, day=lambda n: DAY, **same)) == []
    assert kinds(entries(3, about=lambda n: f"person:{n}", **same)) == ["same_words_of_many"]
    assert kinds(entries(3, register=lambda n: f"log{n}", about=lambda n: f"person:{n}", **same)) == []


def test_entries_of_several_days_made_within_minutes():
    quick = {"at": lambda n: AT + timedelta(seconds=20 * n)}
    (found,) = doubts(list(entries(9, **quick)))
    assert (found.kind, len(found.entries)) == ("burst", 9)
    assert kinds(entries(7, **quick)) == []
    assert kinds(entries(9, day=lambda n: DAY + timedelta(days=n % 2), **quick)) == []


def test_two_books_that_have_him_in_two_places_and_work_on_a_day_of_absence():
    one = replace(ENTRY, span=(480, 600))
    assert kinds([one, replace(one, ref="b", register="other", span=(590, 700))]) == ["two_places"]
    assert kinds([one, replace(one, ref="b", register="other", span=(600, 700))]) == []
    assert kinds([one, replace(one, ref="b", register="other", about="person:2")]) == []
    away = replace(ENTRY, ref="c", register="attendance", away=True)
    assert kinds([one, away]) == ["away"]
    assert kinds([ENTRY, away]) == []


def test_answers_of_citizens_that_came_at_once_are_counted_apart_from_those_of_officers():
    quick = {"by": lambda n: None, "at": lambda n: AT + timedelta(minutes=n)}
    assert kinds(entries(6, **quick)) == ["voices_burst"]
    assert kinds(entries(4, **quick)) == []
    assert kinds(entries(6, by=lambda n: None)) == []
