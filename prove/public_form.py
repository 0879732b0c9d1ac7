"""500 answers by people's phones through a real server while robots try the same; the limit of a device; the trail.

`siklus serve` over SQLite, then two processes of gunicorn over PostgreSQL. Five counters, 25 phones, each of which
waits two seconds as people do and works for its tickets. SIKLUS_PROVE_ANSWERS: how many, 500 where nothing is said.
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode

from sqlalchemy import func, select

import wsgi
from engine import demo, ledger, public_links
from engine.core.workproof import solve
from engine.public_links import Wish
from engine.runtime import Runtime
from engine.store.queries import public
from engine.store.tables import Unit
from engine.store.tables.public import PublicCount
from engine.store.tables.registers import Entry
from prove._city import databases, runtime
from tests.operations.processes import Running, Visitor
from tests.portal.house import value_of

ANSWERS = int(os.environ.get("SIKLUS_PROVE_ANSWERS", "500"))
COUNTERS, PHONES, ROBOTS, TRIES = 5, 25, 2, 30
BITS = re.compile(r'data-bits="(\d+)"')
GOOD = {f"u{number}": "3" for number in range(1, 10)}
PATIENCE = 2.2  # seconds before a form is sent
WORK = ProcessPoolExecutor(2)


@dataclass
class Seen:
    """What clients have seen: statuses by who asked, seconds of forms and answers, the hardest work."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    forms: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    bits: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, who: str, status: int, took: float | None = None) -> None:
        with self.lock:
            self.statuses[who, status] += 1
            if took is not None:
                (self.forms if who == "form" else self.answers).append(took)


def main() -> None:
    """Print a line for each database; raise where an answer is lost, a robot gets in, or the trail does not verify."""
    print(f"{ANSWERS} answers by {PHONES} phones at {COUNTERS} counters, {ROBOTS} robots beside them.\n")
    print("| | answers taken | in | a second | form, median ms | sent: median, 95 % ms | work, bits | robots refused |"
          " one phone, limit 3 | rows with an address |")  # fmt: skip
    print("|---|---:|---:|---:|---:|---:|---:|---:|---|---:|")
    with WORK, databases() as each:
        for name, url in each:
            with tempfile.TemporaryDirectory() as folder:
                _prove(name, url, Path(folder))
    print(f"\nSeconds of this machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.")


def _prove(name: str, url: str, folder: Path) -> None:
    rt = runtime(url)
    demo.load(rt, wsgi.SHIPPED)
    codes, tight = [_link(rt, f"Counter {number}", 500) for number in range(COUNTERS)], _link(rt, "One phone", 3)
    before = _taken(rt)
    house = Running(folder, {"SIKLUS_DATABASE_URL": url, "SIKLUS_FILES": str(folder / "evidence")})
    house.start("serve" if name == "SQLite" else "gunicorn")
    try:
        seen, took = _crowd(house.port, codes)
        limited = _one_phone(house.port, tight)
    finally:
        house.stop()
    accepted, robots = seen.statuses["phone", 303], sum(v for (who, _), v in seen.statuses.items() if who == "robot")
    addresses = _rows_with(rt, "127.0.0.1")
    low, high = median(seen.answers), quantiles(seen.answers, n=20)[-1]
    print(f"| {name} | {accepted} | {took:.0f} s | {accepted / took:.1f} | {median(seen.forms) * 1000:.0f} | "
          f"{low * 1000:.0f}, {high * 1000:.0f} | {seen.bits} | {robots} | "
          f"{limited[303]} taken, {limited[429]} refused | {addresses} |", flush=True)  # fmt: skip
    ledger.verify(rt.db)
    if (accepted, _taken(rt) - before) != (ANSWERS, ANSWERS + ROBOTS + limited[303]):
        raise SystemExit(f"{accepted} answers were thanked for, {_taken(rt) - before} are there: {seen.statuses}")
    if seen.statuses["robot", 303] or limited[303] != 3 or addresses:
        raise SystemExit(f"a robot got in, or a limit did not hold: {seen.statuses} {limited}")
    rt.db.dispose()


def _link(rt: Runtime, label: str, per_device: int) -> str:
    admin = demo.actor_at(rt, demo.AUTHOR)
    with rt.db.read() as db:
        unit = db.execute(select(Unit.ref).where(Unit.key == "puskesmas")).scalar_one()
    wish = Wish("skm", unit, label, datetime.now(UTC).date(), per_device=per_device)
    ref = public_links.make(rt, wish, actor=admin)
    with rt.db.read() as db:
        link = public.link_by_ref(db, ref)
    return "" if link is None else str(link.code)


def _crowd(port: int, codes: list[str]) -> tuple[Seen, float]:
    """Let the phones answer while the robots try; how long the phones took."""
    seen, done = Seen(), threading.Event()
    robots = [threading.Thread(target=_robot, args=(port, codes[0], seen, done)) for _ in range(ROBOTS)]
    for robot in robots:
        robot.start()
    begun = time.perf_counter()
    with ThreadPoolExecutor(PHONES) as phones:
        for found in [phones.submit(_answer, port, codes[at % COUNTERS], at, seen) for at in range(ANSWERS)]:
            found.result()
    took = time.perf_counter() - begun
    done.set()
    for robot in robots:
        robot.join()
    return seen, took


def _answer(port: int, code: str, at: int, seen: Seen) -> None:
    """A person: opens, reads, fills in, sends; once more where he is told to wait."""
    visitor, agent = Visitor(port), f"Phone {at % PHONES}"
    page, took = _timed(lambda: visitor.get(f"/s/{code}", **{"User-Agent": agent}))
    seen.note("form", page[0], took)
    form = _worked(page[2], seen)
    time.sleep(PATIENCE)
    for _ in range(3):
        answer, took = _timed(lambda: _send(visitor, code, form, agent))
        seen.note("phone", answer[0], took)
        if answer[0] != 429:
            return
        time.sleep(1)


def _robot(port: int, code: str, seen: Seen, done: threading.Event) -> None:
    """Sends without work, with guessed work, into the hidden field, with forged and with used tickets."""
    visitor = Visitor(port)
    page = visitor.get(f"/s/{code}")[2]
    used = _worked(page, Seen())
    time.sleep(PATIENCE)
    _send(visitor, code, used, "Robot")  # a person's answer, once: what is tried after it is a replay
    while not done.is_set():
        fresh = value_of(visitor.get(f"/s/{code}")[2], "_ticket")
        for trick in (
            {"_ticket": fresh, "_proof": ""},
            {"_ticket": fresh, "_proof": "12345"},
            {**used, "_website": "https://example.com"},
            {**used, "_ticket": used["_ticket"][:-1] + "0"},
            used,
        ):
            seen.note("robot", _send(visitor, code, {**GOOD, **trick}, "Robot")[0])
        time.sleep(0.5)


def _one_phone(port: int, code: str) -> Counter[int]:
    """One phone answers again and again; statuses."""
    visitor, agent, forms = Visitor(port), "One phone", []
    for _ in range(TRIES):
        forms.append(_worked(visitor.get(f"/s/{code}", **{"User-Agent": agent})[2], Seen()))
    time.sleep(PATIENCE)
    return Counter(_send(visitor, code, form, agent)[0] for form in forms)


def _worked(page: str, seen: Seen) -> dict[str, str]:
    """A page's form filled in, with the work that its script does."""
    found = BITS.search(page)
    bits, ticket = int(found[1]) if found else 0, value_of(page, "_ticket")
    seen.bits = max(seen.bits, bits)
    # In another process: what a telephone works out slows down neither the clock of the others nor the server's.
    return {**GOOD, "_ticket": ticket, "_proof": WORK.submit(solve, ticket, bits).result()}


def _send(visitor: Visitor, code: str, form: dict[str, str], agent: str) -> tuple[int, object, str]:
    return visitor.ask("POST", f"/s/{code}", urlencode(form), {
        "Content-Type": "application/x-www-form-urlencoded", "User-Agent": agent,
    })  # fmt: skip


def _timed(act: Callable[[], tuple[int, object, str]]) -> tuple[tuple[int, object, str], float]:
    begun = time.perf_counter()
    return act(), time.perf_counter() - begun


def _taken(rt: Runtime) -> int:
    with rt.db.read() as db:
        asked = select(func.count()).select_from(Entry).where(Entry.register == "skm", Entry.how == "public")
        return int(db.execute(asked).scalar_one())


def _rows_with(rt: Runtime, address: str) -> int:
    """How many of the rows that count devices and networks hold an address as it is."""
    with rt.db.read() as db:
        asked = select(func.count()).select_from(PublicCount).where(PublicCount.mark.contains(address))
        return int(db.execute(asked).scalar_one())


if __name__ == "__main__":
    main()
