"""Entries on a phone whose network is cut: kept on the device, sent once and in order, seen by nobody else."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine.store.tables.registers import Entry
from tests.browser.test_living_form import OF_2022, Line
from tests.browser.test_never_lose import on_device
from tests.serving import serve
from tests.verbs.test_registers import DAILY

OF_2021 = OF_2022 + "delete Crypto.prototype.randomUUID; delete Array.prototype.at;"
ADD = "/registers/daily_activity/add"
PARTS = [(f"{8 + number // 2:02}:{30 * (number % 2):02}", f"{8 + (number + 1) // 2:02}:{30 * ((number + 1) % 2):02}")
         for number in range(10)]  # fmt: skip


def become(house, page, url, name):
    """Another session in the same browser, as signing in leaves it."""
    client = house.browser(name).client
    for cookie in ("siklus", "siklus_form"):
        page.context.add_cookies([{"name": cookie, "value": client.get_cookie(cookie).value, "url": url}])


def written(page, name, begun, ended):
    """Fill in an entry and save it."""
    page.get_by_role("textbox", name="Kegiatan").fill(name)
    page.get_by_label("Mulai").fill(begun)
    page.get_by_label("Selesai").fill(ended)
    page.get_by_role("button", name="Simpan", exact=True).click()


def kept_rows(house):
    with house.rt.db.read() as db:
        return [(row.begins, row.ends) for row in db.execute(select(Entry.begins, Entry.ends).order_by(Entry.id))]


def test_ten_entries_without_a_network_are_sent_once_and_in_order_and_shown_to_nobody_else(
    house, open_page, accessible
):
    house.publish(DAILY)
    line = Line(house.app)
    with serve(line) as url:
        page = open_page(url, "/sign-in", width=360, height=760)
        page.context.add_cookies([{"name": "siklus_language", "value": "id", "url": url}])
        become(house, page, url, "carol")
        page.goto(ADD)
        lines = page.locator("[data-kept] li")
        line.cut(page.context)
        for number, (begun, ended) in enumerate(PARTS, 1):
            written(page, f"Kunjungan ke-{number}", begun, ended)
            expect(lines).to_have_count(number)
        written(page, "Bertumpuk", "08:10", "08:20")
        expect(lines).to_have_count(11)
        expect(page.locator("[data-kept-status]")).to_contain_text("Belum terkirim: jaringan terputus")
        expect(lines.nth(2)).to_contain_text("Kunjungan ke-3 Menunggu dikirim")
        assert "Kunjungan" not in on_device(page) and kept_rows(house) == []
        accessible(page)
        become(house, page, url, "erin")
        line.mend(page.context)
        expect(page.locator("[data-kept-status]")).to_contain_text("dipakai akun lain", timeout=15_000)
        page.goto("/registers/")
        expect(page.locator("h1")).to_be_visible()
        assert lines.count() == 0 and kept_rows(house) == []
        become(house, page, url, "carol")
        page.goto(ADD)
        expect(lines).to_have_count(1, timeout=15_000)
        expect(lines).to_contain_text("Waktunya bertumpuk dengan catatan lain, 08:00–08:30")
        minutes = [tuple(int(hour) * 60 + int(minute) for hour, minute in (one.split(":"), other.split(":")))
                   for one, other in PARTS]  # fmt: skip
        assert kept_rows(house) == minutes
        accessible(page)
        page.get_by_role("button", name="Perbaiki").click()
        expect(page.get_by_label("Mulai")).to_have_value("08:10")
        page.get_by_label("Mulai").fill("14:00")
        page.get_by_label("Selesai").fill("14:30")
        page.get_by_role("button", name="Simpan", exact=True).click()
        expect(page.locator("#notices")).to_contain_text("tersimpan")
        assert kept_rows(house) == [*minutes, (840, 870)] and on_device(page) == "[]"
        _opened_without_a_network(house, page, url, line, accessible)


def _opened_without_a_network(house, page, url, line, accessible):
    """The sheet of the register opens; what is written there its owner alone reads, and sends once he has looked."""
    lines, before = page.locator("[data-kept] li"), len(kept_rows(house))
    page.goto(ADD)
    page.wait_for_function("() => localStorage['siklus-away'] && navigator.serviceWorker.controller")
    line.cut(page.context)
    page.goto(ADD)
    expect(page.locator(".lead")).to_contain_text("terbuka tanpa jaringan")
    expect(page.locator("[data-whose]")).to_contain_text(
        "menjadi milik C,"
    )  # Carol's; somebody else writes nothing here
    page.get_by_label("Tanggal").fill("2026-03-02")
    for number, begun in enumerate(("16:00", "17:00"), 1):
        page.get_by_role("textbox", name="Kegiatan").fill("Rahasia")
        page.get_by_label("Mulai").fill(begun)
        page.get_by_label("Selesai").fill(begun.replace(":00", ":30"))
        page.get_by_role("button", name="Simpan di perangkat ini").click()
        expect(page.locator("[data-kept-status]")).to_contain_text(f"{number} catatan tersimpan")
    assert "Rahasia" not in on_device(page)
    accessible(page)
    become(house, page, url, "erin")
    with page.expect_navigation():
        line.mend(page.context)  # the sheet gives way to the page
    page.goto("/registers/")
    expect(page.locator("h1")).to_be_visible()
    assert lines.count() == 0
    page.wait_for_function("() => !localStorage['siklus-away']?.includes('\"C\"')")  # no place for Carol any more
    become(house, page, url, "carol")
    page.goto(ADD)
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("Ditulis tanpa masuk")
    page.wait_for_timeout(500)
    assert len(kept_rows(house)) == before
    page.get_by_role("button", name="Kirim sekarang").click()
    expect(lines).to_have_count(0)
    assert kept_rows(house)[before:] == [(960, 990), (1020, 1050)]
    page.locator(".account summary").click()
    page.get_by_role("button", name="Keluar").click()
    page.wait_for_url(lambda address: "/registers" not in address)
    assert page.evaluate("() => localStorage['siklus-away']") is None  # nobody's entries are taken here any more


@pytest.mark.parametrize("lacks", [OF_2022, OF_2021], ids=["2022", "2021"])
def test_an_entry_from_an_older_phone_arrives_and_one_that_is_refused_says_why(house, open_page, lacks):
    house.publish(DAILY)
    with serve(house.app) as url:
        page = open_page(url, "/sign-in", width=360, height=760)
        page.add_init_script(lacks)
        become(house, page, url, "carol")
        page.goto(ADD)
        written(page, "Kunjungan", *PARTS[0])
        expect(page.locator("#notices")).to_contain_text("tersimpan")
        page.goto(ADD)
        written(page, "Lagi", *PARTS[0])
        expect(page.locator(".error-summary")).to_contain_text("Waktunya bertumpuk")
        assert kept_rows(house) == [(480, 510)] and on_device(page) == "[]"


def test_what_an_older_phone_kept_is_sent_once_the_network_is_there(house, open_page):
    house.publish(DAILY)
    line = Line(house.app)
    with serve(line) as url:
        page = open_page(url, "/sign-in", width=360, height=760)
        page.add_init_script(OF_2022)
        become(house, page, url, "carol")
        page.goto(ADD)
        line.cut(page.context)
        written(page, "Kunjungan", *PARTS[0])
        expect(page.locator("[data-kept] li")).to_have_count(1)
        line.mend(page.context)
        expect(page.locator("[data-kept] li")).to_have_count(0, timeout=15_000)
        assert kept_rows(house) == [(480, 510)]


class Deaf(Line):
    """A network that brings what is sent to the server, and loses every answer."""

    lost = False

    def __call__(self, environ, start_response):
        if not self.lost:
            return super().__call__(environ, start_response)
        if environ["REQUEST_METHOD"] == "POST":
            b"".join(self.app(environ, lambda *_: None))
        start_response("503 Service Unavailable", [])
        return [b""]


def test_an_entry_that_arrived_without_an_answer_and_is_mended_does_not_come_twice(house, open_page):
    house.publish(DAILY)
    line = Deaf(house.app)
    with serve(line) as url:
        page = open_page(url, "/sign-in", width=360, height=760)
        page.context.add_cookies([{"name": "siklus_language", "value": "id", "url": url}])
        become(house, page, url, "carol")
        lines = page.locator("[data-kept] li")
        for number, (begun, ended, mended) in enumerate((("08:00", "09:00", False), ("10:00", "11:00", True)), 1):
            page.goto(ADD)
            line.lost = True
            written(page, "Kunjungan", begun, ended)
            expect(lines).to_have_count(1)
            assert len(kept_rows(house)) == number
            lines.get_by_role("button", name="Perbaiki").click()
            expect(page.get_by_label("Mulai")).to_have_value(begun)
            line.lost = False
            if mended:
                page.get_by_label("Selesai").fill("11:30")
            page.get_by_role("button", name="Simpan", exact=True).click()
            if mended:
                expect(page.locator(".error-summary")).to_contain_text("sudah tersimpan pada pengiriman pertama")
                expect(page.get_by_label("Selesai")).to_have_value("11:30")
                _refused_in_the_list_too(page, lines)
            else:
                expect(page.locator("#notices")).to_contain_text("tersimpan")
            assert on_device(page) == "[]" and kept_rows(house) == [(480, 540), (600, 660)][:number]


def _refused_in_the_list_too(page, lines):
    """Saved once more it stays one; then it is deleted, and the next one is another."""
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("sudah tersimpan pada pengiriman pertama")
    expect(lines).to_have_count(1)
    before = page.locator("[name=key]").input_value()
    lines.get_by_role("button", name="Hapus").click()
    lines.get_by_role("button", name="Ya, hapus").click()
    expect(lines).to_have_count(0)
    assert page.locator("[name=key]").input_value() != before
