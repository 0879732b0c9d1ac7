"""Hands that carry the journey in a real browser: one that points and clicks, one that has a keyboard alone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from engine import demo
from tests.journey import CYCLE

LONG = 30  # characters; longer text is put in at once, as an input method does
NEAR = 3  # so many choices further somebody goes by arrows
TRIES = (
    40  # a date has three parts, a list that scrolls is a stop: what the way below does not know is gone stop by stop
)
WAY = (Path(__file__).parent / "way.js").read_text()


@dataclass
class Count:
    """What a hand did, and where it wrote."""

    clicks: int = 0
    keys: int = 0
    written: set[str] = field(default_factory=set)  # names of the fields


class Mouse:
    """Points, clicks and types."""

    def __init__(self, page: Page, count: Count | None = None) -> None:
        self.page, self.count = page, count or Count()

    def press(self, target: Locator) -> None:
        self.count.clicks += 1
        target.click()

    def write(self, target: Locator, text: str) -> None:
        self.count.clicks += 1
        self.count.keys += len(text)
        self.count.written.add(target.get_attribute("name") or "")
        target.fill(text)

    def select(self, target: Locator, value: str) -> None:
        self.count.clicks += 2
        target.select_option(value)

    def pick(self, target: Locator) -> None:
        self.count.clicks += 1
        target.check()

    def home(self) -> None:
        """Go to one's own tasks."""
        self.page.goto("/")

    def leave(self) -> None:
        """Go on from a field, so that it is saved."""
        self.hit("Tab")

    def enter(self) -> None:
        """Say that what is being written is written."""
        self.hit("Enter")

    def hit(self, key: str) -> None:
        self.count.keys += 1
        self.page.keyboard.press(key)


class Keyboard:
    """Reaches everything by keys and acts by keys: no pointer, no focus by script."""

    def __init__(self, page: Page, count: Count | None = None) -> None:
        self.page, self.keys, self.count = page, page.keyboard, count or Count()

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.hit("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.count.written.add(target.get_attribute("name") or "")
        if target.get_attribute("type") == "date":
            year, month, day = text.split("-")
            return self.type(month + day + year)  # the order of the browser's own language, not of the page's
        self.hit("Control+a")
        self.type(text)

    def type(self, text: str) -> None:
        """Type at the place of the focus."""
        self.count.keys += len(text)
        self.keys.type(text) if len(text) < LONG and "\n" not in text else self.keys.insert_text(text)

    def select(self, target: Locator, value: str) -> None:
        """Go to a choice by the first word of it, and by arrows."""
        self.reach(target)
        wanted = target.evaluate("(e, value) => [...e.options].find(o => o.value === value).text.trim()", value)
        if abs(self._off(target, value)) > NEAR:
            self.type(wanted.split()[0])
        off = self._off(target, value)
        self.hit("ArrowDown" if off > 0 else "ArrowUp", abs(off))
        expect(target).to_have_value(value)

    def _off(self, target: Locator, value: str) -> int:
        return target.evaluate("(e, v) => [...e.options].findIndex(o => o.value === v) - e.selectedIndex", value)

    def pick(self, target: Locator) -> None:
        """Tick a box, or go through the circles of a group to one of them."""
        self.reach(target)
        if not target.is_checked():
            self.hit("Space")
        if target.get_attribute("type") == "radio":
            for _ in range(target.page.locator(f'input[name="{target.get_attribute("name")}"]').count()):
                if target.is_checked():
                    break
                self.hit("ArrowDown")
        expect(target).to_be_checked()

    def home(self) -> None:
        """Go to one's own tasks."""
        self.press(self.page.locator(".menu a").first)
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Tugas saya")

    def leave(self) -> None:
        """Go on from a field, so that it is saved."""
        self.hit("Tab")

    def enter(self) -> None:
        """Say that what is being written is written."""
        self.hit("Enter")

    def reach(self, target: Locator) -> None:
        """Go where the target is by the shortest way that keys know, and stand on it (on its group, for a circle)."""
        target.wait_for()
        for _ in range(TRIES):
            way = target.evaluate(WAY)
            if not way:
                return
            for key, times in way:
                self.hit(key, times)
        raise AssertionError(f"keys do not reach {target}")

    def hit(self, key: str, times: int = 1) -> None:
        """Press a key so often."""
        self.count.keys += times
        for _ in range(times):
            self.keys.press(key)


class BrowserHand:
    """One person at one browser; `look` is called on each page before it is left."""

    def __init__(self, page: Page, sign_in: str, way: Mouse | Keyboard, look=lambda page: None) -> None:
        self.page, self.way, self.look = page, way, look
        page.goto("/sign-in")
        self.way.write(page.locator("#name"), sign_in)
        self.way.write(page.locator("#password"), demo.PASSWORD)
        self.way.press(page.locator("main form button[type=submit]"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Tugas saya")

    def open_task(self, title: str) -> None:
        self.way.home()
        self.look(self.page)
        group = self.page.locator("section", has_text=CYCLE).first
        self.way.press(group.get_by_role("link", name=re.compile(f"^{re.escape(title)}")))
        self.page.wait_for_url(re.compile("/(tasks|cases)/"))
        self.look(self.page)

    def fill_and_send(self, answers: Mapping[str, Any]) -> None:
        for name, value in answers.items():
            if isinstance(value, list):
                self._rows(name, value)
            else:
                self._answer(name, value)
        self.way.press(self.page.get_by_role("button", name="Periksa & kirim"))
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Periksa jawaban Anda")
        self.look(self.page)
        self.way.press(self.page.get_by_role("button", name="Kirim", exact=True))
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("sudah dikirim")
        self.look(self.page)

    def press(self, label: str, reason: str) -> None:
        form = self.page.locator("form.move", has=self.page.get_by_role("button", name=label, exact=True))
        if reason:
            self.way.write(form.get_by_role("textbox"), reason)
        self.way.press(form.get_by_role("button", name=label, exact=True))
        expect(self.page.locator("#notices")).to_contain_text("Keputusan Anda sudah dicatat")
        self.look(self.page)

    def _rows(self, table: str, rows: list[Mapping[str, Any]]) -> None:
        cards = self.page.locator(f"[data-rows={table}] [data-row]")
        for number, row in enumerate(rows):
            if cards.count() <= number:
                self.way.press(self.page.locator(f"button[value='add:{table}']"))
                expect(cards).to_have_count(number + 1)
            folded = cards.nth(number).locator("details.row-fold:not([open]) > summary")
            if folded.count():
                self.way.press(folded)
            for column, value in self._in_order(table, number, row):
                self._answer(f"{table}-{number}-{column}", value)

    def _in_order(self, table: str, number: int, row: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """The cells of a row as they stand on the page: somebody with a keyboard goes forward only."""
        names = self.page.locator(f"#f-{table}-{number} [name]").evaluate_all("all => all.map(e => e.name)")
        columns = [name.rpartition("-")[2] for name in names if name != "do"]
        return [(column, row[column]) for column in dict.fromkeys(columns) if row.get(column) is not None]

    def _answer(self, name: str, value: Any) -> None:
        text = str(value)
        target = self.page.locator(f'[name="{name}"]')
        if target.count() > 1:
            self.way.pick(self.page.locator(f'[name="{name}"][value="{text}"]'))
        elif target.input_value() != text:
            kind = target.evaluate("e => e.tagName")
            self.way.select(target, text) if kind == "SELECT" else self.way.write(target, text)
