"""Units, posts, people, appointments through the API: mapped, judged, confirmed, done by a job, as in the pages."""

import base64
import json
from secrets import token_hex

from sqlalchemy import select

import wsgi
from engine import api_keys, jobs, ledger, outbox
from engine.core import apikeys
from engine.core.jobs import Job
from engine.imports import acts
from engine.store.queries import imports
from engine.store.tables import Appointment, Event, Person, Post, Unit
from engine.store.tables.imports import ImportFile
from engine.store.tables.jobs import Job as JobRow

UNITS = (
    "Kode;Nama;Jenis;Induk\nedu;Dinas Pendidikan;office;city\nschool;SD Negeri 1;office;edu\nlost;X;office;nowhere\n"
)
POSTS = [{"key": "head_edu", "name": "Kepala Dinas", "kind": "jpt_pratama", "unit": "edu"}]
PEOPLE = [{"nip": "199001012015031901", "name": "Budi Baru", "kind": "PNS"}, {"nip": "1990", "name": "", "kind": "PNS"}]
SEATS = [{"nip": "199001012015031901", "post": "head_edu", "starts_on": "2026-03-02"}]


def in_base64(text):
    return base64.b64encode(text.encode()).decode()


def work(office):
    while outbox.sweep(office.rt, wsgi.build_works()):
        pass


def asker(office):
    """Who acts in the job that was asked for last, with what rights."""
    with office.rt.db.read() as db:
        row = db.execute(select(JobRow.__table__).order_by(JobRow.id.desc()).limit(1)).one()
        return jobs.asker(office.rt, db, Job(1, "j", "k", json.loads(row.body), None, 0, None, row.asked_by, None))


def bring(program, body):
    """Bring something in, confirm it as it is shown, and answer the import."""
    brought = program.post("/imports", body, 201)
    return program.post(f"/imports/{brought['ref']}/confirmation", {"shown": brought["shown"]}, 202)


def names(office, table):
    with office.rt.db.read() as db:
        return set(db.execute(select(table.name)).scalars())


def test_a_program_brings_in_an_office_with_its_people(office):
    program = office.program("alice")
    file = program.post("/imports", {"kind": "units", "name": "unit.csv", "file": in_base64(UNITS)}, 201)
    assert (file["state"], file["headings"], file["mapping"]["key"]) == ("read", ["Kode", "Nama", "Jenis", "Induk"], 0)
    judged = program.put(f"/imports/{file['ref']}/mapping", {"mapping": file["mapping"], "dates": "iso"})
    assert judged["counts"] == {"create": 2, "wrong": 1} | {k: v for k, v in judged["counts"].items() if not v}
    fault = program.all(f"/imports/{file['ref']}/faults")[0]
    assert (fault["row"], fault["column"], fault["found"]) == (4, "parent", "nowhere") and fault["detail"]
    assert [row["values"]["key"] for row in program.all(f"/imports/{file['ref']}/rows?outcome=create")] == [
        "edu",
        "school",
    ]
    assert "Dinas Pendidikan" not in names(office, Unit)  # nothing counts before it is confirmed
    running = program.post(f"/imports/{file['ref']}/confirmation", {"shown": judged["shown"]}, 202)
    assert running["job"]["total"] == 2
    work(office)
    done = program.get(f"/imports/{file['ref']}")
    assert (done["state"], done["done"]["create"], done["job"]["done"]) == ("done", 2, 2)
    for body in (
        {"kind": "posts", "rows": POSTS},
        {"kind": "people", "rows": PEOPLE},
        {"kind": "appointments", "rows": SEATS},
    ):
        bring(program, body)
        work(office)
    assert {"Dinas Pendidikan", "SD Negeri 1"} <= names(office, Unit) and "Kepala Dinas" in names(office, Post)
    assert "Budi Baru" in names(office, Person)
    budi = program.all("/people?nip=199001012015031901")[0]["ref"]
    assert [held["post"]["name"] for held in program.all(f"/appointments?person={budi}")] == ["Kepala Dinas"]
    ledger.verify(office.rt.db)


def test_the_same_request_again_brings_nothing_twice(office):
    program, once = office.program("alice"), token_hex(10)
    body = {"kind": "posts", "rows": [{**POSTS[0], "unit": "city"}]}
    first = program.post("/imports", body, 201, once=once)
    assert program.post("/imports", body, 201, once=once)["ref"] == first["ref"]
    confirmed = {"shown": first["shown"]}
    for _ in range(2):
        program.post(f"/imports/{first['ref']}/confirmation", confirmed, 202)
        work(office)
    assert program.post("/imports", body, 201, once=once)["state"] == "done"
    with office.rt.db.read() as db:
        assert len(db.execute(select(Post.id).where(Post.key == "head_edu")).all()) == 1


def test_what_moved_on_since_it_was_shown_is_not_taken_over(one):
    program = one.program("alice")
    rows = {"kind": "posts", "rows": [{**POSTS[0], "unit": "city"}]}
    shown, other = program.post("/imports", rows, 201), program.post("/imports", rows, 201)
    program.post(f"/imports/{other['ref']}/confirmation", {"shown": other["shown"]}, 202)
    work(one)
    told = program.post(f"/imports/{shown['ref']}/confirmation", {"shown": shown["shown"]}, 422)
    assert told["status"] == 422
    assert program.ask("DELETE", f"/imports/{shown['ref']}").status_code == 204
    assert program.get(f"/imports/{shown['ref']}")["state"] == "dropped"


def test_a_key_of_one_unit_brings_in_nothing_beside_it(one):
    program = one.program("alice", "north")
    brought = program.post("/imports", {"kind": "posts", "rows": [{**POSTS[0], "unit": "south"}]}, 201)
    assert brought["counts"]["wrong"] == 1
    program.post(f"/imports/{brought['ref']}/confirmation", {"shown": brought["shown"]}, 422)
    work(one)
    with one.rt.db.read() as db:
        assert db.execute(select(Appointment.id).where(Appointment.id > 10_000)).first() is None
        assert db.execute(select(Post.id).where(Post.key == "head_edu")).first() is None


def test_what_a_job_brings_in_is_bounded_by_the_key_that_asked_and_names_it(one):
    program = one.program("alice", "north")
    post = {**POSTS[0], "unit": one.unit("north").key}
    for name in ("first", "second"):
        bring(program, {"kind": "posts", "rows": [{**post, "key": f"{name}_head"}]})
        acting, north = asker(one), one.unit("north").id
        assert {right.unit_id for right in acting.rights} == {north} and acting.by_key
        if name == "second":
            api_keys.revoke(one.rt, acting.by_key, actor=one.actor("alice"))
        work(one)
    with one.rt.db.read() as db:
        assert set(db.execute(select(Post.key).where(Post.key.in_(("first_head", "second_head")))).scalars()) == {
            "first_head"
        }
        leaf = db.execute(select(Event.leaf).where(Event.kind == "import.done")).scalar_one()
        assert json.loads(leaf)["api_key"] == acting.by_key
        reasons = db.execute(select(JobRow.reason).order_by(JobRow.id)).scalars().all()
    assert "jobs.key_gone" in reasons[-1] and not reasons[-2]


def test_a_file_may_be_larger_than_other_bodies(one):
    rows = "".join(f"x{number};Unit {number} {'panjang ' * 30};office;city\n" for number in range(9_000))
    text = f"Kode;Nama;Jenis;Induk\n{rows}"
    assert len(text) > 2_300_000
    file = one.program("alice").post("/imports", {"kind": "units", "file": in_base64(text)}, 201)
    assert file["total"] == 9_000


WRONG = (
    ({"kind": "units"}, 400),
    ({"kind": "units", "rows": [], "file": None}, 400),
    ({"kind": "units", "file": "%%%"}, 400),
    ({"kind": "units", "file": in_base64("")}, 400),
    ({"kind": "units", "file": in_base64("sep=")}, 400),
    ({"kind": "units", "file": base64.b64encode(b"PK\x03\x04" + b"\0" * 100).decode()}, 400),
    ({"kind": "units", "rows": [{"nothing": "x"}]}, 400),
    ({"kind": "units", "rows": [{"key": 1}]}, 422),
    ({"kind": "everything", "rows": [{"key": "x"}]}, 422),
    ({"kind": "units", "rows": [{"key": "x"}] * 10_001}, 422),
    ({"kind": "units", "file": "QUFB" * 2_000_000}, 413),
)


def test_a_column_that_nobody_knows_is_named_and_nothing_is_mapped(one):
    program = one.program("alice")
    ref = program.post("/imports", {"kind": "units", "file": in_base64(UNITS)}, 201)["ref"]
    mapping = program.get(f"/imports/{ref}")["mapping"]
    for at in (999, 1):
        told = program.put(f"/imports/{ref}/mapping", {"mapping": {**mapping, "foo": at}}, 422)["errors"]
        assert [fault["pointer"] for fault in told] == ["#/mapping/foo"] and "parent" in told[0]["detail"]
    assert program.get(f"/imports/{ref}")["mapping"] == mapping
    assert program.put(f"/imports/{ref}/mapping", {"mapping": mapping})["state"] == "judged"


def test_rows_without_a_needed_column_leave_nothing_behind(office):
    program, once = office.program("alice"), token_hex(10)
    told = program.post("/imports", {"kind": "people", "rows": [{"nip": "199001012015031901"}]}, 422, once=once)
    assert {fault["pointer"] for fault in told["errors"]} == {"#/rows/0/name", "#/rows/0/kind"}
    with office.rt.db.read() as db:
        assert db.execute(select(ImportFile.id)).all() == []
    assert program.post("/imports", {"kind": "people", "rows": PEOPLE}, 201, once=once)["state"] == "judged"


def test_what_is_no_file_is_refused(one):
    program = one.program("alice")
    for body, status in WRONG:
        program.post("/imports", body, status)


def test_only_whose_file_it_is_and_whose_scope_it_is(one):
    ref = one.program("dan", "north").post("/imports", {"kind": "posts", "rows": [{**POSTS[0], "unit": "north"}]}, 201)[
        "ref"
    ]
    one.program("erin", "health").get(f"/imports/{ref}", 404)
    one.program("dan", "north", (apikeys.PEOPLE,)).get(f"/imports/{ref}", 403)


def test_an_import_is_for_the_key_that_brought_it_its_person_and_whoever_administers_everything(office):
    north, twin, wide = office.program("dan", "north"), office.program("dan", "north"), office.program("alice")
    rows = {"kind": "posts", "rows": [{**POSTS[0], "unit": "north"}]}
    brought = north.post("/imports", rows, 201)
    path = f"/imports/{brought['ref']}"
    for other in (twin, office.program("alice", "north"), office.program("dan", "health")):
        for told in ("", "/rows", "/faults"):
            other.get(path + told, 404)
        other.put(f"{path}/mapping", {"mapping": brought["mapping"]}, 404)
        other.post(f"{path}/confirmation", {"shown": brought["shown"]}, 404)
        assert other.ask("DELETE", path).status_code == 404
    assert north.get(path) == wide.get(path) == brought
    with office.rt.db.read() as db:
        assert imports.file(db, office.actor("dan"), brought["ref"]).by_key
        assert imports.file(db, office.actor("erin"), brought["ref"]) is None


def test_a_key_does_not_reach_what_its_person_brought_for_other_units(office):
    narrow, alice = office.program("alice", "north"), office.actor("alice")
    in_person = acts.take_rows(office.rt, actor=alice, kind="posts", rows=[{**POSTS[0], "unit": "south"}])
    by_key = office.program("alice").post("/imports", {"kind": "posts", "rows": POSTS}, 201)["ref"]
    for ref in (in_person, by_key):
        narrow.get(f"/imports/{ref}", 404)
        assert narrow.ask("DELETE", f"/imports/{ref}").status_code == 404


def test_whoever_has_no_post_yet_is_known_to_the_key_that_added_him(office):
    narrow, other, wide = office.program("alice", "north"), office.program("alice", "south"), office.program("alice")
    bring(narrow, {"kind": "people", "rows": PEOPLE[:1]})
    work(office)
    bring(wide, {"kind": "people", "rows": [{**PEOPLE[0], "nip": "199001012015031902", "name": "Sari Baru"}]})
    work(office)
    new = {"Budi Baru", "Sari Baru"}
    seen = [{person["name"] for person in program.all("/people")} & new for program in (narrow, other, wide)]
    assert seen == [{"Budi Baru"}, set(), new]
    seat = {**SEATS[0], "post": "vacant"}
    judged = [each.post("/imports", {"kind": "appointments", "rows": [seat]}, 201) for each in (other, narrow)]
    assert [each["counts"]["wrong"] for each in judged] == [1, 0]
    bring(narrow, {"kind": "appointments", "rows": [seat]})
    work(office)
    found = narrow.all("/people?nip=199001012015031901")[0]["ref"]
    assert [held["post"]["name"] for held in narrow.all(f"/appointments?person={found}")] == ["Perawat"]


def test_a_cycle_that_its_person_opened_elsewhere_is_not_there(office):
    office.open("post == 'clerk_south'")
    north, south, wide = office.program("alice", "north"), office.program("alice", "south"), office.program("alice")
    (cycle,) = wide.all("/cycles")
    assert [program.all("/cycles") for program in (north, south)] == [[], [cycle]]
    north.get(f"/cycles/{cycle['ref']}", 404)
    south.get(f"/cycles/{cycle['ref']}")
