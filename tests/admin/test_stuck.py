"""The list of stuck cases: each cause in words with its mend, nothing else, and nobody else's."""

import pytest
from sqlalchemy import text

from engine import repairs
from engine.store.refs import new_ref
from engine.web import lately
from tests.admin.city import words


@pytest.fixture
def run(city):
    def statement(sql, **given):
        with city.database.begin() as db:
            db.execute(text(sql), given)
        city.reopen()  # on a slow machine the list is kept for a while
        city.clients.clear()

    return statement


def listed(city, who="admin", **wanted):
    query = "&".join(f"{name}={value}" for name, value in wanted.items())
    return words(city.get(who, f"/admin/stuck/?{query}"))


def test_a_task_that_nobody_holds_or_somebody_who_left_is_listed_with_its_mend(city, run):
    case = city.case("employee")
    task = city.task(case, "decide_plan")
    assert city.get("admin", "/admin/stuck/?cause=nobody").text.count("<tr>") == 0
    run("DELETE FROM task_holder WHERE task_id = (SELECT id FROM task WHERE ref = :ref)", ref=task)
    page = city.get("admin", "/admin/stuck/?cause=nobody")
    assert "tidak dipegang siapa pun sejak" in words(page)
    assert f"/admin/cases/{case}/reassign?task={task}" in page.text
    run("UPDATE person SET active = false WHERE ref = :ref", ref=city.person("employee"))
    assert "yang sudah tidak aktif" in listed(city, cause="left")
    assert f"/admin/people/{city.person('employee')}/hand-over" in city.get("admin", "/admin/stuck/?cause=left").text
    audits = city.get("auditor", "/admin/stuck/")
    assert "tidak dipegang siapa pun sejak" in words(audits) and "/reassign" not in audits.text


def test_a_closed_account_and_dead_work_are_listed_and_what_is_over_is_not(city, run):
    case = city.case("employee")
    before = listed(city, cause="no_account")
    run("UPDATE account SET disabled_at = '2026-11-01T00:00:00.000Z' "
        "WHERE person_id = (SELECT id FROM person WHERE ref = :ref)", ref=city.person("employee"))  # fmt: skip
    name = "Siti Rohmah Handayani"
    assert name in listed(city, cause="no_account") and f"dipegang {name}" not in before
    run("INSERT INTO outbox (event_ref, effect_key, kind, body, state, attempts, next_at, created_at) SELECT ref, "
        "'x', 'links.check', '{}', 'dead', 8, at, at FROM event WHERE stream = :stream",
        stream=f"case:{case}")  # fmt: skip
    assert "gagal dan tidak dicoba lagi" in listed(city, cause="dead")
    repairs.cancel(city.rt, case, actor=city.actor("admin"), reason="Keliru.", seen=1, key=new_ref())
    assert f"/cases/{case}" not in city.get("admin", "/admin/stuck/").text


def test_what_is_over_is_not_listed_though_the_list_of_a_while_ago_is_kept(city, run, monkeypatch):
    case = city.case("employee")
    run("DELETE FROM task_holder WHERE task_id IN (SELECT id FROM task WHERE state = 'open')")
    monkeypatch.setattr(lately, "LONG", 0.0)  # as where to look takes long
    assert f"/cases/{case}" in city.get("admin", "/admin/stuck/").text
    repairs.cancel(city.rt, case, actor=city.actor("admin"), reason="Keliru.", seen=1, key=new_ref())
    assert f"/cases/{case}" not in city.get("admin", "/admin/stuck/").text


def test_long_suspended_cases_are_listed(city, run):
    case = city.case("employee")
    city.post("admin", f"/admin/cases/{case}/suspend", reason="Cuti besar.")
    assert f"/admin/cases/{case}/resume" not in city.get("admin", "/admin/stuck/?cause=suspended").text
    run("DROP TRIGGER suspension_no_update")
    run("UPDATE suspension SET at = '2026-09-01T00:00:00.000Z'")
    assert f"/admin/cases/{case}/resume" in city.get("admin", "/admin/stuck/?cause=suspended").text


def test_each_sees_the_stuck_cases_of_his_units_and_who_could_agree_the_proposals(city, run):
    mine, other = city.case("employee"), city.case("stranger", "2026 - Dinas Pendidikan")
    run("DELETE FROM task_holder WHERE task_id IN (SELECT id FROM task WHERE state = 'open')")
    page = city.get("dinkes_admin", "/admin/stuck/?cause=nobody").text
    assert f"/cases/{mine}" in page and f"/cases/{other}" not in page
    repairs.cancel(city.rt, mine, actor=city.actor("admin"), reason="Keliru.", seen=1, key=new_ref())
    would = city.get("admin", f"/admin/cases/{mine}/rewind?back=1").text
    shown = would.split('name="shown" value="')[1].split('"')[0]
    city.post("admin", f"/admin/cases/{mine}/rewind", back=1, shown=shown, reason="Salah orang.")
    assert "Menunggu persetujuan penarikan kembali" in listed(city, "dinkes_admin")
    assert "Menunggu persetujuan penarikan kembali" not in listed(city, "auditor")


def test_the_list_asks_as_many_questions_for_many_as_for_one(city, run):
    def asked():
        city.get("admin", "/admin/stuck/?cause=nobody")  # whatever is kept is kept
        with city.counted() as seen:
            city.get("admin", "/admin/stuck/?cause=nobody")
        return len(seen)

    run("DELETE FROM task_holder WHERE task_id = (SELECT min(id) FROM task WHERE state = 'open')")
    few = asked()
    run("DELETE FROM task_holder WHERE task_id IN (SELECT id FROM task WHERE state = 'open')")
    assert asked() - few <= 1  # the count, once there is more than a page
    assert few <= 16
