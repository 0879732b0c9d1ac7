"""Who is told what, once, by mail or not: reminders, letters, the digest of the day; on both databases."""

import json
import socket
import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine import jobs, notice_mail, notice_wordings, notices, outbox, repairs, schedule
from engine.core.errors import NotAllowed, NotFound, Refused, Unavailable
from engine.core.messages import Message
from engine.core.times import to_text
from engine.mail import Server
from engine.store.queries import case_lists
from engine.store.refs import new_ref
from engine.store.tables.cases import Case
from engine.store.tables.notices import Notice
from engine.store.tables.people import Person, Unit
from engine.store.tables.work import Outbox
from engine.web import notice_letters
from tests.test_mail import mail_server, read
from tests.verbs.stage import PLAN, SHIPPED, Stage

DAILIES = {"digest": schedule.Daily("digest", notice_mail.begin, each_zone=True)}
WORKS = {
    "notices.remind": notice_wordings.remind,
    notice_wordings.KIND: notice_wordings.tell_worded,
    notice_mail.MAIL: outbox.Staged(lambda *found: None, before=notice_letters.deliver),
    notice_mail.DIGEST_MAIL: outbox.Staged(lambda *found: None, before=notice_letters.digest),
    schedule.KIND: lambda *asked: schedule.begin(DAILIES, *asked),
    **jobs.works({notice_mail.JOB: jobs.Kind(notice_mail.chunk)}),
}
HUNG = 0.4  # seconds that a server which says nothing is waited for


@dataclass
class Box:
    """Takes letters, as a mail server would."""

    letters: list = field(default_factory=list)

    def send(self, letter, at):
        self.letters.append(letter)


@pytest.fixture
def stage(filled_db):
    """A plan of Carol's waits for Erin; both have addresses, Frank has none."""
    stage = Stage.over(filled_db("stage_of_notices", Stage))
    stage.rt = replace(stage.rt, mail=Box())
    with stage.rt.db.begin() as db:
        for name in ("carol", "erin", "dan"):
            address = {"email": f"{name}@kota.go.id"}
            db.execute(update(Person.__table__).where(Person.id == stage.person(name).id).values(**address))
        db.execute(update(Person.__table__).where(Person.id == stage.person("frank").id).values(email=None))
    stage.ref_of_case = stage.case()
    stage.send(stage.ref_of_case, "carol", "write_plan", PLAN)
    return stage


def told(stage, name):
    with stage.rt.db.read() as db:
        mine = select(Notice.kind).where(Notice.person_id == stage.person(name).id)
        return list(db.execute(mine.order_by(Notice.id)).scalars())


def work(stage):
    notice_mail.Post(every=0).tick(stage.rt)
    while outbox.sweep(stage.rt, WORKS):
        pass


def want_mail(stage, *names):
    chosen = {
        "tasks": "at_once",
        "reminders": "here",
        "cases": "here",
        "people": "here",
        "entries": "here",
        "reports": "here",
    }
    for name in names:
        notices.choose(stage.rt, chosen, actor=stage.actor(name))


def server_at(port):
    return Server("127.0.0.1", port, "siklus@kota.go.id", False, patience=HUNG)


def remind(stage, which, due=None):
    task = stage.task(stage.ref_of_case, "decide_plan")
    body = {"case": stage.ref_of_case, "task": task.ref, "which": which, "due": to_text(due or task.due)}
    with stage.rt.db.begin() as db:
        notices.remind(stage.rt, db, body)


def test_those_who_hold_a_task_are_told_and_nobody_else(stage):
    assert told(stage, "carol") == ["task.arrived"]
    assert told(stage, "erin") == ["task.ready"]
    assert not any(told(stage, name) for name in ("alice", "frank", "dan", "mallory"))


def test_a_reminder_of_a_deadline_is_given_once_and_not_when_the_deadline_is_another_by_now(stage):
    stage_due = stage.task(stage.ref_of_case, "decide_plan").due
    remind(stage, "before:3")
    remind(stage, "before:3")
    remind(stage, "before:1", due=stage_due + timedelta(days=1))
    assert told(stage, "erin") == ["task.ready", "task.remind"]
    remind(stage, "on")
    assert told(stage, "erin").count("task.remind") == 2
    task = stage.task(stage.ref_of_case, "decide_plan").ref
    stage.fire(stage.ref_of_case, "erin", "approve")
    with stage.rt.db.begin() as db:
        body = {"case": stage.ref_of_case, "task": task, "which": "after:2", "due": to_text(stage_due)}
        notices.remind(stage.rt, db, body)
    assert told(stage, "erin").count("task.remind") == 2


def test_who_may_remind_and_once_a_day(stage):
    def ask(name, key=None):
        return notices.remind_case(
            stage.rt, stage.ref_of_case, actor=stage.actor(name), because="Mohon hari ini.", key=key or new_ref()
        )

    key = new_ref()
    assert ask("alice", key) == 1 == ask("alice", key)
    with pytest.raises(Refused, match="reminded_today"):
        ask("alice")
    assert told(stage, "erin") == ["task.ready", "task.remind"]
    with pytest.raises(NotAllowed):
        ask("carol")
    with pytest.raises(NotFound):
        ask("mallory")
    with pytest.raises(Refused, match="nobody_waits"):
        ask("erin")  # she has it herself
    stage.wait(days=1)
    assert ask("alice") == 1
    assert [row[0] for row in stage.trail(stage.ref_of_case)].count("case.reminded") == 2


def test_whoever_gets_the_task_of_another_is_told_and_who_keeps_his_is_not(stage):
    task = stage.task(stage.ref_of_case, "decide_plan")
    repairs.reassign(
        stage.rt, task.ref, stage.ref("dan"), actor=stage.actor("alice"), reason="Cuti panjang.", key=new_ref()
    )
    assert told(stage, "dan") == ["task.given"] and told(stage, "erin") == ["task.ready"]


def test_mail_goes_to_those_who_want_it_at_once_and_a_second_look_finds_nothing(stage):
    want_mail(stage, "erin")
    work(stage)
    (letter,) = stage.rt.mail.letters
    assert letter.to == "erin@kota.go.id" and "Carol" not in letter.subject and "Carol" not in letter.text
    assert letter.subject.startswith("Siklus: ") and "\n" not in letter.subject
    work(stage)
    assert len(stage.rt.mail.letters) == 1


def test_many_processes_look_at_once_and_each_letter_is_asked_for_once(stage):
    want_mail(stage, "erin", "carol")
    looks = [threading.Thread(target=notice_mail.Post(every=0).tick, args=(stage.rt,)) for _ in range(4)]
    [each.start() for each in looks], [each.join() for each in looks]
    with stage.rt.db.read() as db:
        asked = db.execute(select(Outbox.kind).where(Outbox.kind == notice_mail.MAIL)).all()
    assert len(asked) == 2
    work(stage)
    # Carol has sent her plan: of a task that no longer waits for her no letter goes out.
    assert [letter.to for letter in stage.rt.mail.letters] == ["erin@kota.go.id"]


def test_the_digest_is_one_letter_a_day_for_whoever_has_something(stage):
    stage.now = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)  # past six in Makassar
    for _ in range(3):
        schedule.Clock(lambda: DAILIES, every=0).tick(stage.rt)
        work(stage)
    assert sorted(letter.to for letter in stage.rt.mail.letters) == ["erin@kota.go.id"]
    (letter,) = stage.rt.mail.letters
    assert "Baru sejak kemarin" in letter.text and "Carol" not in letter.text
    notices.read_all(stage.rt, actor=stage.actor("erin"))
    stage.wait(days=1)
    schedule.Clock(lambda: DAILIES, every=0).tick(stage.rt)
    work(stage)
    assert len(stage.rt.mail.letters) == 1  # nothing is new, nothing is due


def test_whoever_has_no_post_gets_digests_in_the_zone_of_the_first_root_unit(stage):
    with stage.rt.db.begin() as db:
        db.execute(update(Unit.__table__).where(Unit.timezone.is_not(None)).values(timezone="Asia/Jayapura"))
        gina = Person.id == stage.person("gina").id
        db.execute(update(Person.__table__).where(gina).values(email="gina@kota.go.id"))
        case = db.execute(select(Case.id).where(Case.ref == stage.ref_of_case)).scalar_one()
        told = {"to": [stage.person("gina").id], "kind": "case.ended", "key": "of a test", "at": stage.now}
        notices.tell(db, **told, case_id=case)
    stage.now = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    schedule.Clock(lambda: DAILIES, every=0).tick(stage.rt)
    work(stage)
    assert sorted(letter.to for letter in stage.rt.mail.letters) == ["erin@kota.go.id", "gina@kota.go.id"]


def test_a_server_that_hangs_is_asked_again_and_the_letter_arrives_once_it_answers(stage):
    want_mail(stage, "erin")
    with mail_server() as answering, socket.create_server(("127.0.0.1", 0)) as silent:
        stage.rt = replace(stage.rt, mail=server_at(silent.getsockname()[1]))
        work(stage)
        assert letters(stage) == [("ready", 1)]
        stage.rt = replace(stage.rt, mail=server_at(answering.server_address[1]))
        stage.wait(seconds=4)
        work(stage)
        assert letters(stage) == [("done", 2)] and len(answering.taken) == 1


def test_a_letter_that_arrives_twice_has_one_message_id(stage):
    want_mail(stage, "erin")
    with mail_server() as server:
        stage.rt = replace(stage.rt, mail=server_at(server.server_address[1]))
        work(stage)
        with stage.rt.db.begin() as db:
            db.execute(update(Outbox.__table__).where(Outbox.kind == notice_mail.MAIL).values(state="ready"))
        work(stage)
        first, second = map(read, server.taken)
    assert first["Message-ID"] == second["Message-ID"] and first["To"] == "erin@kota.go.id"


def test_after_eight_attempts_a_letter_is_dead_and_visible(stage):
    class Never:
        def send(self, letter, at):
            raise Unavailable(Message("mail.failed", reason="TimeoutError"))

    stage.rt = replace(stage.rt, mail=Never())
    want_mail(stage, "erin")
    for _ in range(9):
        work(stage)
        stage.wait(minutes=10)
    assert letters(stage) == [("dead", 8)]


def letters(stage):
    with stage.rt.db.read() as db:
        found = db.execute(select(Outbox.state, Outbox.attempts).where(Outbox.kind == notice_mail.MAIL))
        return [tuple(row) for row in found]


TOLD = """
notices:
  rated:
    transition: send_to_calibration
    to: [panel, employee, supervisor]
    subject: {id: "Penilaian {{case.subject}}", en: "Rating of {{case.subject}}"}
    body: {id: "Umpan balik: {{rating.feedback}}", en: "Feedback: {{rating.feedback}}"}
  begun:
    enters: plan_drafted
    to: [employee]
    subject: {id: "Siklus dimulai", en: "The cycle has begun"}
  late:
    remind: write_plan
    to: [supervisor]
    subject: {id: "Rencana terlambat", en: "A plan is late"}
"""


@pytest.fixture
def worded(stage):
    """The shipped workflow with notices of its own, and a case of it about Carol."""
    stage.version = stage.publish((SHIPPED / "basic_cycle.yaml").read_bytes() + TOLD.encode(), "worded.yaml")
    stage.ref_of_case = stage.open(name="Evaluasi 2027", period_start=date(2027, 1, 1), period_end=date(2027, 12, 31))
    with stage.rt.db.read() as db:
        stage.ref_of_case = case_lists.case_of(db, stage.ref_of_case.ref, stage.person("carol").id)
    return stage


def words_of(stage, name):
    with stage.rt.db.read() as db:
        mine = select(Notice.body).where(Notice.person_id == stage.person(name).id, Notice.kind == "worded")
        return [json.loads(body) for body in db.execute(mine.order_by(Notice.id)).scalars()]


def test_a_definition_tells_the_holders_of_its_roles_once_and_each_what_he_may_see(worded):
    work(worded)
    assert [each["subject"]["id"] for each in words_of(worded, "carol")] == ["Siklus dimulai"]
    worded.walk(worded.ref_of_case, until="send_to_calibration")
    for _ in range(2):
        work(worded)
    (panel,) = words_of(worded, "frank")
    assert panel["text"]["id"] == "Umpan balik: Pertahankan." and panel["subject"]["en"] == "Rating of Carol"
    assert words_of(worded, "carol")[-1]["text"]["en"] == "Feedback: …"  # not before the end
    assert words_of(worded, "erin") == []  # she did it herself


def test_a_reminder_of_a_task_says_what_the_definition_says_to_whom_it_says(worded):
    task = worded.task(worded.ref_of_case, "write_plan")
    body = {"case": worded.ref_of_case, "task": task.ref, "which": "after:2", "due": to_text(task.due)}
    for _ in range(2):
        with worded.rt.db.begin() as db:
            notice_wordings.remind(worded.rt, db, body)
    assert told(worded, "carol").count("task.remind") == 1
    assert [each["subject"]["id"] for each in words_of(worded, "erin")] == ["Rencana terlambat"]


def test_words_with_answers_in_them_are_not_mailed(worded):
    address = {"email": "frank@kota.go.id"}
    with worded.rt.db.begin() as db:
        db.execute(update(Person.__table__).where(Person.id == worded.person("frank").id).values(**address))
    for name in ("frank", "carol"):
        chosen = {
            "tasks": "here",
            "reminders": "here",
            "cases": "at_once",
            "people": "here",
            "entries": "here",
            "reports": "here",
        }
        notices.choose(worded.rt, chosen, actor=worded.actor(name))
    worded.walk(worded.ref_of_case, until="send_to_calibration")
    work(worded)
    work(worded)
    letters_of = {letter.to: letter for letter in worded.rt.mail.letters}
    assert "Pertahankan" not in letters_of["frank@kota.go.id"].text
    assert "Ada pemberitahuan baru" in letters_of["frank@kota.go.id"].subject
    assert any("Siklus dimulai" in letter.subject for letter in worded.rt.mail.letters)
