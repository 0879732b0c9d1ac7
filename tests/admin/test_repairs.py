"""Repair of a case on its pages: what an admin is offered, what it would do, and that two people take it back."""

import pytest
from sqlalchemy import select

from engine import ledger, repairs
from engine.store.refs import new_ref
from engine.store.tables import Case, Event
from tests.admin.city import words


def kinds(city, case):
    return city.all(select(Event.kind).where(Event.stream == f"case:{case}").order_by(Event.seq))


def state(city, case):
    return city.one(select(Case.state).where(Case.ref == case))


@pytest.fixture
def cancelled(city):
    case = city.case("employee")
    repairs.cancel(city.rt, case, actor=city.actor("admin"), reason="Keliru.", seen=1, key=new_ref())
    return case


def hidden(answer, name):
    page = answer.get_data(as_text=True)
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def proposed(city, case):
    """What the first admin does, page by page; answers the address of the proposal."""
    where = f"/admin/cases/{case}/rewind"
    assert "Penyusunan SKP" in words(city.get("admin", where))
    would = city.get("admin", f"{where}?back=1")
    assert "Tugas Susun SKP dibuka lagi untuk" in words(would)
    form = {"back": 1, "shown": hidden(would, "shown")}
    city.post("admin", where, 422, **form)
    city.post("admin", where, reason="Dibatalkan pada orang yang salah.", **form)
    return f"{where}/{city.all(select(Event.ref).where(Event.kind == 'case.rewind_proposed'))[-1]}"


def test_a_cancelled_case_is_taken_back_by_two_admins_on_their_pages(city, cancelled):
    page = city.get("employee", f"/cases/{cancelled}").text
    assert 'standing-state">Dibatalkan<' in page and 'tag-good">Selesai' not in page
    path = proposed(city, cancelled)
    assert "Admin lain yang harus menyetujuinya" in words(city.get("admin", path))
    city.post("admin", path, 403, shown="x")
    page = city.get("approver", path)
    assert "Dibatalkan pada orang yang salah." in words(page)
    assert "Analis" not in words(city.post("approver", path, 409, shown="x"))
    assert state(city, cancelled) == "cancelled"
    city.post("approver", path, shown=hidden(page, "shown"))
    assert state(city, cancelled) == "plan_drafted"
    told = words(city.get("employee", f"/cases/{cancelled}"))
    assert "kasus ditarik kembali ke tahap Penyusunan SKP" in told and "Dibatalkan pada orang yang salah." in told
    assert "Perbaikan kasus" not in told
    city.get("approver", path, status=404)
    ledger.verify(city.rt.db)


def test_a_proposal_is_refused_with_a_reason_and_the_case_stays(city, cancelled):
    path = proposed(city, cancelled)
    assert "mengusulkan agar kasus ditarik kembali" in words(city.get("approver", f"/admin/cases/{cancelled}/repair"))
    city.post("approver", f"{path}/refuse", 422)
    city.post("approver", f"{path}/refuse", reason="Pembatalan sudah benar.")
    assert (state(city, cancelled), kinds(city, cancelled)[-1]) == ("cancelled", "case.rewind_refused")


def test_a_role_is_given_by_its_name_and_back_to_its_rule(city):
    case, new = city.case("employee"), city.person("bidan_mahir")
    repair = f"/admin/cases/{case}/repair"
    assert "Kembalikan ke aturan" not in words(city.get("admin", repair))
    where = f"/admin/cases/{case}/reassign"
    assert "Pejabat Penilai Kinerja" in words(city.get("admin", f"{where}?role=supervisor"))
    city.post("admin", where, role="supervisor", person=new, reason="Atasan cuti.")
    assert "Kembalikan ke aturan" in words(city.get("admin", repair))
    city.post("admin", f"/admin/cases/{case}/give-back", 422, role="supervisor")
    city.post("admin", f"/admin/cases/{case}/give-back", role="supervisor", reason="Atasan kembali.")
    assert kinds(city, case)[1:3] == ["case.reassigned", "case.given_back"]
    assert "Kembalikan ke aturan" not in words(city.get("admin", repair))


def test_a_case_is_let_stand_still_and_goes_on(city):
    case = city.case("employee")
    for act in ("suspend", "resume"):
        city.post("admin", f"/admin/cases/{case}/{act}", 422)
        city.post("admin", f"/admin/cases/{case}/{act}", reason="Cuti besar.")
        city.post("admin", f"/admin/cases/{case}/{act}", 422, reason="Lagi.")
    assert {"case.suspended", "case.resumed"} <= set(kinds(city, case))


def test_cases_of_another_office_cannot_be_repaired_nor_by_whoever_only_reads(city):
    other, mine = city.case("stranger", "2026 - Dinas Pendidikan"), city.case("employee")
    for page in ("repair", "rewind", "give-back?role=supervisor", "suspend", "resume"):
        city.get("dinkes_admin", f"/admin/cases/{other}/{page}", status=404)
        city.get("auditor", f"/admin/cases/{mine}/{page}", status=403)
    assert kinds(city, other) == ["case.started"]
