"""What a stroke on the canvas means: after it the draft holds what was drawn, and somebody may decide on every move."""

import pytest

from engine.core.catalog import Catalog
from engine.core.designing import strokes
from engine.core.designing.draft import Draft
from engine.core.designing.edits import change
from engine.core.designing.paths import find
from engine.core.errors import InvalidEdit
from engine.core.messages import Text

STATE, MOVE, DECIDE = Text("Status baru", "New state"), Text("Langkah baru", "New step"), Text("Putuskan", "Decide")
EMPTY = {"kind": "workflow", "format": 1, "key": "trial", "name": {"id": "Uji", "en": "Trial"}}
ROLES = [{"key": "employee", "rule": "subject"}]


def after(document, *made, places=None):
    """The draft after strokes, each a function of the document before it."""
    draft, path = Draft(document, places or {}), ""
    for one in made:
        stroke = one(draft.document)
        draft, path = change(draft, stroke.edits, Catalog([])).draft, stroke.path
    return draft.document, path


def start(document):
    return strokes.add_state(document, STATE)


def append(document):
    return strokes.append(document, "status_baru", STATE, MOVE, DECIDE)


def test_the_first_state_of_all_is_where_cases_begin_and_the_next_ones_are_not():
    document, path = after(EMPTY, start, start)
    assert [state.get("initial") for state in document["states"]] == [True, None]
    assert path == "states.status_baru_2"


def test_an_appended_state_is_led_to_and_somebody_decides():
    document, path = after(EMPTY | {"roles": ROLES}, start, append)
    (move,) = document["transitions"]
    assert path == "states.status_baru_2" and move["from"] == ["status_baru"] and move["to"] == "status_baru_2"
    (task,) = find(document, "states.status_baru.tasks").value
    assert task["role"] == "employee" and task["decide"] == [move["key"]]


def test_a_second_move_is_decided_in_the_same_task():
    document, path = after(
        EMPTY | {"roles": ROLES},
        start,
        append,
        lambda found: strokes.connect(found, "status_baru", "status_baru", MOVE, DECIDE),
    )
    assert path == "transitions.langkah_baru_2"
    (task,) = find(document, "states.status_baru.tasks").value
    assert task["decide"] == ["langkah_baru", "langkah_baru_2"]


def test_without_any_role_nobody_is_made_up_who_decides():
    document, _ = after(EMPTY, start, append)
    assert find(document, "states.status_baru.tasks").value in (None, [])


def test_a_new_name_is_said_in_both_languages_and_makes_the_key_and_what_names_it_follows():
    document, path = after(
        EMPTY | {"roles": ROLES},
        start,
        append,
        lambda found: strokes.rename(
            found, "states.status_baru_2", "Penilaian atasan", "id", frozenset({"Status baru"})
        ),
    )
    assert path == "states.penilaian_atasan" and document["transitions"][0]["to"] == "penilaian_atasan"
    assert find(document, f"{path}.label").value == {"id": "Penilaian atasan", "en": "Penilaian atasan"}


def test_another_name_of_what_has_one_changes_one_language_and_no_key():
    named = EMPTY | {"states": [{"key": "rated", "label": {"en": "Rated", "id": "Dinilai"}}]}
    document, path = after(
        named, lambda found: strokes.rename(found, "states.rated", "Sudah dinilai", "id", frozenset())
    )
    assert path == "states.rated" and document["states"][0]["label"] == {"en": "Rated", "id": "Sudah dinilai"}


def test_a_copied_state_brings_what_is_filled_in_and_leaves_its_moves():
    tasks = [
        {"key": "write", "role": "employee", "fill": "plan", "label": {"id": "Tulis", "en": "Write"}},
        {"key": "send", "role": "employee", "decide": ["go"], "after": ["write"]},
    ]
    flow = {
        "states": [{"key": "a", "initial": True, "tasks": tasks}, {"key": "b"}],
        "transitions": [{"key": "go", "from": ["a"], "to": "b"}],
    }
    document, path = after(EMPTY | flow, lambda found: strokes.copy(found, "states.a", Text("A lagi", "A again")))
    copied = find(document, path).value
    assert copied["key"] == "a_lagi" and "initial" not in copied
    assert [task["key"] for task in copied["tasks"]] == ["tulis"]
    document, path = after(document, lambda found: strokes.copy(found, "transitions.go", Text("Lagi", "Again")))
    assert find(document, "states.a.tasks.send.decide").value == ["go", "lagi"]


def test_a_box_put_where_others_stand_pushes_them_down_one_by_one():
    draft = Draft({"states": [{"key": key} for key in "abc"], **EMPTY})
    standing = {"a": (0, 0), "b": (1, 0), "c": (1, 1)}
    moved = change(draft, strokes.move(draft, "a", (1, 0), standing).edits, Catalog([])).draft
    assert moved.places == {"a": (1, 0), "b": (1, 1), "c": (1, 2)}
    assert change(moved, strokes.tidy(moved).edits, Catalog([])).draft.places == {}


@pytest.mark.parametrize(
    "stroke",
    [
        lambda found: strokes.append(found, "nowhere", STATE, MOVE, DECIDE),
        lambda found: strokes.connect(found, "status_baru", "nowhere", MOVE, DECIDE),
        lambda found: strokes.copy(found, "roles.employee", STATE),
        lambda found: strokes.rename(found, "states.nowhere", "x", "id", frozenset()),
    ],
)
def test_a_stroke_on_what_is_not_there_is_refused(stroke):
    with pytest.raises(InvalidEdit):
        after(EMPTY | {"roles": ROLES}, start, stroke)
