"""A unit's page: people, progress, results as they are spread without telling of anybody, figures; who may open it."""

from types import SimpleNamespace

import pytest

from engine import figure_rights, indicators, own_people, unit_pages
from engine.core.case import CANCELLED
from engine.core.definition import Quantity
from engine.core.indicator import BoundQuantity
from engine.core.listed import listed
from engine.store.queries import unit_pages as store
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


def way(opened, over="5", state="done", taken_back=0, erased=0):
    return SimpleNamespace(opened_at=opened, over_at=over, state=state, taken_back=taken_back, erased=erased)


@pytest.mark.parametrize(
    ("ways", "changed"),
    [
        ([way("1")] * 6, False),
        ([*[way("1")] * 5, way("4")], False),  # joined while the others were not over
        ([*[way("1")] * 5, way("6", "7")], True),  # joined once the five had been told
        ([*[way("1")] * 4, way("6", "7")], False),  # four were never told
        ([*[way("1")] * 5, way("1", "7", taken_back=1)], True),
        ([*[way("1")] * 5, way("6", None, CANCELLED)], False),
        ([*[way("1")] * 5, way("1", "5", CANCELLED, 1)], True),
        ([*[way("1")] * 5, way("1", erased=1)], True),
    ],
)
def test_results_are_not_told_any_more_once_somebody_joined_or_went_back(ways, changed):
    assert unit_pages.changed_since_told(ways) is changed


def test_a_result_that_lists_do_not_tell_is_told_to_no_unit_either(town):
    with town.rt.db.read() as db:
        workflow = town.rt.library.workflow(db, town.version.digest)
    kept = [listed(workflow)[0]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unit_pages, "listed", lambda _: kept)
        assert unit_pages.last_told(workflow) is kept[0]
        kept.clear()
        assert unit_pages.last_told(workflow) is None


def test_a_spread_is_told_until_a_case_is_taken_back(town):
    case = town.case()
    town.walk(case)
    with town.rt.db.read() as db, pytest.MonkeyPatch.context() as patch:
        patch.setattr(unit_pages, "FEWEST", 1)
        patch.setattr(unit_pages, "classes_of", lambda told: [len(told)])
        health, today = town.unit("health").id, town.now.date()
        found = store.progress(db, health, today - unit_pages.YEARS, town.now)
        cycles = unit_pages._cycles(town.rt, db, found)
        assert unit_pages._spread(town.rt, db, health, cycles).classes == [1]
        (way,) = store.ways(db, cycles[0].row.cycle_id, health, unit_pages._over(town.rt, db, town.version.digest))
        assert (way.taken_back, way.opened_at <= way.over_at) == (0, True)
        workflow = town.rt.library.workflow(db, town.version.digest).definition
        wanted = (BoundQuantity(Quantity(workflow=workflow.key, form=workflow.forms[0].key)), "", "2026-12-31")
        city = town.unit("city").id
        assert own_people.of_units(town.rt, db, {wanted: {city}}, {health, city}) == {
            wanted: own_people.InUnits({health: 1}, {city: 1})
        }
        patch.setattr(unit_pages, "changed_since_told", lambda _: True)
        assert unit_pages._spread(town.rt, db, health, cycles) is None


def test_the_page_asks_the_database_a_dozen_times(town):
    town.walk(town.case())
    ref = town.unit("health").ref
    for name in ("alice", "erin"):
        browser = town.browser(name)
        browser.get(f"/units/{ref}/")
        with town.counted() as asked:
            browser.get(f"/units/{ref}/")
        assert len(asked) <= 12, (name, *(f"{each[:120]}" for each in asked))


def test_the_page_asks_no_more_often_where_a_units_figures_are_told_to_its_head(town):
    town.add(begun="08:00", ended="09:00")
    town.walk(town.case())
    ref, browser = town.unit("health").ref, town.browser("erin")
    indicators.refresh(town.rt, ref, who="unit", actor=town.actor("alice"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figure_rights, "FEWEST", 1)
        patch.setattr(unit_pages, "FEWEST", 1)
        browser.get(f"/units/{ref}/")
        with town.counted() as asked:
            page = plain(browser.get(f"/units/{ref}/"))
        assert "120" in page and any("UNION ALL" in each or "entry_sum" in each for each in asked)
        assert len(asked) <= 12, (*(f"{each[:120]}" for each in asked),)
