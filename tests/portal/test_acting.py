"""Acting for another, as staff see it: the mark in the inbox, why somebody has a task, both names on what was done."""

from datetime import date

from engine import acting, paper_people, snapshot
from engine.store.queries import history
from tests.portal.house import plain
from tests.verbs.stage import PLAN
from tests.verbs.test_acting import work

PLACE = "untuk Erin (Plh, SK nomor 800/12)"


def absent(house, deputy="mallory", **rest):
    told = {"kind": "plh", "number": "800/12", "starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 9), **rest}
    people = {"person_ref": house.ref("erin"), "deputy_ref": house.ref(deputy)}
    return acting.record_order(house.rt, actor=house.actor("alice"), **people, **told)


def test_a_task_held_for_another_says_for_whom_and_under_which_order(house):
    case = house.case()
    house.send(case, "carol", "write_plan", PLAN)
    absent(house)
    work(house)
    assert PLACE in plain(house.browser("mallory").get("/"))
    assert "Tidak ada yang perlu Anda kerjakan" in house.browser("erin").get("/")
    page = plain(house.browser("carol").get(f"/cases/{case}"))
    assert f"Mallory, {PLACE} (Pejabat Penilai Kinerja)" in page
    assert "Bertindak untuk Erin (Plh) berdasarkan 800/12, 2 Maret 2026 sampai sebelum 9 Maret 2026." in page
    assert "Atasan langsung Pegawai: Kapus, Puskesmas, Definitif, sejak 1 Januari 2024." in page


def test_the_history_names_both_people_for_ever(house):
    case = house.case()
    house.send(case, "carol", "write_plan", PLAN)
    absent(house)
    house.fire(case, "mallory", "approve")
    house.wait(days=30)
    assert f"Mallory, {PLACE} (Pejabat Penilai Kinerja)" in plain(house.browser("carol").get(f"/cases/{case}"))


def test_who_would_act_on_a_date_by_which_rule_and_since_when(house):
    case = house.case()
    absent(house, starts_on=date(2026, 2, 10), ends_on=date(2026, 2, 20))
    browser = house.browser("carol")
    page = plain(browser.get(f"/cases/{case}/roles")).replace(" :", ":")
    assert "Pada 2 Maret 2026" in page and "Erin: Atasan langsung Pegawai: Kapus" in page
    assert "Aturannya: Atasan dari Pegawai, menurut jabatannya." in page
    assert "Erin 1 Januari 2026 – 10 Februari 2026" in page
    assert f"Mallory, {PLACE} 10 Februari 2026 – 20 Februari 2026" in page
    assert "Erin 20 Februari 2026 – sampai sekarang" in page
    on_a_day = plain(browser.get(f"/cases/{case}/roles?on=2026-02-15")).replace(" :", ":")
    assert "Pada 15 Februari 2026" in on_a_day and f"Mallory, {PLACE}:" in on_a_day
    assert browser.get(f"/cases/{case}/roles?on=2026-02-31", status=400)
    with house.counted() as asked:
        browser.get(f"/cases/{case}/roles")
    assert len(asked) <= 12, "\n".join(asked)


def test_a_paper_names_both_people_at_the_signature(house):
    case = house.case()
    house.send(case, "carol", "write_plan", PLAN)
    absent(house)
    house.fire(case, "mallory", "approve")
    with house.rt.db.read() as db:
        found = snapshot.load(house.rt, db, case, house.actor("carol"), house.now)
        spec = found.workflow.definition.prints[0]
        rows = history.events(db, case)
        signed = dict(paper_people.signed(db, found, spec, rows, set(found.workflow.forms)))
    (told,) = [act.instead for act in signed.values() if act.instead is not None]
    assert told.params["principal"] == "Erin" and told.params["number"] == "800/12"
