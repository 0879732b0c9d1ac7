"""Monitoring: every number is as long as the list to which it leads, for whoever oversees all and one office alone."""

import re
from html import unescape

import pytest

from engine import grants
from engine.core.case import SYSTEM
from tests.admin.city import NOW, words

NUMBER = re.compile(r'<a class="heat-number[^"]*" href="([^"]+)">([\d.]+)')
FIGURE = re.compile(r'href="([^"]+)"><span class="figure-number">([\d.]+)</span>')
LINE = re.compile(r'<a class="line" href="([^"]+)">Lihat ([\d.]+) evaluasi')


def rows_behind(city, who, path):
    """How many rows the list of an address has."""
    page = words(city.get(who, path))
    found = re.search(r"([\d.]+) baris", page)
    return int(found[1].replace(".", "")) if found else 0


def follow(city, who, page, pattern, least=1):
    """Follow each number of a page; answers what was found there."""
    found = {unescape(path): int(count.replace(".", "")) for path, count in pattern.findall(page)}
    assert len(found) >= least
    for path, count in found.items():
        assert rows_behind(city, who, path) == count, path
    return found


@pytest.mark.parametrize("who", ["admin", "dinkes_admin"])
def test_every_number_leads_to_a_list_of_that_length(still, who):
    home = still.get(who, "/admin/").get_data(as_text=True)
    assert {"/admin/cases/?overdue=1", "/admin/cases/?soon=1"} <= set(follow(still, who, home, FIGURE, least=5))
    old = still.cycle("2025")
    for path in (f"/admin/monitoring/?cycle={old}", f"/admin/monitoring/?cycle={old}&show=late",
                 f"/admin/monitoring/?cycle={old}&unit={still.unit('puskesmas')}"):  # fmt: skip
        follow(still, who, still.get(who, path).get_data(as_text=True), NUMBER, least=3)
    plan = still.get(who, f"/admin/monitoring/plan?cycle={old}").get_data(as_text=True)
    follow(still, who, plan, LINE, least=4)
    late = still.get(who, "/admin/monitoring/late").get_data(as_text=True)
    follow(still, who, late, NUMBER, least=2)
    holds = re.findall(r'<th scope="row"><a href="(/admin/cases/\?[^"]*holder=[^"]+)">', late)
    assert holds and all(rows_behind(still, who, unescape(path)) for path in holds)


def test_an_admin_of_one_office_sees_that_office_alone(still):
    page = words(still.get("dinkes_admin", f"/admin/monitoring/?cycle={still.cycle('2027')}"))
    assert "Dinas Kesehatan" in page and "Pemerintah Kota Tirta Mekar" not in page
    for name in ("disdik", "inspektorat"):
        still.get("dinkes_admin", f"/admin/monitoring/?unit={still.unit(name)}", status=404)
    still.get("dinkes_admin", f"/admin/monitoring/?cycle={still.cycle('Pendidikan')}", status=404)
    still.get("dinkes_admin", f"/admin/monitoring/late?unit={still.unit('disdik')}", status=400)
    everybody = set(NUMBER.findall(still.get("admin", "/admin/monitoring/late").get_data(as_text=True)))
    mine = set(NUMBER.findall(still.get("dinkes_admin", "/admin/monitoring/late").get_data(as_text=True)))
    assert len(mine) < len(everybody)


def test_a_unit_opens_those_below_it_and_the_way_leads_back(still):
    page = still.get("admin", f"/admin/monitoring/?cycle={still.cycle('2027')}").get_data(as_text=True)
    assert f"unit={still.unit('dinkes')}" in page
    below = still.get("admin", f"/admin/monitoring/?cycle={still.cycle('2027')}&unit={still.unit('puskesmas')}")
    text = words(below)
    assert "Langsung di Puskesmas Melati" in text and "Tim Kerja UKP" in text
    way = re.search(r'<nav class="unit-way".*?</nav>', below.get_data(as_text=True), re.DOTALL)[0]
    assert way.count("<li") == 3 and 'aria-current="location">Puskesmas Melati' in way


def test_what_is_not_offered_is_refused(still):
    for query in ("show=all_of_it", "sort=random()"):
        still.get("admin", f"/admin/monitoring/?{query}", status=400)
    for query in ("cycle=nowhere", "unit=nowhere"):
        still.get("admin", f"/admin/monitoring/?{query}", status=404)
        still.get("admin", f"/admin/monitoring/plan?{query}", status=404)
    for query in ("among=nowhere", "among=rated.", "own=x", "under=x", "holder=x", "late_with=x"):
        still.get("admin", f"/admin/cases/?{query}", status=400)


def test_what_a_link_has_brought_along_is_told_and_can_be_taken_away(still):
    person = still.person("supervisor")
    page = still.get("admin", f"/admin/cases/?late_with={person}&overdue=1").get_data(as_text=True)
    assert f'type="hidden" name="late_with" value="{person}"' in page and "Terlambat pada" in page
    assert 'href="/admin/cases/?overdue=1"' in page


@pytest.mark.parametrize("path", ["", "plan", "late", "?show=late", "plan?unit={puskesmas}"])
def test_pages_of_monitoring_ask_the_database_ten_times_at_most(still, path):
    address = f"/admin/monitoring/{path.format(puskesmas=still.unit('puskesmas'))}"
    for who in ("admin", "dinkes_admin"):
        still.get(who, address)
        with still.counted() as statements:
            still.get(who, address)
        assert len(statements) <= 10, "\n".join(statements)


def test_the_diagram_shows_the_numbers_of_the_last_row(still):
    page = still.get("admin", f"/admin/monitoring/?cycle={still.cycle('2027')}").get_data(as_text=True)
    shown = [int(count) for count in re.findall(r'class="stage-here-words"[^>]*>([\d.]+)<', page)]
    totals = page[page.index("<tfoot>") : page.index("heat-median")]
    cells = [int(count) for count in re.findall(r'class="heat-(?:number|none)[^>]*>([\d.]+)<', totals)]
    assert sum(shown) == cells[-2] == 30


def test_whoever_oversees_no_cycle_is_told_what_to_expect(city):
    grants.grant(
        city.rt, actor=SYSTEM, person_ref=city.person("stranger"), role="admin", unit_ref=city.unit("inspektorat"),
        starts_on=NOW.date(),
    )  # fmt: skip
    for path in ("", "plan"):
        assert "Belum ada siklus" in words(city.get("stranger", f"/admin/monitoring/{path}"))
    assert "Tidak ada yang terlambat" in words(city.get("stranger", "/admin/monitoring/late"))
    home = city.get("stranger", "/admin/").get_data(as_text=True)
    assert set(follow(city, "stranger", home, FIGURE, least=5).values()) == {0}
