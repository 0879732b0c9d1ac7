"""A calendar that is written by hand is read by a library as it was meant, and by none as something else."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from engine.core.icalendar import LONGEST, Day, write

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
AWKWARD = "Tugas; “Susun\\SKP”, bagian 1:\nlanjut – " + "é" * 80


def test_a_day_is_read_as_it_was_written():
    (event,) = Calendar.from_ical(
        write("Batas waktu", "id", [Day("abc@siklus", date(2026, 3, 31), AWKWARD, AT)])
    ).events
    assert event["UID"] == "abc@siklus" and event["DTSTART"].dt == date(2026, 3, 31)
    assert event["DTEND"].dt == date(2026, 4, 1) and event["DTSTAMP"].dt == AT
    assert str(event["SUMMARY"]) == AWKWARD


def test_a_calendar_names_itself_and_asks_nobody_to_answer():
    read = Calendar.from_ical(write("Batas waktu", "id", []))
    assert str(read["X-WR-CALNAME"]) == "Batas waktu" and "METHOD" not in read and not read.events


@given(st.text(max_size=300))
def test_no_words_break_out_of_their_line(words):
    written = write("n", "en", [Day("u", date(2026, 1, 1), words, AT)])
    assert all(len(line) <= LONGEST for line in written.split(b"\r\n"))
    (event,) = Calendar.from_ical(written).events
    assert event["UID"] == "u" and len(event.property_items()) == 8


@pytest.mark.parametrize("piece", ["\r\nBEGIN:VEVENT", "\x00", "\u2028X:1"])
def test_a_label_cannot_add_a_property(piece):
    (event,) = Calendar.from_ical(write("n", "en", [Day("u", date(2026, 1, 1), f"a{piece}b", AT)])).events
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "TRANSP"}
