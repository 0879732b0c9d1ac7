"""The answers of a cycle as a workbook: what leaves, what never does, and the event that says who took it."""

import json
from datetime import date
from io import BytesIO

import pytest
import python_calamine
from sqlalchemy import delete, insert, select

from engine import exports, snapshot
from engine.core.errors import NotFound, Refused
from engine.core.times import to_text
from engine.sheets.writing import Words
from engine.store import apply
from engine.store.queries import case_lists
from engine.store.tables.cases import Answers, Case, Cycle, Submission
from engine.store.tables.ledger import Erasure, Event
from tests.verbs.stage import Stage
from tests.verbs.test_openings import PLAN, WORKFLOW

WORDS = Words("Jawaban", "Baris", "Panduan", ("Nama", "NIP", "Unit", "Dikirim", "Nomor"), ("Baca saja.",), "id")
SUBJECTS = ("carol", "mallory", "frank")


class Sent(Stage):
    """A cycle in which three people have sent a plan, and a superior his advice on one of them."""

    def __init__(self, db):
        super().__init__(db)
        self.cycle = self.open(
            "post == 'midwife' or post == 'clerk_south' or post == 'auditor'", version_ref=self.publish(WORKFLOW).ref,
            period_start=date(2026, 1, 1), period_end=date(2026, 12, 31),
        ).ref  # fmt: skip
        for name in SUBJECTS:
            self.send(case_of(self, name), name, "write", {**PLAN, "goal": f"Tujuan {name}"})
        self.send(case_of(self, "carol"), "erin", "answer", {"advice": "nasihat rahasia"})

    @classmethod
    def over(cls, db):
        stage = super().over(db)
        with db.read() as reading:
            stage.cycle = reading.execute(select(Cycle.ref)).scalar_one()
        return stage


@pytest.fixture
def stage(filled_db):
    return Sent.over(filled_db("sent_talks", Sent))


def case_of(stage, name):
    with stage.rt.db.read() as db:
        return case_lists.case_of(db, stage.cycle, stage.person(name).id)


def book_of(stage, name, form="plan", zone="Asia/Jakarta"):
    body = exports.answers_of_cycle(stage.rt, stage.cycle, form, actor=stage.actor(name), zone=zone, words=WORDS)
    return python_calamine.CalamineWorkbook.from_filelike(BytesIO(body))


def export(stage, name, form="plan"):
    """Every cell of the workbook, as text."""
    book = book_of(stage, name, form)
    return " ".join(str(cell) for sheet in book.sheet_names for row in book.get_sheet_by_name(sheet).to_python()
                    for cell in row)  # fmt: skip


def events(stage):
    query = select(Event.stream, Event.leaf, Event.actor_ref).where(Event.kind == "answers.exported")
    with stage.rt.db.read() as db:
        return [
            (row.stream, json.loads(row.leaf)["public"], row.actor_ref) for row in db.execute(query.order_by(Event.seq))
        ]


def test_the_last_answers_of_everybody_leave_with_who_they_are(stage):
    found = export(stage, "alice")
    assert all(f"Tujuan {name}" in found and name.title() in found for name in SUBJECTS)


@pytest.mark.parametrize(("zone", "day"), [("Asia/Jakarta", "2026-03-02"), ("Pacific/Pago_Pago", "2026-03-01")])
def test_the_day_of_sending_is_that_of_the_zone_that_is_asked_for(stage, zone, day):
    rows = book_of(stage, "alice", zone=zone).get_sheet_by_index(0).to_python()[2:]
    assert [row[5] for row in rows] == [day] * len(SUBJECTS)


def test_a_field_that_is_kept_to_roles_does_not_leave(stage):
    for name in ("alice", "frank", "dan"):
        found = export(stage, name)
        assert "Tujuan" in found and "rahasia" not in found and "dvice" not in found, name


def test_nobody_takes_the_answers_of_his_own_case(stage):
    found = export(stage, "frank")
    assert "Tujuan carol" in found and "Tujuan frank" not in found and "Frank" not in found


def test_only_answers_of_units_that_he_oversees_leave(stage):
    found = export(stage, "dan")
    assert "Tujuan carol" in found and "Tujuan mallory" not in found and "Mallory" not in found
    for name in ("erin", "carol", "mallory"):
        with pytest.raises(NotFound):
            export(stage, name)
    assert [public["cases"] for _, public, _ in events(stage)] == [1]


def test_erased_answers_do_not_leave(stage):
    erase(stage, "mallory")
    found = export(stage, "alice")
    assert "Tujuan carol" in found and "Tujuan mallory" not in found


def test_who_sent_a_form_is_known_though_its_answers_are_erased(stage):
    """Else what came of answers that were kept from somebody would be told once they are gone."""
    before = sent(stage, "mallory")
    erase(stage, "mallory")
    assert (before, sent(stage, "mallory")) == (({"plan"}, {"plan"}), (set(), {"plan"}))


def sent(stage, name):
    """The forms of somebody's case whose answers are there, and those that somebody has sent."""
    ref = case_of(stage, name)
    with stage.rt.db.read() as db:
        view = snapshot.load(stage.rt, db, ref, stage.actor("alice"), stage.now).view
    return set(view.answers), set(view.sent_by)


def erase(stage, name):
    """Erase the answers of somebody's only submission, with leave."""
    alice, gina = stage.actor("alice"), stage.actor("gina")
    with stage.rt.db.begin() as db:
        sent = db.execute(select(Submission.id).join(Case, Case.id == Submission.case_id).where(
            Case.ref == case_of(stage, name))).scalar_one()  # fmt: skip
        record = f"answers:{sent}"
        event = apply.append_event(
            db, stream="system", kind="record.erased", at=stage.now, actor=alice, product=stage.rt.version,
            public={"record": record, "requested_by": alice.ref, "approved_by": gina.ref}, private={"ground": "JRA"},
        )  # fmt: skip
        db.execute(insert(Erasure.__table__).values(
            record=record, ground="JRA", requested_by=alice.person_id, approved_by=gina.person_id,
            at=to_text(stage.now), event_ref=event.ref))  # fmt: skip
        db.execute(delete(Answers).where(Answers.submission_id == sent))


def test_each_export_is_an_event_of_the_cycle(stage):
    export(stage, "alice")
    export(stage, "frank")
    expected = [("alice", 3), ("frank", 2)]
    assert events(stage) == [
        (f"cycle:{stage.cycle}", {"cycle": stage.cycle, "form": "plan", "cases": cases}, stage.ref(name))
        for name, cases in expected
    ]


@pytest.mark.parametrize("form", ["verdict", "no_such_form"])
def test_a_form_that_nobody_sent_leaves_neither_a_workbook_nor_an_event(stage, form):
    with pytest.raises(NotFound, match=r"export\.nothing_sent"):
        export(stage, "alice", form)
    assert events(stage) == []


def test_more_cases_than_a_workbook_takes_are_refused(stage, monkeypatch):
    monkeypatch.setattr(exports, "MOST", 2)
    with pytest.raises(Refused, match=r"export\.too_many"):
        export(stage, "alice")
    assert events(stage) == []
