"""A register designed in a real Chromium by mouse and by keyboard alone; then entries on a phone, with no network too.

The hands are those of tests/browser. Seconds of a person stand beside those of the machine: they are reckoned by the
keystroke-level model (Card, Moran, Newell 1980) with the times of phones: 0.35 s a key, 1.1 s a tap with its aiming.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect, sync_playwright

from engine.store.database import connect
from engine.store.migrate import upgrade
from tests import chromium
from tests.browser.conftest import FLAGS
from tests.browser.drawing_board import Board
from tests.browser.drawing_hands import DrawingKeys, DrawingMouse
from tests.browser.test_living_form import Line
from tests.product import fill, put_together
from tests.servers import new_directory
from tests.serving import serve

ADMIN, OFFICER, PASSWORD = "198709152011012912", "197904042000122942", "coba-siklus-2026"
KEY, TAP = 0.35, 1.1  # seconds of a person on a phone
ENTRIES = 10


def main() -> None:
    """Design twice, then write entries."""
    with _city() as (line, address, browser):
        print("| a register from an empty page, tried and handed in | clicks | keys | machine |\n|---|---:|---:|---:|")
        for name, hand, words in (("mouse", DrawingMouse, "Kunjungan"), ("keyboard alone", DrawingKeys, "Perjalanan")):
            page = _signed_in(browser, address, ADMIN)
            began = time.monotonic()
            board = Board(page, hand(page))
            _design(board, words)
            count = board.hand.count
            print(f"| {name} | {count.clicks} | {count.keys} | {time.monotonic() - began:.0f} s |")
        _phone(line, address, browser)
    print(f"\nSeconds of this machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.")


def _design(board: Board, words: str) -> None:
    """Three questions, hours that do not overlap, days, a measure by the rule builder, rights; then try and hand in."""
    page, hand = board.page, board.hand
    for name in ("Administrasi", "Perancang", "Mulai rancangan baru"):
        hand.press(page.get_by_role("link", name=name, exact=True).first)
    hand.press(page.locator(".start-kinds a", has_text="Register"))
    hand.pick(page.get_by_label("Halaman kosong"))
    hand.write(page.locator("#start-name-id"), words)
    hand.write(page.locator("#start-name-en"), f"{words} (English)")
    hand.press(page.get_by_role("button", name="Mulai merancang"))
    expect(page.locator("h1")).to_have_text(words)
    board.tab("Formulir")
    for question, group, kind in (
        ("Berangkat", "Waktu", "Jam"),
        ("Pulang", "Waktu", "Jam"),
        ("Tujuan", "Teks", "Teks pendek"),
    ):
        board.ask(question, group, kind)
    board.tab("Isi")
    for field, value in (("span.start", "Berangkat"), ("span.end", "Pulang")):
        with board.saving():
            board.choose(page.locator(f"[id='{field}']"), value)
            hand.leave()
    for field, value in (("days.back", "7"), ("days.lock", "14")):
        with board.saving():
            hand.write(page.locator(f"[id='{field}']"), value)
            hand.leave()
    board.add("Tambah pada Yang dihitung", "Lama di luar", "Time away")
    board.rule("Cara menghitung")
    for place, question in enumerate(("Pulang", "Berangkat")):
        if place:
            hand.press(page.get_by_role("button", name="Tambah bagian"))
        page.locator(f"[id='what:{place}']").wait_for()
        board.choose(page.locator(f"[id='what:{place}']"), f"jumlah menit dari “{question}”")
    board.choose(page.locator("[id='sign:1']"), "dikurangi")
    board.save_rule()
    board.tab("Peran")
    with board.saving():
        hand.pick(page.get_by_label("Atasan: Memeriksa"))
    board.tab("Coba")
    hand.press(page.get_by_role("button", name="Coba catatan ini").last)
    expect(page.locator("#design-side")).to_contain_text("Catatan ini diterima")
    expect(page.locator("#design-side")).to_contain_text("120")
    hand.press(page.get_by_role("link", name="Ajukan", exact=True))
    hand.press(page.get_by_role("button", name="Ajukan untuk diperiksa"))
    expect(page.locator("body")).to_contain_text("Sedang diperiksa")


def _phone(line: Line, address: str, browser: Browser) -> None:
    """What did I do today, from the list of registers; then ten with the network cut."""
    page = _signed_in(browser, address, OFFICER, width=360, height=760)
    print("\n| on a phone (360 px) | taps | keys | a person | machine |\n|---|---:|---:|---:|---:|")
    page.goto("/registers/")
    began = time.monotonic()
    hand = _Thumb(page)
    hand.tap(page.get_by_role("link", name=re.compile("Catat hari ini.*Aktivitas harian")))
    hand.write("Kegiatan", "Melayani 12 pemohon KTP")
    hand.write("Mulai", "08:00")
    hand.write("Selesai", "10:00")
    hand.tap(page.get_by_role("button", name="Simpan", exact=True))
    expect(page.locator("#notices")).to_contain_text("tersimpan")
    _row("what did I do today", hand, time.monotonic() - began)
    page.goto("/registers/daily_activity/add")
    line.cut(page.context)
    began, hand = time.monotonic(), _Thumb(page)
    kept = page.locator("[data-kept] li")
    for number in range(ENTRIES):
        hour, half = 10 + number // 2, number % 2
        hand.write("Kegiatan", f"Kunjungan ke-{number + 1}")
        hand.write("Mulai", f"{hour}:{30 * half:02}")
        hand.write("Selesai", f"{hour + half}:{30 * (1 - half):02}")
        hand.tap(page.get_by_role("button", name="Simpan", exact=True))
        expect(kept).to_have_count(number + 1)
    _row(f"{ENTRIES} entries without a network", hand, time.monotonic() - began)
    line.mend(page.context)
    began = time.monotonic()
    expect(kept).to_have_count(0, timeout=60_000)
    print(f"| sent when the network is back, in order | 0 | 0 | | {time.monotonic() - began:.1f} s |")
    page.goto("/registers/daily_activity/")
    told = page.locator(".register-line .register-hours").all_inner_texts()
    assert told == sorted(told) and len(told) == ENTRIES + 1, told


def _row(what: str, hand: _Thumb, seconds: float) -> None:
    print(f"| {what} | {hand.taps} | {hand.keys} | {hand.taps * TAP + hand.keys * KEY:.0f} s | {seconds:.1f} s |")


class _Thumb:
    """Taps and types, and counts both."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps, self.keys = page, 0, 0

    def tap(self, target: object) -> None:
        self.taps += 1
        target.click()  # type: ignore[attr-defined]

    def write(self, name: str, text: str) -> None:
        self.taps += 1
        self.keys += len(text)
        self.page.locator("form[data-entry] input").and_(self.page.get_by_label(name)).first.fill(text)


def _signed_in(browser: Browser, address: str, name: str, width: int = 1280, height: int = 900) -> Page:
    context = browser.new_context(base_url=address, locale="id-ID", reduced_motion="reduce")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/sign-in")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


@contextmanager
def _city() -> Iterator[tuple[Line, str, Browser]]:
    folder = new_directory(durable=False)
    url = f"sqlite:///{folder}/city.sqlite3"
    database = connect(url)
    upgrade(database)
    database.close()
    try:
        with put_together(fill(url)) as city, sync_playwright() as playwright:
            line = Line(city.app)
            with serve(line) as address:
                browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
                yield line, address, browser
                browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
