"""Lists: searched, narrowed, ordered, paged by keyset, counted to a cap; files of them that no spreadsheet runs."""

import csv
import io
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin import listing
from admin.cases import CaseView
from admin.export import plain
from engine import people
from engine.core.messages import Message
from engine.store.refs import new_ref
from engine.store.tables import Case, Person
from engine.web.i18n import translate
from engine.web.pager import Cursor
from tests import planted
from tests.admin.city import words
from tests.admin.test_imports import upload
from tests.store.house import filled

LISTS = ("people", "cases", "cycles", "definitions", "events", "denials")
PERSON = re.compile(r'<th scope="row"><a href="/admin/people/([a-z2-7]{26})">')
NEXT = re.compile(r'rel="next" href="([^"]+)"')


def refs(answer):
    return PERSON.findall(answer.get_data(as_text=True))


def rows_of(answer):
    """The rows of a CSV file, its titles first."""
    text = answer.get_data(as_text=True)
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def everybody(city, who="admin", query=""):
    """Every ref of the list of people, page after page."""
    found, path = [], f"/admin/people/{query}"
    while path:
        answer = city.get(who, path)
        found += refs(answer)
        more = NEXT.search(answer.get_data(as_text=True))
        path = f"/admin/people/{more[1].replace('&amp;', '&')}" if more else None
    return found


@pytest.mark.parametrize("section", LISTS)
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_list_opens_in_both_languages_for_admins_and_auditors(still, section, language):
    for who in ("admin", "dinkes_admin", "auditor"):
        still.get(who, f"/admin/{section}/", language=language)


def test_pages_follow_each_other_without_gap_or_repetition(still, monkeypatch):
    for view in still.app.extensions["admin"][0]._views:
        if getattr(view, "name", "") == "people":
            monkeypatch.setattr(view, "page_size", 7)
    for query in ("", "?order=name_down", "?order=newest"):
        found = everybody(still, query=query)
        assert len(found) == len(set(found))
        assert set(found) == set(still.all(select(Person.ref)))


def test_the_way_back_shows_the_page_before(still, monkeypatch):
    view = next(view for view in still.app.extensions["admin"][0]._views if view.name == "people")
    monkeypatch.setattr(view, "page_size", 7)
    first = still.get("admin", "/admin/people/")
    second = still.get("admin", "/admin/people/" + NEXT.search(first.get_data(as_text=True))[1])
    back = re.search(r'rel="prev" href="([^"]+)"', second.get_data(as_text=True))[1]
    assert refs(still.get("admin", "/admin/people/" + back)) == refs(first)


def test_people_are_found_by_the_beginning_of_any_word_of_their_name_and_by_nip(still):
    ref = still.person("employee")
    for text in ("siti", "Handayani", "siti rohmah", "19830517", "19830517 200604 2 930"):
        assert ref in refs(still.get("admin", f"/admin/people/?q={text}"))
    for text in ("ohmah", "200604", "siti%", "%", "_"):
        assert ref not in refs(still.get("admin", f"/admin/people/?q={text}"))


def test_a_unit_narrows_to_itself_and_what_lies_below(still):
    melati = refs(still.get("admin", f"/admin/people/?unit={still.unit('puskesmas')}"))
    assert still.person("employee") in melati and still.person("supervisor") in melati
    assert still.person("admin") not in melati and len(melati) == 14


def test_cases_are_narrowed_by_cycle_state_unit_and_lateness(still):
    def count(query):
        found = re.search(r"(\d+) rows", words(still.get("admin", f"/admin/cases/?{query}", language="en")))
        return int(found[1]) if found else 0

    everything = count("")
    assert everything == len(still.all(select(Case.ref)))
    cycle = f"cycle={still.cycle('2025')}"
    assert count(cycle) == 7
    assert count(f"{cycle}&state=finalized") == 4
    assert 0 < count("overdue=1") < everything
    assert 0 < count("waiting=1") < everything
    assert count(f"unit={still.unit('disdik')}") == everything - 47


def test_a_case_is_found_by_name_nip_and_number(still):
    ref = still.case("employee")
    for text in ("Siti Rohmah", "198305172006042930", ref):
        assert f"/cases/{ref}" in still.get("admin", f"/admin/cases/?q={text}").get_data(as_text=True)


def test_what_a_filter_does_not_offer_is_a_bad_request(still):
    for query in ("state=nowhere", "cycle=x", "order=random()", "unit=1%20OR%201=1", "page=zzz"):
        still.get("admin", f"/admin/cases/?{query}", status=400)
    still.get("admin", "/admin/events/?from=yesterday", status=400)
    still.get("admin", "/admin/events/?kind=case.exploded", status=400)


def test_a_unit_of_another_office_is_not_offered_to_an_admin_of_one(still):
    still.get("dinkes_admin", f"/admin/people/?unit={still.unit('disdik')}", status=400)
    still.get("dinkes_admin", f"/admin/cases/?cycle={still.cycle('Pendidikan')}", status=400)


def test_an_empty_list_says_what_to_do(still):
    page = words(still.get("admin", "/admin/people/?q=nobody-is-called-this", language="en"))
    assert "Nothing matches" in page and "loosen the filter" in page


def test_counting_stops_at_a_cap(still, monkeypatch):
    monkeypatch.setattr(listing, "CAP", 10)
    page = words(still.get("admin", "/admin/events/", language="en"))
    assert "More than 10 rows" in page


@pytest.mark.parametrize("section", LISTS)
def test_every_list_can_be_had_as_a_file_with_titles(still, section):
    answer = still.get("auditor", f"/admin/{section}/export.csv")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    titles, *rows = rows_of(answer)
    assert len(titles) >= 5 and all(len(row) == len(titles) for row in rows)


DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}\+07:00)?")
DAYS = {"cases": ["due"], "cycles": ["period_start", "period_end"], "definitions": ["published_at"],
        "events": ["at"], "denials": ["at"]}  # fmt: skip


@pytest.mark.parametrize("section", DAYS)
def test_days_and_moments_of_every_file_are_written_in_one_way(city, section):
    city.get("employee", "/admin/people/", status=403)  # a denial, to have one
    titles, *rows = rows_of(city.get("auditor", f"/admin/{section}/export.csv", language="en"))
    named = [titles.index(translate(Message(f"admin.column.{section}.{name}"), "en")) for name in DAYS[section]]
    written = [row[place] for row in rows for place in named if row[place]]
    assert written and all(DAY.fullmatch(value) for value in written), written[:5]


def column(city, section, name, who="admin"):
    titles, *rows = rows_of(city.get(who, f"/admin/{section}/export.csv"))
    return {row[titles.index(translate(Message(f"admin.column.{section}.{name}"), "id"))] for row in rows}


def test_a_file_says_why_an_act_was_refused_and_what_a_definition_is_as_their_pages_do(city):
    city.get("employee", "/admin/people/", status=403)
    for section, name in (("denials", "message_key"), ("definitions", "kind")):
        told, page = column(city, section, name), words(city.get("admin", f"/admin/{section}/"))
        assert told and all(value in page for value in told), (section, told)
    assert {"Alur kerja", "Daftar kode"} <= column(city, "definitions", "kind")


def test_the_file_of_imports_tells_moments_by_the_readers_clock(city):
    upload(city, "people", planted.people(3, 0).csv())
    assert column(city, "imports", "at") == {"2026-11-23T10:00:00+07:00"}


def test_a_file_holds_what_the_list_was_narrowed_to_over_all_pages(still):
    _, *rows = rows_of(still.get("admin", f"/admin/cases/export.csv?cycle={still.cycle('2027')}"))
    assert len(rows) == 30
    _, *mine = rows_of(still.get("dinkes_admin", "/admin/cases/export.csv"))
    assert len(mine) == 47


def test_a_file_that_is_cut_says_so(still, monkeypatch):
    monkeypatch.setattr("admin.export.MOST_ROWS", 5)
    _, *rows = rows_of(still.get("admin", "/admin/people/export.csv", language="en"))
    assert len(rows) == 6 and "was cut at" in rows[-1][0]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "\0x", "＝1", '=cmd|"/c calc"!A0']
)
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(cell):
    assert plain(cell) == f"'{cell}"


@pytest.mark.parametrize(
    ("cell", "safe"),
    [("Siti;=1+1", "Siti;'=1+1"), ("a, @b", "a, '@b"), ("a\t+1", "a\t'+1"), ('a;"-1"', 'a;"\'-1"'), (";＝1", ";'＝1")],
)
def test_a_part_that_another_separator_would_make_a_cell_gets_one_too(cell, safe):
    assert plain(cell) == safe


def test_every_cell_of_a_file_is_quoted(still):
    lines = still.get("admin", "/admin/people/export.csv").get_data(as_text=True).removeprefix("\ufeff").split("\r\n")
    assert all(line.startswith('"') and line.endswith('"') for line in lines if line)


@pytest.mark.parametrize("query", ["order=zz", "unit=zz", "active=zz"])
def test_what_is_wrong_with_an_address_is_said_before_a_file_begins(still, query):
    assert "text/html" in still.get("admin", f"/admin/people/export.csv?{query}", status=400).content_type


@pytest.mark.parametrize("query", ["from=0001-01-01", "until=9999-12-31"])
def test_a_day_without_a_midnight_is_a_bad_request(still, query):
    still.get("admin", f"/admin/events/?{query}", status=400)
    still.get("admin", f"/admin/events/export.csv?{query}", status=400)


@pytest.mark.parametrize("cell", ["", "Siti", "1-1", "a=b", "198305172006042930", "'"])
def test_a_plain_cell_stays_as_it_is(cell):
    assert plain(cell) == cell


def test_a_name_that_is_a_formula_is_harmless_in_the_file(city):
    people.add_person(
        city.rt, actor=city.actor("admin"), name='=HYPERLINK("//x","y")', kind="official", nip=None, email=None
    )
    names = [row[0] for row in rows_of(city.get("admin", "/admin/people/export.csv"))]
    assert '\'=HYPERLINK("//x","y")' in names


def test_cases_by_name_go_forth_and_back_past_those_about_no_person(db):
    """What is about a thing comes first; a page may end in the middle of either kind, or between them."""
    house = filled(db)
    for about in (new_ref(), new_ref(), None, None):
        house.case(about=about)
    order = CaseView.orders["name"]
    with db.read() as connection, Session(connection) as session:
        query = session.query(Case).outerjoin(Person, Person.id == Case.subject_id)
        rows = sorted(query, key=order.place)
        assert [row.subject_id is None for row in rows] == [True] * 3 + [False] * (len(rows) - 3)
        for backwards in (False, True):
            found, cursor = [], None
            if backwards:
                found, cursor = rows[-1:], Cursor(order.place(rows[-1]), True)
            while some := listing._rows(query, order, cursor, 2):
                found += some
                cursor = Cursor(order.place(some[-1]), backwards)
            assert found == (rows[::-1] if backwards else rows)
