"""Imported files: every fault found by row and cause, right rows taken over whole, and nothing else."""

import hashlib
import json

import pytest
from sqlalchemy import event, func, select

import wsgi
from engine import appointments, grants, ledger, outbox, people
from engine.core.errors import InvalidSubmission, NotAllowed, NotFound, Refused
from engine.imports import acts, entry_batches, keeping
from engine.store.queries import imports as queries
from engine.store.tables import Appointment, Event, ImportRow, Note, Person, Post, Unit
from tests import planted
from tests.verbs.town import CAST, Town


@pytest.fixture
def town(filled_db):
    return Town.over(filled_db("town", Town))


class Desk:
    """Somebody who imports files, and what came of them."""

    def __init__(self, town, name="alice"):
        self.town, self.actor = town, town.actor(name)

    def bring(self, kind, text):
        self.ref = acts.take(self.town.rt, actor=self.actor, kind=kind, name=f"{kind}.csv", content=text.encode())
        acts.judge(self.town.rt, self.ref, actor=self.actor)
        return self

    @property
    def file(self):
        with self.town.rt.db.read() as db:
            return queries.file(db, self.actor, self.ref)

    def faults(self, **which):
        with self.town.rt.db.read() as db:
            return {(row.number, row.cause) for row in queries.faults(db, self.file.id, limit=9999, **which)}

    def outcomes(self):
        with self.town.rt.db.read() as db:
            return {row.number: row.outcome for row in queries.rows(db, self.file.id, limit=9999)}

    def confirm(self):
        return acts.confirm(self.town.rt, self.ref, actor=self.actor, frozen=self.file.frozen)

    def run(self, most=99):
        """The job's chunks; at most so many."""
        for _ in range(most):
            if not outbox.sweep(self.town.rt, wsgi.build_works()):
                break
        return json.loads(self.file.done)


def rows_of(town, table):
    with town.rt.db.read() as db:
        return db.execute(select(func.count()).select_from(table.__table__)).scalar_one()


UNITS = """Kode;Nama;Jenis;Induk;Status
school;SD Negeri 1;office;edu;
edu;Dinas Pendidikan;office;city;
north;Kecamatan Tirta Utara;district;Kota Tirta;
south;Kecamatan Selatan;district;city;tutup
a;A;office;b;
b;B;office;a;
c;C;office;b;
Edu 2;X;office;city;
lost;X;office;nowhere;
root;X;office;;
edu;Lagi;office;city;
chief_north;X;office;city;
gone;X;office;city;tutup
health;Puskesmas;office;north;aktif
"""


def test_units_come_in_any_order_and_each_fault_is_found(town):
    desk = Desk(town).bring("units", UNITS)
    assert desk.faults() == {
        (5, "holds_posts"), (6, "circle_of_parent"), (7, "circle_of_parent"), (8, "depends"), (9, "key"),
        (10, "unknown_parent"), (11, "root_unit"), (12, "duplicate"), (13, "key_taken"), (14, "unknown_key"),
    }  # fmt: skip
    assert {number: what for number, what in desk.outcomes().items() if what != "wrong"} == {
        2: "create", 3: "create", 4: "change", 15: "unchanged",
    }  # fmt: skip
    assert desk.confirm()
    assert desk.run() == {"create": 2, "change": 1, "unchanged": 1, "wrong": 10}
    assert town.unit("school").parent_id == town.unit("edu").id
    assert town.unit("north").name == "Kecamatan Tirta Utara"


POSTS = """Kode Jabatan;Nama;Jenis;Unit Kerja;Atasan;Kelas;Status
nurse_two;Perawat Dua;jf;Puskesmas;nurse_one;7;
nurse_one;Perawat Satu;jf;health;chief_health;8;
vacant;Perawat;jf;health;chief_health;;tutup
midwife;Bidan;jf;health;chief_health;;tutup
chief_health;Kapus;pengawas;health;midwife;;
mayor;Wali Kota;pejabat_negara;city;clerk_south;;
x;X;jf;nowhere;mayor;;
y;Y;jf;city;nobody;;
z;Z;jf;city;mayor;18;
chief_north;Camat Utara;administrator;north;mayor;;tutup
"""


def test_posts_name_superiors_of_the_same_file_and_circles_are_found(town):
    desk = Desk(town).bring("posts", POSTS)
    assert desk.faults() == {
        (5, "holds_people"), (5, "circle_of_superior"), (6, "circle_of_superior"), (7, "circle_of_superior"),
        (8, "unknown_unit"), (9, "unknown_superior"), (10, "position_class"), (11, "holds_people"),
    }  # fmt: skip
    assert desk.confirm()
    assert desk.run()["create"] == 2
    assert town.post("nurse_two").superior_id == town.post("nurse_one").id
    assert (town.post("nurse_one").position_class, town.post("vacant").active) == (8, False)


def test_a_file_of_people_adds_changes_and_lets_leave(town):
    carol, mallory = CAST["carol"], CAST["mallory"]
    desk = Desk(town).bring(
        "people",
        "NIP,Nama,Jenis,Gol,Surel,Status\n"
        "199001012015031901,Budi,PNS,IIIa,budi@tirta.go.id,\n"
        f"{carol},Carol Baru,PNS,III/b,,\n"
        f"{mallory},Mallory,PNS,III/a,,pensiun\n"
        f"{CAST['bob']},Bob,PNS,III/a,,aktif\n"
        f"{CAST['alice']},Alice Baru,PNS,III/a,,\n"
        "199013012015031902,Ani,PNS,III/a,,\n"
        "199205102021212903,Sari,PPPK,III/a,,\n"
        ",Gubernur,pejabat,,gubernur@tirta.go.id,\n"
        "199001012015031903,Dedi,PNS,III/a,mayor@tirta.go.id,\n"
        "199001012015031904,Eka,PNS,III/a,,keluar\n",
    )
    assert desk.faults() == {
        (6, "oneself"), (7, "nip_born"), (8, "grade"), (10, "email_taken"), (11, "unknown_person"),
    }  # fmt: skip
    assert {number: what for number, what in desk.outcomes().items() if what != "wrong"} == {
        2: "create", 3: "change", 4: "end", 5: "unchanged", 9: "create",
    }  # fmt: skip
    assert desk.confirm()
    assert desk.run()["end"] == 1
    with town.rt.db.read() as db:
        found = {row.nip: row for row in db.execute(select(Person.__table__))}
    assert (found[carol].name, found[carol].grade, found[mallory].active) == ("Carol Baru", "III/b", False)
    assert found["199001012015031901"].grade == "III/a"
    assert ledger.verify(town.rt.db)


APPOINTMENTS = """NIP;Jabatan;Cara;Mulai;Berakhir;Nomor SK
{carol};vacant;definitif;2026-06-01;;SK 1
{carol};midwife;definitif;2024-01-01;2026-06-01;
{mallory};midwife;definitif;2026-06-01;;SK 2
{mallory};clerk_south;definitif;2024-01-01;2026-06-01;
{dan};midwife;plt;2026-05-01;2026-04-01;
{dan};chief_health;definitif;2026-05-01;;
{erin};vacant;definitif;2026-07-01;;
{gina};chief_north;definitif;2026-07-01;;
{gina};nothing;plt;2026-07-01;;
199001012015031901;vacant;plt;2026-07-01;;
{alice};vacant;plt;2026-07-01;;
{gina};vacant;plt;45292;;
{gina};vacant;plt;01/07/2026;;
{carol};vacant;definitif;2026-06-01;;SK 1
{bob};chief_north;definitif;2024-01-01;;SK 9
{erin};chief_health;definitif;2024-01-01;2024-01-01;
{dan};chief_north;plt;2026-08-01;2026-09-01;SK 3
""".format(**CAST)


def test_a_file_may_end_a_post_and_begin_the_next_one_in_any_order(town):
    desk = Desk(town).bring("appointments", APPOINTMENTS)
    assert desk.faults() == {
        (6, "period"), (7, "overlaps"), (9, "two_holders"), (10, "unknown_post"), (11, "unknown_nip"),
        (12, "oneself"), (13, "day_serial"), (14, "day_order"), (15, "duplicate"), (16, "order_differs"),
        (8, "two_holders"),
    }  # fmt: skip
    assert {number: what for number, what in desk.outcomes().items() if what != "wrong"} == {
        2: "create", 3: "end", 4: "create", 5: "end", 17: "end", 18: "create",
    }  # fmt: skip
    assert desk.confirm()
    assert desk.run() == {"create": 3, "end": 3, "unchanged": 0, "wrong": 11}
    with town.rt.db.read() as db:
        live = select(Appointment.__table__).where(Appointment.superseded_by.is_(None))
        held = {(row.person_id, row.post_id): row for row in db.execute(live)}
    moved = held[town.person("carol").id, town.post("vacant").id]
    assert (moved.starts_on, moved.order_number) == ("2026-06-01", "SK 1")
    assert held[town.person("carol").id, town.post("midwife").id].ends_on == "2026-06-01"
    assert ledger.verify(town.rt.db)


def test_whoever_administers_a_part_imports_nothing_outside_of_it(town):
    dan = Desk(town, "dan")
    assert dan.bring("units", "Kode;Nama;Jenis;Induk\nsouth;Baru;district;city\nnew;N;office;south\n").faults() == {
        (2, "unit_outside"), (3, "unit_outside"),
    }  # fmt: skip
    assert dan.bring("posts", "Kode;Nama;Jenis;Unit\nclerk_south;Baru;jf;north\nn;N;jf;south\n").faults() == {
        (2, "unit_outside"), (3, "unit_outside"),
    }  # fmt: skip
    assert dan.bring("people", f"NIP;Nama;Jenis\n{CAST['mallory']};Baru;PNS\n").faults() == {(2, "person_outside")}
    rows = f"{CAST['mallory']};vacant;2026-07-01\n{CAST['carol']};clerk_south;2026-07-01\n"
    assert dan.bring("appointments", f"NIP;Jabatan;Mulai\n{rows}").faults() == {
        (2, "person_outside"), (3, "unit_outside"),
    }  # fmt: skip
    with pytest.raises(Refused):
        dan.confirm()
    with pytest.raises(NotFound):
        acts.judge(town.rt, Desk(town).bring("units", UNITS).ref, actor=dan.actor)
    with pytest.raises(NotAllowed):
        acts.take(town.rt, actor=town.actor("frank"), kind="units", name="x", content=UNITS.encode())


def give(town, unit_ref):
    """A right over one more unit, to Dan."""
    person = {"person_ref": town.ref("dan"), "role": "admin", "starts_on": town.now.date()}
    grants.grant(town.rt, actor=town.actor("alice"), unit_ref=unit_ref, **person)


def test_a_unit_is_moved_or_ended_by_whoever_administers_what_is_above_it_as_by_hand(town):
    lone = {"key": "lone", "name": "Lone", "kind": "office", "parent_ref": town.unit("city").ref}
    give(town, people.add_unit(town.rt, actor=town.actor("alice"), **lone))
    give(town, town.unit("south").ref)
    rows = "north;Utara;district;south;\nlone;Lone;office;city;tutup\nsouth;Selatan;district;city;\n"
    desk = Desk(town, "dan").bring("units", f"Kode;Nama;Jenis;Induk;Status\n{rows}")
    assert desk.faults() == {(2, "unit_outside"), (3, "unit_outside")}
    assert desk.outcomes()[4] == "change", "its name is his to change"


def test_nobody_imports_a_superior_for_his_own_post(town):
    head = "Kode;Nama;Jenis;Unit;Atasan\n"
    desk = Desk(town, "dan").bring("posts", f"{head}clerk_north;Sekcam;pengawas;north;chief_health\n")
    assert desk.faults() == {(2, "oneself")}
    same = desk.bring("posts", f"{head}clerk_north;Sekcam;pengawas;north;chief_north\n")
    assert same.outcomes() == {2: "unchanged"}


def test_an_import_changes_no_address_of_somebody_who_holds_a_post_elsewhere(town):
    appointments.appoint(town.rt, actor=town.actor("alice"), person_ref=town.ref("carol"), kind="plt",
                         post_ref=town.post("clerk_south").ref, starts_on=town.now.date())  # fmt: skip
    row = f"{CAST['carol']};Carol;PNS;III/a;dan@tirta.go.id\n"
    desk = Desk(town, "dan").bring("people", f"NIP;Nama;Jenis;Gol;Surel\n{row}")
    assert desk.faults() == {(2, "further_posts")}


def test_a_number_from_elsewhere_tells_no_name(town):
    desk = Desk(town, "dan").bring("appointments", f"NIP;Jabatan;Mulai\n{CAST['mallory']};vacant;2026-07-01\n")
    with town.rt.db.read() as db:
        assert [row.label for row in queries.rows(db, desk.file.id)] == [CAST["mallory"]]


def test_judging_asks_the_same_number_of_questions_for_many_rows_as_for_few(town):
    asked, counts = [], []
    event.listen(town.rt.db.engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
    for file in (planted.people(20, 0), planted.people(400, 0)):
        asked.clear()
        Desk(town).bring("people", file.csv(encoding="utf-8").decode())
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_forty_planted_faults_are_found_and_the_rest_is_one_event_with_its_root(town):
    file, before = planted.people(280, 40), rows_of(town, Person)
    desk = Desk(town).bring("people", file.csv(encoding="utf-8").decode())
    assert desk.faults() == set(file.faults.items())
    assert desk.confirm()
    assert desk.run(most=2) == {}, "the file is not done yet"
    assert desk.run() == {"create": 240, "unchanged": 0, "wrong": 40}
    assert rows_of(town, Person) == before + 240
    with town.rt.db.read() as db:
        events = db.execute(select(Event.kind, Event.leaf, Note.body).outerjoin(Note, Note.event_ref == Event.ref)
                            .where(Event.kind.like("import.%")).order_by(Event.at, Event.seq)).all()  # fmt: skip
        rows = queries.done_rows(db, desk.file.id)
    confirmed, done = (json.loads(event.leaf)["public"] for event in events)
    assert (confirmed["rows"], confirmed["file"]) == (240, entry_batches.mark(town.rt, desk.file.sha256))
    assert done["file"] == confirmed["file"]
    guessable = {hashlib.sha256(file.csv(encoding="utf-8")).hexdigest(), desk.file.sha256, desk.file.frozen}
    assert not [guess for event in events for guess in guessable if guess.encode() in event.leaf]
    assert done["counts"] == {"create": 240, "unchanged": 0, "wrong": 40}
    seed = bytes.fromhex(json.loads(events[1].body)["seed"])
    assert keeping.root_of_rows(seed, rows) == done["rows"]
    assert keeping.root_of_rows(seed, rows[1:]) != done["rows"]
    assert ledger.verify(town.rt.db)


def test_three_thousand_wrong_rows_are_a_report_by_cause_and_nothing_is_taken(town):
    lines = "\n".join(f"19900101201503{number:04};;Honorer" for number in range(3000))
    desk = Desk(town).bring("people", f"NIP;Nama;Jenis\n{lines}\n")
    with town.rt.db.read() as db:
        causes = {row.cause: row.rows for row in queries.causes(db, desk.file.id)}
        page = queries.faults(db, desk.file.id, cause="missing", limit=51)
    assert causes == {"missing": 3000, "person_kind": 3000}
    assert len(page) == 51
    with pytest.raises(Refused):
        desk.confirm()


def test_what_moved_on_since_the_report_is_shown_again_before_anything_happens(town):
    desk = Desk(town).bring("people", f"NIP;Nama;Jenis\n199001012015031901;Budi;PNS\n{CAST['bob']};Bobby;PNS\n")
    people.add_person(town.rt, actor=town.actor("gina"), name="Budi", kind="pns", nip="199001012015031901")
    assert desk.confirm() is False
    assert desk.outcomes() == {2: "unchanged", 3: "change"}
    assert desk.confirm() is True


def test_a_row_that_may_not_any_more_when_its_turn_comes_is_refused_alone(town):
    rows = f"{CAST['carol']};clerk_south;plt;2026-07-01\n{CAST['mallory']};vacant;plt;2026-07-01\n"
    desk = Desk(town).bring("appointments", f"NIP;Jabatan;Cara;Mulai\n{rows}")
    assert desk.confirm()
    people.set_active(town.rt, actor=town.actor("gina"), person_ref=town.ref("carol"), active=False)
    assert desk.run() == {"create": 1, "refused": 1, "unchanged": 0, "wrong": 0}
    assert desk.faults(refused=True) == {(2, "left")}


def test_somebody_without_the_right_any_more_imports_nothing_more(town):
    desk = Desk(town, "dan").bring("people", "NIP;Nama;Jenis\n199001012015031901;Budi;PNS\n")
    assert desk.confirm()
    grants.revoke_grant(town.rt, actor=town.actor("alice"), grant_ref=town.actor("dan").rights[0].ref)
    before = rows_of(town, Person)
    desk.run()
    assert rows_of(town, Person) == before


def test_a_row_that_fails_in_the_middle_leaves_nothing_of_itself(town, monkeypatch):
    appointments.appoint(
        town.rt, actor=town.actor("alice"), person_ref=town.ref("gina"), post_ref=town.post("vacant").ref,
        kind="plt", starts_on=town.now.date(),
    )  # fmt: skip
    desk = Desk(town).bring("posts", "Kode;Nama;Jenis;Unit;Atasan;Status\nvacant;Nama Baru;jf;health;chief_health;\n")
    assert desk.confirm()
    with town.rt.db.begin() as db:  # as if the row had been shown with an end that nobody may give it
        row = db.execute(select(ImportRow.__table__)).one()
        values = {**json.loads(row.body), "status": "ended"}
        db.execute(ImportRow.__table__.update().values(body=json.dumps(values), outcome="end"))
    assert desk.run()["refused"] == 1
    assert town.post("vacant").name == "Perawat"


def test_the_mapping_is_remembered_for_the_same_headings_in_any_order(town):
    desk = Desk(town)
    rt, actor = town.rt, desk.actor
    take = {"actor": actor, "kind": "people", "name": "a.csv"}
    first = acts.take(rt, **take, content=b"Kode;Siapa;Apa\n199001012015031901;Budi;PNS\n")
    acts.judge(rt, first, actor=actor, mapping={"nip": 0, "name": 1, "kind": 2}, dates="day_first")
    desk.ref = acts.take(rt, **take, content=b"Apa;Kode;Siapa\nPNS;199001012015031902;Ani\n")
    assert (json.loads(desk.file.mapping), desk.file.dates) == ({"kind": 0, "nip": 1, "name": 2}, "day_first")


@pytest.mark.parametrize(
    "mapping", [{"nip": 0, "name": 1}, {"nip": 0, "name": 1, "kind": 9}, {"nip": 0, "name": 1, "kind": 1}]
)
def test_columns_that_cannot_be_mapped_so_are_refused_by_name(town, mapping):
    desk = Desk(town)
    ref = acts.take(town.rt, actor=desk.actor, kind="people", name="a", content=b"a;b;c\n1;2;3\n")
    with pytest.raises(InvalidSubmission) as wrong:
        acts.judge(town.rt, ref, actor=desk.actor, mapping=mapping)
    assert "kind" in wrong.value.errors


def test_rows_without_a_file_get_the_same_report(town):
    desk = Desk(town)
    rows = [{"nip": "199001012015031901", "name": "Budi", "kind": "pns"}, {"nip": "1", "name": "Ani", "kind": "pns"}]
    desk.ref = acts.take_rows(town.rt, actor=desk.actor, kind="people", rows=rows)
    assert desk.faults() == {(3, "nip_digits")}
    assert desk.confirm()
    assert desk.run()["create"] == 1


def test_a_dropped_or_confirmed_file_is_over_and_a_month_later_forgotten(town):
    desk = Desk(town).bring("units", "Kode;Nama;Jenis;Induk\nedu;Dinas;office;city\n")
    assert desk.confirm()
    with pytest.raises(Refused):
        desk.confirm()
    acts.drop(town.rt, (other := Desk(town).bring("units", UNITS)).ref, actor=other.actor)
    with pytest.raises(Refused):
        acts.judge(town.rt, other.ref, actor=other.actor)
    desk.run()
    town.wait(days=31)
    Desk(town).bring("posts", POSTS)
    assert desk.file is None
    assert {rows_of(town, table) > 0 for table in (Unit, Post)} == {True}
