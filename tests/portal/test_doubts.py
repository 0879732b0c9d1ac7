"""The page of entries that are worth a second look: for whom, about whom, and what of it he may read."""

from datetime import timedelta

import pytest

from tests.portal.house import House, plain
from tests.portal.house import loaded_house as loaded_house
from tests.verbs.test_registers import DAILY, PRESENCE, Office


class Town(House):
    add, today = Office.add, Office.today


@pytest.fixture
def town(house):
    house.__class__ = Town
    for text in (DAILY, PRESENCE):
        house.publish(text)
    for back in range(6):
        house.add(day=house.today - timedelta(days=back), name="Melayani pemohon surat")
    return house


def test_a_superior_and_whoever_administers_the_unit_see_the_reason_and_a_stranger_none(town):
    erin = town.browser("erin")
    with town.counted() as statements:
        page = plain(erin.get("/registers/doubts"))
    assert len(statements) <= 14
    assert "Kalimat yang sama pada 6 catatan" in page and "Carol" in page
    assert "bukan bukti apa pun" in page
    assert "Lihat 6 catatan" in page and "Melayani pemohon surat" in page
    for name in ("carol", "mallory"):
        assert "Tidak ada yang menonjol" in town.browser(name).get("/registers/doubts")


def test_whoever_may_not_read_the_register_sees_how_many_there_are_and_no_words(town):
    page = plain(town.browser("dan").get("/registers/doubts"))
    assert "6 catatan lain tidak dapat Anda baca" in page
    assert "Melayani pemohon surat" not in page
