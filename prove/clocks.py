"""Three workers whose clocks jump (libfaketime): an hour on and back, 400 days, the end of summer time elsewhere.

Each deadline fires once, none before its time by the clock of whoever fires it; the trail stays whole; sessions end.
security.md R12; issue 6, must show 5. Needs libfaketime (Debian: libfaketime).
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from engine import definitions
from engine.ledger import verify
from engine.runtime import Runtime
from engine.store.tables.cases import Case
from engine.store.tables.ledger import Event
from engine.store.tables.work import Outbox
from prove import _city as city
from tests.operations.processes import Visitor
from tests.servers import Servers, fresh_database, new_directory

EACH = 60  # cases of each of the three lengths
DAYS = (1, 20, 250)  # working days from the opening to the deadline
PLACES = ("Asia/Jakarta", "America/New_York", "Europe/Berlin")  # where the workers believe to be
HOUR, DAY = 3600, 86_400
PATIENCE = 90  # seconds
ROOT = Path(__file__).parent.parent
# libfaketime 0.9.10 has clock_nanosleep fail (EINVAL) while it leaves the monotonic clock alone; select does not.
SLEEP = "import select, time\ntime.sleep = lambda seconds: select.select([], [], [], seconds) and None\n"
LOOKS = 14  # seconds after which each worker has looked at its clock
WORKFLOW = """
kind: workflow
format: 1
key: lapsing_KEY
name: {id: Keberatan, en: Objection}
roles:
  employee: subject
states:
  told:
    label: {id: Diberitahukan, en: Told}
    initial: true
    due: {working_days: DAYS, after: entered, fire: lapse}
    tasks:
      object: {role: employee, decide: [object]}
  settled: {label: {id: Selesai, en: Settled}, final: true}
  objected: {label: {id: Keberatan, en: Objected}, final: true}
transitions:
  object: {label: {id: Ajukan, en: Object}, from: told, to: objected}
  lapse: {label: {id: Lewat waktu, en: Lapse}, from: told, to: settled, reason: none}
"""


def main() -> None:
    """Print what happened."""
    found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        sys.exit("clocks needs libfaketime (Debian: apt-get install libfaketime)")
    print(f"Load of the machine when it began: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n")
    servers = Servers(new_directory(durable=True), durable=True)
    try:
        prove(servers, found[0])
    finally:
        servers.stop()


class Clock:
    """The clock of one process: what it shows is the true time and so many seconds."""

    def __init__(self, path: Path, library: Path) -> None:
        self._path = path
        patch = path.with_suffix(".patch")
        patch.mkdir()
        (patch / "sitecustomize.py").write_text(SLEEP)
        self.settings = {
            "PYTHONPATH": f"{patch}{os.pathsep}{ROOT}",
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(path),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self.show(0)

    def show(self, seconds: float) -> None:
        """Jump."""
        fresh = self._path.with_suffix(".new")
        fresh.write_text(f"{seconds:+.0f}\n")
        fresh.replace(self._path)


def prove(servers: Servers, library: Path) -> None:
    """One run."""
    url, valkey = fresh_database(servers.postgresql()), servers.valkey()
    rt = city.runtime(url)
    prepare(rt)
    with ExitStack() as started:
        clocks = []
        for number, place in enumerate(PLACES):
            clocks.append(Clock(servers.directory / f"clock{number}", library))
            settings = {**clocks[-1].settings, "TZ": place, "REDIS_URL": valkey}
            started.enter_context(city.served(url, command=("worker",), **settings))
        print("| the clocks of the three workers | fired so far, of 180 | cases fired twice |")
        print("|---|---|---|")
        for said, jumps, expected in steps():
            for clock, seconds in zip(clocks, jumps, strict=True):
                clock.show(seconds)
            wait(rt, expected)
            fired = count(rt)
            assert len(fired) == expected and set(fired.values()) <= {1}, (said, len(fired), expected)
            print(f"| {said} | {len(fired)} | {sum(each > 1 for each in fired.values())} |", flush=True)
    check(rt)
    verify(rt.db)
    ended = sessions(rt, url, Clock(servers.directory / "clock_of_pages", library))
    rt.db.close()
    print("\n| what else | figure |\n|---|---|")
    print("| fired before the deadline, by the clock that fired it | 0 |")
    print("| rows of work that gave up | 0 |")
    print("| trail: every number, hash and link | whole |")
    print(f"| a session: now, an hour back, thirteen hours on, now again (status of its page) | {ended} |")


def steps() -> list[tuple[str, tuple[float, float, float], int]]:
    """What each clock shows, and how many deadlines are over by the latest of them."""
    winter = (datetime(2027, 10, 31, 0, 59, 50, tzinfo=UTC) - datetime.now(UTC)).total_seconds()
    return [
        ("true, +1 h, −1 h", (0, HOUR, -HOUR), 0),
        ("one is +5 d ahead", (5 * DAY, 0, -HOUR), EACH),
        ("it is set back, another goes +5 d", (0, 5 * DAY, HOUR), EACH),
        ("+45 d, −1 h, +45 d", (45 * DAY, -HOUR, 45 * DAY), 2 * EACH),
        ("all −400 d", (-400 * DAY, -400 * DAY, -400 * DAY), 2 * EACH),
        ("+400 d, true, +400 d", (400 * DAY, 0, 400 * DAY), 3 * EACH),
        ("ten seconds before summer time ends in Berlin (2027), passing it", (winter, winter, winter), 3 * EACH),
        ("all +400 d, again", (400 * DAY, 400 * DAY, 400 * DAY), 3 * EACH),
        ("true", (0, 0, 0), 3 * EACH),
    ]  # fmt: skip


def prepare(rt: Runtime) -> None:
    """Three kinds of cases for the same people, in three time zones."""
    city.build(rt, EACH)
    author, approver = city.actor(rt, "p0"), city.actor(rt, "p1")
    for number, days in enumerate(DAYS):
        text = WORKFLOW.replace("KEY", f"k{number}").replace("DAYS", str(days)).encode()
        version = definitions.import_document(rt, text, actor=author, source="lapsing.yaml")
        definitions.submit_for_review(rt, version.ref, actor=author)
        definitions.publish(rt, version.ref, actor=approver)
        city.open_cycle(rt, version.ref)


def count(rt: Runtime) -> Counter[str]:
    """Case → how often its deadline fired."""
    with rt.db.read() as db:
        return Counter(db.execute(select(Event.stream).where(Event.transition == "lapse")).scalars())


def wait(rt: Runtime, expected: int) -> None:
    """Until so many have fired, and until every worker has looked once more after that."""
    until = time.monotonic() + PATIENCE
    while len(count(rt)) < expected and time.monotonic() < until:
        time.sleep(0.2)
    time.sleep(LOOKS)


def check(rt: Runtime) -> None:
    """All cases are where their deadline leads to, none before its time, and no work has given up."""
    with rt.db.read() as db:
        states = dict(map(tuple, db.execute(select(Case.state, func.count()).group_by(Case.state))))
        dead = db.execute(select(func.count()).where(Outbox.state == "dead")).scalar_one()
        opened = dict(map(tuple, db.execute(select(Event.case_id, Event.at).where(Event.kind == "case.started"))))
        fired = dict(map(tuple, db.execute(select(Event.case_id, Event.at).where(Event.transition == "lapse"))))
        length = {row.id: row.cycle_id for row in db.execute(select(Case.id, Case.cycle_id))}
    assert states == {"settled": 3 * EACH}, states
    assert dead == 0, dead
    cycles = sorted(set(length.values()))
    for case, at in fired.items():
        least = timedelta(days=DAYS[cycles.index(length[case])])
        assert datetime.fromisoformat(at) - datetime.fromisoformat(opened[case]) >= least, "before its time"


def sessions(rt: Runtime, url: str, clock: Clock) -> str:
    """What the page of somebody who is signed in answers while the clock of the server jumps."""
    token, told = city.token(rt, "p3"), []
    with city.served(url, **clock.settings) as (_, port):
        for seconds in (0, -HOUR, 13 * HOUR, 0):
            clock.show(seconds)
            time.sleep(2.5)  # the library reads the file once a second
            visitor = Visitor(port)
            visitor.cookies["siklus"] = token
            told.append(str(visitor.get("/")[0]))
    assert told[0] == "200" and told[2] == "303", told
    return ", ".join(told)
