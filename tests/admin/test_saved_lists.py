"""The list of cases as somebody wants it: saved under names, with columns, remembered, and as a workbook by a job."""

import re
from html import unescape
from io import BytesIO
from urllib.parse import unquote

import pytest
import python_calamine
from sqlalchemy import select, update

import wsgi
from engine import outbox, saved_lists
from engine.core.errors import InvalidSubmission
from engine.store.tables import AccessGrant, Case, Cycle, Event, Job, SavedList
from tests.admin.city import words

TITLES = ["Pegawai", "NIP", "Unit kerja", "Siklus", "Tahap", "Menunggu siapa", "Batas waktu terdekat", "Dibuka",
          "Hasil", "Nomor evaluasi"]  # fmt: skip
HEAD = re.compile(r"<th scope=\"col\"[^>]*>([^<]+)</th>")


def save(city, name, query, who="admin", **said):
    return city.post(who, "/admin/cases/saved", name=name, query=query, **said)


def save_wrong(city, query):
    city.post("admin", "/admin/cases/saved", 400, name="Salah", query=query, usual="1")


def ref_of(city, name):
    return city.one(select(SavedList.ref).where(SavedList.name == name))


def test_a_list_is_saved_under_a_name_changed_made_usual_and_forgotten(city):
    answer = save(city, "  Yang   terlambat ", "overdue=1&order=oldest&cols=nip.due")
    assert answer.location == "/admin/cases/?overdue=1&order=oldest&cols=nip.due"
    page = city.get("admin", answer.location)
    assert "Daftar “Yang terlambat” disimpan." in words(page)
    assert 'href="/admin/cases/?overdue=1&amp;order=oldest&amp;cols=nip.due" aria-current="true"' in page.text
    save(city, "Yang terlambat", "overdue=1")
    assert city.all(select(SavedList.query)) == ["overdue=1"]
    ref = ref_of(city, "Yang terlambat")
    city.post("admin", f"/admin/cases/saved/{ref}/usual", usual="1")
    assert city.get("admin", "/admin/cases/", status=303).location == "/admin/cases/?overdue=1"
    assert "Semua evaluasi" in words(city.get("admin", "/admin/cases/?all=1"))
    assert 'href="/admin/cases/?all=1">' in city.get("admin", "/admin/cases/?overdue=1").text  # to take the filter away
    city.post("admin", f"/admin/cases/saved/{ref}/usual")
    city.get("admin", "/admin/cases/")
    city.post("admin", f"/admin/cases/saved/{ref}/forget")
    assert city.all(select(SavedList.ref)) == []


def test_one_list_at_most_is_the_usual_one_and_everybody_has_his_own(city):
    save(city, "Satu", "overdue=1", usual="1")
    save(city, "Dua", "waiting=1", usual="1")
    assert city.all(select(SavedList.name).where(SavedList.usual)) == ["Dua"]
    assert "Satu" not in words(city.get("dinkes_admin", "/admin/cases/"))
    city.post("dinkes_admin", f"/admin/cases/saved/{ref_of(city, 'Satu')}/forget", 404)
    city.post("dinkes_admin", f"/admin/cases/saved/{ref_of(city, 'Satu')}/usual", 404, usual="1")
    save(city, "Satu", "soon=1", who="auditor")
    assert sorted(city.all(select(SavedList.query).where(SavedList.name == "Satu"))) == ["overdue=1", "soon=1"]


def test_a_usual_list_that_names_what_is_no_more_does_not_stand_in_the_way(city):
    save(city, "Lama", "cycle=" + "a" * 26, usual="1")
    assert "Lama" in words(city.get("admin", "/admin/cases/"))


def test_what_is_saved_is_the_list_and_nothing_else_that_was_sent(city):
    sent = "unit=&stranger=1&q=a%0D%0Ab&overdue=1\r\nX-Evil: 1&page=x&cols=nip.due"
    answer = save(city, "Satu", sent, usual="1")
    assert answer.location == "/admin/cases/?overdue=1%0D%0AX-Evil%3A+1&q=a%0D%0Ab&cols=nip.due"
    assert city.all(select(SavedList.query)) == [answer.location.partition("?")[2]]
    assert city.get("admin", "/admin/cases/", status=303).location == answer.location
    for wrong in ("cols=nip.secret", "q=%00"):
        save_wrong(city, wrong)
    assert city.all(select(SavedList.name)) == ["Satu"]


@pytest.mark.parametrize("query", ["overdue=1\r\nX: 1", "cols=nip.secret", "q=%00", "order=nothing", "page=x"])
def test_a_usual_list_that_was_kept_unjudged_does_not_stand_in_the_way(city, query):
    save(city, "Lama", "overdue=1", usual="1")
    with city.database.begin() as db:
        db.execute(update(SavedList.__table__).values(query=query))
    answer = city.client("admin").get("/admin/cases/")
    if answer.status_code == 303:
        answer = city.get("admin", answer.location)
    assert answer.status_code == 200 and "Lama" in words(answer)


def test_a_name_is_needed_and_there_is_room_for_thirty(city):
    actor = city.actor("admin")
    assert save(city, " ", "overdue=1").location == "/admin/cases/?overdue=1"
    assert "Beri nama" in words(city.get("admin", "/admin/cases/?overdue=1"))
    for number in range(saved_lists.MOST):
        saved_lists.keep(city.rt, actor=actor, section="cases", name=f"N{number}", query="", usual=False)
    for name, query in (("x" * 81, ""), ("Baru", ""), ("N1", "q=" + "x" * 2000)):
        with pytest.raises(InvalidSubmission):
            saved_lists.keep(city.rt, actor=actor, section="cases", name=name, query=query, usual=False)
    saved_lists.keep(city.rt, actor=actor, section="cases", name="N1", query="soon=1", usual=False)


def test_columns_are_chosen_and_stay_in_the_address_and_in_the_file(still):
    answer = still.get("admin", "/admin/cases/columns?overdue=1&col=due&col=nip&cols=unit&page=x", status=303)
    assert unquote(answer.location) == "/admin/cases/?overdue=1&cols=nip.due"
    page = still.get("admin", answer.location).text
    assert HEAD.findall(page)[:4] == ["Pegawai", "NIP", "Batas waktu terdekat", "Tindakan"]
    assert 'type="hidden" name="cols" value="nip.due"' in page
    title = still.get("admin", "/admin/cases/export.csv?overdue=1&cols=nip.due").text.splitlines()[0]
    assert title.removeprefix("\ufeff") == '"Pegawai","NIP","Batas waktu terdekat","Nomor evaluasi"'
    still.get("admin", "/admin/cases/?cols=nip.secret", status=400)


def test_the_last_filter_is_offered_again_to_the_same_reader(still):
    client = still.client("admin")
    client.get("/admin/cases/?overdue=1&page=")
    page = client.get("/admin/cases/").get_data(as_text=True)
    assert '<a href="/admin/cases/?overdue=1">' in page and "Lanjutkan saringan terakhir" in page
    kept = client.get_cookie("siklus_last_cases", path="/admin/cases/")
    assert kept.http_only and kept.same_site == "Lax" and kept.value.startswith(f"{still.person('admin')}.")
    other = still.client("auditor")
    other.set_cookie("siklus_last_cases", kept.value, path="/admin/cases/")
    assert "Lanjutkan saringan terakhir" not in other.get("/admin/cases/").get_data(as_text=True)


def sweep(city):
    while outbox.sweep(city.rt, wsgi.build_works()):
        pass


def export(city, query, who="admin"):
    path = city.post(who, "/admin/cases/export", query=query).location
    return path, city.one(select(Job).where(Job.ref == path.rpartition("/")[2]))


def test_the_list_is_a_workbook_made_by_a_job_with_nothing_that_runs(city):
    unit = city.unit("dinkes")
    path, _ = export(city, f"unit={unit}&overdue=1")
    sweep(city)
    body = city.get("admin", f"{path}/file").data
    titles, *rows = python_calamine.load_workbook(BytesIO(body)).get_sheet_by_index(0).to_python()
    assert titles == TITLES
    listed = city.get("admin", f"/admin/cases/?unit={unit}&overdue=1").text
    assert {row[-1] for row in rows} == set(re.findall(r'<a href="/cases/([a-z2-7]{26})">', listed))
    csv = city.get("admin", f"/admin/cases/export.csv?unit={unit}&overdue=1&cols=nip.unit.cycle.state.holders.due").text
    lines = [unescape(line).strip('"').split('","') for line in csv.splitlines()[1:]]
    assert [[*line[:-1], line[-1]] for line in lines] == [[*row[:7], row[-1]] for row in rows]
    told = city.one(select(Event.kind).where(Event.stream == f"job:{path.rpartition('/')[2]}"))
    assert told == "cases.exported"


def test_results_are_a_column_and_in_the_workbook_of_a_cycle_columns_of_their_own(city):
    ended = "/admin/cases/?state=finalized&cols=state.results"
    city.get("admin", "/admin/cases/?state=finalized")
    with city.counted() as statements:
        page = city.get("admin", ended)
    assert len(statements) <= 12, "\n".join(statements)
    assert "Hasil" in HEAD.findall(page.text) and "Predikat kinerja" in words(page)
    plain = city.get("admin", "/admin/cases/?state=finalized&cols=state")
    assert "Predikat kinerja" not in words(plain)
    line = city.get("admin", "/admin/cases/export.csv?state=finalized&cols=results").text.splitlines()[1]
    assert "Predikat kinerja pegawai: Baik" in line
    cycle = city.one(select(Cycle.ref).join(Case, Case.cycle_id == Cycle.id).where(Case.state == "finalized").limit(1))
    path, _ = export(city, f"cycle={cycle}&state=finalized&cols=results")
    sweep(city)
    body = city.get("admin", f"{path}/file").data
    titles, *rows = python_calamine.load_workbook(BytesIO(body)).get_sheet_by_index(0).to_python()
    assert titles[0] == "Pegawai" and titles[1].startswith("Predikat") and titles[-1] == "Nomor evaluasi"
    assert rows and all(row[1] and "Predikat" not in row[1] for row in rows)


def test_a_workbook_holds_what_its_asker_may_see_on_the_day_on_which_it_is_made(city):
    path, _ = export(city, "", who="dinkes_admin")
    sweep(city)
    sheet = python_calamine.load_workbook(BytesIO(city.get("dinkes_admin", f"{path}/file").data))
    assert 0 < len(sheet.get_sheet_by_index(0).to_python()) - 1 < len(city.all(select(Case.ref)))
    later, _ = export(city, "", who="dinkes_admin")
    with city.database.begin() as db:
        mine = update(AccessGrant.__table__).where(AccessGrant.person_id == city.actor("dinkes_admin").person_id)
        db.execute(mine.values(ends_on="2026-01-01"))
    sweep(city)
    job = city.one(select(Job.state).where(Job.ref == later.rpartition("/")[2]))
    assert job == "failed"


def test_what_a_list_does_not_offer_is_not_asked_of_a_job(still):
    still.post("admin", "/admin/cases/export", 400, query="cycle=nowhere")
    still.post("auditor", "/admin/cases/export", 403, query="")
