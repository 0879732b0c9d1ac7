"""Charts as geometry: every number is in the picture, in its place, whatever the numbers and the labels are."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core import charting
from engine.core.drawing.marks import SERIES, WIDTH, Series, room_of
from engine.core.drawing.scales import scale_of

D = Decimal
MONTHS = ("Jan", "Feb", "Mar", "Apr")
NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
SOME = st.lists(st.one_of(st.none(), NUMBERS), min_size=1, max_size=12)
LABELS = st.text(alphabet="abc Mi–.", max_size=120)


def test_bars_grow_with_their_numbers_from_nought_and_each_says_its_number():
    chart = charting.bars(MONTHS, [D(10), D(20), None, D(40)], goal=D(30))
    heights = [bar.height for bar in chart.drawing.bars]
    assert heights[1] == 2 * heights[0] and heights[2] == 4 * heights[0]
    assert [each.value for each in chart.drawing.numbers if not each.tick] == [D(10), D(20), D(40)]
    (goal,) = chart.drawing.goals
    assert goal.y1 == goal.y2 and chart.drawing.bars[2].y < goal.y1 < chart.drawing.bars[1].y


def test_a_number_below_nought_stands_below_the_line_and_one_of_nought_can_still_be_seen():
    chart = charting.bars(("a", "b", "c"), [D(5), D(-5), D(0)])
    (zero,) = chart.drawing.zeros
    up, down, none = chart.drawing.bars
    assert up.y + up.height == zero.y1 == down.y and none.height == 1


def test_nothing_is_drawn_of_nothing_and_the_chart_says_so():
    for nothing in (charting.bars((), ()), charting.lines(("a",), [Series("x", (None,))]), charting.shares((), ())):
        assert not nothing.drawn and nothing.numbers == ()
    one = charting.bars(("Maret",), [D(7)])
    assert one.drawn and len(one.drawing.bars) == 1


def test_labels_without_room_lay_the_bars_down_and_keep_their_words():
    labels = ("Persentase permohonan yang selesai dalam waktu menurut standar pelayanan", "Singkat")
    chart = charting.bars(labels, [D(1), D(2)], goal=D(2))
    assert " ".join(chart.drawing.words[0].lines) == labels[0] and len(chart.drawing.words[0].lines) == 2
    first, second = chart.drawing.bars
    assert first.x == second.x == 0 and second.width in range(2 * first.width - 1, 2 * first.width + 2)
    assert second.y > first.y + first.height and len(chart.drawing.goals) == 2


def test_a_missing_number_is_said_where_it_would_lie_and_breaks_a_line():
    lying = charting.bars(("Sekretariat Daerah Kabupaten Jayawijaya Bagian Umum", "b"), [None, D(2)])
    assert lying.drawing.numbers[0].value is None and len(lying.drawing.bars) == 1
    line = charting.lines(MONTHS, [Series("x", (D(1), D(2), None, D(3)))])
    (trace,) = line.drawing.traces
    assert trace.path.count("M") == 2 and trace.path.count("L") == 1 and len(trace.dots) == 3


def test_lines_far_from_nought_begin_near_their_lowest_and_bars_never_do():
    series = [Series("x", (D(81), D(84), D(88), D(90)))]
    assert min(each.value for each in charting.lines(MONTHS, series).drawing.numbers if each.tick) == 80
    assert min(each.value for each in charting.bars(MONTHS, series[0].values).drawing.numbers if each.tick) == 0


def test_of_labels_without_room_under_a_line_the_last_is_always_written():
    labels = [f"Triwulan {n}" for n in range(1, 25)]
    words = charting.lines(labels, [Series("x", tuple(map(D, range(24))))]).drawing.words
    assert 2 <= len(words) < 24 and " ".join(words[-1].lines) == "Triwulan 24"


def test_stacks_stand_upon_each_other_and_say_their_sum():
    chart = charting.stacked(("a", "b"), [Series("x", (D(1), D(2))), Series("y", (D(3), D(-1)))])
    first, second = (bar for bar in chart.drawing.bars if bar.x < WIDTH // 2)
    assert second.y + second.height == first.y
    assert [each.value for each in chart.drawing.numbers if not each.tick] == [D(4), D(1)]


def test_groups_stand_beside_each_other_and_lie_down_where_they_are_too_many():
    two = charting.grouped(MONTHS, [Series("x", (D(1),) * 4), Series("y", (D(2),) * 4)])
    assert sorted({bar.series for bar in two.drawing.bars}) == [0, 1] and any(each.tick for each in two.drawing.numbers)
    many = charting.grouped([*map(str, range(12))], [Series(name, (D(1),) * 12) for name in "abcdef"])
    assert not any(each.tick for each in many.drawing.numbers) and len(many.drawing.bars) == 72


def test_shares_are_of_a_hundred_and_there_are_none_of_nothing_or_of_less():
    chart = charting.shares(("a", "b", "c"), [D(1), D(1), D(1)])
    assert chart.percent and chart.shares == (D("33.3"),) * 3
    assert not charting.shares(("a",), [D(0)]).drawn and not charting.shares(("a", "b"), [D(2), D(-1)]).drawn


def test_more_series_than_can_be_told_apart_are_a_table_alone():
    series = [Series(str(n), (D(n),)) for n in range(SERIES + 1)]
    assert not charting.grouped(("a",), series).drawn and len(charting.grouped(("a",), series).numbers) == SERIES + 1


def test_a_series_that_misses_a_place_is_refused():
    with pytest.raises(ValueError, match="for each label"):
        charting.bars(("a", "b"), [D(1)])


@given(SOME, st.one_of(st.none(), NUMBERS), st.data())
def test_whatever_the_numbers_and_labels_everything_stands_inside_the_picture(values, goal, data):
    labels = data.draw(st.lists(LABELS, min_size=len(values), max_size=len(values)))
    series = [Series("x", tuple(values)), Series("y", tuple(reversed(values)))]
    drawn = (
        charting.bars(labels, values, goal=goal),
        charting.grouped(labels, series, goal=goal),
        charting.stacked(labels, series),
        charting.lines(labels, series, goal=goal),
        charting.shares(labels, values),
    )
    for chart in drawn:
        assert chart.labels == tuple(labels)
        if chart.drawn:
            inside(chart.drawing)


def inside(drawing):
    for bar in drawing.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH + 1 and 0 <= bar.y <= bar.y + bar.height <= drawing.height + 1
    for x, y in (dot for trace in drawing.traces for dot in trace.dots):
        assert 0 <= x <= WIDTH and 0 <= y <= drawing.height
    for words in drawing.words:
        for line in words.lines:
            half = room_of(line) // 2 if words.anchor == "middle" else 0
            assert words.x - half >= -1 and words.x + max(half, room_of(line) - half) <= WIDTH + 1, (words, line)
    for stroke in (*drawing.grid, *drawing.zeros, *drawing.goals):
        assert 0 <= stroke.x1 <= stroke.x2 <= WIDTH and 0 <= stroke.y1 <= stroke.y2 <= drawing.height


@given(st.lists(NUMBERS, min_size=1, max_size=8), st.booleans())
def test_a_scale_holds_its_numbers_with_few_round_ticks_and_keeps_their_order(numbers, from_zero):
    scale = scale_of(numbers, 300, 40, from_zero=from_zero)
    assert scale.low <= min(numbers) <= max(numbers) <= scale.high and 2 <= len(scale.ticks) <= 8
    places = [scale.at(number) for number in sorted(numbers)]
    assert places == sorted(places, reverse=True) and all("E" not in f"{tick:f}" for tick in scale.ticks)
