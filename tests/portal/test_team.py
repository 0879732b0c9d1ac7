"""A superior's page of his people: today's entries, the month, the way to a direction; and of whom one may write."""

from datetime import timedelta

import pytest

from engine.store.queries import entries as queries
from tests.portal.house import House, plain
from tests.portal.house import loaded_house as loaded_house
from tests.verbs.stage import SHIPPED
from tests.verbs.test_entry_starts import Desk
from tests.verbs.test_registers import DAILY, PRESENCE, Office


class Town(House):
    """The small town with activities, attendance, directions and feedback in force."""

    add, today, direct, tasks = Office.add, Office.today, Desk.direct, Desk.tasks


@pytest.fixture
def town(house):
    house.__class__ = Town
    for text in (DAILY, PRESENCE):
        house.publish(text)
    for name in ("follow_up.yaml", "registers/direction.yaml", "registers/feedback.yaml"):
        house.publish((SHIPPED / name).read_bytes(), name)
    return house


def test_a_superior_sees_what_his_people_wrote_today_and_have_this_month(town):
    town.add()
    town.add(day=town.today - timedelta(days=1))
    town.add("erin", register="presence", late="5")
    erin = town.browser("erin")
    erin.get("/team/")
    with town.counted() as statements:
        page = plain(erin.get("/team/"))
    assert len(statements) <= 12
    assert "Carol" in page and "08.00–10.30" in page and "Melayani loket" in page
    assert "2 catatan, menit kerja 300" in page
    assert 'href="/registers/direction/add?person=' in erin.get("/team/")
    assert "Melayani loket" not in plain(town.browser("bob").get("/team/"))


def test_of_somebody_without_entries_one_line_says_so(town):
    erin = town.browser("erin")
    assert plain(erin.get("/team/")).count("elum ada catatan") == 1
    assert "Tidak ada catatan pada hari itu maupun sejak awal" in plain(erin.get("/team/?day=2026-03-01"))
    town.add(day=town.today - timedelta(days=1))
    page = plain(erin.get("/team/"))
    assert "Belum ada catatan hari ini." in page and "Bulan ini: " in page


def test_where_a_day_is_cut_it_says_so_and_of_nobody_that_he_has_no_entries(town, monkeypatch):
    town.add()
    monkeypatch.setattr(queries, "MOST", 0)
    page = plain(town.browser("erin").get("/team/"))
    assert "Tidak semuanya tampil di sini; selengkapnya" in page and "Belum ada catatan hari ini." not in page
    assert "1 catatan, menit kerja 150" in page


def test_another_day_is_shown_and_no_day_to_come(town):
    town.add(day=town.today - timedelta(days=1), name="Kemarin di posyandu")
    erin = town.browser("erin")
    assert "Kemarin di posyandu" in erin.get("/team/?day=2026-03-01")
    assert "Kemarin di posyandu" not in erin.get("/team/")
    for day in ("2026-03-03", "besok"):
        erin.get(f"/team/?day={day}", status=400)


def test_whoever_has_nobody_below_is_told_so(town):
    assert "Belum ada pegawai langsung di bawah Anda" in town.browser("carol").get("/team/")
    assert 'href="/team/"' in town.browser("erin").get("/registers/")
    assert 'href="/team/"' not in town.browser("carol").get("/registers/")


def test_one_writes_of_ones_people_and_colleagues_found_by_name(town):
    erin, carol = town.browser("erin"), town.browser("carol")
    assert "Carol" in plain(erin.get("/registers/direction/people"))
    assert "Tidak ada nama yang cocok" in carol.get("/registers/direction/people")
    assert "Erin" in plain(carol.get("/registers/feedback/people"))
    assert "Tidak ada nama yang cocok" in carol.get("/registers/feedback/people?q=zulkarnain")
    mallory = town.browser("mallory")
    assert "Carol" not in plain(mallory.get("/registers/feedback/people"))


def test_a_direction_given_on_the_page_is_in_the_task_list(town):
    erin = town.browser("erin")
    path = f"/registers/direction/add?person={town.ref('carol')}"
    assert "Carol" in plain(erin.get(path))
    said = {"day": "2026-03-02", "key": "a" * 20, "person": town.ref("carol"), "what": "Susun jadwal posyandu",
            "by_when": "2026-03-06"}  # fmt: skip
    erin.post("/registers/direction/add", said)
    page = plain(town.browser("carol").get("/"))
    assert "Laporkan tindak lanjut" in page and "6 Maret 2026" in page
    wrong = erin.post("/registers/direction/add", {**said, "key": "b" * 20, "by_when": "2026-03-01"}, status=422)
    assert 'id="by_when' in wrong or "by_when" in wrong
