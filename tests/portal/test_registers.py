"""Registers on pages: add an entry, see one's month, correct and withdraw; a superior verifies and returns."""

import re

import pytest

from engine import registers
from engine.store.queries import entries as queries
from engine.store.refs import new_ref
from tests.portal.house import House, plain
from tests.portal.house import loaded_house as loaded_house
from tests.verbs.test_registers import DAILY, PRESENCE, WORK, Office


class Town(House):
    """The small town with two registers in force."""

    add, sums, today, rows = Office.add, Office.sums, Office.today, Office.rows


@pytest.fixture
def town(house):
    house.__class__ = Town
    for text in (DAILY, PRESENCE):
        house.publish(text)
    return house


def entry(**changes):
    return {"day": "2026-03-02", "key": new_ref(), **WORK, **changes}


def test_the_way_to_registers_stands_in_the_menu_once_one_is_in_force(house):
    assert 'href="/registers/"' not in house.browser("carol").get("/")
    house.publish(DAILY)
    assert 'href="/registers/"' in house.browser("carol").get("/")


def test_an_entry_is_added_and_stands_in_the_month_with_its_sums_and_gaps(town):
    carol = town.browser("carol")
    page = carol.get("/registers/daily_activity/add")
    assert 'type="date" value="2026-03-02"' in page
    assert carol.post("/registers/daily_activity/add", entry()) == "/registers/daily_activity/?month=2026-03"
    carol.post("/registers/daily_activity/add", entry(begun="13:00", ended="14:00", name="Rapat"))
    page = plain(carol.get("/registers/daily_activity/"))
    assert "Senin, 2 Maret 2026" in page
    assert "08.00–10.30" in page and "Melayani loket" in page
    assert "210 menit" in page
    assert "Belum dicatat: pukul 10.30–13.00" in page


def test_what_is_wrong_is_said_at_its_field_and_nothing_that_was_typed_is_lost(town):
    carol, path = town.browser("carol"), "/registers/daily_activity/add"
    said = carol.post(path, entry(ended="07:00", name="Apel pagi"), status=422)
    assert "harus sesudah waktu mulai" in plain(said)
    assert 'value="Apel pagi"' in said
    assert 'href="#day"' in carol.post(path, entry(day="2026-03-09"), status=422)


def test_one_like_an_earlier_one_begins_with_its_answers(town):
    ref = town.add()
    page = town.browser("carol").get(f"/registers/daily_activity/add?like={ref}")
    assert 'value="Melayani loket"' in page
    assert 'value="Melayani loket"' not in town.browser("erin").get(f"/registers/daily_activity/add?like={ref}")


def test_an_entry_is_corrected_with_a_reason_and_can_be_withdrawn(town):
    ref, carol = town.add(), town.browser("carol")
    page = carol.get(f"/registers/entries/{ref}/correct")
    assert 'value="Melayani loket"' in page
    path = f"/registers/entries/{ref}/correct"
    carol.post(path, entry(ended="09:00"), status=400)
    carol.post(path, entry(ended="09:00", reason="Salah jam"))
    assert "08.00–09.00" in carol.get("/registers/daily_activity/")
    fresh = re.search(r"/registers/entries/(\w+)/correct", carol.get("/registers/daily_activity/"))[1]
    carol.post(f"/registers/entries/{fresh}/correct", entry(reason="Tidak jadi", do="withdraw"))
    assert "Belum ada catatan pada bulan ini" in carol.get("/registers/daily_activity/")


def test_a_superior_sees_his_people_verifies_and_returns(town):
    first, second = town.add(), town.add(begun="13:00", ended="14:00", name="Rapat")
    erin = town.browser("erin")
    page = plain(erin.get("/registers/daily_activity/team"))
    assert "Carol" in page and "Menunggu diperiksa: 2 catatan" in page and "210 menit" in page
    path = "/registers/daily_activity/team"
    erin.post(path, {"entry": first, "verdict": "returned"}, status=400)
    erin.post(path, {"entry": first, "verdict": "returned", "note": "Tambahkan bukti."})
    erin.post(path, {"entry": second, "verdict": "verified"})
    month = plain(erin.get(f"/registers/daily_activity/?person={town.ref('carol')}"))
    assert "Dikembalikan" in month and "Diperiksa" in month
    assert "Tambahkan bukti." in plain(town.browser("carol").get("/registers/daily_activity/"))


def test_no_more_entries_are_offered_than_are_verified_at_once_and_how_many_wait_is_said(town, monkeypatch):
    monkeypatch.setattr(registers, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(queries, "MOST", 2)
    refs = [town.add(begun=f"{hour}:00", ended=f"{hour}:30") for hour in range(8, 13)]
    erin, path, left = town.browser("erin"), "/registers/daily_activity/team", 5
    while left > 0:
        page = erin.get(path)
        offered = re.findall(r'name="entry" value="(\w+)" id="e-\d+" checked', page)
        assert f"Menunggu diperiksa: {left} catatan" in plain(page) and offered == refs[5 - left :][:2]
        assert ("Yang tampil 2 catatan paling awal" in page) == (left > 2)
        erin.post(path, {"entry": offered, "verdict": "verified"})
        left -= 2
    assert "Tidak ada yang menunggu Anda periksa" in erin.get(path)


def test_what_was_unticked_stays_unticked(town):
    first, second = town.add(), town.add(begun="13:00", ended="14:00")
    erin, path = town.browser("erin"), "/registers/daily_activity/team"
    page = erin.post(path, {"verdict": "verified"}, status=400)
    assert "Pilih sekurang-kurangnya satu catatan" in page and page.count('name="entry"') == 2
    assert not re.findall(r"<input[^>]* checked", page)
    page = erin.post(path, {"entry": second, "verdict": "returned"}, status=400)
    assert re.findall(r'value="(\w+)" id="e-\d+" checked', page) == [second] != [first]


def test_a_month_that_is_too_long_says_that_it_shows_the_newest_alone(town, monkeypatch):
    town.add(name="Apel pagi")
    town.add(begun="13:00", ended="14:00")
    carol = town.browser("carol")
    assert "Yang tampil hanya" not in carol.get("/registers/daily_activity/")
    monkeypatch.setattr(queries, "MOST", 1)
    page = plain(carol.get("/registers/daily_activity/"))
    assert "Yang tampil hanya 1 catatan terbaru" in page and "210 menit" in page
    assert "13.00–14.00" in page and "Apel pagi" not in page


def test_a_stranger_finds_neither_month_nor_entry_nor_people(town):
    ref, mallory = town.add(), town.browser("mallory")
    for path in (
        f"/registers/daily_activity/?person={town.ref('carol')}",
        f"/registers/entries/{ref}/correct",
        f"/registers/daily_activity/add?person={town.ref('carol')}",
        "/registers/nothing/",
    ):
        assert mallory.get(path, status=404)
    assert "Tidak ada anggota tim" in mallory.get("/registers/daily_activity/team")


def test_a_month_asks_the_same_number_of_statements_for_one_entry_and_for_ten(town):
    carol = town.browser("carol")
    town.add()
    carol.get("/registers/daily_activity/")
    with town.counted() as few:
        carol.get("/registers/daily_activity/")
    for hour in range(11, 20):
        town.add(begun=f"{hour}:00", ended=f"{hour}:30")
    with town.counted() as many:
        carol.get("/registers/daily_activity/")
    assert len(many) == len(few) <= 14


LATENESS = PRESENCE.replace("key: presence", "key: lateness").replace(
    "measures:",
    """          why: {type: text, shown_when: "late > 0", label: {id: Mengapa, en: Why}}
measures:""",
)


def test_what_an_entry_asks_follows_what_is_answered_before_it_is_sent(town):
    """The fragments are those of a form that is kept; strangers get none, and nothing is written."""
    town.publish(LATENESS)
    erin, person, path = town.browser("erin"), town.ref("carol"), "/registers/lateness/shown"
    page = erin.get(f"/registers/lateness/add?person={person}")
    assert f'data-asks="{path}"' in page and 'id="f-why"' not in page
    given = {"person": person, "day": "2026-03-02", "shown": ""}
    with town.counted() as asked:
        said = erin.post(path, given | {"late": "5"}, status=200)
    assert 'data-swap="#s-what"' in said and 'id="f-why"' in said and len(asked) <= 12
    assert "data-swap" not in erin.post(path, given | {"late": "0"}, status=200)
    town.browser("mallory").post(path, given, status=404)
    assert "data-asks" not in town.browser("carol").get("/registers/daily_activity/add")
    ref = town.add(by="erin", register="lateness", late="5", why="Hujan")
    page = erin.get(f"/registers/entries/{ref}/correct")
    path = f"/registers/entries/{ref}/shown"
    assert f'data-asks="{path}"' in page and 'name="shown" value="why"' in page
    said = erin.post(path, {"shown": "why", "late": "0"}, status=200)
    assert 'data-swap="#s-what"' in said and 'id="f-why"' not in said
    town.browser("mallory").post(path, {"shown": ""}, status=404)


def test_whoever_may_add_but_not_read_is_led_to_where_he_may_be(town):
    rights = "rights: {add: superior, read: [officer, superior], correct: superior}"
    closed = LATENESS.replace(rights, "rights: {add: superior, read: officer}")
    assert closed != LATENESS
    town.publish(closed)
    erin, person = town.browser("erin"), town.ref("carol")
    page = erin.get(f"/registers/lateness/add?person={person}")
    assert 'data-month="/registers/"' in page and f"/registers/lateness/?month=2026-03&amp;person={person}" not in page
    given = {"person": person, "day": "2026-03-02", "key": new_ref(), "late": "5"}
    assert erin.post("/registers/lateness/add", given) == "/registers/"
