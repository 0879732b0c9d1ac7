"""A crowd of cases that ten people carry to their end over HTTP, each act until it is acknowledged, with its own key.

Each case takes two acts: a form is sent (which asks for work after the commit), and a step is taken.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select

from engine import definitions, grants
from engine.ledger import verify
from engine.runtime import Runtime
from engine.store.refs import new_ref
from engine.store.tables.cases import Case, Submission, Task
from engine.store.tables.ledger import Event
from engine.store.tables.people import Unit
from engine.store.tables.work import Outbox
from prove import _city as city
from tests.operations.processes import Visitor

PEOPLE = tuple(f"p{number}" for number in range(3, 13))
WORK = "links.check"
WORKFLOW = b"""
kind: workflow
format: 1
key: carried
name: {id: Laporan, en: Report}
roles:
  employee: subject
  panel: {label: {id: Panel, en: Panel}, rule: holders_of_grant, grant: calibration_panel}
states:
  asked:
    label: {id: Diminta, en: Asked}
    initial: true
    tasks:
      write: {label: {id: Tulis, en: Write}, role: panel, fill: words}
      decide: {role: panel, decide: [accept], after: [write], shows: [words]}
  done: {label: {id: Selesai, en: Done}, final: true}
transitions:
  accept: {label: {id: Terima, en: Accept}, from: asked, to: done}
forms:
  words:
    label: {id: Laporan, en: Report}
    sections:
      all:
        fields:
          said: {type: longtext, label: {id: Uraian, en: Words}}
          proof: {type: link, reach: true, label: {id: Tautan, en: Link}}
visible:
  words: {panel: [asked, done]}
"""


@dataclass
class Answered:
    """What the crowd was told. `took`: seconds of each answered request; `waited`: from the first try of an act to its
    acknowledgement."""

    statuses: Counter[int] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    without_retry_after: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def prepare(rt: Runtime, count: int) -> list[tuple[str, str, int]]:
    """A city in which so many cases wait: (case, its task, its version)."""
    city.build(rt, max(count, 60))
    for key in PEOPLE:
        grants.grant(
            rt, actor=city.actor(rt, "p0"), person_ref=city.actor(rt, key).ref, role="calibration_panel",
            unit_ref=_city_ref(rt), starts_on=date(2024, 1, 1),
        )  # fmt: skip
    author, approver = city.actor(rt, "p0"), city.actor(rt, "p1")
    version = definitions.import_document(rt, WORKFLOW, actor=author, source="carried.yaml")
    definitions.submit_for_review(rt, version.ref, actor=author)
    definitions.publish(rt, version.ref, actor=approver)
    city.open_cycle(rt, version.ref)
    with rt.db.read() as db:
        found = select(Case.ref, Task.ref, Case.version).join(Task, Task.case_id == Case.id)
        open_ = found.where(Task.key == "write", Task.state == "open").order_by(Case.id).limit(count)
        return [tuple(row) for row in db.execute(open_)]


def _city_ref(rt: Runtime) -> str:
    with rt.db.read() as db:
        return db.execute(select(Unit.ref).where(Unit.key == "city")).scalar_one()


class Crowd:
    """Ten people who carry cases to their end, at so many cases a second in all; `ports`: tried in turn."""

    def __init__(self, rt: Runtime, ports: list[int], cases: list[tuple[str, str, int]], pace: float) -> None:
        self.told = Answered()
        self._pace = len(PEOPLE) / pace
        self._ports = ports
        tokens = {key: city.token(rt, key) for key in PEOPLE}
        self._threads = [
            threading.Thread(target=self._carry, args=(tokens[key], cases[number :: len(PEOPLE)]))
            for number, key in enumerate(PEOPLE)
        ]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join()

    @property
    def busy(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def _carry(self, token: str, cases: list[tuple[str, str, int]]) -> None:
        visitor = Visitor(self._ports[0])
        visitor.cookies["siklus"] = token
        while visitor.get("/")[0] != 200:
            time.sleep(0.2)
        due = time.monotonic()
        for case, task, version in cases:
            form = {"said": "Rekap kunjungan", "proof": f"https://arsip.kota.example/{case}", "seen": 0}
            self._until_acknowledged(visitor, f"/tasks/{task}/submission", {**form, "key": new_ref()})
            step = {"transition": "accept", "seen": version, "reason": "", "key": new_ref()}
            self._until_acknowledged(visitor, f"/cases/{case}/transitions", step)
            due += self._pace
            time.sleep(max(0.0, due - time.monotonic()))

    def _until_acknowledged(self, visitor: Visitor, path: str, form: dict[str, object]) -> None:
        began = time.monotonic()
        for number in range(1_000):
            visitor.port = self._ports[number % len(self._ports)]
            status = self._once(visitor, path, form)
            if status == 303:
                break
            time.sleep(0.2 if len(self._ports) == 1 or number % len(self._ports) else 0)
        with self.told.lock:
            self.told.waited.append(time.monotonic() - began)

    def _once(self, visitor: Visitor, path: str, form: dict[str, object]) -> int:
        began = time.monotonic()
        try:
            status, headers, page = visitor.once(path, **form)
        except OSError as error:
            with self.told.lock:
                self.told.unanswered[type(error).__name__] += 1
            return 0
        with self.told.lock:
            self.told.statuses[status] += 1
            self.told.took.append(time.monotonic() - began)
            self.told.without_retry_after += status == 503 and "Retry-After" not in headers
        if status not in (303, 503):
            raise RuntimeError(f"{path}: {status} {plain(page)[:600]}")
        return status


def plain(page: str) -> str:
    """A page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def drained(rt: Runtime, seconds: float) -> bool:
    """Whether nothing waits any more, within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with rt.db.read() as db:
            waiting = select(func.count()).where(Outbox.kind == WORK, Outbox.state == "ready")
            if db.execute(waiting).scalar_one() == 0:
                return True
        time.sleep(0.05)
    return False


def check(rt: Runtime, cases: list[tuple[str, str, int]]) -> None:
    """Every case is at its end by one form and one step, every effect is done, and the trail is whole."""
    refs = {f"case:{case}" for case, _, _ in cases}
    with rt.db.read() as db:
        ended = db.execute(select(func.count()).where(Case.state == "done")).scalar_one()
        kinds = Counter(
            (stream, kind)
            for stream, kind in db.execute(select(Event.stream, Event.kind))
            if stream in refs and kind in ("form.submitted", "case.moved")
        )
        sent = db.execute(select(func.count()).select_from(Submission)).scalar_one()
        effects = dict(
            map(tuple, db.execute(select(Outbox.state, func.count()).where(Outbox.kind == WORK).group_by(Outbox.state)))
        )
    assert ended == sent == len(cases), (ended, sent, len(cases))
    assert len(kinds) == 2 * len(cases) and set(kinds.values()) == {1}, "an act twice, or not at all"
    assert effects == {"done": len(cases)}, effects
    verify(rt.db)


def part(values: list[float], share: float) -> float:
    """A percentile, in seconds."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0.0


def told(statuses: Counter[int]) -> str:
    """Statuses and how often, as text."""
    return ", ".join(f"{status}: {count:,}" for status, count in sorted(statuses.items()))
