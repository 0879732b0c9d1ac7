"""The year of each shipped place in a real Chromium: every form is filled and every decision pressed on its page.

People sign in with their passwords on the day of each act; the server's clock is set to that day. Of entries, sheets of
paper, files and verifying, the first of each kind goes through its page as well, the others by the verb that the page
calls. axe looks at each page that somebody stops on; pictures are kept of some, at 360 and 1280 px.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

import wsgi
from engine import place_acts, places, snapshot
from engine.demo import PASSWORD, morning
from engine.place_acts import Step
from engine.runtime import Runtime
from engine.store.database import connect
from engine.store.migrate import upgrade
from engine.store.queries import accounts
from tests import chromium
from tests.browser.conftest import FLAGS
from tests.browser.hands import BrowserHand, Mouse
from tests.browser.watch import Watch, barriers
from tests.product import installation
from tests.servers import new_directory
from tests.serving import serve

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
SIZES = {"desk": (1280, 900), "phone": (360, 760)}


@dataclass(slots=True)
class Clock:
    """The moment that the server believes in."""

    at: datetime = datetime(2025, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@dataclass(slots=True)
class Screen(places.Stage):
    """A stage whose people sit at browsers: one for each, signed in anew each day."""

    browser: Browser = field(kw_only=True)
    address: str = field(kw_only=True)
    clock: Clock = field(kw_only=True)
    watch: Watch = field(default_factory=Watch, kw_only=True)
    open: dict[str, tuple[date, Page]] = field(default_factory=dict, kw_only=True)
    counts: dict[str, int] = field(default_factory=dict, kw_only=True)
    looked: set[str] = field(default_factory=set, kw_only=True)

    def on(self, day: date) -> Any:
        """The one installation, whose clock is set for the browsers too."""
        self.clock.at = morning(day)
        return self.rt

    def page(self, post: str, day: date, size: str = "desk") -> Page:
        """Whoever holds the post, signed in on that day."""
        self.on(day)
        known = self.open.get(post)
        if known is not None and known[0] == day:
            return known[1]
        if known is not None:
            known[1].context.close()
        width, height = SIZES[size]
        context = self.browser.new_context(base_url=self.address, locale="id-ID", reduced_motion="reduce",
                                           viewport={"width": width, "height": height})  # fmt: skip
        context.set_default_timeout(20_000)
        page = self.watch.over(context.new_page())
        with self.rt.db.read() as db:
            row = accounts.sign_in_name(db, post)
        page.goto("/sign-in")
        page.fill("#name", row.nip or row.email)
        page.fill("#password", PASSWORD)
        page.locator("main form button[type=submit]").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Tugas saya")
        self.open[post] = (day, page)
        self.did("signed in")
        return page

    def did(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def look(self, page: Page, kind: str) -> None:
        """Ask axe about a page of a kind that it has not seen yet."""
        if kind not in self.looked:
            self.looked.add(kind)
            found = barriers(page)
            assert found == [], f"{page.url}\n" + "\n".join(found)


class Hand(BrowserHand):
    """Somebody who is signed in already, and unfolds what a row of a table keeps folded."""

    def __init__(self, page: Page) -> None:
        self.page, self.way, self.look = page, Mouse(page), lambda each: None

    def _answer(self, name: str, value: Any) -> None:
        target = self.page.locator(f'[name="{name}"]').first
        folded = target.locator("xpath=ancestor::details[1]/summary")
        if folded.count() and not target.is_visible():
            folded.click()
        if not target.is_visible():
            self.way.leave()  # a question that another answer brings comes once the field is left
            target.wait_for()
        super()._answer(name, value)


def main() -> None:
    """Carry each place, and print what was done by hand."""
    print("| place | steps | in the browser | refused | axe | outcome | minutes |\n|---|---:|---|---:|---|---|---:|")
    expect.set_options(timeout=30_000)  # as long as a busy machine takes for a page
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        for name in places.names(wsgi.SHIPPED):
            print(_carry(browser, name), flush=True)
        browser.close()
    print(f"\n{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.")


def _carry(browser: Browser, name: str) -> str:
    began, clock = time.monotonic(), Clock()
    with _served(clock) as (rt, address):
        stage, place = places.begin(rt, wsgi.SHIPPED / name, wsgi.build_works(), wsgi.build_dailies())
        kept = (rt, stage.folder, stage.works, stage.dailies, stage.cycles, stage.versions)
        screen = Screen(*kept, browser=browser, address=address, clock=clock)
        for number, step in enumerate(place["steps"], 1):
            try:
                _do(screen, step)
            except Exception as error:
                raise AssertionError(f"{name}, step {number}: {dict(step)}") from error
        values = [value for step in place["steps"] if "expect" in step for value in step["expect"]["values"].values()]
        assert screen.watch.complaints == [], screen.watch.complaints
        for _, page in screen.open.values():
            page.context.close()
    done = ", ".join(f"{count} {what}" for what, count in sorted(screen.counts.items()))
    refused = sum(1 for step in place["steps"] if step.get("refused"))
    return (
        f"| {name} | {len(place['steps'])} | {done} | {refused} | 0 on {len(screen.looked)} kinds of pages "
        f"| {', '.join(values)} | {(time.monotonic() - began) / 60:.1f} |"
    )


def _do(screen: Screen, step: Step) -> None:
    """By hand where a person would see a form or a button; what no page offers is asked of the verb, and refused."""
    if "fill" in step and not step.get("refused"):
        _fill(screen, step)
    elif "fire" in step:
        _press(screen, step)
    elif "expect" in step:
        _read(screen, step)
    else:
        kind = next(key for key in place_acts.ACTS if key in step)
        if kind == "add" and "add" not in screen.looked and not step.get("refused"):
            screen.looked.add("add")
            _write(screen, step)
            return
        list(place_acts.play(screen, [step]))
        return
    if "on" in step:
        screen.work(_day(step))


def _day(step: Step) -> date:
    return date.fromisoformat(str(step["on"]))


def _case(screen: Screen, step: Step) -> snapshot.Snapshot:
    return place_acts.case_of(screen, screen.on(_day(step)), step)[1]


def _fill(screen: Screen, step: Step) -> None:
    """From my tasks to the form, the check page, and sent."""
    found = _case(screen, step)
    task = next(each for each in found.view.tasks if each.key == step["fill"])
    page = screen.page(step["by"], _day(step))
    page.goto("/")
    screen.look(page, "my tasks")
    page.locator(f"a[href='/tasks/{task.ref}']").first.click()
    page.wait_for_url(f"**/tasks/{task.ref}*")
    screen.look(page, f"form {step['fill']}")
    hand = Hand(page)
    hand.fill_and_send(_flat(step["answers"]))
    screen.did("forms sent")


def _flat(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Marks of a matrix by the names of their controls."""
    found: dict[str, Any] = {}
    for name, value in answers.items():
        inner = {f"{name}-{key}": each for key, each in value.items()} if isinstance(value, Mapping) else {name: value}
        found |= inner
    return found


def _press(screen: Screen, step: Step) -> None:
    """A decision on the page of the case; where it must be refused, the page offers no such button, or says why not."""
    found, page = _case(screen, step), screen.page(step["by"], _day(step))
    label = next(each.label for each in found.workflow.definition.transitions if each.key == step["fire"])
    page.goto(f"/cases/{found.ref}")
    screen.look(page, f"case in {found.view.state}")
    form = page.locator("form.move", has=page.get_by_role("button", name=label.id, exact=True))
    if step.get("refused"):
        assert form.count() == 0, f"{page.url} offers {label.id}"
        list(place_acts.play(screen, [step]))
        screen.did("not offered, and refused")
        return
    if step.get("reason"):
        form.get_by_role("textbox").fill(step["reason"])
    form.get_by_role("button", name=label.id, exact=True).click()
    expect(page.locator("#notices")).to_contain_text("Keputusan Anda sudah dicatat")
    screen.did("decisions pressed")


def _write(screen: Screen, step: Step) -> None:
    """The first entry of a book on the page to add one, the others of the step by the verb."""
    first, row = _day(step), step["rows"][0]
    page = screen.page(step["by"], first)
    page.goto(f"/registers/{step['add']}/add")
    screen.look(page, "entry")
    for name, value in row.items():
        page.locator(f"form[data-entry] [name='{name}']").fill(str(value))
    page.get_by_role("button", name="Simpan", exact=True).click()
    expect(page.locator("#notices")).to_contain_text("tersimpan")
    screen.did("entries written")
    rest = date.fromordinal(first.toordinal() + 1)
    if step.get("until", step["on"]) != step["on"]:
        rows = [*step["rows"][1:], row]
        list(place_acts.play(screen, [{**step, "on": rest.isoformat(), "rows": rows}]))


def _read(screen: Screen, step: Step) -> None:
    """Whose case it is reads the result, how it was made down to its parts, and the trail; on a desk and on a phone."""
    list(place_acts.play(screen, [step]))
    found, wanted = _case(screen, {**step, "by": step["of"]}), step["expect"]
    for size, (width, height) in SIZES.items():
        page = screen.page(step["of"], _day(step))
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"/cases/{found.ref}")
        screen.look(page, f"case at its end, {size}")
        for key, value in wanted["values"].items():
            expect(page.locator("main")).to_contain_text(value.replace(".", ","))
            page.goto(f"/cases/{found.ref}/scores/{key}")
            expect(page.locator("main")).to_contain_text(value.replace(".", ","))
            screen.look(page, f"how the score was made, {size}")
            page.screenshot(path=PICTURES / f"place-{screen.folder.name}-{size}.png", full_page=True)
    screen.did("results read")


@contextmanager
def _served(clock: Clock) -> Iterator[tuple[Runtime, str]]:
    """The product over an empty database on its own clock."""
    folder = new_directory(durable=False)
    settings = installation(f"sqlite:///{folder}/place.sqlite3")
    database = connect(settings.database_url)
    upgrade(database)
    database.close()
    rt = replace(wsgi.build_runtime(settings), clock=clock)
    try:
        with serve(wsgi.create_app(settings, rt)) as address:
            yield rt, address
    finally:
        rt.db.close()
        shutil.rmtree(folder, ignore_errors=True)
