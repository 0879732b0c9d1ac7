"""Cycles: described, previewed with names, opened once however often the button is pressed, watched."""

import re
from html import unescape
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
import python_calamine
from sqlalchemy import func, select, update

from engine.core.times import to_datetime
from engine.store.queries import units
from engine.store.tables import Case, Cycle, Submission, Unit
from tests.admin.city import words

FORM = {"name": "Evaluasi 2028", "period_start": "2028-01-01", "period_end": "2028-12-31"}


def form(city, **changes):
    return {**FORM, "version_ref": city.definition(), "population": "'puskesmas' in units", **changes}


def test_a_preview_names_the_people_and_who_would_hold_each_role_and_opens_nothing(city):
    before = city.one(select(func.count()).select_from(Cycle))
    answer = city.post("admin", "/admin/cycles/new", 200, do="preview", **form(city))
    page = words(answer)
    assert "14 pegawai dituju" in page and "Semua peran terisi" in page and "Buka siklus dengan 14 evaluasi" in page
    assert "Siti Rohmah Handayani" in page and "Tim Kerja UKP" in page
    assert "Pejabat Penilai Kinerja" in page and "dr. Hj. Retno Wulandari" in page and "Panel kalibrasi" in page
    assert city.one(select(func.count()).select_from(Cycle)) == before


def test_every_problem_is_named_before_the_button(city):
    page = words(
        city.post("admin", "/admin/cycles/new", 200, do="preview", **form(city, population="post == 'wali_kota'"))
    )
    assert "1 pegawai belum memiliki semua pemegang peran" in page and "belum ada pemegang peran" in page
    assert "Buka siklus dengan" not in page
    refused = city.post("admin", "/admin/cycles/new", 422, do="open", **form(city, population="post == 'wali_kota'"))
    assert "Ada yang perlu diperbaiki" in words(refused) and city.actor("wali_kota").name in words(refused)


def test_a_population_that_fits_nobody_says_so(city):
    page = words(
        city.post("admin", "/admin/cycles/new", 200, do="preview", **form(city, population="unit == 'nowhere'"))
    )
    assert "Tidak ada yang dituju" in page


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(city):
    wrong = form(city, name="", population="unitz == 'x'", period_end="2027-01-01")
    answer = city.post("admin", "/admin/cycles/new", 422, do="preview", **wrong)
    page = words(answer)
    assert "Isian ini belum diisi." in page and "Baris 1, kolom 1" in page and "unitz == &#39;x&#39;" in answer.text
    assert "Salah:" in page


def test_pressing_the_button_twice_opens_one_cycle(city):
    asked = {**form(city), "do": "open", "past": "Akun menyusul", "key": "one-and-the-same-key"}
    first = city.post("admin", "/admin/cycles/new", **asked)
    second = city.post("admin", "/admin/cycles/new", **asked)
    assert first.location == second.location
    assert city.one(select(func.count()).where(Cycle.name == FORM["name"])) == 1
    assert "Siklus sudah dibuka dengan 14 evaluasi." in words(city.get("admin", first.location))


def test_only_published_workflows_are_offered(still):
    page = still.get("admin", "/admin/cycles/new").get_data(as_text=True)
    assert page.count("basic_cycle 1") == 1 and "predicate_matrix" not in page


def test_the_page_of_a_cycle_counts_its_cases_by_state_and_leads_to_them(still):
    ref = still.cycle("2025")
    answer = still.get("admin", f"/admin/cycles/{ref}")
    page = words(answer)
    assert "7 evaluasi" in page and "4 selesai" in page
    for state, count in (("rated", 1), ("calibrated", 2), ("finalized", 4)):
        assert f"/admin/cases/?cycle={ref}&amp;state={state}" in answer.text
        assert f"{count} dari 7" in page


def test_for_whom_a_cycle_is_stands_in_words_and_its_rule_in_a_fold(city):
    ref, rule = city.cycle("2025"), re.compile(r"<details[^>]*><summary>Aturan</summary><div><code[^>]*>(.*?)</code>")
    told = {
        "('dinkes' in units) and (kind == 'pns')": "di Dinas Kesehatan, beserta unit di bawahnya; jenis: PNS",
        "false": "Tidak untuk sekelompok pegawai: evaluasinya dibuka satu per satu",
        "true": "Semua pegawai dalam lingkup pembuka siklus",
        "kind != 'official'": "Menurut aturan yang ditulis sendiri",
    }
    for source, said in told.items():
        with city.database.begin() as db:
            db.execute(update(Cycle.__table__).where(Cycle.ref == ref).values(population=source))
        for path in (f"/admin/cycles/{ref}", f"/admin/cycles/{ref}/extend"):
            page = city.get("admin", path)
            assert unescape(rule.search(page.text)[1]) == source
            assert said.lower() in words(page).lower()


@pytest.mark.parametrize("over", ["city", "pg_city"])
def test_units_of_a_cycle_are_named_to_whoever_reads_and_when_they_have_ended(over, request):
    city = request.getfixturevalue(over)
    ref = city.cycle("2025")
    with city.database.begin() as db:
        whom = "('disdik' in units or 'puskesmas' in units or 'nowhere' in units)"
        db.execute(update(Cycle.__table__).where(Cycle.ref == ref).values(population=whom))
        db.execute(update(Unit.__table__).where(Unit.key == "puskesmas").values(active=False))
    ended = city.one(select(Unit.name).where(Unit.key == "puskesmas"))
    for path in (f"/admin/cycles/{ref}", f"/admin/cycles/{ref}/extend"):
        page = words(city.get("dinkes_admin", path))
        assert f"Dinas Pendidikan, {ended}, nowhere, beserta unit di bawahnya" in page


def test_the_page_of_a_cycle_does_not_read_the_whole_tree_of_units(city, monkeypatch):
    ref = city.cycle("2025")
    with city.database.begin() as db:
        db.execute(update(Cycle.__table__).where(Cycle.ref == ref).values(population="('dinkes' in units)"))
    monkeypatch.setattr(units, "tree", None)
    for path in (f"/admin/cycles/{ref}", f"/admin/cycles/{ref}/extend"):
        assert "di Dinas Kesehatan" in words(city.get("admin", path))


def test_extending_opens_the_cases_that_are_missing_and_no_other(city):
    ref = city.cycle("2027")
    city.post("admin", f"/admin/cycles/{ref}/extend")
    assert "0 evaluasi ditambahkan." in words(city.get("admin", f"/admin/cycles/{ref}"))
    assert city.one(select(func.count()).select_from(Case).join(Cycle).where(Cycle.ref == ref)) == 30


def test_a_cycle_of_another_office_is_not_there(city):
    other = city.cycle("Pendidikan")
    city.get("dinkes_admin", f"/admin/cycles/{other}", status=404)
    city.get("dinkes_admin", f"/admin/cycles/{other}/extend", status=404)
    city.post("dinkes_admin", f"/admin/cycles/{other}/extend", 404)
    assert "Pendidikan" not in words(city.get("dinkes_admin", "/admin/cycles/"))


def test_the_first_page_counts_what_needs_somebody_and_leads_to_it(still):
    answer = still.get("admin", "/admin/")
    page = words(answer)
    assert "evaluasi terlambat" in page and "/admin/cases/?overdue=1" in answer.text
    assert "0 definisi menunggu pemeriksaan" in page
    assert "Evaluasi kinerja 2027" in page and "Evaluasi kinerja 2026 - Dinas Pendidikan" in page
    assert "Dinas Pendidikan" not in words(still.get("dinkes_admin", "/admin/"))


def sheet(city, who, ref, form, status=200):
    answer = city.post(who, f"/admin/cycles/{ref}/answers.xlsx", status, form=form)
    return python_calamine.CalamineWorkbook.from_filelike(BytesIO(answer.data)) if status == 200 else answer


def test_the_answers_of_a_cycle_leave_as_a_workbook_and_the_trail_says_so(city):
    ref = city.cycle("2025")
    book = sheet(city, "auditor", ref, "plan")
    main, targets = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names[:2])
    assert main[1][2:7] == ["Nama", "NIP", "Unit kerja", "Tanggal kirim", "Kiriman ke-"]
    assert len(main) == 2 + 7 and any("Siti Rohmah" in row[2] for row in main)
    assert len(targets) > 2 + 7 and {row[2] for row in targets[2:]} <= {row[2] for row in main[2:]}
    trail = city.get("auditor", "/admin/events/?kind=answers.exported")
    assert "Isian diunduh" in words(trail)


def test_the_day_on_which_answers_were_sent_is_that_of_the_readers_clock(city):
    """What was sent in the morning of Jakarta was sent the day before in Samoa."""
    ref, there = city.cycle("2025"), ZoneInfo("Pacific/Pago_Pago")
    with city.database.begin() as db:
        db.execute(update(Unit.__table__).values(timezone=str(there)))
    sent = select(Submission.sent_at).join(Case, Case.id == Submission.case_id).order_by(Submission.sent_at.desc())
    at = city.one(sent.where(Case.ref == city.case("employee", "2025"), Submission.form == "plan"))
    rows = sheet(city, "auditor", ref, "plan").get_sheet_by_index(0).to_python()[2:]
    (told,) = {row[5] for row in rows if "Siti Rohmah" in row[2]}
    assert told == to_datetime(at).astimezone(there).date().isoformat() < to_datetime(at).date().isoformat()


def test_answers_leave_only_from_the_units_that_the_reader_oversees(city):
    ref = city.cycle("2025")
    everybody = {row[2] for row in sheet(city, "admin", ref, "plan").get_sheet_by_index(0).to_python()[2:]}
    within = {row[2] for row in sheet(city, "dinkes_admin", ref, "plan").get_sheet_by_index(0).to_python()[2:]}
    assert within <= everybody
    sheet(city, "supervisor", ref, "plan", 403)
    sheet(city, "admin", ref, "no_such_form", 404)
