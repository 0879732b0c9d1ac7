"""One story, both ways to run it: sign in, send, approve, a job, a deadline, metrics, backup, SIGTERM."""

import os
import time
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest

from engine import doorbell, ledger
from engine.store.database import connect
from engine.store.refs import new_ref
from engine.store.tables.cases import Case
from engine.store.tables.ledger import Event
from tests.conftest import copies_of_postgresql, copies_of_sqlite
from tests.operations.processes import METRICS, Visitor, running
from tests.portal.house import as_posted
from tests.servers import postgresql_programs
from tests.verbs.stage import PLAN, Stage
from tests.verbs.town import CAST, PASSWORD

LAPSING = b"""
kind: workflow
format: 1
key: lapsing
name: {id: Keberatan, en: Objection}
roles:
  employee: subject
states:
  told:
    label: {id: Diberitahukan, en: Told}
    initial: true
    due: {on: "01-31", of: period, fire: lapse}
    tasks:
      object: {role: employee, decide: [object]}
  settled: {label: {id: Selesai, en: Settled}, final: true}
  objected: {label: {id: Keberatan, en: Objected}, final: true}
transitions:
  object: {label: {id: Ajukan, en: Object}, from: told, to: objected}
  lapse: {label: {id: Lewat waktu, en: Lapse}, from: told, to: settled, reason: none}
"""


class OperatedStage(Stage):
    """A stage with accounts, a workflow whose deadline is over, and a case that waits for that."""

    def __init__(self, db):
        super().__init__(db, ("carol", "erin", "alice"))
        self.open(version_ref=self.publish(LAPSING, "lapsing.yaml").ref)


@pytest.fixture(params=["one", pytest.param("several", marks=pytest.mark.postgresql)])
def way(request):
    return request.param


@pytest.fixture
def stage(way, request, tmp_path, monkeypatch):
    """The stage in a database of this way; the other kind is not made."""
    if (programs := postgresql_programs()) is not None:
        monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    with ExitStack() as opened:
        copy = opened.enter_context((copies_of_sqlite if way == "one" else copies_of_postgresql)(request))
        yield OperatedStage.over(opened.enter_context(closing(connect(copy("operated", OperatedStage)))))


def url_of(stage):
    return stage.rt.db.engine.url.set(drivername=stage.rt.db.dialect).render_as_string(hide_password=False)


def wait_for(found, house, seconds=30):
    until = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < until, house.logs()[-4000:]
        time.sleep(0.1)
    return answer


def count(stage, table, *where):
    with stage.rt.db.read() as db:
        return len(db.execute(table.__table__.select().where(*where)).all())


def test_the_same_story_holds_however_it_is_run(way, stage, tmp_path, request):
    settings = {"SIKLUS_DATABASE_URL": url_of(stage), "SIKLUS_FILES": str(tmp_path / "evidence")}
    if way == "several":
        settings["REDIS_URL"] = request.getfixturevalue("redis_url")
        stage.rt = replace(stage.rt, queue=doorbell.Bell(settings["REDIS_URL"]).ring)
    case = stage.case()
    with running(way, tmp_path, settings) as house:
        send_and_approve(stage, house, case)
        a_job_opens_a_cycle(stage, house)
        a_deadline_that_is_over_fires_once(stage, house)
        what_is_told(stage, house)
        a_backup_is_whole(house, tmp_path)
        statuses = house.stop()
    assert set(statuses) == {0}, (statuses, house.logs()[-4000:])
    ledger.verify(stage.rt.db)
    assert '"level": "error"' not in house.logs(), house.logs()[-4000:]


def send_and_approve(stage, house, case):
    carol, erin = (Visitor(house.port).sign_in(CAST[name], PASSWORD) for name in ("carol", "erin"))
    assert case in carol.get("/")[2] or carol.get(f"/cases/{case}")[0] == 200
    task = stage.task(case, "write_plan")
    form = {**as_posted(PLAN), "seen": task.version, "key": new_ref()}
    first = carol.post(f"/tasks/{task.ref}/submission", **form)
    again = carol.post(f"/tasks/{task.ref}/submission", **form)
    assert (first[0], again[0]) == (303, 303), first[2][:2000]
    seen = stage.see(case).view.version
    moved = erin.post(f"/cases/{case}/transitions", transition="approve", seen=seen, key=new_ref(), reason="")
    assert moved[0] == 303, moved[2][:2000]
    assert [kind for kind, *_ in stage.trail(case)].count("form.submitted") == 1
    assert stage.see(case).view.state == "approved"


def a_job_opens_a_cycle(stage, house):
    before = count(stage, Case)
    stage.open(at_once=0)
    opened = wait_for(lambda: count(stage, Event, Event.kind == "cycle.filled"), house)
    assert opened == 1 and count(stage, Case) > before


def a_deadline_that_is_over_fires_once(stage, house):
    settled = (Case.state == "settled",)
    wait_for(lambda: count(stage, Case, *settled) == 1, house)
    assert count(stage, Event, Event.transition == "lapse") == 1


def what_is_told(stage, house):
    status, _, page = Visitor(house.port).get("/metrics", Authorization=f"Bearer {METRICS}")
    assert status == 200 and "siklus_database_up 1.0" in page
    sent = 'siklus_requests_total{method="POST",route="/tasks/<ref>/submission",status="303"} 2.0'
    assert sent in page, page[:3000]  # of all processes, whichever answers
    assert Visitor(house.port).get("/metrics")[0] == 404


def a_backup_is_whole(house, folder):
    """Taken and judged by the commands, while the processes serve."""
    for words in (["backup", str(folder / "backup")], ["restore", "--check", "--compare", str(folder / "backup")]):
        done = house.command(*words)
        assert done.returncode == 0, done.stderr
    assert "It is the past of what serves here" in done.stdout
