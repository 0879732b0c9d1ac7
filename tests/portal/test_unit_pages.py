"""A unit's page: people, progress, results as they are spread without telling of anybody, figures; who may open it."""

from types import SimpleNamespace

import pytest

from engine import unit_pages
from tests.portal.house import House, plain
from tests.portal.house import loaded_house as loaded_house
from tests.verbs.test_indicators import ALL
from tests.verbs.test_registers import DAILY, PRESENCE, Office


class Town(House):
    """The small town with its registers and indicators in force."""

    add, today = Office.add, Office.today


@pytest.fixture
def town(house):
    house.__class__ = Town
    for text in (DAILY, PRESENCE, *ALL):
        house.publish(text)
    return house


def test_a_unit_of_few_shows_its_people_and_progress_and_says_why_no_results(town):
    town.walk(town.case())
    ref = town.unit("health").ref
    page = plain(town.browser("alice").get(f"/units/{ref}/"))
    assert "pegawai" in page and "1 dari 1" in page and "Belum dapat ditampilkan" in page
    assert "Lihat yang terlambat" in page and "Angka unit kerja ini" in page


def test_only_its_head_and_who_oversees_it_open_it(town):
    ref = town.unit("health").ref
    heads = plain(town.browser("erin").get(f"/units/{ref}/"))
    assert "Perkembangan evaluasi" in heads and "Lihat yang terlambat" not in heads
    for name in ("carol", "bob", "mallory"):
        town.browser(name).get(f"/units/{ref}/", status=404)
    town.browser("alice").get("/units/none/", status=404)


def row(value, label=None):
    body = "{}" if label is None else f'{{"result": {{"label": {{"id": "{label}", "en": "{label}"}}}}}}'
    return SimpleNamespace(value=value, body=body)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((4,), []),  # fewer than five
        ((5,), [5]),
        ((9, 6, 1), [9, 7]),  # one alone is put together with the smallest of the others
        ((3, 2), [5]),
        ((2, 2), []),
    ],
)
def test_results_are_told_of_five_people_each(numbers, expected):
    found = [row(str(place), f"Kelas {place}") for place, n in enumerate(numbers) for _ in range(n)]
    assert [count for _, count in unit_pages.classes_of(found)] == expected


def test_results_wait_until_nobody_of_the_unit_itself_is_left():
    def of(*counts):
        rows = [SimpleNamespace(name="2026", state=state, cases=all_, own=own, late=0) for state, all_, own in counts]
        return unit_pages.progress(frozenset({"done"}), rows)

    assert of(("done", 9, 5), ("open", 4, 0)).is_own_over
    assert not of(("done", 9, 5), ("open", 4, 1)).is_own_over
    assert not of(("done", 9, 0)).is_own_over
    assert (of(("done", 9, 5), ("open", 4, 0)).over, of(("done", 9, 5), ("open", 4, 0)).cases) == (9, 13)


def test_the_page_asks_the_database_a_dozen_times(town):
    town.walk(town.case())
    ref = town.unit("health").ref
    for name in ("alice", "erin"):
        browser = town.browser(name)
        browser.get(f"/units/{ref}/")
        with town.counted() as asked:
            browser.get(f"/units/{ref}/")
        assert len(asked) <= 12, (name, *(f"{each[:120]}" for each in asked))
