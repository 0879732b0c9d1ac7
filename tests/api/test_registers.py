"""Registers through the API: entries one by one and by the hundred, by the register's own rules; a key per source."""

from datetime import date
from secrets import token_hex

from sqlalchemy import select

from engine import accounts, grants, ledger, registers
from engine.core import apikeys
from engine.store.tables import Denial
from engine.store.tables.registers import Entry
from tests.verbs.test_indicators import move
from tests.verbs.town import CAST, PASSWORD


def entries(office):
    with office.rt.db.read() as db:
        return db.execute(select(Entry.register, Entry.day, Entry.how)).all()


def training(office, name="carol", **changes):
    answers = {"name": "Bimtek", "kind": "guidance", "hours": "8"}
    return {"about": office.ref(name), "day": "2026-03-02", "answers": {**answers, **changes}}


def test_a_program_adds_and_reads_an_entry_of_its_person(books):
    program, once = books.program("carol", "health"), token_hex(10)
    listed = {each["key"]: each for each in program.get("/registers")["items"]}
    assert {each["key"] for each in listed["training"]["questions"]} >= {"name", "hours"}
    added = program.post("/registers/training/entries", training(books), 201, once=once)
    assert program.post("/registers/training/entries", training(books), 201, once=once) == added
    month = program.get(f"/registers/training/entries?person={books.ref('carol')}&month=2026-03")
    assert [(item["ref"], item["answers"]["hours"]) for item in month["items"]] == [(added["ref"], "8")]
    assert all(key.isidentifier() for item in month["items"] for key in item["answers"])  # nothing beside the fields
    assert month["is_cut"] is False
    assert entries(books) == [("training", "2026-03-02", "api")]
    ledger.verify(books.rt.db)


def test_what_the_register_refuses_is_told_by_its_place(books):
    program = books.program("carol", "health")
    told = program.post("/registers/training/entries", training(books, hours="many", kind="fun"), 422)
    assert {fault["pointer"] for fault in told["errors"]} == {"#/answers/hours", "#/answers/kind"}
    late = {**training(books), "day": "2026-03-09"}
    assert program.post("/registers/training/entries", late, 422)["errors"][0]["pointer"] == "#/answers/day"
    program.post("/registers/nothing/entries", training(books), 404)
    books.program("erin", "health").post("/registers/training/entries", training(books), 403)
    assert entries(books) == []


def test_a_key_of_another_source_is_refused_and_that_is_recorded(books):
    program = books.program("alice", scopes=(apikeys.ENTRIES, apikeys.REGISTERS), register="attendance")
    assert [each["key"] for each in program.get("/registers")["items"]] == ["attendance"]
    for path in ("/registers/training/entries", "/registers/training/imports"):
        body = training(books) if path.endswith("entries") else {"rows": [training(books)]}
        assert program.post(path, body, 403)["detail"].endswith("attendance alone.")
    with books.rt.db.read() as db:
        assert db.execute(select(Denial.message_key)).scalars().all() == ["api_keys.other_register"] * 2
    assert entries(books) == []
    office = books.app.test_client()
    office.set_cookie("siklus", accounts.sign_in(books.rt, CAST["alice"], PASSWORD, address="", agent="").token)
    assert "hanya Presensi" in office.get("/admin/api-keys/").get_data(as_text=True)


def test_the_machine_at_the_door_brings_a_day_of_many_at_once(books):
    program = books.program("alice", register="attendance")
    rows = [{"about": nip, "day": day, "answers": {"kind": "annual_leave"}}
            for nip in ("199003032015032003", books.ref("erin")) for day in ("2026-02-26", "2026-02-27")]  # fmt: skip
    done = program.post("/registers/attendance/imports", {"rows": rows})
    assert (done["created"], done["faults"]) == (4, [])
    again = program.post("/registers/attendance/imports", {"rows": rows})
    assert (again["created"], again["unchanged"]) == (0, 4) or again["faults"]
    assert len(entries(books)) == 4 and {row.how for row in entries(books)} == {"api"}
    ledger.verify(books.rt.db)


def test_wrong_rows_are_told_and_nothing_is_half_done(books):
    program = books.program("alice", "north", register="attendance")
    good = {"about": books.ref("carol"), "day": "2026-02-26", "answers": {"kind": "annual_leave"}}
    beside = {**good, "about": books.ref("mallory")}  # of the south: outside the unit of the key
    rows = [
        good,
        beside,
        {**good, "about": "123"},
        {**good, "day": "2026-04-01"},
        {**good, "day": "2026-02-27", "answers": {"kind": "x"}},
    ]
    told = program.post("/registers/attendance/imports", {"rows": rows})
    assert told["event"] is None and {fault["row"] for fault in told["faults"]} == {1, 2, 3, 4}
    assert entries(books) == []
    some = program.post("/registers/attendance/imports", {"rows": rows, "whole": False})
    assert (some["created"], len(entries(books))) == (1, 1)


def test_of_whoever_moved_a_key_reads_the_entries_that_count_in_its_unit(books):
    """Also where the key's person reads all of them."""
    grant = {"person_ref": books.ref("mallory"), "role": "admin", "unit_ref": books.unit("south").ref}
    grants.grant(books.rt, actor=books.actor("alice"), starts_on=date(2026, 1, 1), **grant)
    for name in ("mallory", "carol"):
        move(books, name, "clerk_south", date(2026, 3, 2))
    for name, day in (("dan", date(2026, 3, 1)), ("mallory", date(2026, 3, 2))):
        asked = (books.rt, "attendance", books.ref("carol"), day, {"kind": "annual_leave"})
        registers.add_entry(*asked, actor=books.actor(name), key=token_hex(10))
    path = f"/registers/attendance/entries?person={books.ref('carol')}&month=2026-03"
    for name, unit, days in (
        ("dan", "north", ["2026-03-01"]), ("mallory", "south", ["2026-03-02"]), ("alice", "north", ["2026-03-01"]),
        ("alice", "south", ["2026-03-02"]), ("alice", "city", ["2026-03-02", "2026-03-01"]),
    ):  # fmt: skip
        assert [each["day"] for each in books.program(name, unit).get(path)["items"]] == days, (name, unit)
    assert books.program("alice", "north").get(path.replace("2026-03", "2026-02"))["items"] == []
    books.program("alice", "south").get(path.replace("2026-03", "2026-02"), 404)
