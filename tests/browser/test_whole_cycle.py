"""The whole cycle by keyboard alone: from an empty design to the end of one evaluation (told in whole_cycle.py)."""

from tests.browser import whole_cycle
from tests.browser.drawing_hands import DrawingKeys
from tests.serving import serve


def test_by_keyboard_alone_a_cycle_is_built_played_published_opened_and_one_evaluation_runs_to_its_end(
    product, demo_city, open_page
):
    city = product(demo_city)
    with serve(city.app) as url:
        walked = whole_cycle.walk(city.rt, lambda: open_page(url, "/sign-in", height=900), DrawingKeys)
    count = walked.count
    print(f"designed: {count.keys} keys in {walked.designed:.0f} s, all in {walked.seconds:.0f} s")
    assert not count.clicks and count.keys < 4000
