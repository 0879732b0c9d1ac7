"""A person's page: plan against achievement, results of the years, entries and feedback; who may open it."""

from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from types import SimpleNamespace

import pytest
from flask import g

from engine.core.messages import Text
from portal import people, planned
from tests.portal.house import House, plain
from tests.portal.house import loaded_house as loaded_house
from tests.verbs.stage import EVIDENCE, PLAN, SHIPPED
from tests.verbs.test_registers import DAILY, PRESENCE, Office


class Town(House):
    """The small town with activities, attendance and feedback in force."""

    add, today = Office.add, Office.today


@pytest.fixture
def town(house):
    house.__class__ = Town
    for text in (DAILY, PRESENCE):
        house.publish(text)
    for name in ("follow_up.yaml", "registers/feedback.yaml"):
        house.publish((SHIPPED / name).read_bytes(), name)
    return house


def page_of(town, name, of="carol", more="", language="id"):
    return plain(town.browser(name, language).get(f"/people/{town.ref(of)}/{more}"))


def test_a_new_person_has_a_page_that_says_what_is_not_there_yet(town):
    page = page_of(town, "carol")
    assert "Halaman saya" in page and "Atasan: Erin" in page
    assert "Tidak ada evaluasi yang sedang berjalan." in page and "Belum ada evaluasi yang selesai." in page
    assert "Halaman unit kerja" not in page and "Halaman unit kerja" in page_of(town, "erin", of="erin")
    assert "Belum ada catatan bulan ini." in page_of(town, "carol", more="entries")


def test_whoever_holds_no_post_has_a_page_without_a_way_to_a_unit(town):
    page = town.browser("alice").get(f"/people/{town.ref('gina')}/")
    assert "Halaman unit kerja" not in page and "/units//" not in page
    assert f'href="/units/{town.unit("health").ref}/"' in town.browser("alice").get(f"/people/{town.ref('carol')}/")


def test_the_plan_stands_beside_what_came_of_it_once_both_are_there(town):
    case = town.case()
    assert "Rencananya belum ada" in page_of(town, "carol")
    town.walk(case, until="submit_evidence")
    for name in ("carol", "erin"):
        page = page_of(town, name)
        assert "Direncanakan" in page and "Bobot" in page and "Realisasi" in page, name
    assert "Bobot 60% Capaian Realisasi 97%" in page


def test_a_column_that_is_asked_only_now_and_then_may_be_in_both_tables(town):
    text, column = (SHIPPED / "basic_cycle.yaml").read_text(), "              indicator:\n"
    group = "              group:\n                type: text\n                shown_when: indicator == 'Keluhan'\n"
    assert text.count(column) == 2
    town.version = town.publish(text.replace(column, f"{group}{column}"), "basic_cycle.yaml")
    case = town.case()
    first, second = PLAN["targets"]
    told = {**EVIDENCE["achievements"][0], "indicator": "Keluhan", "group": "Layanan", "achieved": "12"}
    town.send(case, "carol", "write_plan", {"targets": [first, {**second, "group": "Layanan"}]})
    for name, act in (("erin", "approve"), ("carol", "begin_evidence")):
        town.fire(case, name, act)
    town.send(case, "carol", "collect", {"achievements": [*EVIDENCE["achievements"], told]})
    town.fire(case, "carol", "submit_evidence")
    page = page_of(town, "carol")
    assert page.count("Layanan") == 1 and "Capaian Realisasi 97%" in page and "Realisasi 12" in page


def row(**cells):
    return planned.Row({key: (Text(key, key), words) for key, words in cells.items()})


def pairs(plan, came):
    """Of each planned result its name, and the words of what is the same, was planned, and came."""
    found = planned._paired([row(**each) for each in plan], [row(**each) for each in came])
    parts = [(each.name, (each.same, each.planned, each.came or ())) for each in found]
    return [[name, *([words for _, words in cells] for cells in three)] for name, three in parts]


def test_rows_belong_together_also_where_the_first_has_no_cell_of_a_shared_column():
    plan = [{"result": "A", "target": "1"}, {"result": "B", "group": "x", "target": "2"}]
    came = [{"result": "B", "group": "x", "got": "2"}, {"result": "A", "got": "1"}, {"result": "A", "group": "y"}]
    assert pairs(plan, came) == [["A", [], ["1"], ["1"]], ["B", ["x"], ["2"], ["2"]], ["A", [], [], ["y"]]]


def test_no_row_belongs_to_another_by_its_place_alone():
    plan, came = [{"result": "A"}, {"result": "B"}], [{"got": "1"}, {"got": "2"}]
    assert pairs(plan, came) == [["A", [], [], []], ["B", [], [], []], ["", [], [], ["1"]], ["", [], [], ["2"]]]
    plan, came = [{"target": "1"}, {"result": "B", "target": "2"}], [{"got": "1"}, {"result": "B", "got": "2"}]
    assert pairs(plan, came) == [["", [], ["1"], []], ["B", [], ["2"], ["2"]], ["", [], [], ["1"]]]


def test_a_row_is_named_by_the_first_shared_cell_that_it_has():
    plan = [{}, {"group": "x", "target": "2"}]
    assert pairs(plan, []) == [["", [], [], []], ["x", [], ["2"], []]]
    assert pairs([{}], []) == pairs([{}], [{}]) == [["", [], [], []]]
    plan, came = [{"result": "", "group": "x"}], [{"result": "", "group": "x", "got": "1"}, {"got": "2"}]
    assert pairs(plan, came) == [["x", [], [], ["1"]], ["", [], [], ["2"]]]


def test_results_of_evaluations_that_are_over_are_told_to_whom_their_own_page_tells_them(town):
    town.walk(town.case())
    page = page_of(town, "carol")
    assert "Belum ada evaluasi yang selesai." not in page and "Predikat" in page
    assert "Predikat" in page_of(town, "erin") and "Predikat" in page_of(town, "alice")


def test_strangers_and_colleagues_are_told_that_there_is_nobody(town):
    for name in ("mallory", "bob"):
        for more in ("", "entries"):
            town.browser(name).get(f"/people/{town.ref('carol')}/{more}", status=404)
    town.browser("carol").get(f"/people/{town.ref('erin')}/", status=404)
    town.browser("carol").get("/people/nobody/", status=404)


FEEDBACK = {"kind": "appreciation", "situation": "Rapat", "behaviour": "Memimpin"}
RECOMMENDED = {**FEEDBACK, "kind": "recommendation", "suggestion": "Catat.", "by_when": "2026-04-01"}


def test_entries_of_the_month_and_what_others_said_stand_with_their_sums(town):
    town.add()
    town.add(day=date(2026, 2, 27))
    town.add(by="erin", register="feedback", **FEEDBACK)
    town.add(by="erin", register="feedback", **RECOMMENDED)
    page = page_of(town, "carol", more="entries")
    assert "Catatan 1 menit kerja 150" in page.lower() or "Catatan 1" in page
    assert "Apresiasi 1" in page and "Rekomendasi 1" in page
    assert "Yang menjadi tugas" in page and "Catat." in page
    assert "Apresiasi 1" in page_of(town, "erin", more="entries")


def test_what_was_said_this_year_leads_to_the_newest_month_of_it_that_may_be_read(town):
    for day in (date(2026, 2, 3), date(2026, 2, 27)):
        town.add(by="erin", register="feedback", day=day, **FEEDBACK)
    town.add()
    way = f"/registers/feedback/?person={town.ref('carol')}&month=2026-02"
    for name in ("carol", "erin"):
        browser = town.browser(name)
        page = unescape(browser.get(f"/people/{town.ref('carol')}/entries"))
        assert f'href="{way}"' in page and "daily_activity/?person=" in page and "month=2026-03" in page, name
        assert "Memimpin" in plain(browser.get(way)), name


def test_sums_and_tasks_tell_nothing_that_an_earlier_version_kept_from_the_reader(town):
    direction, source = (SHIPPED / "registers/direction.yaml").read_text(encoding="utf-8"), "registers/direction.yaml"
    asked = {"by": "erin", "register": "direction", "by_when": "2026-04-01"}
    town.publish(direction.replace("  read: [officer, superior]", "  read: officer").encode(), source)
    town.add(what="Dahulu", **asked)
    town.publish(direction.encode(), source)
    assert "Catatan 1" not in page_of(town, "erin", more="entries")
    town.add(what="Sekarang", **asked)
    page = page_of(town, "erin", more="entries")
    assert "Catatan 1 Arahan 1" in page and "Sekarang" in page and "Dahulu" not in page
    page = page_of(town, "carol", more="entries")
    assert "Catatan 2 Arahan 2" in page and "Sekarang" in page and "Dahulu" in page


def test_who_oversees_the_unit_reads_no_entry_that_the_register_keeps_from_him(town):
    town.add()
    town.add(by="erin", register="feedback", **FEEDBACK)
    page = page_of(town, "alice", more="entries")
    assert "Apresiasi" not in page and "Belum ada umpan balik" in page


def test_pages_ask_the_database_a_dozen_times_however_much_there_is(town):
    town.walk(town.case())
    for number in range(3):
        town.add(day=town.today - timedelta(days=number), by="carol")
        town.add(by="erin", register="feedback", **RECOMMENDED)
    ref = town.ref("carol")
    for name in ("carol", "erin", "alice"):
        browser = town.browser(name)
        browser.get(f"/people/{ref}/entries")
        for more in ("", "entries"):
            with town.counted() as asked:
                browser.get(f"/people/{ref}/{more}")
            assert len(asked) <= 12, (name, more, *(f"{each[:140]}" for each in asked))


def year(cycle, score, name="Evaluasi"):
    result = SimpleNamespace(key="final", title=Text("Nilai akhir", "Final score"), score=score)
    return people.Year(SimpleNamespace(cycle_name=cycle), Text(name, name), ((result, True),), False)


def test_a_score_of_two_evaluations_of_a_kind_is_a_trend_from_the_earliest_on(town):
    years = [
        year("2027", Decimal(88)),
        year("2026", Decimal("79.5")),
        year("2026", None),
        year("2025", Decimal(1), "Lain"),
    ]
    with town.app.test_request_context("/"):
        g.signed_in = None
        ((title, drawn),) = people._trends(years)
    assert title.id == "Nilai akhir" and drawn.labels == ("2026", "2027")
    assert drawn.numbers == (Decimal("79.5"), Decimal(88)) and drawn.drawn
