"""What a program does with a case: the same verbs as the pages, each act once, every refusal told by its place."""

import base64
import json
from secrets import token_hex

from sqlalchemy import select

from engine import ledger
from engine.core import apikeys
from engine.store.tables import ApiKey
from tests.verbs.stage import EVIDENCE, PLAN, RATING, WALK


def do(office, case, name, what, answers):
    """One act of a walk, by a program of whoever does it."""
    program = office.program(name, "health")
    if answers is None:
        version = program.get(f"/cases/{case}")["version"]
        return program.post(f"/cases/{case}/transitions", {"transition": what, "seen": version})
    task = next(task for task in program.get("/tasks")["items"] if (task["case"], task["key"]) == (case, what))
    return program.post(f"/tasks/{task['ref']}/submission", {"seen": task["version"], "answers": answers})


def test_programs_carry_a_case_from_its_start_to_its_end(office):
    case = office.case()
    for name, what, answers in WALK:
        receipt = do(office, case, name, what, answers)
    done = office.program("alice").get(f"/cases/{case}")
    assert done["is_over"] and done["state"]["key"] == receipt["state"]
    assert [result["value"] for result in office.program("erin", "health").get(f"/cases/{case}")["results"]]
    ledger.verify(office.rt.db)


def test_the_same_key_again_is_one_act_and_for_another_body_a_problem(office):
    case, program, once = office.case(), office.program("carol", "health"), token_hex(10)
    path = f"/tasks/{office.task(case, 'write_plan').ref}/submission"
    body = {"seen": 0, "answers": PLAN}
    first = program.post(path, body, once=once)
    assert program.post(path, body, once=once) == first
    assert program.post(path, {**body, "answers": EVIDENCE}, 422, once=once)["type"] == "/api/v1/#key-reused"
    assert [event for event in office.trail(case) if event[0] == "form.submitted"] == [
        ("form.submitted", None, None, None, "employee")
    ]
    other = office.program("carol", "health")  # another key of hers knows nothing of it
    assert other.post(path, body, 422, once=once)["type"] == "/api/v1/#refused"


def test_an_act_without_a_good_key_is_not_done(one):
    case = one.case()
    path, program = f"/tasks/{one.task(case, 'write_plan').ref}/submission", one.program("carol", "health")
    for once in ("", "short", "x" * 91, "with\tcontrol12"):
        assert program.ask("POST", path, {"seen": 0, "answers": PLAN}, once).status_code == 400, once
    assert one.see(case).view.answers == {}


def test_answers_that_are_refused_are_told_by_their_place(one):
    case = one.case()
    path = f"/tasks/{one.task(case, 'write_plan').ref}/submission"
    wrong = {"targets": [{**PLAN["targets"][0], "weight": "101"}, {**PLAN["targets"][1], "indicator": ""}]}
    told = one.program("carol", "health").post(path, {"seen": 0, "answers": wrong}, 422)
    assert {fault["pointer"] for fault in told["errors"]} >= {
        "#/answers/targets/0/weight",
        "#/answers/targets/1/indicator",
    }
    assert told["type"] == "/api/v1/#invalid-submission" and told["title"] == "Refused"
    in_indonesian = one.program("carol", "health", language="id").post(path, {"seen": 0, "answers": wrong}, 422)
    assert in_indonesian["title"] == "Ditolak" and in_indonesian["errors"] != told["errors"]


def test_a_transition_that_is_refused_gives_its_reasons(one):
    case = one.case()
    one.walk(case, "approve")
    program = one.program("erin", "health")
    told = program.post(
        f"/cases/{case}/transitions", {"transition": "reopen_plan", "seen": one.see(case).view.version}, 422
    )
    assert told["type"] == "/api/v1/#refused" and told["reasons"]
    stale = program.post(f"/cases/{case}/transitions", {"transition": "reopen_plan", "seen": 0, "reason": "x"}, 409)
    assert stale["type"] == "/api/v1/#stale-case"
    program.post(f"/cases/{case}/transitions", {"transition": "fly", "seen": one.see(case).view.version}, 404)
    one.program("carol", "health").post(f"/cases/{case}/transitions", {"transition": "reopen_plan", "seen": 1}, 409)


def test_nobody_acts_outside_the_unit_of_his_key_or_without_the_scope(one):
    case = one.case()
    task = one.task(case, "write_plan").ref
    body = {"seen": 0, "answers": PLAN}
    south = one.program("alice", "south")
    south.post(f"/tasks/{task}/submission", body, 404)
    south.put(f"/tasks/{task}/draft", body, 404)
    south.post(f"/cases/{case}/transitions", {"transition": "approve", "seen": 1}, 404)
    one.program("alice").post(f"/tasks/{task}/submission", body, 403)  # an administrator, and not whose task it is
    reader = one.program("carol", "health", (apikeys.CASES,))
    reader.post(f"/tasks/{task}/submission", body, 403)
    assert one.trail(case)[-1][0] == "case.started"


BODIES = {
    b"": 400,
    b"{": 400,
    b'{"seen": 0, "seen": 1, "answers": {}}': 400,
    b'{"seen": NaN, "answers": {}}': 400,
    b'{"seen": 0, "answers": ' + b"[" * 60 + b"]" * 60 + b"}": 400,
    b'{"seen": 0, "answers": ' + b"[" * 100_000: 400,
    b'{"seen": 0, "answers": {"a": "\\u0000"}}': 400,
    b'{"seen": 0, "answers": {"a": "\\ud800"}}': 400,
    b'{"seen": ' + b"9" * 5000 + b', "answers": {}}': 400,
    b"\xff\xfe": 400,
    b"[]": 422,
    b'{"seen": "0", "answers": {}}': 200,
    b'{"seen": -1, "answers": {}}': 422,
    b'{"seen": 0, "answers": []}': 422,
    b'{"seen": 0, "answers": {}, "more": 1}': 422,
    b'{"seen": 0, "answers": {"a": 0.1}}': 200,
}


def test_a_body_is_read_strictly(one):
    headers, client = {"Authorization": f"Bearer {one.key('carol', 'health')}"}, one.app.test_client()
    task = one.task(one.case(), "write_plan").ref
    for body, status in BODIES.items():
        seen = one.see_version(task)
        said = body.replace(b'"seen": 0', b'"seen": %d' % seen).replace(b'"seen": "0"', b'"seen": "%d"' % seen)
        answer = client.put(f"/api/v1/tasks/{task}/draft", data=said, content_type="application/json", headers=headers)
        assert answer.status_code == status, (body[:80], answer.get_data(as_text=True))
    path = f"/api/v1/tasks/{task}/draft"
    assert client.put(path, data=b"{}", content_type="text/plain", headers=headers).status_code == 400


def test_a_body_that_is_too_large_is_not_read(one):
    program = one.program("carol", "health")
    path = f"/tasks/{one.task(one.case(), 'write_plan').ref}/draft"
    told = program.ask("PUT", path, {"seen": 0, "answers": {"a": "x" * 1_100_000}})
    assert told.status_code == 413 and json.loads(told.get_data())["status"] == 413


def test_a_rating_by_a_program_is_the_raters_own_act(one):
    case = one.case()
    one.walk(case, "submit_evidence")
    do(one, case, "erin", "rate", RATING)
    trail = one.program("alice").all(f"/cases/{case}/trail")
    assert trail[-1]["by"]["name"] == "Erin" and trail[-1]["kind"] == "form.submitted"
    leaves = [json.loads(base64.b64decode(each["leaf"])) for each in trail]
    with one.rt.db.read() as db:
        hers = db.execute(select(ApiKey.ref).order_by(ApiKey.id)).scalars().first()
    assert leaves[-1]["api_key"] == hers and "api_key" not in leaves[0]  # by which key, too
    ledger.verify(one.rt.db)
