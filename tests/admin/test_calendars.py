"""Calendars in the backoffice: add one, fill it from a list, see its year, foretell and save; refusals by row."""

import io
import re

import pytest
from sqlalchemy import select

from engine.store.tables import CalendarBook, CalendarDay
from tests.admin.city import words

REASON = {"reason": "SKB 3 Menteri"}


@pytest.fixture
def national(city):
    answer = city.post(
        "admin", "/admin/calendars/new", unit="all", name="Kalender nasional", week="5", receipt="no", **REASON
    )
    return answer.headers["Location"]


def sure(city, who, path, status=303, **form):
    """Say yes to the question that comes before saving."""
    asked = city.post(who, path, 200, **form)
    assert 'name="sure" value="yes"' in asked.get_data(as_text=True)
    return words(asked), city.post(who, path, status, sure="yes", **form)


def days(city, calendar):
    """The kinds of the rows of a calendar, in order."""
    own = select(CalendarDay.kind).join(CalendarBook, CalendarBook.id == CalendarDay.calendar_id)
    return city.all(own.where(CalendarBook.ref == calendar.rpartition("/")[2]).order_by(CalendarDay.id))


def use(city, national):
    pemkot = city.unit("pemkot")
    return sure(
        city, "admin", "/admin/calendars/use", unit=pemkot, calendar=national.rpartition("/")[2], **REASON
    )  # fmt: skip


def shipped(city, national, year):
    page = city.get("admin", f"{national}/import?year={year}&shipped=1").get_data(as_text=True)
    text = re.search(r'<textarea[^>]*name="pasted"[^>]*>\n(.*?)</textarea>', page, re.S)[1]
    return text.replace("&#39;", "'").replace("&amp;", "&")


def test_the_list_says_what_each_calendar_is_and_who_uses_it(still):
    page = words(still.get("admin", "/admin/calendars/"))
    assert "Puskesmas enam hari kerja" in page and "Pemerintah Kota Tirta Mekar" in page


def test_the_pages_ask_no_more_for_many_calendars_of_units_than_for_few(city, national):
    for number in range(9):
        about = {"name": f"Kalender {number}", "week": "6", "receipt": "no", "parent": national.rpartition("/")[2]}
        added = city.post("admin", "/admin/calendars/new", unit=city.unit("dinkes"), **about, **REASON)
    for path in ("/admin/calendars/", added.headers["Location"]):
        with city.counted() as statements:
            assert "Dinas Kesehatan" in words(city.get("admin", path))
        assert len(statements) <= 12, path


def test_the_list_that_ships_is_shown_confirmed_and_then_counts(city, national):
    asked, answer = sure(
        city, "admin", f"{national}/import", year="2026", pasted=shipped(city, national, 2026), **REASON
    )
    assert "Jumat, 25 Desember 2026: Kelahiran Yesus Kristus (Natal) (Libur)" in asked
    assert answer.headers["Location"] == f"{national}?year=2026#days"
    page = words(city.get("auditor", f"{national}?year=2026"))
    assert "Hari Suci Nyepi (Tahun Baru Saka 1948)" in page and "Menag 1497, Menaker 2, PANRB 5" in page
    assert city.post("admin", f"{national}/import", 422, year="2026", pasted=shipped(city, national, 2026), **REASON)


def test_a_list_of_a_wrong_year_is_refused_row_by_row_and_nothing_of_it_is_kept(city, national):
    rows = ("2026-01-01;Tahun Baru;libur", "2025-03-29;Nyepi;libur", "31/02/2026;Nihil;libur",
            "2026-01-01;Lagi;libur", "2026-05-01;Buruh;pesta")  # fmt: skip
    pasted = "\n".join(("tanggal;nama;jenis", *rows))
    page = words(city.post("admin", f"{national}/import", 422, year="2026", pasted=pasted, **REASON))
    for cause in ("bukan tahun 2026", "bukan tanggal", "sudah ada di baris 2", "tidak dikenal"):
        assert cause in page
    assert days(city, national) == []


def test_a_file_is_read_like_what_was_pasted(city, national):
    content = b"date,name,name (en),kind,source\n19/03/2026,Nyepi,Day of Silence,holiday,SKB\n"
    asked = city.post(
        "admin", f"{national}/import", 200, year="2026", list=(io.BytesIO(content), "libur.csv"), **REASON
    )
    assert "Kamis, 19 Maret 2026: Nyepi (Libur)" in words(asked)
    assert "19/03/2026;Nyepi;Day of Silence;holiday;SKB" in asked.get_data(as_text=True)


def test_what_would_move_is_told_before_it_is_saved(city, national):
    asked, _ = use(city, national)
    assert "Yang akan berubah" in asked and "batas waktu berjalan" in asked
    day = {"day": "2026-11-30", "kind": "holiday", "name": "Hari jadi kota", **REASON}
    asked, _ = sure(city, "admin", f"{national}/days/new", **day)
    assert "Senin, 30 November 2026: Hari jadi kota (Libur)" in asked
    page = words(city.get("admin", f"{national}/days/2026-11-30/remove"))
    assert "Hapus hari" in page
    city.post("admin", f"{national}/days/2026-11-30/remove", reason="Salah tanggal")
    assert days(city, national) == ["holiday", "removed"]


def test_fixed_dates_are_offered_for_the_next_year_and_moving_ones_are_not_chosen(city, national):
    for year in (2025, 2026):
        sure(city, "admin", f"{national}/import", year=str(year), pasted=shipped(city, national, year), **REASON)
    page = city.get("admin", f"{national}/copy?year=2026").get_data(as_text=True)
    chosen = set(re.findall(r'value="(2026-[\d-]+)" checked', page))
    assert {"2026-01-01", "2026-05-01", "2026-06-01", "2026-08-17", "2026-12-25"} == chosen
    asked, _ = sure(city, "admin", f"{national}/copy", year="2026", day="2026-01-01", **REASON)
    assert "Tahun Baru 2027 Masehi" in asked


def test_an_office_keeps_its_own_calendar_over_the_national_one(city, national):
    sure(city, "admin", f"{national}/import", year="2026", pasted=shipped(city, national, 2026), **REASON)
    own = city.post(
        "dinkes_admin", "/admin/calendars/new", unit=city.unit("dinkes"), parent=national.rpartition("/")[2],
        name="Puskesmas", week="6", receipt="below", **REASON,
    ).headers["Location"]  # fmt: skip
    page = words(city.get("dinkes_admin", f"{own}?year=2026"))
    assert "Kalender nasional" in page and "6 hari" in page
    city.get("dinkes_admin", f"{national}/rules", status=403)
    city.get("dinkes_admin", f"{own}/rules")
    sure(city, "dinkes_admin", f"{own}/rules", name="Puskesmas", week="5", receipt="yes", **REASON)
    day = {"day": "2026-08-17", "kind": "working_day", "name": "Upacara", "name_en": "Ceremony", **REASON}
    sure(city, "dinkes_admin", f"{own}/days/new", **day)
    assert "Menggantikan: Proklamasi Kemerdekaan" in words(city.get("dinkes_admin", f"{own}?year=2026"))
    city.get("admin", f"{own}/days.csv?year=2026")


def test_what_is_wrong_with_a_day_is_said_beside_it(city, national):
    for wrong, typed in {"day": "", "name": "", "reason": "", "until": "2027-11-30"}.items():
        form = {"day": "2026-11-30", "kind": "holiday", "name": "Hari jadi", "until": "", **REASON, wrong: typed}
        page = city.post("admin", f"{national}/days/new", 422, **form).get_data(as_text=True)
        assert f'id="{wrong}-error"' in page


def test_every_change_stands_in_the_trail_with_who_and_why(city, national):
    use(city, national)
    page = words(city.get("auditor", national))
    assert "Kalender dipakai unit" in page and "Kalender ditambahkan" in page
    # Whoever administers a part may read what was done to the calendars that hold for it.
    link = re.search(r'href="(/admin/events/\w+)"', city.get("dinkes_admin", national).get_data(as_text=True))[1]
    assert "SKB 3 Menteri" in words(city.get("dinkes_admin", link))
