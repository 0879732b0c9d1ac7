"""What a program reads: the same things as the pages of its person show, a page at a time, and nothing beside them."""

import base64
import json

from sqlalchemy import event as events_of

from engine import ledger
from engine.core.proof.merkle import leaf_hash as hash_of
from tests.verbs.stage import EVIDENCE, PLAN

MOST_QUERIES = 12


def test_lists_go_page_by_page_without_gaps_or_twins(office):
    program = office.program("alice")
    answer = program.ask("GET", "/units?limit=3")
    assert answer.headers["Link"].endswith('>; rel="next"') and len(answer.get_json()["items"]) == 3
    for path in ("/units", "/posts", "/people", "/appointments", "/definitions"):
        assert [item["ref"] for item in program.all(f"{path}?limit=2")] == [i["ref"] for i in program.all(path)], path
    assert {post["superior"]["name"] for post in program.all("/posts") if post["name"] == "Bidan"} == {"Kapus"}
    carol = office.ref("carol")
    assert [held["post"]["name"] for held in program.all(f"/appointments?person={carol}&on=2026-03-02")] == ["Bidan"]
    assert program.all("/people?nip=199003032015032003")[0] == program.get(f"/people/{carol}")


def test_what_has_not_changed_is_not_sent_twice(one):
    program = one.program("alice")
    first = program.ask("GET", "/units")
    again = program.ask("GET", "/units", **{"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.get_data()


def test_a_case_is_told_as_far_as_its_reader_may_know(office):
    case = office.case()
    office.walk(case, "approve")
    hers, theirs = (office.program(name, "health").get(f"/cases/{case}") for name in ("carol", "erin"))
    assert hers["state"]["key"] == "approved" and not hers["is_over"]
    assert [(task["key"], task["mine"]) for task in hers["tasks"]] != []
    assert [step["transition"] for step in hers["steps"]] == ["begin_evidence"]
    assert [step["transition"] for step in theirs["steps"]] == ["reopen_plan"]
    assert hers["forms"][0]["answers"]["targets"][0]["indicator"] == PLAN["targets"][0]["indicator"]
    office.fire(case, "carol", "begin_evidence")
    office.send(case, "carol", "collect", EVIDENCE)
    listed = office.program("alice").all(f"/cases?state={office.see(case).view.state}&holder={office.ref('carol')}")
    assert [line["ref"] for line in listed] == [case]
    assert office.program("alice").all("/cases?state=closed") == []


def test_results_that_a_reader_may_not_know_yet_are_not_told(one):
    case = one.case()
    one.walk(case, "rate")
    assert one.program("carol", "health").get(f"/cases/{case}")["results"] == []
    told = one.program("erin", "health").get(f"/cases/{case}")
    assert {form["form"]["key"] for form in told["forms"]} >= {"rating"}


def test_a_task_tells_its_questions_and_what_was_saved(one):
    case = one.case()
    program = one.program("carol", "health")
    line = program.get("/tasks")["items"][0]
    assert (line["case"], line["form"]) == (case, "plan")
    task = program.get(f"/tasks/{line['ref']}")
    assert [question["key"] for question in task["questions"]] and task["draft"] is None
    assert {column["key"] for q in task["questions"] if q["key"] == "targets" for column in q["columns"]} >= {"weight"}
    program.put(f"/tasks/{line['ref']}/draft", {"seen": 0, "answers": PLAN})
    assert program.get(f"/tasks/{line['ref']}")["draft"] == PLAN
    one.program("erin", "health").get(f"/tasks/{line['ref']}")  # she oversees the case, and sees no draft of it
    one.program("dan", "north").get(f"/tasks/{'a' * 26}", 404)


def test_the_trail_tells_each_event_with_the_hash_that_proves_it(office):
    case = office.case()
    office.walk(case, "approve")
    events = office.program("alice").all(f"/cases/{case}/trail?limit=2")
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    for before, event in zip([None, *events], events, strict=False):
        assert event["previous_hash"] == (before and before["leaf_hash"])
        leaf = base64.b64decode(event["leaf"])
        assert hash_of(leaf).hex() == event["leaf_hash"]
        assert "Ibu hamil" not in leaf.decode()
    assert {event["leaf"] for event in office.program("carol", "health").all(f"/cases/{case}/trail")} == {None}
    ledger.verify(office.rt.db)


def test_a_case_beside_the_unit_of_the_key_is_not_there(one):
    case = one.case()
    south = one.program("alice", "south")
    assert south.all("/cases") == [] and south.all("/tasks") == []
    for path in (f"/cases/{case}", f"/cases/{case}/trail", f"/tasks/{one.task(case, 'write_plan').ref}"):
        south.get(path, 404)


def test_definitions_are_read_in_their_normal_form(one):
    program = one.program("alice")
    version = next(item for item in program.all("/definitions?kind=workflow"))
    whole = program.get(f"/definitions/{version['ref']}")
    assert whole["document"]["key"] == "basic_cycle" and whole["digest"] == version["digest"]
    assert program.get("/cycles")["items"] == [] and one.case()
    cycle = program.get("/cycles")["items"][0]
    assert program.get(f"/cycles/{cycle['ref']}")["definition"] == version["digest"]


WRONG = {
    "/units?limit=0": "limit",
    "/units?limit=1001": "limit",
    "/units?limit=x": "limit",
    "/units?nothing=1": "nothing",
    "/people?nip=12": "nip",
    "/appointments?on=2026-13-01": "on",
    "/appointments?on=0001-01-01": "on",
    "/cases?cycle=x": "cycle",
}


def test_a_parameter_that_is_wrong_is_named_in_the_language_asked_for(one):
    english, indonesian = (one.program("alice", language=language) for language in ("en", "id"))
    for path, name in WRONG.items():
        found = [program.get(path, 422)["errors"] for program in (english, indonesian)]
        assert [[fault["parameter"] for fault in told] for told in found] == [[name]] * 2, path
        assert found[0] != found[1]


def test_a_cursor_of_ones_own_making_and_a_parameter_said_twice_are_refused(one):
    program = one.program("alice")
    program.get("/units?after=%20%20", 400)
    program.get("/units?after=W10", 400)
    program.get("/units?limit=1&limit=2", 422)
    program.get("/me?x=1", 400)
    assert program.ask("GET", "/units?after=%00").status_code in (400, 422)


def test_a_cursor_that_says_nothing_of_its_place_is_refused_by_every_list(one):
    program = one.program("alice")
    for path in (*LISTS, f"/cases/{one.case()}/trail"):
        if path != "/registers":  # never a page
            program.get(f"{path}?after=WyI-IixudWxsXQ", 400)


def test_addresses_and_methods_that_there_are_not_are_problems_too(one):
    program = one.program("alice")
    assert program.get("/nothing", 404)["title"] == "Not found"
    answer = program.ask("PATCH", "/me")
    assert (
        answer.status_code == 405 and answer.mimetype == "application/problem+json" and "GET" in answer.headers["Allow"]
    )
    assert json.loads(answer.get_data())["status"] == 405


LISTS = ("/units", "/posts", "/people", "/appointments", "/cycles", "/cases", "/tasks", "/definitions", "/registers")


def test_no_list_asks_the_database_more_than_twelve_times(one):
    one.case()
    program, seen = one.program("alice"), []
    for path in LISTS:
        program.get(path)
    events_of.listen(one.rt.db.engine, "before_cursor_execute", lambda *about: seen.append(about[2]))
    for path in LISTS:
        seen.clear()
        program.get(path)
        assert 0 < len(seen) <= MOST_QUERIES, path + "\n".join(seen)
