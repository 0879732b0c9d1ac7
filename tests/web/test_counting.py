"""What is said about a deadline in working days, as data and in the words of both languages."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from engine.core.calendar import Calendar, DayEntry, end_of
from engine.core.counting import clock_started, explained
from engine.core.definition import Due
from engine.core.extending import Shift
from engine.core.messages import Text
from engine.web.i18n import shipped

WIB = ZoneInfo("Asia/Jakarta")
RECEIVED = datetime(2026, 3, 13, 2, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 17, 2, 0, tzinfo=UTC)
NYEPI = DayEntry(date(2026, 3, 19), "holiday", Text("Hari Suci Nyepi", "Day of Silence"))
OPEN = DayEntry(date(2026, 3, 22), "working_day", Text("Hari kerja pengganti", "Instead"))
SPEC = SimpleNamespace(due=Due(working_days=7, after="received"), after=("write",))


def office(*entries, receipt=False):
    return Calendar(5, receipt, {entry.day: entry for entry in entries})


def said(calendar, due, language="id"):
    message = explained(SPEC, end_of(due, WIB), RECEIVED, NOW, WIB, calendar)
    return shipped(strict=True).say(message, language)


def test_the_days_that_were_left_out_are_named():
    assert said(office(NYEPI), date(2026, 3, 25)) == (
        "7 hari kerja sesudah 13 Maret 2026, tanpa 1 hari libur: Hari Suci Nyepi (19 Maret 2026)"
        "; sisa 5 hari kerja sesudah hari ini."
    )
    assert said(office(NYEPI), date(2026, 3, 25), "en") == (
        "7 working days after 13 March 2026, without 1 day off: Day of Silence (19 March 2026)"
        "; 5 working days remain after today."
    )


def test_a_day_of_receipt_that_counts_and_a_day_worked_instead_are_said():
    words = said(office(NYEPI, OPEN, receipt=True), date(2026, 3, 23))
    assert "mulai 13 Maret 2026" in words and "termasuk 1 hari kerja pengganti: Hari kerja pengganti" in words


def test_of_many_days_off_some_are_named_and_the_others_counted():
    days = [DayEntry(date(2026, 3, 16) + timedelta(days=step), "holiday", Text("Libur", "Off")) for step in range(12)]
    words = said(office(*days), Calendar(5, False, {entry.day: entry for entry in days}).add(date(2026, 3, 13), 7))
    assert "tanpa 10 hari libur" in words and "dan 4 hari lain" in words


def test_a_deadline_that_stayed_behind_a_change_says_so():
    assert "tidak dimajukan" in said(office(), date(2026, 3, 27))


def test_of_a_deadline_that_has_passed_nothing_remains():
    message = explained(SPEC, end_of(date(2026, 3, 25), WIB), RECEIVED, NOW + timedelta(days=30), WIB, office(NYEPI))
    assert shipped(strict=True).say(message, "id").endswith("Hari Suci Nyepi (19 Maret 2026).")


def test_a_date_needs_no_explanation():
    spec = SimpleNamespace(due=Due(on="01-31", of="period"), after=())
    assert explained(spec, end_of(date(2026, 1, 31), WIB), RECEIVED, NOW, WIB, office()) is None


def test_a_clock_starts_with_the_last_task_that_was_waited_for_or_with_the_state():
    opened, ended = "2026-03-02T00:00:00.000Z", "2026-03-05T00:00:00.000Z"
    done = SimpleNamespace(key="write", state="done", ended_at=ended)
    task = SimpleNamespace(key="decide", opened_at=opened)
    assert clock_started(SPEC, task, [task, done][1:]) == ended
    assert clock_started(SPEC, task, []) == opened
    entered = SimpleNamespace(due=Due(working_days=7, after="entered"), after=("write",))
    assert clock_started(entered, task, [done]) == opened


def put_off(due, *shifts, spec=SPEC):
    message = explained(spec, end_of(due, WIB), RECEIVED, NOW, WIB, office(NYEPI), shifts)
    return shipped(strict=True).say(message, "id")


def test_what_a_deadline_was_put_off_by_is_said_after_how_it_was_counted():
    assert put_off(date(2026, 3, 27), Shift(days=2)).endswith(
        "Hari Suci Nyepi (19 Maret 2026); diperpanjang 2 hari kerja; sisa 7 hari kerja sesudah hari ini."
    )
    assert "; diperpanjang sampai 1 April 2026; sisa" in put_off(date(2026, 4, 1), Shift(until=date(2026, 4, 1)))
    stood = Shift(first=date(2026, 3, 17), last=date(2026, 3, 20))
    assert "terhenti 2 hari kerja selama penangguhan" in put_off(date(2026, 3, 27), stood)


def test_of_a_date_only_what_it_was_put_off_by_is_said():
    spec = SimpleNamespace(due=Due(on="03-25", of="period"), after=())
    assert put_off(date(2026, 3, 27), Shift(days=2), spec=spec) == "Sebuah tanggal; diperpanjang 2 hari kerja."
