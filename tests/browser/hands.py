"""Hands that carry the journey in a real browser: one that points and clicks, one that has a keyboard alone."""

import re
from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page, expect

from engine import demo
from tests.journey import CYCLE

FAR = 400  # stops of the Tab key; a form of eleven rows has about 130
LONG = 30  # characters; longer text is put in at once, as an input method does


class Mouse:
    """Points, clicks and types."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.fill(text)

    def select(self, target: Locator, value: str) -> None:
        target.select_option(value)

    def pick(self, target: Locator) -> None:
        target.check()


class Keyboard:
    """Reaches everything by Tab and acts by keys: no pointer, no focus by script."""

    def __init__(self, page: Page) -> None:
        self.keys = page.keyboard

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.keys.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self.reach(target)
        self.keys.press("Control+a")
        self.keys.type(text) if len(text) < LONG and "\n" not in text else self.keys.insert_text(text)

    def select(self, target: Locator, value: str) -> None:
        self.reach(target)
        values = target.evaluate("e => [...e.options].map(option => option.value)")
        for _ in range(values.index(value) - target.evaluate("e => e.selectedIndex")):
            self.keys.press("ArrowDown")
        expect(target).to_have_value(value)

    def pick(self, target: Locator) -> None:
        group = target.page.locator(f'input[name="{target.get_attribute("name")}"]')
        self.reach(group.first)
        self.keys.press("Space")
        for _ in range(group.count()):
            if target.is_checked():
                return
            self.keys.press("ArrowDown")
        expect(target).to_be_checked()

    def reach(self, target: Locator) -> None:
        """Press Tab until the target has the focus."""
        for _ in range(FAR):
            if target.evaluate("e => e === document.activeElement"):
                return
            self.keys.press("Tab")
        raise AssertionError(f"Tab never reached {target}")


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
        self.page.goto("/")
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
