"""A public form on pages: no cookie, no session, no name; work and waiting; results and paper for staff."""

import logging
import re
from datetime import timedelta

import pytest

from engine.core.workproof import solve
from engine.store.refs import new_ref
from engine.store.tables.ledger import Denial
from engine.store.tables.registers import Entry
from tests.portal.house import House, plain, value_of
from tests.portal.house import loaded_house as loaded_house
from tests.verbs.test_public_forms import OF_OFFICER, VOICES, Hall


class Market(House):
    """The small town with a survey of units and one of officers, and a visitor without an account."""

    link, code, ticket, answer, shown, rows = Hall.link, Hall.code, Hall.ticket, Hall.answer, Hall.shown, Hall.rows

    def visit(self, path, data=None, status=200):
        client = self.app.test_client()
        answer = client.get(path) if data is None else client.post(path, data=data)
        assert answer.status_code == status, plain(answer.get_data(as_text=True))[:2000]
        assert "Set-Cookie" not in answer.headers
        return answer

    def filled(self, page, wait=5, **changes):
        """The form of a page, filled in some seconds later, with the work that its script does."""
        ticket, bits = value_of(page, "_ticket"), int(re.search(r'data-bits="(\d+)"', page)[1])
        self.now += timedelta(seconds=wait)
        return {"_ticket": ticket, "_proof": solve(ticket, bits), "friendly": "4", "quick": "2", "say": "", **changes}


@pytest.fixture
def market(house):
    house.__class__ = Market
    for text in (VOICES, OF_OFFICER):
        house.publish(text)
    return house


def test_a_visitor_opens_fills_in_and_sends_without_a_cookie_and_is_thanked(market, caplog):
    caplog.set_level(logging.INFO, "siklus.request")
    path = f"/s/{market.code(market.link()).lower()}"
    with market.counted() as asked:
        page = market.visit(path).get_data(as_text=True)
    assert len(asked) <= 14
    assert "Suara warga" in page and "Puskesmas · Loket 1" in plain(page) and "Tanpa nama" in page
    with market.counted() as asked:
        sent = market.visit(path, market.filled(page, say="Ramah"), 303)
    assert len(asked) <= 30
    thanks = market.visit(sent.headers["Location"]).get_data(as_text=True)
    assert "Terima kasih atas jawaban Anda." in plain(thanks)
    assert [row.how for row in market.rows(Entry)] == ["public"]
    market.visit("/s/none", status=404)
    assert [line for line in caplog.records if line.name == "siklus.request"] == []
    market.now += timedelta(hours=1)
    market.app.test_client().get("/sign-in")
    told = [(line.method, line.status, line.count) for line in caplog.records if hasattr(line, "hour")]
    assert told == [("GET", 200, 1), ("GET", 404, 1), ("GET", 200, 1), ("POST", 303, 1)]


def test_it_speaks_english_where_the_address_says_so(market):
    page = market.visit(f"/s/{market.code(market.link())}?lang=en").get_data(as_text=True)
    assert "What people say" in page and "How friendly were we?" in page and 'lang="en"' in page


def test_a_robot_learns_why_without_a_trace_and_keeps_nothing(market):
    path = f"/s/{market.code(market.link())}"
    page = market.visit(path).get_data(as_text=True)
    for changes in ({"_website": "https://example.com"}, {"_proof": "1"}, {"_ticket": "x"}):
        market.visit(path, market.filled(page, **changes), 400)
    said = market.visit(path, market.filled(page, wait=0, _proof="", say="Tunggu dulu"), 429)
    assert "Tunggu dulu" in said.get_data(as_text=True) and int(said.headers["Retry-After"]) > 1
    market.visit("/s/AAAA-BBBB-CCCC", status=404)
    assert market.rows(Entry) == [] and market.rows(Denial) == []


def test_a_faulty_answer_comes_back_with_what_was_typed_and_the_work_done(market):
    path = f"/s/{market.code(market.link())}"
    page = market.visit(path).get_data(as_text=True)
    first = market.filled(page, friendly="", say="Antre lama")
    again = market.visit(path, first, 422).get_data(as_text=True)
    assert "Antre lama" in again and 'href="#f-friendly"' in again
    assert (value_of(again, "_ticket"), value_of(again, "_proof")) == (first["_ticket"], first["_proof"])
    market.visit(path, {**first, "friendly": "3"}, 303)
    twice = market.visit(path, {**first, "friendly": "1"}, 422).get_data(as_text=True)
    assert "sudah kami terima" in plain(twice)


def test_a_signed_in_officer_who_opens_it_is_nobody_too(market):
    code = market.code(market.link("dan", register="officer_voices", about=market.ref("carol")))
    erin = market.browser("erin")
    page = erin.get(f"/s/{code}")
    assert "Erin" not in plain(page)
    erin.client.post(f"/s/{code}", data=market.filled(page))
    assert [(row.by_id, row.how) for row in market.rows(Entry)] == [(None, "public")]


def test_results_are_for_whom_the_register_names_and_show_nothing_below_the_floor(market):
    code, about = market.code(market.link()), market.unit("health").ref
    for _ in range(4):
        market.answer(code)
    market.now += timedelta(days=45)
    path = f"/voices/counter_voices/totals?about={about}"
    erin = market.browser("erin")
    assert "Belum ada hasil yang dapat diperlihatkan" in plain(erin.get(path))
    for name in ("carol", "mallory", "dan"):
        assert market.browser(name).client.get(path).status_code in (403, 404)
    market.now -= timedelta(days=45)
    market.answer(code, friendly="2")
    market.now += timedelta(days=45)
    with market.counted() as asked:
        page = plain(market.browser("erin").get(path))
    assert "Maret" in page and "5 jawaban" in page and "3,6" in page
    assert len(asked) <= 30
    assert 'href="/voices/"' in erin.get("/registers/")
    assert "Hasil" in plain(erin.get("/voices/"))


def sheet(row, friendly, quick="1", say=""):
    return {f"friendly-{row}": friendly, f"quick-{row}": quick, f"say-{row}": say}


def test_a_clerk_types_in_a_pile_of_sheets_and_faults_are_named_by_row(market):
    about = market.unit("health").ref
    path, carol = f"/voices/counter_voices/paper?about={about}", market.browser("carol")
    assert 'name="friendly-19"' in carol.get(path)
    form = {"key": new_ref(), "about": about, "day": "2026-03-02", "number": "B-7", **sheet(0, "4"), **sheet(3, "7")}
    page = carol.post(path, form, status=422)
    assert 'href="#friendly-3"' in page and 'value="7"' in page and market.rows(Entry) == []
    carol.post(path, {**form, **sheet(3, "3", say="Kursi kurang")})
    assert [row.how for row in market.rows(Entry)] == ["paper", "paper"]
    assert "Berkas B-7: 2 lembar" in plain(carol.get(path))
    assert carol.client.get("/registers/counter_voices/add").status_code == 303
