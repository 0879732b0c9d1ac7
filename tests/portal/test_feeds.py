"""The calendar of one's deadlines: whoever has its address reads days and names of tasks, and nothing else."""

from datetime import date

from icalendar import Calendar

from engine.store.queries import accounts
from engine.web import notice_letters
from tests.portal.house import plain
from tests.verbs.stage import PLAN


def address(browser):
    page = browser.post("/notices/calendar", {}, status=200)
    return page.split('calendar-address">')[1].split("<")[0].removeprefix("http://localhost")


def read(house, path, status=200, **more):
    answer = house.app.test_client().get(path, **more)
    assert answer.status_code == status
    return answer


def test_the_feed_holds_the_days_of_my_open_tasks_and_no_names(house):
    case = house.case()
    path = address(house.browser("carol"))
    answer = read(house, path)
    assert answer.mimetype == "text/calendar"
    (event,) = Calendar.from_ical(answer.data).events
    assert event["DTSTART"].dt == date(2026, 1, 31) and event["SUMMARY"] == "Tugas Siklus: Susun SKP"
    assert b"Carol" not in answer.data and b"Erin" not in answer.data
    uid = event["UID"]
    house.send(case, "carol", "write_plan", PLAN)
    assert uid not in [each["UID"] for each in Calendar.from_ical(read(house, path).data).events]


def test_what_waits_for_others_is_not_in_it(house):
    house.case()
    assert not Calendar.from_ical(read(house, address(house.browser("erin"))).data).events


def test_of_very_many_tasks_those_of_the_nearest_deadlines_are_in_it(house, monkeypatch):
    house.case()
    house.open(name="Evaluasi 2027", period_start=date(2027, 1, 1), period_end=date(2027, 12, 31))
    path = address(house.browser("carol"))
    dues = [event["DTSTART"].dt for event in Calendar.from_ical(read(house, path).data).events]
    assert len(dues) == 2
    monkeypatch.setattr(notice_letters, "MOST_TASKS", 1)
    (event,) = Calendar.from_ical(read(house, path).data).events
    assert event["DTSTART"].dt == min(dues)


def test_a_program_that_has_it_already_is_told_so(house):
    house.case()
    path = address(house.browser("carol"))
    tag = read(house, path).headers["ETag"]
    assert read(house, path, status=304, headers={"If-None-Match": tag}).data == b""


def test_a_new_address_ends_the_old_one_and_none_is_shown_twice(house):
    carol = house.browser("carol")
    first = address(carol)
    second = address(carol)
    assert first != second and len(first) > 40
    read(house, first, status=404)
    read(house, second)
    assert second.split("/")[2].removesuffix(".ics") not in carol.get("/notices/choices")
    assert "Alamat kalender dibuat" in plain(carol.get("/notices/choices"))
    carol.post("/notices/calendar/end", {})
    read(house, second, status=404)
    read(house, "/calendar/" + "a" * 4000 + ".ics", status=404)


def test_the_address_of_whoever_is_shut_out_opens_nothing(house):
    path = address(house.browser("carol"))
    with house.rt.db.begin() as db:
        accounts.set_disabled(db, house.person("carol").id, "2026-03-01T00:00:00.000Z")
    read(house, path, status=404)
