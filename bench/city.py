"""The demo city in a file, and the pages that people open in it: for counting questions and for weighing memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import wsgi
from bench.settings import installation
from engine import demo, sessions
from engine.runtime import Runtime
from engine.store import migrate
from engine.store.queries import accounts, people
from engine.store.tables.cases import Case, Task, TaskHolder
from engine.store.tables.people import Person

FILLS, HR = "bidan_penyelia", "analis_sdm_muda"
LISTS = ("people", "units", "cycles", "cases", "definitions", "events", "denials")


@dataclass(frozen=True)
class Page:
    """A page that somebody opens: what it is, whose token, where."""

    name: str
    token: str
    path: str


def build(url: str) -> tuple[Page, ...]:
    """Load the demo city into an empty database; answer the pages to open."""
    rt = wsgi.build_runtime(installation(url))
    migrate.upgrade(rt.db)
    demo.load(rt, wsgi.SHIPPED)
    staff, admin = _token(rt, FILLS), _token(rt, HR)
    with rt.db.read() as db:
        task, case = _own_task(db, people.by_key_of_post(db, FILLS, datetime.now(UTC).date()).id)
    rt.db.close()
    return (
        Page("inbox", staff, "/"),
        Page("case", staff, f"/cases/{case}"),
        Page("form", staff, f"/tasks/{task}"),
        Page("home of the backoffice", admin, "/admin/"),
        *(Page(f"list of {name}", admin, f"/admin/{name}/") for name in LISTS),
    )


def _token(rt: Runtime, post: str) -> str:
    with rt.db.begin() as db:
        person = people.by_key_of_post(db, post, datetime.now(UTC).date())
        return sessions.open_session(db, accounts.by_person(db, person.id), "bench", datetime.now(UTC)).token


def _own_task(db, person_id: int) -> tuple[str, str]:
    """An open form of somebody, and its case."""
    query = (
        Task.__table__.join(TaskHolder.__table__, TaskHolder.task_id == Task.id)
        .join(Case.__table__, Case.id == Task.case_id)
        .join(Person.__table__, Person.id == TaskHolder.person_id)
        .select()
        .with_only_columns(Task.ref, Case.ref)
        .where(TaskHolder.person_id == person_id, Task.state == "open", Task.form.is_not(None))
    )
    return tuple(db.execute(query.limit(1)).one())
