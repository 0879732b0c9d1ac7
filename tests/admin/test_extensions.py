"""Putting deadlines off on pages: looked at, then done; what is read of it, and of a case that stands still."""

from sqlalchemy import select

from engine import ledger
from engine.store.queries import extendable
from engine.store.tables import Case, Cycle, Event, Task
from tests.admin.city import words
from tests.admin.test_repairs import hidden


def due_of(city, case):
    query = select(Task.due).join(Case, Case.id == Task.case_id).where(Case.ref == case, Task.due.is_not(None))
    return city.all(query.order_by(Task.id))[0]


def test_the_deadline_of_a_case_is_looked_at_then_put_off_and_read_by_whoever_has_it(city):
    case = city.case("employee")
    where, before = f"/admin/cases/{case}/extend", due_of(city, case)
    assert "Perpanjang batas waktu" in words(city.get("admin", f"/admin/cases/{case}/repair"))
    assert "Pilih salah satu" in words(city.post("admin", where, 422, reason="x", do="look"))
    assert "tidak lebih lambat" in words(city.post("admin", where, 422, reason="x", until="2025-01-01", do="look"))
    form = {"until": "2027-03-31", "reason": "Gangguan jaringan.", "do": "look"}
    assert "31 Maret 2027" in words(city.post("admin", where, 200, **form))
    assert due_of(city, case) == before
    city.post("admin", where, **{**form, "do": "go"})
    assert due_of(city, case) != before
    told = words(city.get("employee", f"/cases/{case}"))
    assert "memperpanjang batas waktu sampai 31 Maret 2027" in told and "Gangguan jaringan." in told
    assert "diperpanjang sampai 31 Maret 2027" in told
    ledger.verify(city.rt.db)


def test_the_deadlines_of_a_cycle_below_a_unit_are_put_off_unless_others_are_meant_by_now(city, monkeypatch):
    case = city.case("employee")
    cycle = city.one(select(Cycle.ref).join(Case, Case.cycle_id == Cycle.id).where(Case.ref == case))
    where, form = f"/admin/cycles/{cycle}/deadlines", {"days": "5", "reason": "Surat edaran.", "do": "look"}
    assert where in city.get("admin", f"/admin/cycles/{cycle}").text
    assert "Tidak ada kasus" in words(city.post("admin", where, 422, person="Tidak Ada Namanya", **form))
    preview = city.post("admin", where, 200, person=case, **form)
    assert "(1 kasus)" in words(preview)
    monkeypatch.setattr(extendable, "MOST", 0)
    assert "Lebih dari 0 kasus" in words(city.post("admin", where, 422, person=case, **form))
    monkeypatch.undo()
    city.post("admin", where, 422, person=case, seen="another set", **{**form, "do": "go"})
    before = due_of(city, case)
    city.post("admin", where, person=case, seen=hidden(preview, "seen"), **{**form, "do": "go"})
    assert due_of(city, case) > before
    assert city.all(select(Event.kind).where(Event.kind == "case.extended")) == ["case.extended"]


def test_a_case_that_stands_still_says_so_on_its_page_in_the_inbox_and_instead_of_its_form(city):
    case = city.case("employee")
    task = city.one(select(Task.ref).join(Case).where(Case.ref == case, Task.form == "plan"))
    city.post("admin", f"/admin/cases/{case}/suspend", reason="Cuti besar.")
    assert city.client("employee").get(f"/tasks/{task}").status_code == 303
    page = words(city.get("employee", f"/cases/{case}"))
    assert "Ditangguhkan sejak" in page and "<time" not in page and "Cuti besar." in page
    assert "Ditangguhkan sejak" in words(city.get("employee", "/"))
    assert city.client("employee").get(f"/cases/{case}?lang=en").status_code == 200
