"""A small filled database, written through `apply` as verbs write: people, a definition, a cycle, cases that move.

Nothing here is read from a shipped workflow, so that the store's tests stand on their own.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import delete, insert, select, update

from engine.core.case import SYSTEM, Actor, CaseView, Holder, allow
from engine.core.effects import Asked, CloseTasks, Decision, Enqueue, FinishTask, OpenTask, Sent, SetValue
from engine.core.extending import Shift
from engine.core.proof.canonical import canonical, digest
from engine.core.times import to_datetime, to_text
from engine.store import apply, apply_dues, tables
from engine.store.queries import changes, units
from engine.store.refs import new_ref

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PRODUCT = "0.1.0"
DOCUMENT = {"kind": "workflow", "format": 1, "key": "tiny", "states": ["draft", "review", "done"]}
PLAN = {"goal": "Posyandu setiap bulan", "weight": "60", "rows": [{"n": 1}, {"n": 2}], "remark": None}


@dataclass
class House:
    """The keys of what was written; `case(…)` and its verbs write more."""

    db: object
    unit: int
    carol: Holder
    bob: Holder
    cycle: int
    definition: str
    at: datetime = AT
    cases: list = field(default_factory=list)

    def case(
        self, subject: Holder | None = None, parent: dict[str, str] | None = None, about: str | None = None
    ) -> "Running":
        """Open a case about somebody (a new person if nobody is named), or about a thing of this ref called Bidang."""
        with self.db.begin() as db:
            subject = subject or _person(db, f"Pegawai {len(self.cases)}", f"1990010120{len(self.cases):08}")
            ref, person = new_ref(), subject.person_id if about is None else None
            view = CaseView(
                ref=ref, state="", version=0, subject_id=person, subject_ref=about or subject.ref,
                unit_id=self.unit, entered_at=AT, period_start=date(2026, 1, 1), period_end=date(2026, 12, 31),
                now=AT, today=AT.date(),
            )  # fmt: skip
            entering = Decision("begin", "", "draft", None, None, None, (), (self._fill(), self._decide()))
            apply.start_case(
                db, view=view, cycle_id=self.cycle, definition_digest=self.definition, decision=entering,
                actor=actor(self.bob), at=self.at, product=PRODUCT, parent=parent,
                title=None if about is None else "Bidang",
            )  # fmt: skip
            case_id = db.execute(select(tables.Case.id).where(tables.Case.ref == ref)).scalar_one()
        self.cases.append(Running(self, case_id, ref))
        return self.cases[-1]

    def _fill(self) -> OpenTask:
        return OpenTask("write_plan", "employee", "plan", AT + timedelta(days=30), (self.carol,))

    def _decide(self) -> OpenTask:
        return OpenTask("decide_plan", "supervisor", None, None, (self.bob, self.bob))


@dataclass
class Running:
    """A case that moves draft → review → done."""

    house: House
    id: int
    ref: str
    version: int = 1
    state: str = "draft"

    def submit(self, answers: dict = PLAN) -> apply.EventRef:
        """Carol sends the plan."""
        with self.house.db.begin() as db:
            task = self.tasks(db)["write_plan"]
            sent = Sent("write_plan", "plan", "employee", self.house.carol, answers, (FinishTask(task.ref),))
            return apply.write_submission(
                db, case_id=self.id, case_ref=self.ref, task_id=task.id, task_ref=task.ref,
                definition_digest=self.house.definition, sent=sent, body=answers, actor=actor(self.house.carol),
                at=self.house.at, key="key-of-submission", product=PRODUCT,
            )  # fmt: skip

    def move(self, to: str, *, seen: int | None = None, effects: tuple = (), reason: str | None = "Sudah baik"):
        """Bob moves the case; the open tasks of the state close."""
        with self.house.db.begin() as db:
            open_tasks = {task.ref: task.id for task in self.tasks(db).values() if task.state == "open"}
            asked = (
                Asked("tasks_done", {}, allow(done=2)),
                Asked("when", {}, allow(total=Decimal("100.00"), on=date(2026, 3, 2))),
            )
            result = SetValue("predicate", "good", {"row": "as_expected", "score": Decimal("3.50")})
            decision = Decision(
                "approve", self.state, to, "supervisor", self.house.bob, "decide_plan", asked,
                (CloseTasks(tuple(open_tasks)), result, Enqueue("notify", {"to": "employee"}), *effects),
            )  # fmt: skip
            event = apply.write_move(
                db, case_id=self.id, case_ref=self.ref, version=self.version if seen is None else seen,
                definition_digest=self.house.definition, decision=decision, task_ids=open_tasks,
                actor=actor(self.house.bob), at=self.house.at, reason=reason, key="key-of-move", product=PRODUCT,
            )  # fmt: skip
        self.version, self.state = self.version + 1, to
        return event

    def comment(self, text: str) -> apply.EventRef:
        """Bob remarks something."""
        with self.house.db.begin() as db:
            return apply.append_event(
                db, stream=f"case:{self.ref}", kind="case.commented", at=self.house.at, actor=actor(self.house.bob),
                case_id=self.id, public={}, private={"comment": text}, product=PRODUCT,
            )  # fmt: skip

    def reassign(self, to: Holder) -> apply.EventRef:
        """The supervisor's role goes to somebody else."""
        with self.house.db.begin() as db:
            return apply.write_reassignment(
                db, case_id=self.id, case_ref=self.ref, role="supervisor",
                task_ids=[self.tasks(db)["decide_plan"].id], person_id=to.person_id, person_ref=to.ref,
                actor=actor(self.house.bob), at=self.house.at, reason="Cuti", product=PRODUCT,
            )  # fmt: skip

    def tasks(self, db) -> dict:
        found = db.execute(select(tables.Task.__table__).where(tables.Task.case_id == self.id))
        return {task.key: task for task in found}


def build(database) -> House:
    """People, a published definition and an open cycle, in an empty migrated database."""
    with database.begin() as db:
        unit = _unit(db)
        bob, carol = _person(db, "Bob", "198001012005011001"), _person(db, "Carol", "199001012015012002")
        digest = keep_definition(db, DOCUMENT)
        version = new_ref()
        _add(db, tables.DefinitionVersion, ref=version, kind="workflow", key="tiny", number=1, digest=digest,
             status="published", author_id=carol.person_id, reviewer_id=bob.person_id, created_at=to_text(AT),
             submitted_at=to_text(AT), published_at=to_text(AT), source="tiny.yaml")  # fmt: skip
        cycle = _add(db, tables.Cycle, ref=new_ref(), name="SKP 2026", definition_digest=digest,
                     period_start="2026-01-01", period_end="2026-12-31", population="true", status="open",
                     opened_by=bob.person_id, opened_at=to_text(AT))  # fmt: skip
        for kind, by, said in (
            ("definition.imported", carol, {"digest": digest, "source": "tiny.yaml"}),
            ("definition.submitted", carol, {}),
            ("definition.published", bob, {"digest": digest}),
        ):
            apply.append_event(
                db, stream="definition:workflow/tiny", kind=kind, at=AT, actor=actor(by),
                public={"version": version, "number": 1, **said}, private={}, product=PRODUCT,
            )  # fmt: skip
    return House(database, unit, carol, bob, cycle, digest)


def filled(database) -> House:
    """`served`, and what no verb does yet: the second case's answers erased with leave."""
    house = served(database)
    told, about = new_ref(), new_ref()
    child = house.case(parent={"case": house.cases[1].ref, "event": told, "link": "quarters"}, about=about)
    with database.begin() as db:
        _link(db, house.cases[1], child, told, about)
        _erase_answers(db, house)
        _design(db, house)
        put_off(db, child.id, child.ref)
    return house


def served(database) -> House:
    """`build`, and two cases with every kind of event, an appointment, a grant and a denial."""
    house = build(database)
    first, second = house.case(house.carol), house.case()
    first.comment("Mohon dilengkapi")
    first.reassign(house.carol)
    first.submit()
    first.move("review")
    first.move("done", reason=None)
    second.submit({"goal": "Imunisasi", "weight": "100"})
    with database.begin() as db:
        _surroundings(db, house)
        _give_files(db, house)
    return house


def _give_files(db, house: House) -> None:
    """Two files of the first case: one that its submission holds, one that nobody has sent."""
    case, file = house.cases[0].id, tables.File.__table__
    submission = select(tables.Submission).where(tables.Submission.case_id == case)
    sent = db.execute(submission.with_only_columns(tables.Submission.ref, tables.Submission.task_id)).one()
    for ref, binding in (("bound", {"status": "bound", "submission_ref": sent.ref}), ("clean", {})):
        key = _add(db, tables.File, ref=new_ref(), case_id=case, task_id=sent.task_id, form="plan", field="proof",
                   name="bukti.pdf", size=9, status="uploading", uploaded_by=house.carol.person_id, at=to_text(AT),
                   stored=ref)  # fmt: skip
        judged = {"status": "clean", "sha256": "a" * 64, "type": "pdf", "judged_at": to_text(AT)}
        db.execute(update(file).where(file.c.id == key).values(**judged))
        if binding:
            db.execute(update(file).where(file.c.id == key).values(**binding))


def _surroundings(db, house: House) -> None:
    post = new_ref()
    place = {"name": "Bidan", "kind": "fungsional", "level": None, "position_class": 8}
    post_id = _add(db, tables.Post, ref=post, key="bidan", unit_id=house.unit, recorded_at=to_text(AT), **place)
    unit = db.execute(select(tables.Unit.ref).where(tables.Unit.id == house.unit)).scalar_one()
    _of_system(db, "post.added", {"post": post, "key": "bidan", "unit": unit, "superior": None}, place)
    _promote(db, house.carol)
    period, ref = {"starts_on": "2025-01-01", "ends_on": None}, new_ref()
    _add(db, tables.Appointment, ref=ref, person_id=house.carol.person_id, post_id=post_id, kind="definitive",
         order_number="821/1", recorded_at=to_text(AT), **period)  # fmt: skip
    said = {"person": house.carol.ref, "post": post, "appointment": ref, "kind": "definitive", **period}
    _about(db, house.carol.ref, "appointment.made", said, {"order_number": "821/1"})
    ref = new_ref()
    _add(db, tables.AccessGrant, ref=ref, person_id=house.bob.person_id, role="admin", unit_id=house.unit,
         recorded_at=to_text(AT), **period)  # fmt: skip
    _about(db, house.bob.ref, "grant.given", {"person": house.bob.ref, "unit": unit, "grant": ref, "role": "admin",
                                              **period})  # fmt: skip
    _add(db, tables.Denial, at=to_text(AT), actor_ref=house.carol.ref, actor_id=house.carol.person_id, act="fire",
         target=house.cases[0].ref, message_key="case.not_yours")  # fmt: skip


def _promote(db, who: Holder) -> None:
    """A grade from a day on, which has come."""
    body = {"grade": {"was": None, "is": "III/b"}}
    said = {"person": who.ref, "starts_on": "2026-01-01", "as_of": "2026-03-02", "fields": ["grade"]}
    event = _about(db, who.ref, "person.changed", said, body)
    changes.add(db, "person", who.person_id, event_ref=event.ref, starts_on="2026-01-01", recorded_at=to_text(AT),
                body=canonical(body).decode())  # fmt: skip
    changes.put(db, "person", who.person_id, {"grade": "III/b"})


def _link(db, parent: "Running", child: "Running", told: str, about_ref: str) -> None:
    """The second case has opened a third, whose subject has a title."""
    of_child = select(tables.Event.ref).where(tables.Event.case_id == child.id)
    started = db.execute(of_child.order_by(tables.Event.seq).limit(1)).scalar_one()
    public = {"case": child.ref, "event": started, "link": "quarters", "part": "2026-01-01", "about": ""}
    apply.append_event(db, stream=f"case:{parent.ref}", kind="case.linked", at=AT, actor=SYSTEM, case_id=parent.id,
                       public=public, private={}, product=PRODUCT, ref=told)  # fmt: skip
    about = {"link": "quarters", "part": "2026-01-01", "about": "", "number": 1}
    values = {"child_id": child.id, "parent_id": parent.id, "event_ref": told, "started_ref": started, **about}
    db.execute(insert(tables.CaseLink.__table__).values(values))
    db.execute(insert(tables.CaseSubject.__table__).values(case_id=child.id, ref=about_ref, title="Bidang"))


def _design(db, house: House) -> None:
    """A design of the definition, with one edit that Carol made."""
    kept = {"document": json.dumps(DOCUMENT), "places": "{}"}
    by = {"begun_by": house.carol.person_id, "begun_at": to_text(AT), "changed_by": house.carol.person_id,
          "changed_at": to_text(AT)}  # fmt: skip
    ref, version = new_ref(), db.execute(select(tables.DefinitionVersion.id, tables.DefinitionVersion.ref)).one()
    design = _add(db, tables.Design, ref=ref, kind="workflow", key="tiny", name="Uji", origin="tiny 1", number=1,
                  from_version_id=version.id, **kept, **by)  # fmt: skip
    put = [{"do": "put", "path": "name.id", "value": "Uji"}]
    began_as = {"document": DOCUMENT, "places": {}}
    for number, step, edits, document in ((0, "begun", [], began_as), (1, "edited", put, None)):
        done = digest({"edits": edits, "inverse": [], "document": document})
        public = {"edits": done, "draft": digest(began_as)}
        public |= {"from": version.ref} if number == 0 else {}
        event = apply.append_event(
            db, stream="definition:workflow/tiny", kind=f"design.{step}", at=AT, actor=actor(house.carol),
            public={"design": ref, "number": number, **public}, product=PRODUCT,
            private={"name": "Uji"} if number == 0 else {},
        )  # fmt: skip
        text = None if document is None else canonical(document).decode()
        _add(db, tables.DesignEdit, design_id=design, number=number, step=step, event_ref=event.ref, at=to_text(AT),
             person_id=house.carol.person_id, edits=canonical(edits).decode(), inverse="[]", document=text)  # fmt: skip


def _erase_answers(db, house: House) -> None:
    gone = db.execute(select(tables.Submission.id).where(tables.Submission.case_id == house.cases[1].id)).scalar_one()
    erase(db, house, f"answers:{gone}")
    db.execute(delete(tables.Answers.__table__).where(tables.Answers.submission_id == gone))


def erase(db, house: House, record: str) -> None:
    """The leave to delete one record: asked for by one person, given by another, with the event that says so."""
    event = erased(db, house, record)
    _add(db, tables.Erasure, record=record, ground="JRA 12.3", requested_by=house.carol.person_id,
         approved_by=house.bob.person_id, at=to_text(AT), event_ref=event.ref)  # fmt: skip


def erased(db, house: House, record: str) -> apply.EventRef:
    """The event of an erasure."""
    return apply.append_event(
        db, stream="system", kind="record.erased", at=AT, actor=actor(house.bob), product=PRODUCT,
        public={"record": record, "requested_by": house.carol.ref, "approved_by": house.bob.ref},
        private={"ground": "JRA 12.3"},
    )  # fmt: skip


def keep_definition(db, document: dict) -> str:
    """Store a body under its digest."""
    name = digest(document)
    db.execute(insert(tables.Definition.__table__).values(
        digest=name, kind=document["kind"], key=document["key"], body=canonical(document).decode()
    ))  # fmt: skip
    return name


def actor(holder: Holder) -> Actor:
    return Actor(holder.person_id, holder.ref, holder.name)


def _unit(db) -> int:
    ref, place = new_ref(), {"name": "Puskesmas", "kind": "upt"}
    unit = units.add_unit(db, ref=ref, key="puskesmas", parent_id=None, timezone="Asia/Makassar",
                          recorded_at=to_text(AT), **place)  # fmt: skip
    said = {"unit": ref, "key": "puskesmas", "parent": None, "timezone": "Asia/Makassar"}
    _of_system(db, "unit.added", said, place)
    return unit


def _of_system(db, kind: str, public: dict, private: dict) -> apply.EventRef:
    return apply.append_event(
        db, stream="system", kind=kind, at=AT, actor=SYSTEM, public=public, private=private, product=PRODUCT
    )


def _person(db, name: str, nip: str) -> Holder:
    ref = new_ref()
    values = {"name": name, "nip": nip, "email": None, "kind": "pns", "grade": None}
    person = _add(db, tables.Person, ref=ref, name_lower=name.lower(), language="id", active=True,
                  recorded_at=to_text(AT), **values)  # fmt: skip
    _about(db, ref, "person.added", {"person": ref}, values)
    return Holder(person, ref, name, "superior_of", new_ref())


def _about(db, person: str, kind: str, public: dict, private: dict | None = None) -> apply.EventRef:
    return apply.append_event(
        db, stream=f"person:{person}", kind=kind, at=AT, actor=SYSTEM, public=public, private=private or {},
        product=PRODUCT,
    )  # fmt: skip


def _add(db, table, **values) -> int:
    return db.execute(insert(table.__table__).values(**values).returning(table.__table__.c.id)).scalar_one()


def put_off(db, case_id: int, case_ref: str, at: datetime = AT) -> None:
    """The first open task of a case is put off by five days, its result made final, and the case stands still."""
    open_task = select(tables.Task.ref, tables.Task.due).where(
        tables.Task.case_id == case_id, tables.Task.state == "open", tables.Task.due.is_not(None)
    )
    task = db.execute(open_task.limit(1)).one()
    was = to_datetime(task.due)
    due = apply_dues.Redue(task.ref, False, was, was + timedelta(days=7), Shift(days=5))
    ground = apply_dues.Ground(case_id, case_ref, at, PRODUCT, private={"reason": "Diperbantukan"})
    apply_dues.write_dues(db, ground, "case.extended", [due], {"days": 5})
    after = replace(ground, at=due.now)
    apply_dues.write_act(db, after, "case.final", task.ref, due.now, {"state": "draft", "task": "write_plan"})
    apply_dues.write_suspension(db, after, {})
