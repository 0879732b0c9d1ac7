"""New elements: keys out of labels, what goes with them, and where they come to stand."""

from engine.core.catalog import Catalog
from engine.core.designing import adding
from engine.core.designing.draft import Draft
from engine.core.designing.edits import change
from engine.core.designing.findings import findings
from engine.core.designing.spots import find
from engine.core.messages import Text

EMPTY = {"kind": "workflow", "format": 1, "key": "leave", "name": {"id": "Cuti", "en": "Leave"}}
NONE = Catalog([])


def label(words):
    return {"id": words, "en": words}


def made(document, added):
    return change(Draft(document), added.edits, NONE).draft.document


def leave():
    """A definition of two states, made by nothing but labels and choices."""
    document = made(EMPTY, adding.add_role(EMPTY, label("Pegawai"), "subject"))
    document = made(document, adding.add_role(document, label("Atasan"), "superior_of", of="pegawai"))
    document = made(document, adding.add_state(document, label("Diajukan")))
    document = made(document, adding.add_state(document, label("Selesai"), "final"))
    move = adding.add_transition(document, label("Setujui"), ["diajukan"], "selesai", role="atasan")
    return made(document, move)


def test_a_flow_made_of_labels_alone_has_no_error():
    found = [each for each in findings(leave(), NONE, {}) if not each.warning]
    assert not found


def test_the_first_state_begins_the_case():
    document = leave()
    assert [(each["key"], bool(each.get("initial")), bool(each.get("final"))) for each in document["states"]] == [
        ("diajukan", True, False),
        ("selesai", False, True),
    ]


def test_whoever_may_do_a_new_move_gets_a_task_that_offers_it_and_a_second_move_joins_it():
    document = leave()
    again = adding.add_transition(document, label("Tolak"), ["diajukan"], "selesai", role="atasan")
    tasks = find(made(document, again), "states.diajukan.tasks").value
    assert [(each["role"], each["decide"]) for each in tasks] == [("atasan", ["setujui", "tolak"])]


def test_a_decision_that_is_added_later_offers_the_moves_that_nobody_offered():
    document = leave()
    move = made(document, adding.add_transition(document, label("Batalkan"), ["diajukan"], "selesai"))
    task = adding.add_task(move, "diajukan", label("Pertimbangkan"), "pegawai")
    assert find(made(move, task), task.path).value["decide"] == ["batalkan"]


def test_a_twin_stands_behind_its_elder_with_a_key_and_a_label_of_its_own():
    document = leave()
    twin = adding.duplicate(document, "roles.pegawai", {"id": "Pegawai lain", "en": "Another employee"})
    roles = made(document, twin)["roles"]
    assert [each["key"] for each in roles] == ["pegawai", "pegawai_lain", "atasan"]
    assert roles[1]["rule"] == "subject" and roles[1]["label"]["en"] == "Another employee"
    assert adding.duplicate(document, "states.nowhere", {"id": "", "en": ""}) is None


def test_problems_are_told_by_labels_with_the_element_to_open():
    document = leave()
    alone = made(document, adding.add_state(document, label("Ditunda")))
    found = {each.message.key: each for each in findings(alone, NONE, {})}
    assert found["lint.unreachable"].message.params["state"] == Text("Ditunda", "Ditunda")
    assert (found["lint.unreachable"].at, found["lint.unreachable"].name) == ("states.ditunda", "")


def test_a_problem_deep_inside_leads_to_the_element_that_is_edited_and_its_property():
    document = leave()
    guarded = {**document["transitions"][0], "guards": [{"name": "gone", "options": {"roles": ["x"]}}]}
    found = [each for each in findings({**document, "transitions": [guarded]}, NONE, {}) if "guards" in each.path]
    assert {(each.at, each.name) for each in found} == {("transitions.setujui", "guards")}
