"""The layout of a diagram: what the eye needs holds for any definition."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.drawing.columns import columns_of, returns_of
from engine.core.drawing.diagram import Move, Node, lay_out
from engine.core.drawing.words import Rect, width_of, wrap

CYCLE = ["drafted", "approved", "evidence", "rated", "calibrated", "finalized"]
FORWARD = list(pairwise(CYCLE))
BACK = [("drafted", "drafted"), ("approved", "drafted"), ("rated", "evidence"), ("calibrated", "rated")]


def nodes(keys):
    return [Node(key, key.replace("_", " "), initial=index == 0) for index, key in enumerate(keys)]


def moves(edges, words="Ajukan untuk dinilai"):
    return [Move(f"m{index}", source, target, words) for index, (source, target) in enumerate(edges)]


@st.composite
def flows(draw):
    keys = [f"state_{index}" for index in range(draw(st.integers(1, 9)))]
    edges = draw(st.lists(st.tuples(st.sampled_from(keys), st.sampled_from(keys)), max_size=16))
    words = draw(st.lists(st.text("aimw ", min_size=1, max_size=30), min_size=len(edges), max_size=len(edges)))
    return keys, [Move(f"m{i}", *edge, words[i]) for i, edge in enumerate(edges)]


def crossed(points, box):
    """The stretches of a line that run through a box (touching its border is no crossing)."""
    inside = Rect(box.x + 1, box.y + 1, box.width - 2, box.height - 2)
    return [
        (a, b)
        for a, b in pairwise(points)
        if Rect(min(a[0], b[0]), min(a[1], b[1]), abs(a[0] - b[0]) + 1, abs(a[1] - b[1]) + 1).covers(inside)
    ]


@given(flows())
def test_no_line_runs_through_a_box(flow):
    keys, given_moves = flow
    drawn = lay_out(nodes(keys), given_moves)
    assert [
        (line.source, line.target) for line in drawn.lines for box in drawn.boxes if crossed(line.points, box)
    ] == []


@given(flows())
def test_no_words_cover_a_box_or_other_words(flow):
    keys, given_moves = flow
    drawn = lay_out(nodes(keys), given_moves)
    rects = [Rect(b.x, b.y, b.width, b.height) for b in drawn.boxes] + [n.label.rect for n in drawn.lines]
    assert not any(one.covers(other) for one, other in combinations(rects, 2))


@given(flows())
def test_everything_stands_inside_the_picture_and_every_move_is_drawn_once(flow):
    keys, given_moves = flow
    drawn = lay_out(nodes(keys), given_moves)
    assert sorted(m.key for line in drawn.lines for m in line.moves) == sorted(m.key for m in given_moves)
    assert {box.node.key for box in drawn.boxes} == set(keys)
    for line in drawn.lines:
        assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in line.points)
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(line.points)), "only level and upright"


@given(flows())
def test_a_line_begins_and_ends_at_the_border_of_its_boxes(flow):
    keys, given_moves = flow
    drawn = lay_out(nodes(keys), given_moves)
    boxes = {box.node.key: box for box in drawn.boxes}
    for line in drawn.lines:
        for key, (x, y) in ((line.source, line.points[0]), (line.target, line.points[-1])):
            box = boxes[key]
            assert x in (box.x, box.right) or y in (box.y, box.bottom)
            assert box.x <= x <= box.right and box.y <= y <= box.bottom


def test_a_cycle_with_returns_stands_in_one_row_with_its_returns_below():
    drawn = lay_out(nodes(CYCLE), moves(FORWARD + BACK))
    assert len({box.y for box in drawn.boxes}) == 1
    assert [box.node.key for box in sorted(drawn.boxes, key=lambda box: box.x)] == CYCLE
    assert {(line.source, line.target) for line in drawn.lines if line.backward} == set(BACK)
    bottom = drawn.boxes[0].bottom
    assert all(max(y for _, y in line.points) > bottom for line in drawn.lines if line.backward)


def test_a_move_that_skips_states_runs_above_all_boxes():
    drawn = lay_out(nodes(CYCLE), moves([*FORWARD, ("drafted", "rated")]))
    skip = next(line for line in drawn.lines if (line.source, line.target) == ("drafted", "rated"))
    assert min(y for _, y in skip.points) < min(box.y for box in drawn.boxes)


def test_moves_between_the_same_states_share_one_line_and_both_are_named():
    drawn = lay_out(nodes(["a", "b"]), [Move("x", "a", "b", "Setujui"), Move("y", "a", "b", "Lewati")])
    (line,) = drawn.lines
    assert [move.key for move in line.moves] == ["x", "y"] and line.label.lines == ("Setujui", "Lewati")


def test_a_move_to_or_from_an_undeclared_state_is_left_out():
    assert lay_out(nodes(["a"]), [Move("x", "a", "nowhere", "?")]).lines == ()


def test_a_picture_without_states_is_empty():
    assert lay_out([], []).boxes == ()


def test_a_long_chain_is_laid_out_without_deep_recursion():
    keys = [f"s{index}" for index in range(1500)]
    assert len(returns_of(keys, [*pairwise(keys), (keys[-1], keys[0])], keys[0])) == 1


def test_unreachable_states_are_placed_too():
    assert columns_of(["a", "b", "island"], [("a", "b")]) == [["a", "island"], ["b"]]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("Ajukan untuk dinilai", 100, ("Ajukan", "untuk dinilai")),
        ("Tetapkan", 10, ("Tetapkan",)),
        ("a b", 1000, ("a b",)),
        ("", 50, ()),
    ],
)
def test_words_break_between_words_into_even_lines(text, width, lines):
    assert wrap(text, width) == lines


@given(st.text(max_size=60), st.integers(20, 200))
def test_no_word_is_lost_and_no_line_is_too_long_when_words_break(text, width):
    lines = wrap(text, width)
    assert " ".join(lines).split() == text.split()
    assert all(width_of(line) <= width or " " not in line.strip() for line in lines)
