"""Six people of the health office under a workflow in which HR decides: what acts on many cases are tried with."""

from typing import ClassVar

from sqlalchemy import select, true, update

from engine import bulk, bulk_doing, bulk_told, jobs, outbox
from engine.store.queries import bulk as queries
from engine.store.refs import new_ref
from engine.store.tables.bulk import BulkSet
from engine.store.tables.cases import Case
from engine.store.tables.jobs import Job
from engine.store.tables.work import Outbox
from tests.verbs.stage import Stage
from tests.verbs.town import CITY

ROLL_CALL = """
kind: workflow
format: 1
key: roll_call
name: {id: Pendataan, en: Roll call}
subject: person
period: year
roles:
  employee: {label: {id: Pegawai, en: Employee}, rule: subject}
  supervisor: {label: {id: Atasan, en: Supervisor}, rule: superior_of, role: employee}
  hr: {label: {id: BKPSDM, en: HR}, rule: holders_of_grant, grant: admin}
states:
  listed:
    label: {id: Terdata, en: Listed}
    initial: true
    tasks:
      check:
        label: {id: Periksa data, en: Check the data}
        role: hr
        decide: [pass]
        due: {working_days: 10, after: entered}
      look: {label: {id: Lihat data, en: Look at the data}, role: supervisor, decide: [vouch]}
  passed:
    label: {id: Diperiksa, en: Checked}
    tasks:
      close: {label: {id: Tutup, en: Close}, role: hr, decide: [close, reopen]}
  closed: {label: {id: Tertutup, en: Closed}, final: true}
transitions:
  pass: {label: {id: Nyatakan benar, en: Pass}, from: listed, to: passed, reason: optional}
  vouch: {label: {id: Kukuhkan, en: Vouch}, from: listed, to: passed}
  reopen: {label: {id: Buka lagi, en: Open again}, from: passed, to: listed, reason: required}
  close: {label: {id: Tutup, en: Close}, from: passed, to: closed}
"""
MANY = 6
KEYS = [f"crowd{number:02}" for number in range(MANY)]
ABOUT = {"unit": "health", "superior": "chief_health", "class": "pelaksana"}
SINCE = {"from": "2024-01-01", "until": None, "kind": "definitive"}
WORKS = jobs.works({
    bulk_doing.JUDGING: jobs.Kind(bulk_doing.judge_chunk),
    bulk_doing.RUNNING: jobs.Kind(bulk_doing.run_chunk, bulk_doing.run),
})  # fmt: skip


class Crowd(Stage):
    """The town with six more people in its health office, each with a case of the roll call."""

    keys: ClassVar = KEYS
    built: ClassVar = {
        **CITY,
        "posts": [*CITY["posts"], *({"key": key, "name": key, **ABOUT} for key in KEYS)],
        "people": [*CITY["people"], *({"key": key, "name": key.title(), "kind": "official", "nip": None,
                                       "email": f"{key}@tirta.go.id"} for key in KEYS)],
        "appointments": [*CITY["appointments"], *({"person": key, "post": key, **SINCE} for key in KEYS)],
    }  # fmt: skip

    def __init__(self, db):
        super().__init__(db)
        self.version = self.publish(ROLL_CALL.encode())
        self.open("post_kind == 'pelaksana' and 'health' in units")
        with db.begin() as writing:
            writing.execute(update(Outbox.__table__).values(state="done"))

    @classmethod
    def over(cls, db):
        stage = super().over(db)
        with db.read() as reading:
            query = select(Case.ref).where(Case.state == "listed").order_by(Case.id)
            stage.cases = list(reading.execute(query).scalars())
        return stage

    def freeze(self, act="fire", cases=None, by="alice", key=None, **said):
        said = said or ({"transition": "pass"} if act == "fire" else {})
        wanted = {"cases": self.cases if cases is None else cases, "actor": self.actor(by), "key": key or new_ref()}
        return bulk.freeze(self.rt, act=act, said=said, **wanted)

    def set(self, ref):
        with self.rt.db.read() as db:
            return db.execute(select(BulkSet.__table__).where(BulkSet.ref == ref)).one()

    def outcomes(self, ref):
        with self.rt.db.read() as db:
            return queries.counts(db, [self.set(ref).id])[self.set(ref).id]

    def items(self, ref):
        with self.rt.db.read() as db:
            return queries.page(db, self.set(ref).id, true())

    def told(self, ref, number):
        return [message.key for message in bulk_told.read_words(self.items(ref)[number - 1].words)]

    def confirm(self, ref, by="alice", typed=""):
        bulk.confirm(self.rt, ref, actor=self.actor(by), digest=self.set(ref).digest, typed=typed)

    def work(self, times=100):
        for _ in range(times):
            if not outbox.sweep(self.rt, WORKS):
                return

    def do(self, ref, **given):
        self.confirm(ref, **given)
        self.work()
        return self.outcomes(ref)

    def undo(self, ref, by="alice", reason="Keliru."):
        return bulk.undo(self.rt, ref, actor=self.actor(by), said={"reason": reason}, key=new_ref())

    def states(self):
        with self.rt.db.read() as db:
            query = select(Case.state).where(Case.ref.in_(self.cases)).order_by(Case.id)
            return list(db.execute(query).scalars())

    def job(self):
        with self.rt.db.read() as db:
            return db.execute(select(Job.__table__).order_by(Job.id.desc()).limit(1)).one()
