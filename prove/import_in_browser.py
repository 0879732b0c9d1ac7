"""The file of 6,000 people with 40 faults through a real Chromium: upload, columns, report, its download, the import.

The server, its worker thread and the database are this process: its memory is printed.
"""

from __future__ import annotations

import json
import resource
import shutil
import time
from collections.abc import Callable
from dataclasses import replace

import python_calamine
from playwright.sync_api import Page, sync_playwright

import wsgi
from engine import outbox
from engine.store.database import connect
from engine.store.migrate import upgrade
from tests import chromium, planted
from tests.admin.city import City, load
from tests.browser.conftest import FLAGS
from tests.product import installation
from tests.servers import new_directory
from tests.serving import serve

ROWS, FAULTS = 6_000, 40
LONGEST = 600  # seconds


def main() -> None:
    """Prove it on SQLite, as it runs out of the box."""
    folder = new_directory(durable=True)
    database = connect(f"sqlite:///{folder}/city.sqlite3")
    try:
        upgrade(database)
        load(database)
        city = City(database)
        runner = outbox.Runner(wsgi.build_works)
        city.rt = replace(city.rt, queue=runner.ring)
        city.app = wsgi.create_app(installation(""), city.rt)
        runner.start(city.rt)
        print(f"Memory before: {_memory()} MB.\n\n| step | seconds |\n|---|---:|")
        with serve(city.app) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
            context = browser.new_context(base_url=url, locale="id-ID")
            context.set_default_timeout(LONGEST * 1000)
            context.add_cookies([{"name": "siklus", "value": city.token("admin"), "url": url}])
            _walk(context.new_page(), f"{folder}/report.xlsx")
            browser.close()
        runner.stop()
        print(f"\nMemory at its peak, server and worker: {_memory()} MB.")
    finally:
        database.close()
        shutil.rmtree(folder, ignore_errors=True)


def _walk(page: Page, report: str) -> None:
    file = planted.people(ROWS, FAULTS)
    page.goto("/admin/imports/new")
    page.get_by_label("Pegawai", exact=True).check()
    sheet = {"name": "pegawai.csv", "mimeType": "text/csv", "buffer": file.csv()}
    page.get_by_label("Berkas CSV atau XLSX").set_input_files(sheet)
    _timed("upload 6,000 rows, columns guessed", lambda: _press(page, "button", "Unggah", "Tentukan kolom"))
    _timed("check all rows, report shown", lambda: _press(page, "button", "Periksa semua baris", "Impor pegawai"))
    _timed("report downloaded (XLSX)", lambda: _download(page, report))
    rows = python_calamine.CalamineWorkbook.from_path(report).get_sheet_by_index(0).to_python()[1:]
    if {int(row[0]) for row in rows} != set(file.faults) or len(rows) != FAULTS:
        raise AssertionError(f"planted {sorted(file.faults)}, reported {[row[0] for row in rows]}")
    _press(page, "link", f"Impor {ROWS - FAULTS:,} baris".replace(",", "."), "Setujui impor")
    go = f"Impor {ROWS - FAULTS:,} baris".replace(",", ".")
    _timed("agreed, checked again", lambda: _press(page, "button", go, "Impor pegawai"))
    _timed("5,960 rows imported, with progress", lambda: _wait(page))
    _timed("a page of people meanwhile or after", lambda: page.goto("/admin/people/"))


def _press(page: Page, role: str, name: str, heading: str) -> None:
    page.get_by_role(role, name=name).first.click()
    page.get_by_role("heading", level=1, name=heading).wait_for()


def _download(page: Page, path: str) -> None:
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh laporan (XLSX)").click()
    download.value.save_as(path)


def _wait(page: Page) -> None:
    until = time.monotonic() + LONGEST
    while page.get_by_text("Impor selesai").count() == 0:
        if time.monotonic() > until:
            raise AssertionError("the import did not end")
        page.wait_for_timeout(1000)
        page.reload()
    figures = page.locator(".figure-number").all_inner_texts()
    if figures[0].replace(".", "") != str(ROWS - FAULTS):
        raise AssertionError(f"imported {json.dumps(figures)}")


def _timed(step: str, work: Callable[[], object]) -> None:
    began = time.perf_counter()
    work()
    print(f"| {step} | {time.perf_counter() - began:.1f} |")


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
