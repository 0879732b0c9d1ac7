"""A file of people from the upload to the report in a real Chromium: wrong rows by cause, the right ones imported.

So is a month of attendance, by whoever keeps that register. And the staffing check of a cycle, which leads from a
finding to the page that mends it.
"""

import re

import pytest
import python_calamine
from playwright.sync_api import expect
from sqlalchemy import func, select

import wsgi
from engine import outbox
from engine.imports import acts
from engine.store.queries import people as staff
from engine.store.tables import Person
from engine.store.tables.registers import Entry
from tests import planted, planted_entries
from tests.admin.city import CAST, NOW

ROWS, FAULTS = 60, 12


def people(city):
    return city.one(select(func.count()).select_from(Person.__table__))


def test_a_file_with_twelve_kinds_of_faults_shows_each_and_imports_the_rest(office, visit, accessible, tmp_path):
    _, city = office
    before, file = people(city), planted.people(ROWS, FAULTS)
    page = visit("/admin/imports/")
    accessible(page)
    page.get_by_role("link", name="Impor berkas").click()
    accessible(page)
    page.get_by_label("Pegawai", exact=True).check()
    page.get_by_label("Berkas CSV atau XLSX").set_input_files(
        {"name": "pegawai.csv", "mimeType": "text/csv", "buffer": file.csv()}
    )
    page.get_by_role("button", name="Unggah").click()

    expect(page.get_by_label("Golongan")).to_have_value("3")
    accessible(page)
    page.get_by_role("button", name="Periksa semua baris").click()

    expect(page.get_by_role("link", name=re.compile("12 salah"))).to_be_visible()
    accessible(page)
    rows = page.get_by_role("table", name="Baris yang salah").locator("tbody th")
    assert {int(re.match(r"\d+", text)[0]) for text in rows.all_inner_texts()} == set(file.faults)
    page.get_by_role("link", name="NIP: bulan pengangkatan tidak ada").click()
    expect(rows).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh laporan (XLSX)").click()
    download.value.save_as(tmp_path / "report.xlsx")
    sheet = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "report.xlsx")).get_sheet_by_index(0).to_python()
    assert [int(row[0]) for row in sheet[1:]] == sorted(file.faults)
    assert all(row[5] and row[6] for row in sheet[1:]), "each says what is wrong, and how it is mended"

    page.get_by_role("link", name="Impor 48 baris").click()
    accessible(page)
    page.get_by_role("button", name="Impor 48 baris").click()
    expect(page.get_by_role("heading", name="Impor sedang berjalan")).to_be_visible()
    accessible(page)
    while outbox.sweep(city.rt, wsgi.build_works()):
        pass
    page.get_by_role("link", name="Lihat kemajuannya").click()
    expect(page.get_by_text("Impor selesai")).to_be_visible()
    assert people(city) == before + ROWS - FAULTS


def test_the_report_reads_on_a_narrow_screen_in_english(office, visit, accessible):
    _, city = office
    file = {"kind": "people", "name": "people.csv", "content": planted.people(ROWS, FAULTS).csv()}
    acts.judge(city.rt, acts.take(city.rt, actor=city.actor("admin"), **file), actor=city.actor("admin"))
    page = visit("/admin/imports/", language="en", width=360, height=800)
    accessible(page)
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Wrong rows")).to_be_visible()
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize(("language", "width"), [("id", 1280), ("en", 360)])
def test_a_finding_of_the_staffing_check_leads_to_what_mends_it(office, visit, accessible, language, width):
    _, city = office
    page = visit(f"/admin/cycles/{city.cycle('2027')}/staffing?kind=no_account", language=language, width=width)
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name=re.compile("^(Buatkan akun|Create an account)")).first.click()
    expect(page).to_have_url(re.compile(r"/admin/people/\w+/account$"))


@pytest.fixture
def nips(office):
    _, city = office
    posts = [CAST[who] for who in ("supervisor", "panel", "approver", "dinkes_admin", "auditor", "stranger")]
    with city.rt.db.read() as db:
        return [staff.by_key_of_post(db, post, NOW.date()).nip for post in (*posts, CAST["admin"])]


def test_a_month_of_attendance_comes_in_from_a_file_and_its_faults_go_home_as_a_workbook(
    office, nips, visit, accessible, tmp_path
):
    _, city = office
    file = planted_entries.attendance(nips[:-1], NOW.date(), 10, 15, nips[-1], set())
    page = visit("/registers/")
    page.locator('a[href="/registers/attendance/imports/"]').click()
    accessible(page)
    page.get_by_label("Berkas CSV atau XLSX").set_input_files(
        {"name": "presensi.csv", "mimeType": "text/csv", "buffer": file.csv()}
    )
    page.get_by_role("button", name="Unggah").click()
    expect(page.get_by_label("Terlambat (menit)")).to_have_value("5")
    accessible(page)
    page.get_by_role("button", name="Periksa semua baris").click()
    expect(page.get_by_role("heading", name="Yang akan terjadi")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="Dua kali di berkas").click()
    expect(page.get_by_role("table", name="Baris yang salah").locator("tbody th")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh semua baris yang salah (XLSX)").click()
    download.value.save_as(tmp_path / "faults.xlsx")
    sheet = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "faults.xlsx")).get_sheet_by_index(0).to_python()
    wanted = {number for number, cause in file.faults.items() if cause != "one_a_day"}  # nothing stands here yet
    assert {int(row[0]) for row in sheet[1:]} == wanted
    assert all(row[4] and row[5] for row in sheet[1:]), "each says what is wrong, and how it is mended"

    right = len(file.rows) - len(wanted)
    page.get_by_role("button", name=f"Impor {right} catatan").click()
    expect(page.get_by_role("heading", name="Impor sedang berjalan")).to_be_visible()
    accessible(page)
    while outbox.sweep(city.rt, wsgi.build_works()):
        pass
    page.get_by_role("link", name="Lihat kemajuannya").click()
    expect(page.get_by_text("Impor selesai")).to_be_visible()
    assert city.one(select(func.count()).where(Entry.how == "import")) == right

    page.set_viewport_size({"width": 360, "height": 800})
    page.get_by_role("link", name=re.compile("^EN")).first.or_(page.get_by_role("button", name="EN")).first.click()
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
