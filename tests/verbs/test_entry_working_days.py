"""Working days that a register counts: by the calendar in force for the unit, whichever way an entry comes in."""

from datetime import date

from sqlalchemy import select

import wsgi
from engine import entry_imports, outbox, registers
from engine.core.calendar import DayEntry
from engine.core.messages import Text
from engine.imports import entry_acts
from engine.store.queries import entries as queries
from engine.store.queries import entry_files as files
from engine.store.refs import new_ref
from engine.store.tables.registers import MEASURES, Entry
from tests.verbs.stage import SHIPPED, Stage
from tests.verbs.test_calendars import add, put, use

ANSWERED = {"kind": "time", "words": "Lama.", "status": "answered", "answer": "Sudah.", "answered_on": "2026-03-02"}
DAY = date(2026, 2, 26)  # a Thursday; it is Monday the second of March


def test_an_office_that_was_closed_on_friday_has_one_working_day_less_by_page_program_and_file(filled_db):
    stage = Stage.over(filled_db("stage", Stage))
    stage.publish((SHIPPED / "registers/complaints.yaml").read_bytes(), "complaints")
    calendar = add(stage)
    put(stage, calendar, DayEntry(date(2026, 2, 27), "holiday", Text("Libur daerah", "Closed"), "SK 1"))
    use(stage, "health", calendar)
    unit, carol = stage.unit("health"), stage.actor("carol")
    asked = {"actor": carol, "key": new_ref()}
    registers.add_entry(stage.rt, "complaints", unit.ref, DAY, ANSWERED, **asked)
    program = [{"about": "health", "day": DAY.isoformat(), "answers": {**ANSWERED, "words": "Telepon."}}]
    assert entry_imports.add_rows(stage.rt, "complaints", program, actor=carol, key=new_ref()).created == 1
    sheet = "Kode unit,Tanggal,kind,words,status,answer,answered_on\nhealth,2026-02-26,time,Surat.,answered,Sudah.,"
    sheet += "2026-03-02\nhealth,2026-02-26,time,Terbalik.,answered,Sudah.,2026-02-25\n"
    file = entry_acts.take(stage.rt, "complaints", actor=carol, name="a.csv", content=sheet.encode())
    names = ("unit", "day", *(f"field.{each}" for each in ("kind", "words", "status", "answer", "answered_on")))
    mapping = {name: at for at, name in enumerate(names)}
    assert entry_acts.check(stage.rt, file, actor=carol, mapping=mapping, dates="iso", way="add")
    with stage.rt.db.read() as db:
        shown = files.mine(db, carol, file)
    entry_acts.confirm(stage.rt, file, actor=carol, frozen=shown.frozen)
    works = wsgi.build_works()
    while outbox.sweep(stage.rt, works):
        pass
    with stage.rt.db.read() as db:
        place = queries.places(db, "complaints")["response_working_days"]
        column = Entry.__table__.c[MEASURES[place]]
        kept = db.execute(select(column).where(Entry.register == "complaints")).scalars().all()
    assert kept == [1_000_000] * 3  # the answer from before the complaint is none
