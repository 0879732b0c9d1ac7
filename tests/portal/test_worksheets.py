"""Forms by spreadsheet over HTTP: 200 people's answers out, 50 cells changed, the preview shows exactly these 50."""

import io
import re
import shutil
from datetime import date

import pytest
import python_calamine
import xlsxwriter

from engine import appointments, cases, cycles, people
from engine.core.filling.grid import plain as words_of
from engine.store.database import connect
from engine.store.queries import case_lists
from engine.store.queries import worksheets as queries
from tests import summary
from tests.portal.house import House, plain, value_of
from tests.servers import lock

STAFF = 200
REVIEW = """
kind: workflow
format: 1
key: review
name: {id: Penilaian singkat, en: Short review}
roles:
  employee: {rule: subject}
  boss: {rule: superior_of, role: employee}
states:
  open: {initial: true, tasks: {rate: {role: boss, fill: rating}, end: {role: boss, decide: [finish], after: [rate]}}}
  done: {final: true}
transitions:
  finish: {from: open, to: done}
forms:
  rating:
    sections:
      main:
        fields:
          score: {type: number, minimum: 0, maximum: 100, required: true, label: {id: Nilai, en: Score}}
          verdict:
            type: choice
            label: {id: Pendapat, en: Verdict}
            choices:
              - {key: good, label: {id: Baik, en: Good}}
              - {key: poor, label: {id: Kurang, en: Poor}}
          note: {type: longtext, label: {id: Catatan, en: Note}}
          half: {type: computed, value: score / 2, label: {id: Separuh, en: Half}}
          goals:
            type: table
            label: {id: Sasaran, en: Goals}
            columns:
              goal: {type: text, label: {id: Sasaran, en: Goal}}
              weight: {type: percent, label: {id: Bobot, en: Weight}}
"""


@pytest.fixture(scope="session")
def loaded_crowd(loaded_house):
    """A file that holds the town with 200 people more, whom erin has begun to rate."""
    template = summary.directory() / "crowd.sqlite3"
    with lock(template.with_suffix(".lock")):
        if not template.exists():
            building = template.with_suffix(".building")
            shutil.copy(loaded_house, building)
            database = connect(f"sqlite:///{building}")
            begin(crowd(House.over(database)))
            database.close()
            building.rename(template)
    return template


@pytest.fixture
def house(loaded_crowd, sqlite_url):
    shutil.copy(loaded_crowd, sqlite_url.removeprefix("sqlite:///"))
    database = connect(sqlite_url)
    yield House.over(database)
    database.close()


@pytest.fixture
def refs(house):
    return tasks_of_erin(house)


def crowd(house):
    """Give erin 200 people to rate."""
    alice, day = house.actor("alice"), date(2026, 1, 1)
    unit, chief = house.unit("health").ref, house.post("chief_health").ref
    for number in range(STAFF):
        nip = f"19900101201501{1 + number % 2}{number:03}"
        who = people.add_person(house.rt, actor=alice, name=f"Pegawai {number:03}", kind="pns", nip=nip)
        named = {"key": f"staff_{number}", "name": "Staf", "kind": "pelaksana"}
        post = people.add_post(house.rt, actor=alice, unit_ref=unit, superior_ref=chief, **named)
        appointments.appoint(house.rt, actor=alice, person_ref=who, post_ref=post, kind="definitive", starts_on=day)
    version = house.publish(REVIEW)
    everybody = {"version_ref": version.ref, "at_once": cycles.EVERYBODY}
    house.open("'health' in units and post != 'chief_health' and post != 'midwife'", **everybody)
    return house


def begin(house):
    for number, ref in enumerate(tasks_of_erin(house)):
        raw = {
            "score": f"{number / 2:.1f}".replace(".", ","),
            "verdict": "good",
            "note": f"=1+{number}",
            "goals": [{"goal": "Sasaran A", "weight": "40"}, {"goal": "Sasaran B", "weight": "60"}],
        }
        cases.save_draft(house.rt, ref, raw, actor=house.actor("erin"), seen=0)


def tasks_of_erin(house):
    first = re.search(r"/tasks/([a-z0-9]{26})", house.browser("erin").get("/"))[1]
    with house.rt.db.read() as db:
        return [row.ref for row in queries.alike(db, house.actor("erin").person_id, first, 500)]


def download(browser, ref):
    answer = browser.client.get(f"/tasks/{ref}/worksheet.xlsx")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith("attachment")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def saved(sheets):
    """The rows as a spreadsheet program would save them: everything typed anew, no style, no validation."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell != "":
                        sheet.write(at, column, cell, *([day] if isinstance(cell, date) else []))
    return out.getvalue()


def upload(browser, ref, sheets, status=200):
    body = sheets if isinstance(sheets, bytes) else saved(sheets)
    return browser.post(f"/tasks/{ref}/worksheet", {"file": (io.BytesIO(body), "isian.xlsx")}, status)


def column(rows, key):
    return rows[0].index(key)


def test_answers_of_200_people_go_out_and_exactly_the_50_changed_cells_come_back(house, refs):
    assert len(refs) == STAFF
    erin = house.browser("erin")
    sheets = download(erin, refs[0])
    main, goals = sheets["Isian"], sheets["Sasaran"]
    assert len(main) == 2 + STAFF and len(goals) == 2 + 2 * STAFF
    changed = []
    for number in range(20):
        main[2 + 7 * number][column(main, "score")] = 99
        changed.append("99")
    for number in range(15):
        main[3 + 9 * number][column(main, "verdict")] = "Kurang"
        changed.append("Kurang")
    for number in range(15):
        goals[2 + 11 * number][column(goals, "goals.weight")] = 55
        changed.append("55")
    page = upload(erin, refs[0], sheets)
    after = re.findall(r'<td data-label="Lembar kerja">([^<]*)</td>', page)
    assert len(changed) == 50 and sorted(after) == sorted(changed)
    assert "50 perubahan pada" in plain(page) and "tidak dapat diambil" not in plain(page)
    chosen = re.findall(r'name="include" value="([a-z0-9]{26})" checked', page)
    assert (
        erin.post(f"/tasks/{refs[0]}/worksheet/drafts", {"packed": value_of(page, "packed"), "include": chosen}) == "/"
    )
    again = download(erin, refs[0])
    for name in ("Isian", "Sasaran"):
        skip = column(again[name], "@seen")
        assert [without(row, skip, name) for row in again[name]] == [without(row, skip, name) for row in sheets[name]]


def without(row, at, name):
    """A row without the version of its draft, and what is computed from its changed cells."""
    kept = [words_of(cell) for index, cell in enumerate(row) if index != at]
    return kept[:-1] if name == "Isian" else kept


def test_a_draft_that_moved_on_since_the_download_is_not_taken_unasked(house, refs):
    erin = house.browser("erin")
    sheets = download(erin, refs[0])
    sheets["Isian"][2][column(sheets["Isian"], "note")] = "dari lembar kerja"
    ref = sheets["Isian"][2][0]
    cases.save_draft(house.rt, ref, {"note": "dari halaman"}, actor=house.actor("erin"), seen=1)
    page = upload(erin, refs[0], sheets)
    assert "sudah diubah setelah lembar kerjanya diunduh" in plain(page)
    assert f'value="{ref}"' in page and f'value="{ref}" checked' not in page


def test_what_changed_between_preview_and_saving_is_said_by_name_and_left_alone(house, refs):
    erin = house.browser("erin")
    sheets = download(erin, refs[0])
    sheets["Isian"][2][column(sheets["Isian"], "note")] = "baru"
    page, ref = upload(erin, refs[0], sheets), sheets["Isian"][2][0]
    cases.save_draft(house.rt, ref, {"note": "sementara itu"}, actor=house.actor("erin"), seen=1)
    erin.post(f"/tasks/{refs[0]}/worksheet/drafts", {"packed": value_of(page, "packed"), "include": [ref]})
    assert "berubah sementara itu: Pegawai 000" in plain(erin.get(f"/tasks/{refs[0]}/worksheet"))
    assert cases.draft_of(house.rt, ref, actor=house.actor("erin")) == {"note": "sementara itu"}


def test_a_bad_cell_is_named_and_the_others_are_kept(house, refs):
    erin = house.browser("erin")
    sheets = download(erin, refs[0])
    main = sheets["Isian"]
    main[2][column(main, "score")] = "sembilan"
    main[2][column(main, "note")] = "tetap"
    main[2][column(main, "half")] = 7
    page = plain(upload(erin, refs[0], sheets))
    assert "1 perubahan pada 1 formulir" in page and "2 isian tidak dapat diambil" in page
    assert "Kolom ini tidak dapat diubah" in page


def test_rows_of_other_people_are_passed_over(house, refs):
    erin = house.browser("erin")
    sheets = download(erin, refs[0])
    sheets["Isian"][2][0] = "a" * 26
    assert "1 baris bukan tugas Anda yang terbuka" in plain(upload(erin, refs[0], sheets))


@pytest.mark.parametrize("body", [b"", b"Nama;Nilai", b"PK\x03\x04"])
def test_what_is_no_workbook_is_refused_on_the_page_it_came_from(house, refs, body):
    page = upload(house.browser("erin"), refs[0], body, 422)
    assert "tidak dapat dibaca" in plain(page) and "error-summary" in page


@pytest.mark.parametrize("packed", ["", "x", "eJwDAAAAAAE=", "W10="])
def test_a_broken_preview_saves_nothing(house, refs, packed):
    house.browser("erin").post(f"/tasks/{refs[0]}/worksheet/drafts", {"packed": packed, "include": refs[0]}, 400)


def test_strangers_and_others_who_see_the_case_get_no_workbook(house, refs):
    for name, status in (("mallory", 404), ("carol", 404), ("alice", 403), ("frank", 403)):
        house.browser(name).get(f"/tasks/{refs[0]}/worksheet", status)
        house.browser(name).get(f"/tasks/{refs[0]}/worksheet.xlsx", status)


def test_statements_grow_by_a_few_for_each_form_and_no_more(house, refs):
    erin = house.browser("erin")
    with house.counted() as found:
        erin.client.get(f"/tasks/{refs[0]}/worksheet.xlsx")
    assert len(found) <= 5 + 2 * STAFF


def test_a_workbook_does_not_even_name_the_fields_that_are_hidden_from_whoever_fills_it(house):
    asked = "          note: {type: longtext, label: {id: Catatan, en: Note}, seen_by: employee}\n"
    kept = REVIEW.replace("          note: {type: longtext, label: {id: Catatan, en: Note}}\n", asked)
    assert kept != REVIEW
    version = house.publish(kept.replace("key: review", "key: kept_review"))
    cycle = house.open("post == 'midwife'", version_ref=version.ref)
    with house.rt.db.read() as db:
        case = case_lists.case_of(db, cycle.ref, house.person("carol").id)
    sheets = download(house.browser("erin"), house.task(case, "rate").ref)
    heads = [str(cell) for rows in sheets.values() for cell in rows[0] + rows[1]]
    assert "Nilai" in heads and not {"note", "Catatan"} & set(heads)
