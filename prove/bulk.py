"""Five hundred frozen cases reminded, reassigned and undone in a real Chromium, while twenty join the filter.

The server is a process of its own; in the middle of the reassignment it is killed, and another one goes on. Issue 6,
must show 6.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import func, select

from engine import grants
from engine.ledger import verify
from engine.runtime import Runtime
from engine.store.queries import people as known
from engine.store.tables import BulkItem, BulkSet, Case, Event, Unit
from prove import _city as city
from prove import midnight
from tests import chromium
from tests.browser.conftest import FLAGS

CASES, LATE = 500, 20
ADMIN, HEIR = "p3", "p4"
LONGEST = 300_000  # milliseconds
FILTER = "/admin/cases/?state=plan_drafted"
EARLY = " or ".join(f"'unit{number}' in units" for number in range(CASES // city.ROOM))


def main() -> None:
    """Print the figures of both databases."""
    print(f"{CASES} cases chosen by a filter, {LATE} more that join it once the set is frozen.")
    print(f"Load of the machine when it began: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    titles = (
        "database", "reminder: preview (s)", "done (s)", "cases done / refused",
        "reassignment: preview (s)", "done, its server killed on the way (s, the wait for the lease included)",
        "cases done / refused", "killed at (cases)", "undone: preview and done (s)", "steps of progress seen",
        "events of each case", "late joiners touched", "trail",
    )  # fmt: skip
    print(f"| {' | '.join(titles)} |\n|{'---|' * len(titles)}")
    with city.databases() as each, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        for name, url in each:
            print(row(browser, name, url), flush=True)
        browser.close()


def row(browser: Browser, name: str, url: str) -> str:
    """One database from an empty one to a verified trail."""
    rt = city.runtime(url)
    city.build(rt, CASES + LATE)
    version = city.publish(rt)
    city.open_cycle(rt, version, EARLY)
    _make_admin(rt)
    midnight.forget(rt)
    midnight.mark_today(rt)
    with city.served(url) as (process, port):
        page = _open(browser, rt, port)
        preview, _ = _timed(lambda: _preview(page, "Ingatkan", _because))
        told, reminder = _counts(rt), page.url
        looked, _ = _timed(lambda: _preview(page, "Alihkan peran", _heir))
        given, reassignment = _counts(rt), page.url
        city.open_cycle(rt, version, f"'unit{CASES // city.ROOM}' in units")  # the late ones
        page.goto(reminder)
        done, seen = _timed(lambda: _run(page, told["would"]))
        page.goto(reassignment)
        began = time.perf_counter()
        _confirm(page, given["would"])
        killed = _kill(rt, process)
    with city.served(url) as (_, port):
        page = _open(browser, rt, port)
        page.goto(f"/admin/bulk/{_newest(rt)}")
        seen |= _watch(page)
        moved = time.perf_counter() - began
        undone, more = _timed(lambda: _undo(page, given["would"]))
    seen |= more
    late, events = _late(rt), _events(rt)
    verify(rt.db)
    rt.db.close()
    return (
        f"| {name} | {preview:.1f} | {done:.1f} | {told['would']} / {told.get('refused', 0)} | {looked:.1f} | "
        f"{moved:.1f} | {given['would']} / {given.get('refused', 0)} | {killed} | {undone:.1f} | {len(seen)} | "
        f"{events} | {late} of {LATE} | verified |"
    )


def _make_admin(rt: Runtime) -> None:
    with rt.db.read() as db:
        person = known.by_key_of_post(db, ADMIN, rt.clock().date())
        top = db.execute(select(Unit.ref).where(Unit.parent_id.is_(None))).scalar_one()
    grants.grant(
        rt,
        actor=city.actor(rt, "p0"),
        person_ref=person.ref,
        role="admin",
        unit_ref=top,
        starts_on=date(city.YEAR, 1, 1),
    )


def _open(browser: Browser, rt: Runtime, port: int) -> Page:
    url = f"http://localhost:{port}"
    context = browser.new_context(base_url=url, locale="id-ID")
    context.set_default_timeout(LONGEST)
    context.add_cookies([{"name": "siklus", "value": city.token(rt, ADMIN), "url": url}])
    return context.new_page()


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = act()
    return time.perf_counter() - began, found


def _preview(page: Page, act: str, says: Callable[[Page], None]) -> set[int]:
    """From the list to the preview of an act; the steps of its progress."""
    page.goto(FILTER)
    page.get_by_role("link", name="Tindakan untuk semua ini").click()
    page.get_by_role("link", name=act, exact=True).click()
    says(page)
    page.get_by_role("button", name="Lihat akibatnya").click()
    return _watch(page)


def _because(page: Page) -> None:
    page.get_by_label("Alasan").fill("Batasnya minggu ini.")


def _heir(page: Page) -> None:
    page.get_by_label("Peran", exact=True).select_option(label="Pejabat Penilai Kinerja")
    page.get_by_role("textbox", name="Cari pegawai yang menerima").fill(f"Pegawai {HEIR[1:]}")
    page.get_by_role("button", name="Cari").click()
    page.get_by_role("link", name=f"Pegawai {HEIR[1:]}", exact=True).click()
    page.get_by_label("Alasan").fill("Atasan cuti panjang.")


def _watch(page: Page) -> set[int]:
    """Look at the progress until it is over, and open what came of it; the values that were seen."""
    seen: set[int] = set()
    over = page.get_by_role("link", name="Tampilkan hasilnya")
    page.get_by_role("heading", level=1).wait_for()
    while page.locator("#going").inner_text().strip() and not over.count():
        seen |= set(page.get_by_role("progressbar").evaluate_all("bars => bars.map(bar => bar.value)"))
        time.sleep(0.2)
    page.reload()
    return seen


def _confirm(page: Page, count: int) -> None:
    page.get_by_role("link", name=f"Jalankan pada {count} evaluasi").click()
    page.get_by_label(re.compile("Ketik jumlahnya")).fill(str(count))
    page.get_by_role("button", name=f"Jalankan pada {count} evaluasi").click()
    page.get_by_role("heading", level=1).wait_for()


def _run(page: Page, count: int) -> set[int]:
    _confirm(page, count)
    seen = _watch(page)
    page.get_by_role("link", name=re.compile(f"^{count} dikerjakan")).wait_for()
    return seen


def _undo(page: Page, count: int) -> set[int]:
    page.get_by_role("link", name=re.compile(f"^{count} dikerjakan")).wait_for()
    page.get_by_role("link", name="Urungkan").click()
    page.get_by_label("Alasan").fill("Keliru orangnya.")
    page.get_by_role("button", name="Lihat akibat pengurungan").click()
    return _watch(page) | _run(page, count)


def _kill(rt: Runtime, process: Any) -> int:
    """SIGKILL for the server once a third of the newest set is done; how many were."""
    while (done := _counts(rt).get("done", 0)) < CASES // 3:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    return max(done, _counts(rt).get("done", 0))


def _newest(rt: Runtime) -> str:
    return str(_newest_set(rt).ref)


def _newest_set(rt: Runtime) -> Any:
    with rt.db.read() as db:
        return db.execute(select(BulkSet.id, BulkSet.ref).order_by(BulkSet.id.desc()).limit(1)).one()


def _counts(rt: Runtime) -> dict[str, int]:
    """How many cases of the newest set have which outcome."""
    newest = _newest_set(rt).id
    with rt.db.read() as db:
        query = select(BulkItem.outcome, func.count()).where(BulkItem.set_id == newest).group_by(BulkItem.outcome)
        return dict(db.execute(query).tuples().all())


def _late(rt: Runtime) -> int:
    """Of the cases that no set holds, those to which more happened than that they were opened."""
    with rt.db.read() as db:
        late = select(Case.id).where(Case.id.not_in(select(BulkItem.case_id)))
        if len(list(db.execute(late))) != LATE:
            raise AssertionError("somebody who joined late is in a set")
        query = select(Event.case_id).where(Event.case_id.in_(late), Event.kind != "case.started")
        return len(set(db.execute(query).scalars()))


def _events(rt: Runtime) -> str:
    """What the frozen cases have in their streams besides their start: as many of each kind as acts were done."""
    with rt.db.read() as db:
        query = select(Event.kind, func.count(), func.count(Event.case_id.distinct()))
        query = query.where(Event.case_id.is_not(None), Event.kind != "case.started").group_by(Event.kind)
        rows = list(db.execute(query.order_by(Event.kind)))
    if any(events != cases for kind, events, cases in rows if kind != "case.reheld"):
        raise AssertionError(f"somebody was acted on twice: {rows}")
    return ", ".join(f"{events} {kind.removeprefix('case.')}" for kind, events, _ in rows)
