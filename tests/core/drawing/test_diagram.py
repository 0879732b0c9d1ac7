"""The layout of a diagram: what the eye needs holds for any definition."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
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
def flows(draw, most=30):
    """States (some placed by hand, maybe two at one place) with notes, and moves with words."""
    keys = [f"state_{index}" for index in range(draw(st.integers(1, most)))]
    edges = draw(st.lists(st.tuples(st.sampled_from(keys), st.sampled_from(keys)), max_size=2 * len(keys)))
    words = draw(st.lists(st.text("aimw ", min_size=1, max_size=30), min_size=len(edges), max_size=len(edges)))
    notes = draw(st.lists(st.integers(0, 4), min_size=len(keys), max_size=len(keys)))
    cells = st.tuples(st.integers(-4, 9), st.integers(-4, 6))
    places = draw(st.dictionaries(st.sampled_from(keys), cells, max_size=len(keys)))
    drawn = [Node(key, key, index == 0, notes=("Susun SKP",) * notes[index]) for index, key in enumerate(keys)]
    return drawn, [Move(f"m{i}", *edge, words[i]) for i, edge in enumerate(edges)], places


def crossed(points, rect):
    """The stretches of a line that run through a rectangle (touching its border is no crossing)."""
    inside = Rect(rect.x + 1, rect.y + 1, rect.width - 2, rect.height - 2)
    return [part for part in pairwise(points) if stretch(*part).covers(inside)]


def stretch(a, b):
    return Rect(min(a[0], b[0]), min(a[1], b[1]), abs(a[0] - b[0]) + 1, abs(a[1] - b[1]) + 1)


def rect_of(box):
    return Rect(box.x, box.y, box.width, box.height)


MANY = settings(max_examples=120)


@MANY
@given(flows())
def test_no_line_runs_through_a_box_or_the_words_of_another_line(flow):
    drawn = lay_out(*flow)
    rects = [(None, rect_of(box)) for box in drawn.boxes] + [(line, line.label.rect) for line in drawn.lines]
    found = [(n.source, n.target) for n in drawn.lines for of, rect in rects if of is not n and crossed(n.points, rect)]
    assert found == []


@MANY
@given(flows())
def test_no_box_and_no_words_cover_another_box_or_other_words(flow):
    drawn = lay_out(*flow)
    rects = [rect_of(box) for box in drawn.boxes] + [line.label.rect for line in drawn.lines]
    assert not any(one.covers(other) for one, other in combinations(rects, 2))


@MANY
@given(flows())
def test_lines_cross_but_never_run_on_each_other(flow):
    parts = [(line, part) for line in lay_out(*flow).lines for part in pairwise(line.points)]
    for (one, a), (other, b) in combinations(parts, 2):
        if one is not other and stretch(*a).covers(stretch(*b)):
            assert (a[0][0] == a[1][0]) != (b[0][0] == b[1][0]), (one, other)


@MANY
@given(flows())
def test_everything_stands_inside_the_picture_and_every_move_is_drawn_once(flow):
    drawn = lay_out(*flow)
    assert sorted(m.key for line in drawn.lines for m in line.moves) == sorted(m.key for m in flow[1])
    assert [box.node for box in drawn.boxes] == flow[0]
    for line in drawn.lines:
        assert all(0 < x < drawn.width and 0 < y < drawn.height for x, y in line.points)
        assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(line.points)), "only level and upright"
        assert line.label.rect.x > 0 and line.label.rect.right < drawn.width


@MANY
@given(flows())
def test_a_line_begins_and_ends_at_the_border_of_its_boxes(flow):
    drawn = lay_out(*flow)
    boxes = {box.node.key: box for box in drawn.boxes}
    for line in drawn.lines:
        for key, (x, y) in ((line.source, line.points[0]), (line.target, line.points[-1])):
            box = boxes[key]
            assert x in (box.x, box.right) or y in (box.y, box.bottom)
            assert box.x <= x <= box.right and box.y <= y <= box.bottom


@MANY
@given(flows())
def test_a_state_stands_where_somebody_placed_it_and_the_others_find_room(flow):
    _, _, places = flow
    drawn = lay_out(*flow)
    cells = {box.node.key: box.cell for box in drawn.boxes}
    assert len(set(cells.values())) == len(cells)
    for key, (column, row) in places.items():
        assert cells[key][0] == column and cells[key][1] >= row


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
