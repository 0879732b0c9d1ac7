"""A file of people from the upload to the report in a real Chromium: wrong rows by cause, the right ones imported.

And the staffing check of a cycle, which leads from a finding to the page that mends it.
"""

import re

import pytest
import python_calamine
from playwright.sync_api import expect
from sqlalchemy import func, select

import wsgi
from engine import outbox
from engine.imports import acts
from engine.store.tables import Person
from tests import planted

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
