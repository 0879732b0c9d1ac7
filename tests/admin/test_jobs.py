"""The page Jobs: what runs, how far it is, what came of it, and who may see, cancel, repeat and download it."""

import re

import pytest
from sqlalchemy import select, update

from engine import jobs, outbox
from engine.core.case import SYSTEM
from engine.core.errors import Refused
from engine.core.jobs import Finished, Made, More
from engine.core.messages import Message
from engine.store.queries import outbox as rows
from engine.store.tables import Job, Outbox, Unit
from tests.admin.city import words

TITLE = Message("jobs.tries_again", reason="Impor <pegawai>")


def ask(city, who=None, unit=None, kind="count"):
    with city.database.begin() as db:
        unit_id = db.execute(select(Unit.id).where(Unit.key == unit)).scalar_one() if unit else None
        actor = city.actor(who) if who else SYSTEM
        return jobs.ask(city.rt, db, kind=kind, title=TITLE, body={}, actor=actor, unit_id=unit_id, total=3)


def chunk(rt, db, job, found):
    here = job.cursor or 0
    if here == 2:
        return Finished(Message("jobs.done_so_far", count=3), file=Made("hasil é.csv", "text/csv"), part=b"c")
    return More(here + 1, done=here + 1, part=b"ab"[here : here + 1])


def refuses(rt, db, job, found):
    raise Refused(Message("jobs.over"))


def sweep(city, kind=chunk, times=1):
    for _ in range(times):
        outbox.sweep(city.rt, jobs.works({"count": jobs.Kind(kind)}))


def reached(city, who):
    return set(re.findall(r"/admin/jobs/([a-z2-7]{26})\"", city.get(who, "/admin/jobs/").text))


def fragments(city, who, path):
    """What the page gets that asks again."""
    return city.client(who).get(path, headers={"X-Fragment": "1"}).text


def test_a_job_goes_on_before_the_readers_eyes_without_a_new_page(city):
    job = ask(city, "admin")
    page = city.get("admin", "/admin/jobs/")
    assert "Dalam antrean" in words(page) and "Impor &lt;pegawai&gt;" in page.text and "<pegawai>" not in page.text
    watch = re.search(r'data-watch="([^"]+)"', page.text)[1]
    assert watch == f"/admin/jobs/now?of={job.ref}"
    sweep(city)
    now = fragments(city, "admin", watch)
    assert f'data-swap="#job-{job.ref}"' in now and '<progress value="1" max="3"' in now and watch in now
    sweep(city, times=2)
    ended = fragments(city, "admin", watch)
    assert "data-watch" not in ended and f"/admin/jobs/{job.ref}/file" in ended and "Selesai" in ended
    assert "Sudah 3" in words(city.get("admin", f"/admin/jobs/{job.ref}"))


def test_the_file_is_for_who_asked(city):
    job = ask(city, "dinkes_admin", unit="dinkes")
    city.get("dinkes_admin", f"/admin/jobs/{job.ref}/file", status=404)
    sweep(city, times=3)
    answer = city.get("dinkes_admin", f"/admin/jobs/{job.ref}/file")
    assert answer.data == b"abc"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''hasil%20%C3%A9.csv"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    city.get("admin", f"/admin/jobs/{job.ref}/file", status=404)
    assert "/file" not in city.get("admin", f"/admin/jobs/{job.ref}").text, "he sees the job of his units, not its file"


def test_each_admin_sees_the_jobs_of_his_units_and_his_own(city):
    here, elsewhere = ask(city, "dinkes_admin", unit="dinkes").ref, ask(city, "admin", unit="disdik").ref
    everywhere, systems = ask(city, "admin").ref, ask(city).ref
    assert reached(city, "admin") == {here, elsewhere, everywhere, systems}
    assert reached(city, "dinkes_admin") == {here}
    for ref in (elsewhere, everywhere, systems):
        city.get("dinkes_admin", f"/admin/jobs/{ref}", status=404)
        city.get("dinkes_admin", f"/admin/jobs/{ref}/cancel", status=404)
        city.post("dinkes_admin", f"/admin/jobs/{ref}/cancel", 404)
        city.post("dinkes_admin", f"/admin/jobs/{ref}/again", 404)
    assert 'data-swap="#job' not in fragments(city, "dinkes_admin", f"/admin/jobs/now?of={systems},{elsewhere}")


def test_a_failed_job_says_why_and_is_tried_again_from_the_page(city):
    job = ask(city, "admin")
    sweep(city)
    sweep(city, refuses)
    page = words(city.get("admin", f"/admin/jobs/{job.ref}"))
    assert "Gagal" in page and "sudah berakhir" in page and "Coba lagi" in page
    assert city.post("admin", f"/admin/jobs/{job.ref}/again").location == f"/admin/jobs/{job.ref}"
    sweep(city, times=2)
    assert city.one(select(Job.state)) == "done"
    assert "Hanya pekerjaan yang gagal" in words(city.post("admin", f"/admin/jobs/{job.ref}/again", 422))


def test_a_job_is_cancelled_on_a_page_that_says_what_stays(city):
    job = ask(city, "admin")
    assert "Yang sudah dikerjakan tetap berlaku" in words(city.get("admin", f"/admin/jobs/{job.ref}/cancel"))
    city.post("admin", f"/admin/jobs/{job.ref}/cancel")
    sweep(city)
    assert "Dibatalkan" in words(city.get("admin", f"/admin/jobs/{job.ref}"))
    assert "sudah berakhir" in words(city.post("admin", f"/admin/jobs/{job.ref}/cancel", 422))


def test_works_of_the_system_that_gave_up_are_told_and_run_again(city):
    ask(city, "dinkes_admin", unit="dinkes")
    with city.database.begin() as db:
        row = rows.add(db, "holders.rehold", "{}", "a work", "2026-11-23T03:00:00.000Z")
        db.execute(update(Outbox.__table__).where(Outbox.id == row).values(state="dead", attempts=8))
    assert "berhenti setelah delapan kali gagal" in words(city.get("admin", "/admin/jobs/"))
    assert "delapan kali gagal" not in words(city.get("dinkes_admin", "/admin/jobs/"))
    city.post("dinkes_admin", "/admin/jobs/works/again", 403)
    city.post("admin", "/admin/jobs/works/again")
    assert city.all(select(Outbox.attempts).where(Outbox.state == "dead")) == []


def test_the_list_is_narrowed_and_leaves_as_a_file(city):
    ask(city, "admin")
    sweep(city, times=3)
    ask(city, "dinkes_admin", unit="dinkes")
    assert len(reached(city, "admin")) == 2
    assert "Tidak ada yang cocok" in words(city.get("admin", "/admin/jobs/?job_state=queued&mine=1"))
    lines = city.get("admin", "/admin/jobs/export.csv").text.splitlines()
    assert len(lines) == 3 and "Selesai" in lines[2]
    city.get("admin", "/admin/jobs/?job_state=x", status=400)


def test_an_empty_list_says_what_will_be_there(still):
    page = words(still.get("admin", "/admin/jobs/", language="en"))
    assert "No jobs yet" in page and "import of people" in page


@pytest.mark.parametrize("path", ["/admin/jobs/", "/admin/jobs/{}"])
def test_a_page_asks_the_database_as_often_however_many_jobs_there_are(city, path):
    refs = [ask(city, "admin").ref for _ in range(2)]
    city.get("admin", path.format(refs[0]))
    with city.counted() as few:
        city.get("admin", path.format(refs[0]))
    for _ in range(20):
        ask(city, "admin")
    with city.counted() as many:
        city.get("admin", path.format(refs[0]))
    assert len(many) == len(few) <= 6
