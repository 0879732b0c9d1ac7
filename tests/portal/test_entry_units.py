"""Registers about units on pages: whoever sits there finds, adds, reads, corrects; the head verifies; nobody else."""

import re
from datetime import timedelta

import pytest

from engine import entry_rights, entry_units, registers
from engine.store.refs import new_ref
from tests.portal.house import loaded_house as loaded_house
from tests.portal.house import plain
from tests.verbs.stage import SHIPPED

TIMES = {"service": "KTP", "served": "40", "waited": "12.5", "worked": "8", "in_time": "36"}


@pytest.fixture
def counter(house):
    house.publish((SHIPPED / "registers/service_times.yaml").read_bytes(), "service_times")
    return house


def test_a_unit_keeps_its_book_and_its_head_verifies(counter):
    unit, carol, erin = counter.unit("health").ref, counter.browser("carol"), counter.browser("erin")
    with counter.counted() as asked:
        shown = carol.get("/registers/")
    assert f"/registers/service_times/add?person={unit}" in shown and len(asked) <= 14
    added = {"person": unit, "day": "2026-03-02", "key": new_ref(), **TIMES}
    assert carol.post("/registers/service_times/add", added).endswith(f"person={unit}")
    month = plain(carol.get(f"/registers/service_times/?person={unit}"))
    assert "KTP" in month and "500 menit" in month
    team = plain(erin.get("/registers/service_times/team"))
    assert "Menunggu diperiksa: 1 catatan" in team and "Catatan unit saya" in team
    ref = re.search(r'name="entry" value="(\w+)"', erin.get("/registers/service_times/team"))[1]
    erin.post("/registers/service_times/team", {"entry": ref, "verdict": "verified"})
    assert "Diperiksa" in plain(carol.get(f"/registers/service_times/?person={unit}"))
    assert "/registers/service_times/imports/" in shown
    assert "Kolom" in carol.get("/registers/service_times/imports/")


def test_sums_of_a_unit_tell_nothing_that_an_earlier_version_kept_from_its_staff(counter):
    text, today = (SHIPPED / "registers/service_times.yaml").read_text(encoding="utf-8"), counter.now.date()
    unit, head, staff = counter.unit("health").ref, counter.actor("erin"), counter.actor("carol")
    for read, years in (("read: [head, personnel]", 10), ("read: [head, staff, personnel]", 11)):
        written = text.replace("read: [head, staff, personnel]", read).replace("keep_years: 10", f"keep_years: {years}")
        counter.publish(written.encode(), "service_times")
        given = ("service_times", unit, today, TIMES)
        registers.add_entry(counter.rt, *given, actor=staff, key=new_ref())
    with counter.rt.db.read() as db:
        found = entry_rights.published(counter.rt, db, "service_times")
        for actor, count in ((head, 2), (staff, 1)):
            (member,) = entry_units.team(counter.rt, db, found, actor, today, today)
            assert (member.count, member.sums[0]) == (count, 40 * count)


def test_a_complaint_is_answered_however_late(house):
    house.publish((SHIPPED / "registers/complaints.yaml").read_bytes(), "complaints")
    unit, day = house.unit("health"), house.now.date()
    written = {"kind": "time", "words": "Menunggu tiga jam."}
    given = ("complaints", unit.ref, day, written)
    ref = registers.add_entry(house.rt, *given, actor=house.actor("carol"), key=new_ref()).ref
    house.now += timedelta(days=45)
    answered = {**written, "status": "answered", "answer": "Loket ditambah.", "answered_on": "2026-04-16"}
    path, carol = f"/registers/entries/{ref}/correct", house.browser("carol")
    carol.post(path, {**answered, "answer": "", "key": new_ref(), "reason": "Dijawab"}, status=422)
    carol.post(path, {**answered, "key": new_ref(), "reason": "Dijawab"})
    month = plain(carol.get(f"/registers/complaints/?person={unit.ref}&month=2026-03"))
    assert "45 hari" in month and "Loket ditambah." in month


def test_others_find_neither_the_unit_nor_its_book(counter):
    unit, mallory = counter.unit("health").ref, counter.browser("mallory")
    assert unit not in mallory.get("/registers/")
    mallory.get(f"/registers/service_times/?person={unit}", status=404)
    mallory.get(f"/registers/service_times/add?person={unit}", status=404)
