"""What admins do to running cases: reassign in two steps without a script, cancel on a page that warns."""

import pytest
from sqlalchemy import select

from engine import repairs
from engine.core.errors import NotAllowed
from engine.store.tables import Case, Event, Person, Task, TaskHolder
from tests.admin.city import words


def holders(city, task_ref):
    query = (
        select(Person.ref).join(TaskHolder, TaskHolder.person_id == Person.id).join(Task, Task.id == TaskHolder.task_id)
    )
    return city.all(query.where(Task.ref == task_ref))


def kinds(city, case_ref):
    return city.all(select(Event.kind).where(Event.stream == f"case:{case_ref}").order_by(Event.seq))


def test_the_list_says_who_has_a_case_now_and_by_when(still):
    page = words(still.get("admin", f"/admin/cases/?q={still.case('employee')}"))
    assert "Penyusunan SKP" in page and "Siti Rohmah Handayani" in page and "31 Januari 2027" in page


def test_a_task_is_reassigned_in_two_steps_with_a_reason(city):
    case, new = city.case("employee"), city.person("bidan_mahir")
    task = city.task(case, "decide_plan")
    path = f"/admin/cases/{case}/reassign"
    assert "Tugas mana yang dialihkan?" in words(city.get("admin", path))
    found = city.get("admin", f"{path}?task={task}&q=Bidan%20nobody")
    assert "Tidak ada pegawai bernama" in words(found)
    name = city.one(select(Person.name).where(Person.ref == new))
    assert f"person={new}" in city.get("admin", f"{path}?task={task}&q={name.split(',')[0]}").text
    assert name in words(city.get("admin", f"{path}?task={task}&person={new}"))
    missing = city.post("admin", path, 422, task=task, person=new, reason=" ")
    assert "Isian ini belum diisi." in words(missing) and name in words(missing)
    answer = city.post("admin", path, task=task, person=new, reason="Atasan sedang cuti besar.")
    assert answer.location == f"/cases/{case}"
    assert holders(city, task) == [new]
    assert kinds(city, case)[-1] == "case.reassigned"


def test_what_the_verb_refuses_stands_on_the_form(city):
    case = city.case("employee")
    task = city.task(case, "decide_plan")
    form = {"task": task, "person": city.person("employee"), "reason": "coba"}
    page = words(city.post("admin", f"/admin/cases/{case}/reassign", 422, **form))
    assert "Ada yang perlu diperbaiki" in page
    assert "case.reassigned" not in kinds(city, case)


def test_pressing_twice_reassigns_once(city):
    case, new = city.case("employee"), city.person("bidan_mahir")
    form = {"task": city.task(case, "decide_plan"), "person": new, "reason": "Cuti.", "key": "the-same-key-again"}
    for _ in range(2):
        city.post("admin", f"/admin/cases/{case}/reassign", **form)
    assert kinds(city, case).count("case.reassigned") == 1


def test_a_case_is_cancelled_on_a_page_that_warns(city):
    case = city.case("employee")
    page = words(city.get("admin", f"/admin/cases/{case}/cancel"))
    assert "Evaluasi berakhir tanpa hasil" in page
    version = city.one(select(Case.version).where(Case.ref == case))
    city.post("admin", f"/admin/cases/{case}/cancel", 422, seen=version, reason="")
    city.post("admin", f"/admin/cases/{case}/cancel", 409, seen=version + 1, reason="Pindah instansi.")
    city.post("admin", f"/admin/cases/{case}/cancel", seen=version, reason="Pindah instansi.")
    assert city.one(select(Case.state).where(Case.ref == case)) == "cancelled"
    assert "Evaluasi ini sudah berakhir" in words(city.get("admin", f"/admin/cases/{case}/cancel"))


def test_cases_of_another_office_are_not_there_for_an_admin_of_one(city):
    other = city.case("stranger", "2026 - Dinas Pendidikan")
    for act in ("reassign", "cancel"):
        city.get("dinkes_admin", f"/admin/cases/{other}/{act}", status=404)
        city.post(
            "dinkes_admin", f"/admin/cases/{other}/{act}", 404, reason="x", seen=1, task=city.task(other, "write_plan")
        )
    assert f"/cases/{other}" not in city.get("dinkes_admin", "/admin/cases/").text
    assert kinds(city, other) == ["case.started"]


def test_an_auditor_can_neither_open_nor_send_these_pages(city):
    case = city.case("employee")
    for act in ("reassign", "cancel"):
        city.get("auditor", f"/admin/cases/{case}/{act}", status=403)
        city.post("auditor", f"/admin/cases/{case}/{act}", 403, reason="x", seen=1)


def test_a_right_to_administer_elsewhere_lends_nothing_where_one_only_audits(city):
    form = {"role": "admin", "unit": city.unit("disdik"), "starts_on": "2026-11-01"}
    city.post("admin", f"/admin/people/{city.person('auditor')}/grants/new", **form)
    case = city.case("employee")
    form = {"task": city.task(case, "decide_plan"), "person": city.person("bidan_mahir"), "reason": "Coba.", "seen": 1}
    for act in ("reassign", "cancel"):
        city.get("auditor", f"/admin/cases/{case}/{act}", status=403)
        city.post("auditor", f"/admin/cases/{case}/{act}", 403, **form)
    with pytest.raises(NotAllowed):
        repairs.reassign(
            city.rt, form["task"], form["person"], actor=city.actor("auditor"), reason="Coba.", key="k" * 20
        )
    with pytest.raises(NotAllowed):
        repairs.cancel(city.rt, case, actor=city.actor("auditor"), reason="Coba.", seen=1, key="k" * 20)
    assert kinds(city, case) == ["case.started"]


def test_an_auditor_leaves_no_remark_on_a_case(city):
    case = city.case("employee")
    city.post("auditor", f"/cases/{case}/comments", 403, comment="Saya lihat ini.")
    assert kinds(city, case) == ["case.started"]
    city.post("admin", f"/cases/{case}/comments", 303, comment="Mohon dilengkapi.")
    assert kinds(city, case) == ["case.started", "case.commented"]


def test_the_page_of_a_case_leads_admins_to_their_acts_and_offers_auditors_no_remark(still):
    case = still.case("employee")
    ways = (f"/admin/cases/{case}/reassign", f"/admin/cases/{case}/cancel", f"/admin/events/?q={case}", "/comments")
    offered = {
        who: [way in still.get(who, f"/cases/{case}").text for way in ways] for who in ("admin", "auditor", "employee")
    }
    assert offered == {
        "admin": [True, True, True, True],
        "auditor": [False, False, True, False],
        "employee": [False, False, False, True],
    }
