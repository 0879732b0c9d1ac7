"""The whole cycle in a real Chromium, from an empty design to the end of one evaluation: by mouse, by keyboard alone.

Told in tests/browser/whole_cycle.py; prints what the hand of the designer did and how long the machine took.
"""

from __future__ import annotations

import os
import shutil

from playwright.sync_api import sync_playwright

from engine.store.database import connect
from engine.store.migrate import upgrade
from tests import chromium
from tests.browser import whole_cycle
from tests.browser.conftest import FLAGS
from tests.browser.drawing_hands import DrawingKeys, DrawingMouse
from tests.product import fill, put_together
from tests.servers import new_directory
from tests.serving import serve


def main() -> None:
    """Walk it twice, each time in a city of its own."""
    print("| hand | clicks | keys | designed | everything |\n|---|---:|---:|---:|---:|")
    for name, hand in (("mouse", DrawingMouse), ("keyboard alone", DrawingKeys)):
        walked = _walk(hand)
        print(
            f"| {name} | {walked.count.clicks} | {walked.count.keys} "
            f"| {walked.designed:.0f} s | {walked.seconds:.0f} s |"
        )
    print(f"\nSeconds of this machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.")


def _walk(hand: type[DrawingMouse] | type[DrawingKeys]) -> whole_cycle.Walked:
    folder = new_directory(durable=False)
    url = f"sqlite:///{folder}/city.sqlite3"
    database = connect(url)
    upgrade(database)
    database.close()
    try:
        with put_together(fill(url)) as city, serve(city.app) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)

            def open_browser():
                context = browser.new_context(base_url=address, locale="id-ID", reduced_motion="reduce")
                context.set_default_timeout(15_000)
                page = context.new_page()
                page.set_viewport_size({"width": 1280, "height": 900})
                page.goto("/sign-in")
                return page

            walked = whole_cycle.walk(city.rt, open_browser, hand)
            browser.close()
            return walked
    finally:
        shutil.rmtree(folder, ignore_errors=True)
