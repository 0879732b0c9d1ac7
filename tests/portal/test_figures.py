"""Figures on pages: mine, my people's, a unit's; one with its trend and entries; the catalog; who sees what."""

from datetime import date

import pytest

from engine import figure_rights, indicators, measuring, registers
from engine.core.errors import BadRequest
from engine.core.messages import Message
from engine.store.refs import new_ref
from tests.portal.house import House, plain
from tests.portal.house import loaded_house as loaded_house
from tests.verbs.test_indicators import ALL
from tests.verbs.test_indicators import Office as Indicators
from tests.verbs.test_registers import DAILY, PRESENCE, Office


class Town(House):
    """The small town with two registers and their indicators in force."""

    add, today = Office.add, Office.today
    all_figures, kept = Indicators.all_figures, Indicators.kept


@pytest.fixture
def town(house):
    house.__class__ = Town
    for text in (DAILY, PRESENCE, *ALL):
        house.publish(text.replace("people: 2\n", "") + ("goal: {at: 100}\n" if "minutes_a_quarter" in text else ""))
    return house


def refreshed(town, name="carol"):
    browser = town.browser(name)
    return plain(browser.get(browser.post("/figures/refresh", {"person": town.ref("carol")})))


def test_my_figures_are_worked_out_when_asked_and_say_how_fresh_they_are(town):
    town.add(begun="08:00", ended="09:30")
    before = plain(town.browser("carol").get("/figures/"))
    assert "belum pernah dihitung" in before
    after = refreshed(town)
    assert "90" in after and "100 atau lebih" in after and "per 2 Maret 2026" in after
    assert "Tidak ada catatan pada hari-hari ini." in after


def test_of_figures_some_of_which_cannot_be_worked_out_the_others_are_and_it_says_which_are_missing(town, monkeypatch):
    town.add(begun="08:00", ended="09:30")
    working = measuring.of_people

    def broken(rt, db, indicator, *asked):
        if indicator.definition.key == "twice_the_minutes":
            raise BadRequest(Message("store.overflow"))
        return working(rt, db, indicator, *asked)

    monkeypatch.setattr(measuring, "of_people", broken)
    after = refreshed(town)
    assert "6 angka dihitung menurut keadaan sekarang." in after and "1 angka tidak dapat dihitung: Angka." in after
    assert "90" in after and "belum pernah dihitung" in after
    again = refreshed(town)
    assert "0 angka" not in again and "1 angka tidak dapat dihitung: Angka." in again


def test_one_figure_shows_its_entries_and_its_manual_and_each_entry_can_be_reached(town):
    town.add(begun="08:00", ended="09:30")
    page = town.browser("carol").get("/figures/over/minutes_a_quarter")
    assert f"/registers/daily_activity/?person={town.ref('carol')}&month=2026-03#d-2026-03-02" in page
    words = plain(page)
    assert "2 Maret 2026 90" in words and "Cara angka ini dibuat" in words and "90%" in words


def test_a_trend_is_a_picture_with_a_name_and_a_table(town):
    town.add(begun="08:00", ended="09:30")
    town.all_figures(date(2026, 3, 2))
    town.all_figures(date(2026, 4, 6))
    carol = town.browser("carol")
    page = carol.get("/figures/over/minutes_a_quarter?first=2026-01-01&last=2026-03-31")
    assert "dibekukan" in plain(page) and "chart-picture" not in page
    (frozen,) = [row for row in town.kept("minutes_a_quarter") if row.frozen_ref]
    assert carol.get(f"/figures/{frozen.ref}", status=303)
    assert "Catatannya sekarang berbeda" not in plain(page)


def test_a_trend_ends_with_the_number_that_stands_above_it_and_each_point_says_as_of_when(town):
    town.add(begun="08:00", ended="09:30")
    town.all_figures(date(2026, 3, 2))
    town.add(begun="10:00", ended="10:30")
    words = plain(town.browser("carol").get("/figures/over/minutes_a_quarter"))
    assert "120" in words and "Belum ada angka terdahulu" in words  # the one of the night is of the same days
    town.now = town.now.replace(month=4, day=7)
    town.all_figures(date(2026, 4, 7))
    words = plain(town.browser("carol").get("/figures/over/minutes_a_quarter"))
    assert "120 per 7 April 2026 pukul 10.00 WITA · dibekukan" in words and "baru saja dihitung" in words


def test_a_corrected_entry_after_the_freeze_is_told_and_the_frozen_figure_stays(town):
    ref = town.add(begun="08:00", ended="09:30")
    town.all_figures(date(2026, 4, 6))
    registers.withdraw_entry(town.rt, ref, actor=town.actor("carol"), reason="Salah.")
    town.add(begun="08:00", ended="08:20")
    page = plain(town.browser("carol").get("/figures/over/minutes_a_quarter?first=2026-01-01&last=2026-03-31"))
    assert "Catatannya sekarang berbeda" in page and "nilainya 20 (1 catatan)" in page
    assert "90 100 atau lebih" in page or "90" in page


def test_strangers_learn_nothing_and_a_superior_sees_his_people(town):
    town.add()
    assert "Menit" not in town.browser("mallory").get(f"/figures/?person={town.ref('carol')}", status=404)
    town.browser("mallory").get(f"/figures/over/minutes_a_quarter?person={town.ref('carol')}", status=404)
    town.browser("mallory").post("/figures/refresh", {"person": town.ref("carol")}, status=404)
    assert "150" in refreshed(town, "erin")
    town.browser("carol").get("/figures/over/no_such", status=404)
    town.browser("carol").get("/figures/over/minutes_a_quarter?last=2026-99-99", status=400)


def test_a_unit_hides_figures_about_few_from_those_who_do_not_oversee_it(town):
    town.add(begun="08:00", ended="09:30")
    unit = town.unit("health").ref
    indicators.refresh(town.rt, unit, who="unit", actor=town.actor("alice"))
    assert "tentang terlalu sedikit orang" in plain(town.browser("carol").get(f"/figures/units/{unit}"))
    assert "90" in plain(town.browser("alice").get(f"/figures/units/{unit}"))
    town.browser("mallory").get(f"/figures/units/{unit}", status=404)
    town.browser("alice").get(
        f"/figures/over/minutes_a_quarter?unit={unit}&first=2026-03-01&last=2026-03-02", status=404
    )


def test_the_catalog_tells_everybody_what_each_means_and_an_administrator_works_all_out(town):
    page = plain(town.browser("carol").get("/figures/catalog"))
    assert page.count("Cara") >= 0 and "untuk jabatan Anda" in page and "persentase" in page
    town.browser("carol").post("/figures/compute", {}, status=403)
    assert town.browser("alice").post("/figures/compute", {}).startswith("/admin/jobs/")


def test_pages_ask_the_database_a_dozen_times_however_many_entries_there_are(town):
    for hour in range(8, 14):
        town.add(begun=f"{hour:02}:00", ended=f"{hour:02}:30", key=new_ref())
    refreshed(town)
    carol = town.browser("carol")
    for path in ("/figures/", "/figures/over/minutes_an_item", f"/figures/units/{town.unit('health').ref}"):
        with town.counted() as asked:
            carol.get(path)
        assert len(asked) <= 14, (path, *(f"{len(asked)}: {each[:150]}" for each in asked))


def test_what_a_units_frozen_figure_would_be_now_is_for_those_alone_who_oversee_it(town, monkeypatch):
    """What lies between the two is the entry of one colleague."""
    monkeypatch.setattr(figure_rights, "FEWEST", 1)
    ref = town.add(begun="08:00", ended="09:30")
    town.all_figures(date(2026, 4, 6))
    registers.withdraw_entry(town.rt, ref, actor=town.actor("carol"), reason="Salah.")
    town.add(begun="08:00", ended="08:20")
    health = town.unit("health").ref
    path = f"/figures/over/minutes_a_quarter?unit={health}&first=2026-01-01&last=2026-03-31"
    for name, told in {"erin": False, "alice": True}.items():
        page = plain(town.browser(name).get(path))
        assert "Catatannya sekarang berbeda" in page and "90" in page, name
        assert ("nilainya 20 (1 catatan)" in page) is told and ("Bila dihitung sekarang" in page) is told, name
