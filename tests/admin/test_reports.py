"""Reports: each number is as long as the list behind it, within the reader's rights; what cannot be told says so."""

import io
import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import unescape

import pypdf
import pytest
import python_calamine
from sqlalchemy import insert, select, update

import wsgi
from engine import outbox, report_schedules, reports
from engine.core.case import Right
from engine.core.errors import BadRequest, InvalidSubmission, NotAllowed
from engine.store.tables import (
    AccessGrant,
    Case,
    Cycle,
    DefinitionVersion,
    Entry,
    EntryAnswers,
    EntrySum,
    Event,
    Job,
    Outcome,
    RegisterMeasure,
    ReportSchedule,
    SavedList,
    Unit,
)
from tests.admin.city import City, copy_of, words
from tests.admin.test_monitoring import follow

REPORTS = ("completion", "approvers", "trend", "distribution", "units", "discipline", "strengths", "activity",
           "formality")  # fmt: skip
CASES = re.compile(r'<a href="(/admin/cases/[^"]+)">([\d.]+)<')
CELLS = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)


def table(page):
    """The rows of the table of a page, as words."""
    rows = re.findall(r"<tr>(.*?)</tr>", page.text, re.DOTALL)
    plain = [
        [re.sub(r'<span class="visually-hidden">.*?</span>|<[^>]+>', "", cell) for cell in CELLS.findall(row)]
        for row in rows
    ]
    return [[unescape(cell).strip() for cell in row] for row in plain]


def test_every_report_answers_whoever_oversees_with_few_questions(still):
    listed = still.get("admin", "/admin/reports/").text
    for key in REPORTS:
        assert f'href="/admin/reports/{key}"' in listed
        still.get("dinkes_admin", f"/admin/reports/{key}", "en")
        with still.counted() as statements:
            still.get("dinkes_admin", f"/admin/reports/{key}", "en")
        assert len(statements) <= 12, "\n".join(statements)
    still.get("auditor", "/admin/reports/completion")


@pytest.mark.parametrize(("who", "unit"), [("dinkes_admin", ""), ("admin", "puskesmas")])
def test_every_number_leads_to_a_list_of_that_length(still, who, unit):
    asked = f"cycle={still.cycle('2025')}" + (f"&unit={still.unit(unit)}" if unit else "")
    for key in ("completion", "approvers"):
        follow(still, who, still.get(who, f"/admin/reports/{key}?{asked}").text, CASES)


def test_completion_counts_what_monitoring_counts_and_the_sum_is_of_all_lines(still):
    page = still.get("admin", f"/admin/reports/completion?cycle={still.cycle('2025')}&unit={still.unit('dinkes')}")
    _, *lines, total = table(page)
    assert [sum(int(line[place]) for line in lines) for place in (1, 2, 4, 5, 6)] == [
        int(total[place]) for place in (1, 2, 4, 5, 6)
    ]
    assert total[0] == "Dinas Kesehatan" and int(total[1]) == int(total[2]) + int(total[4])
    assert 'role="img"' in page.text and "aria-labelledby" in page.text


def test_what_one_may_not_see_and_what_is_no_choice_are_refused_in_words(still):
    abroad = still.get("dinkes_admin", f"/admin/reports/completion?unit={still.unit('disdik')}", status=404)
    assert "tidak berada dalam pengawasan Anda" in words(abroad)
    abroad = still.get("dinkes_admin", f"/admin/reports/completion?cycle={still.cycle('Pendidikan')}", status=404)
    assert "Siklus ini tidak ada" in words(abroad)
    still.get("admin", "/admin/reports/nowhere", status=404)
    wrong = (
        "discipline?first=yesterday",
        "discipline?first=1767225600",
        "discipline?first=2026-01-01T00:00:00",
        "discipline?first=20260101",
        "discipline?days=0",
        "discipline?days=1e9",
        "units?compare=size",
        "trend?process=none",
        f"units?compare={'x' * 300}",
        "formality?seconds=-1",
        "strengths?book=none",
    )
    for query in wrong:
        still.get("admin", f"/admin/reports/{query}", status=400)


def test_few_people_nobody_and_turned_days_are_told_in_words(still):
    few = still.get("admin", f"/admin/reports/distribution?cycle={still.cycle('2025')}")
    assert "Kurang dari 5 orang" in words(few) and "<tbody>" not in few.text
    nobody = still.get("admin", f"/admin/reports/distribution?cycle={still.cycle('2027')}")
    assert "Belum ada evaluasi yang selesai dalam siklus ini" in words(nobody)
    turned = still.get("admin", "/admin/reports/discipline?first=2026-05-01&last=2026-04-01")
    assert "Tanggal mulai berada sesudah tanggal akhir" in words(turned)
    other = still.get("admin", f"/admin/reports/distribution?cycle={still.cycle('2027')}&result=of_another_workflow")
    assert "Predikat" in words(other)  # a result of another cycle's workflow gives way to one of this


def chosen_cycle(page):
    """The cycle that stands in the filter of a report."""
    return re.search(r'<option value="([^"]+)" selected', page.text.partition('id="cycle"')[2])[1]


def test_a_report_on_results_opens_with_the_newest_cycle_in_which_something_is_over(still):
    for key in ("distribution", "activity"):
        assert chosen_cycle(still.get("admin", f"/admin/reports/{key}")) == still.cycle("2025")
        named = still.get("admin", f"/admin/reports/{key}?cycle={still.cycle('2027')}")
        assert chosen_cycle(named) == still.cycle("2027")
        assert "Belum ada evaluasi yang selesai dalam siklus ini" in words(named)
    assert chosen_cycle(still.get("admin", "/admin/reports/completion")) != still.cycle("2025")
    narrow = f"cycle={still.cycle('2025')}&unit={still.unit('disdik')}"
    assert "Belum ada yang dapat dilaporkan" in words(still.get("admin", f"/admin/reports/distribution?{narrow}"))


@pytest.fixture(scope="module")
def lived(loaded_city, tmp_path_factory):
    """The city after a year: attendance, feedback and results of thirty people, put in without the promises."""
    path = tmp_path_factory.mktemp("lived") / "city.sqlite3"
    database = copy_of(loaded_city, f"sqlite:///{path}")
    with database.begin() as db:
        for name in db.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            db.exec_driver_sql(f'DROP TRIGGER "{name}"')
        cases = db.execute(
            select(Case.id, Case.ref, Case.subject_id, Case.unit_id)
            .join(Cycle, Cycle.id == Case.cycle_id)
            .where(Cycle.name.contains("2027"))
        ).all()
        event = db.execute(select(Event.ref).limit(1)).scalar_one()
        away = select(RegisterMeasure.place).where(RegisterMeasure.register == "attendance")
        column = f"m{db.execute(away.where(RegisterMeasure.key == 'unexplained_days')).scalar_one()}"
        digest = db.execute(
            select(DefinitionVersion.digest).where(DefinitionVersion.key == "feedback", DefinitionVersion.digest != "")
        ).scalar()
        for number, case in enumerate(cases):
            value = ("very_good", "good", "good", "needs_improvement")[number % 4]
            db.execute(update(Case.__table__).where(Case.id == case.id).values(state="finalized", version=90))
            ref = f"lived{case.id}"
            db.execute(insert(Event.__table__).values(
                stream=f"case:{case.ref}", seq=90, ref=ref, kind="case.moved", at="2026-11-01T00:00:00.000Z",
                case_id=case.id, n=90, to_state="finalized", actor_ref="x", actor_id=cases[0].subject_id,
                leaf=b"{}", leaf_hash=b"h"))  # fmt: skip
            body = {"result": {"label": {"id": value, "en": value}}, "table": "predicate_matrix"}
            db.execute(insert(Outcome.__table__).values(
                case_id=case.id, key="predicate", event_ref=ref, value=value, body=json.dumps(body)))  # fmt: skip
            sums = {column: number % 5 * 1_000_000}
            db.execute(insert(EntrySum.__table__).values(
                register="attendance", unit_id=case.unit_id, day="2026-05-04", person_id=case.subject_id, count=20,
                **sums))  # fmt: skip
            said = {"kind": "appreciation" if number < 24 else "recommendation", "about_value": "service"}
            db.execute(insert(Entry.__table__).values(
                id=9_000 + number, ref=f"lived{number}", register="feedback", definition_digest=digest,
                person_id=case.subject_id, unit_id=case.unit_id, day="2026-05-04", root=b"r", how="page",
                at="2026-05-04T00:00:00.000Z", event_ref=event))  # fmt: skip
            db.execute(insert(EntryAnswers.__table__).values(entry_id=9_000 + number, seed=b"s", body=json.dumps(said)))
    yield City(database)
    database.close()


def test_results_are_told_of_five_people_each_and_smaller_parts_together(lived):
    here = f"cycle={lived.cycle('2027')}&unit={lived.unit('dinkes')}"
    _, *rows = table(lived.get("admin", f"/admin/reports/distribution?{here}"))
    assert [row[0] for row in rows] == ["very_good", "good", "needs_improvement", "Semua"]
    assert [int(row[1]) for row in rows] == [8, 15, 7, 30] and rows[1][2] == "50%"
    _, *rows = table(lived.get("admin", f"/admin/reports/units?{here}&compare=result"))
    assert sum(int(row[1]) for row in rows) == 30 and all(int(row[1]) >= 5 for row in rows)
    assert rows[-1][0].startswith("Digabung karena sedikit: ")
    for row in rows:
        shares = [_plain(cell) for cell in row[2:]]
        told = [each for each in shares if each is not None]
        assert abs(sum(told) - 100) <= Decimal("0.2") and all(
            each * int(row[1]) / 100 >= Decimal("4.9") for each in told
        )
    _, *rows = table(lived.get("admin", f"/admin/reports/formality?{here}"))
    assert int(rows[0][4]) == 29 and rows[0][5] == "–"  # of others, who did not get the same


def test_the_newest_results_are_chosen_first(lived):
    assert chosen_cycle(lived.get("admin", "/admin/reports/distribution")) == lived.cycle("2027")


def test_attendance_feedback_and_activity_are_summed_of_five_people_at_least(lived):
    head, *rows = table(lived.get("admin", "/admin/reports/discipline?days=4&first=2026-05-01&last=2026-05-31"))
    assert [int(row[1]) for row in rows] == [30] and _plain(rows[0][2]) == 20
    assert _plain(rows[0][head.index("Hari tanpa keterangan per orang")]) == 2 and int(rows[0][-1]) == 6
    head, *rows = table(lived.get("admin", "/admin/reports/strengths?first=2026-05-01&last=2026-05-31"))
    assert head == ["Nilai dasar", "Apresiasi", "Rekomendasi"]
    assert [row[1:] for row in rows] == [["24", "6"]]
    _, *rows = table(lived.get("admin", f"/admin/reports/activity?cycle={lived.cycle('2027')}"))
    assert [int(row[1]) for row in rows] == [8, 15, 7] and {row[-1] for row in rows} == {"100%"}


def test_who_reads_no_entries_takes_no_two_reports_over_them_from_each_other(lived):
    for query in ("discipline", f"activity?cycle={lived.cycle('2027')}"):
        assert "Belum ada register tentang pegawai" in words(lived.get("auditor", f"/admin/reports/{query}"))
    lived.get("admin", "/admin/reports/activity?book=daily_activity", status=400)  # he and his superior read these
    over = {"root": lived.one(select(Unit.id).where(Unit.parent_id.is_(None)))}
    over["office"] = lived.one(select(Unit.id).where(Unit.ref == lived.unit("dinkes")))
    rights = Right("a" * 26, "auditor", over["root"]), Right("b" * 26, "admin", over["office"])
    both = replace(lived.actor("auditor"), rights=rights)
    with lived.database.read() as db:
        for asked, why in (({}, "reports.not_read"), ({"unit": lived.unit("dinkes")}, None)):
            found = reports.read(lived.rt, db, "discipline", asked, actor=both, zone="Asia/Jakarta").why
            assert (found and found.key) == why
    month = "first=2026-05-01&last=2026-05-31"
    told = table(lived.get("auditor", f"/admin/reports/strengths?{month}"))
    assert [row[1:] for row in told[1:]] == [["24", "6"]]
    assert table(lived.get("auditor", f"/admin/reports/strengths?{month}&unit={lived.unit('puskesmas')}")) == told
    for first, last in (("05-01", "05-30"), ("05-02", "05-31"), ("05-01", "11-30")):  # in November it is the 23rd
        page = lived.get("auditor", f"/admin/reports/strengths?first=2026-{first}&last=2026-{last}")
        assert "bulan utuh yang sudah berakhir" in words(page) and "<tbody>" not in page.text
    with lived.database.begin() as db:
        few = update(Entry.__table__).where(Entry.id.between(9_024, 9_025))
        db.execute(few.values(day="2026-04-06"))
    year = table(lived.get("auditor", "/admin/reports/strengths?first=2026-03-01&last=2026-06-30"))
    assert [row[1:] for row in year[1:]] == [["24", "–"]]  # four and two: together six, and neither is told


def sweep(city):
    while outbox.sweep(city.rt, wsgi.build_works()):
        pass


def test_a_report_becomes_a_workbook_and_a_pdf_by_a_job_that_is_recorded(city):
    query = f"cycle={city.cycle('2025')}"
    page = table(city.get("admin", f"/admin/reports/completion?{query}"))
    paths = {form: city.post("admin", "/admin/reports/completion/file", query=query, format=form).location
             for form in ("xlsx", "pdf")}  # fmt: skip
    sweep(city)
    book = python_calamine.load_workbook(io.BytesIO(city.get("admin", f"{paths['xlsx']}/file").data))
    rows = book.get_sheet_by_index(0).to_python()
    start = next(place for place, row in enumerate(rows) if row[0] == "Unit" and row[1] == "Evaluasi")
    assert rows[0][0] == "Penyelesaian per unit" and rows[2][:2] == [
        "Siklus",
        "Evaluasi kinerja 2025 - Dinas Kesehatan",
    ]
    assert rows[start] == page[0]
    for shown, kept in zip(page[1:], rows[start + 1 : start + len(page)], strict=True):
        assert kept[0] == shown[0] and [_plain(cell) for cell in kept[1:]] == [_plain(cell) for cell in shown[1:]]
    paper = pypdf.PdfReader(io.BytesIO(city.get("admin", f"{paths['pdf']}/file").data))
    text = "".join(each.extract_text() for each in paper.pages).replace("\u200b", "")
    assert "Penyelesaian per unit" in text and page[1][0] in text and "Alisa Permatasari" in text
    kinds = city.all(
        select(Event.kind).where(Event.stream.in_([f"job:{path.rpartition('/')[2]}" for path in paths.values()]))
    )
    assert kinds == ["report.exported", "report.exported"]
    city.get("dinkes_admin", f"{paths['pdf']}/file", status=404)  # it lies there for who asked for it
    for form, status in (("doc", 400), ("", 400)):
        city.post("admin", "/admin/reports/completion/file", status, query=query, format=form)
    city.post("dinkes_admin", "/admin/reports/completion/file", 404, query=f"unit={city.unit('disdik')}", format="pdf")
    later = city.post("dinkes_admin", "/admin/reports/completion/file", query="", format="pdf").location
    with city.database.begin() as db:
        mine = update(AccessGrant.__table__).where(AccessGrant.person_id == city.actor("dinkes_admin").person_id)
        db.execute(mine.values(ends_on="2026-01-01"))
    sweep(city)
    assert city.one(select(Job.state).where(Job.ref == later.rpartition("/")[2])) == "failed"


def _plain(cell):
    """A number however it is written; nothing for a dash."""
    text = str(cell).replace("%", "").replace(",", ".")
    return None if text in ("", "–") else Decimal(text)


def test_choices_are_kept_under_a_name_without_what_is_usual_on_the_day(city):
    old = city.cycle("2025")
    query = f"cycle={old}&unit={city.unit('dinkes')}"
    answer = city.post("admin", "/admin/reports/completion/saved", name="  Dinas   2025 ", query=query)
    page = city.get("admin", answer.location)
    assert "Laporan “Dinas 2025” disimpan." in words(page) and 'aria-current="true"' in page.text
    assert city.one(select(SavedList.section)) == "report:completion"
    assert "Dinas 2025" not in words(city.get("dinkes_admin", "/admin/reports/completion"))
    usual = city.get("admin", "/admin/reports/discipline?first=2026-01-01&last=2026-11-23&days=4").text
    assert re.findall(r'name="query" value="([^"]*)"', usual)[-1] == "days=4"
    ref = city.one(select(SavedList.ref))
    city.post("dinkes_admin", f"/admin/reports/saved/{ref}/forget", 404)
    city.post("admin", f"/admin/reports/saved/{ref}/forget")
    assert city.all(select(SavedList.ref)) == []


def day_begins(city, day):
    """What the schedule does when a day begins, and the jobs that it asks for."""
    with city.database.begin() as db:
        report_schedules.begin(city.rt, db, "Asia/Jakarta", day)
    sweep(city)


def test_a_report_is_made_every_week_for_each_reader_with_his_own_rights(city):
    readers = [city.person("admin"), city.person("dinkes_admin")]
    city.post("admin", "/admin/reports/completion/schedules", name="Senin pagi", query=f"cycle={city.cycle('2025')}",
              every="week", format="xlsx", to=readers)  # fmt: skip
    assert "Senin pagi" in words(city.get("admin", "/admin/reports/"))
    assert city.one(select(ReportSchedule.next_on)) == "2026-11-30"
    day_begins(city, date(2026, 11, 29))
    assert city.all(select(Job.ref)) == []
    day_begins(city, date(2026, 12, 1))  # nobody was awake on Monday
    day_begins(city, date(2026, 12, 1))
    with city.database.read() as db:
        made = {row.asked_by: row for row in db.execute(select(Job.ref, Job.asked_by, Job.state))}
    assert len(made) == 2 and {row.state for row in made.values()} == {"done"}
    assert city.one(select(ReportSchedule.next_on)) == "2026-12-07"
    units = {}
    for who in ("admin", "dinkes_admin"):
        path = f"/admin/jobs/{made[city.actor(who).person_id].ref}"
        assert "Laporan berkala “Senin pagi” siap diunduh" in words(city.get(who, "/notices"))
        book = python_calamine.load_workbook(io.BytesIO(city.get(who, f"{path}/file").data))
        units[who] = {row[0] for row in book.get_sheet_by_index(0).to_python()}
    assert any("Dinas Kesehatan" in name for name in units["admin"])
    with city.database.begin() as db:
        mine = update(AccessGrant.__table__).where(AccessGrant.person_id == city.actor("dinkes_admin").person_id)
        db.execute(mine.values(ends_on="2026-11-23"))
    day_begins(city, date(2026, 12, 7))
    assert len(city.all(select(Job.ref))) == 2 + 1  # whoever administers nothing any more gets none
    ref = city.one(select(ReportSchedule.ref))
    city.post("admin", f"/admin/reports/schedules/{ref}/end")
    day_begins(city, date(2026, 12, 14))
    assert len(city.all(select(Job.ref))) == 3


def test_a_reader_leaves_a_report_of_somebody_else_and_it_ends_with_the_rights_of_its_owner(city):
    for name in ("Satu", "Dua"):
        city.post("admin", "/admin/reports/completion/schedules", name=name, query="", every="week", format="xlsx",
                  to=[city.person("dinkes_admin")])  # fmt: skip
    day_begins(city, date(2026, 11, 30))
    assert f"Dibuat berkala oleh {city.actor('admin').name}" in words(city.get("dinkes_admin", "/notices"))
    listed = words(city.get("dinkes_admin", "/admin/reports/"))
    assert "Satu" in listed and f"dibuat untuk Anda oleh {city.actor('admin').name}" in listed
    one = city.one(select(ReportSchedule.ref).where(ReportSchedule.name == "Satu"))
    city.post("admin", f"/admin/reports/schedules/{one}/leave", 404)  # his own, of which he is no reader
    city.post("dinkes_admin", f"/admin/reports/schedules/{one}/leave")
    assert city.all(select(ReportSchedule.name)) == ["Dua"]  # nobody read it any more
    made = len(city.all(select(Job.ref)))
    with city.database.begin() as db:
        held = update(AccessGrant.__table__).where(AccessGrant.person_id == city.actor("admin").person_id)
        db.execute(held.values(ends_on="2026-11-23"))
    day_begins(city, date(2026, 12, 7))
    assert city.all(select(ReportSchedule.name)) == [] and len(city.all(select(Job.ref))) == made


def test_all_that_one_person_has_made_on_one_day_is_bounded(city, monkeypatch):
    monkeypatch.setattr(report_schedules, "MOST_FILES", 3)
    keep = {"every": "week", "format": "pdf", "language": "id", "zone": "Asia/Jakarta", "actor": city.actor("admin")}
    two = [city.person("admin"), city.person("dinkes_admin")]
    report_schedules.keep(city.rt, "completion", "", name="a", to=two, **keep)
    with pytest.raises(InvalidSubmission):
        report_schedules.keep(city.rt, "completion", "", name="b", to=two, **keep)
    report_schedules.keep(city.rt, "completion", "", name="a", to=two, **keep)  # in the place of the first
    report_schedules.keep(city.rt, "completion", "", name="b", to=[], **keep)


def test_a_schedule_is_only_for_those_within_ones_rights(city):
    keep = {"name": "x", "every": "week", "format": "pdf", "language": "id", "zone": "Asia/Jakarta"}
    with pytest.raises(BadRequest):
        report_schedules.keep(
            city.rt, "completion", "", actor=city.actor("dinkes_admin"), to=[city.person("admin")], **keep
        )
    with pytest.raises(NotAllowed):
        report_schedules.keep(city.rt, "completion", "", actor=city.actor("auditor"), to=[], **keep)


def test_weeks_and_months_follow_the_calendar():
    assert report_schedules.following("week", date(2026, 11, 23)) == date(2026, 11, 30)
    assert report_schedules.following("week", date(2026, 11, 29)) == date(2026, 11, 30)
    assert report_schedules.following("month", date(2026, 12, 31)) == date(2027, 1, 1)
    assert report_schedules.days_of("week", date(2026, 11, 30)) == {"first": "2026-11-23", "last": "2026-11-29"}
    assert report_schedules.days_of("month", date(2027, 1, 1)) == {"first": "2026-12-01", "last": "2026-12-31"}
