"""Repair in a real Chromium: one admin proposes to take a case back, another agrees to what he sees; stuck cases."""

from playwright.sync_api import expect
from sqlalchemy import text

from engine import repairs
from engine.store.refs import new_ref


def signed_in(open_page, url, city, who, width):
    page = open_page(url, "/healthz", width=width)
    page.context.add_cookies([{"name": "siklus", "value": city.token(who), "url": url}])
    return page


def test_two_admins_take_a_case_back_and_find_what_is_stuck(office, open_page, accessible):
    url, city = office
    case = city.case("employee")
    repairs.cancel(city.rt, case, actor=city.actor("admin"), reason="Keliru.", seen=1, key=new_ref())
    with city.database.begin() as db:
        db.execute(text("DELETE FROM task_holder WHERE task_id = (SELECT max(id) FROM task WHERE state = 'open')"))
    first = signed_in(open_page, url, city, "admin", 1280)
    first.goto(f"/cases/{case}")
    first.get_by_role("link", name="Perbaikan kasus").click()
    accessible(first)
    first.get_by_role("link", name="Tarik kembali ke tahap sebelumnya").click()
    first.get_by_role("link", name="Penyusunan SKP").click()
    accessible(first)
    first.get_by_label("Alasan").fill("Dibatalkan pada orang yang salah.")
    first.get_by_role("button", name="Ajukan usulan").click()
    expect(first.get_by_text("Admin lain perlu menyetujuinya dalam tujuh hari.")).to_be_visible()
    second = signed_in(open_page, url, city, "approver", 360)
    second.goto("/admin/stuck/")
    expect(second.get_by_role("link", name="Alihkan tugas").first).to_be_visible()
    accessible(second)
    second.get_by_role("region", name="Menunggu persetujuan").get_by_role("link").first.click()
    expect(second.get_by_text("Dibatalkan pada orang yang salah.")).to_be_visible()
    accessible(second)
    second.get_by_role("button", name="Setujui dan tarik kembali").click()
    expect(second.get_by_text("Kasus sudah ditarik kembali.")).to_be_visible()
    expect(second.locator(".standing-state")).to_have_text("Penyusunan SKP")
    accessible(second)
