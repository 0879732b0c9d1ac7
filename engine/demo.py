"""The demo city: replays the data of a folder through the verbs, on the days on which they would have happened.

No row is written here. People are loaded, definitions are written by one HR officer and approved by another, cycles
are opened by an admin, and a few cases are carried along by the people whom they concern.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from engine import cases, cycles, definitions, demo_calendars, demo_entries, demo_voices, indicators, people, snapshot
from engine.core.case import SYSTEM, Actor, Right
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.documents import read_yaml
from engine.runtime import Runtime
from engine.store.queries import accounts as account_queries
from engine.store.queries import case_lists, people_lists
from engine.store.queries import people as people_queries
from engine.store.refs import new_ref

PASSWORD = "coba-siklus-2026"  # for the demo city alone; shown to everybody who starts it
AUTHOR, APPROVER, PANEL = "analis_sdm_muda", "kabid_kinerja", "kabag_organisasi"
POPULATION = "'dinkes' in units and kind != 'official'"
TOLD_OF_HER = {
    "returned": "Bobot penanganan persalinan belum sesuai hasil dialog kinerja. Mohon disesuaikan.",
    "concluded": "Rating sejalan dengan realisasi dan umpan balik.",
}
CAST = (
    ("bidan_penyelia", "drafts her plan, keeps evidence", "menyusun rencana, mengumpulkan bukti"),
    ("kepala_puskesmas", "approves and rates", "menyetujui dan menilai"),
    ("kabag_organisasi", "calibrates", "mengalibrasi"),
    ("analis_sdm_muda", "HR admin, writes definitions", "admin kepegawaian, menyusun definisi"),
    ("kabid_kinerja", "HR admin, approves definitions", "admin kepegawaian, menyetujui definisi"),
    ("auditor_madya", "auditor, reads every trail", "auditor, membaca semua jejak"),
)
# Workflows that registers begin or that correct them, and the one that the inbox of everybody names as an example.
BEFORE = ("follow_up.yaml", "attendance_correction.yaml", "superior_correction.yaml")


@dataclass(frozen=True, slots=True)
class Shown:
    """A demo account as it is shown to people."""

    name: str
    sign_in: str
    part_en: str
    part_id: str


def is_empty(rt: Runtime) -> bool:
    """Whether nobody lives in this database yet."""
    with rt.db.read() as db:
        return people_queries.count(db) == 0


def is_loaded(rt: Runtime) -> bool:
    """Whether this database holds the demo city, so that its password may be shown."""
    with rt.db.read() as db:
        return people_queries.is_loaded(db)


def accounts(rt: Runtime) -> tuple[Shown, ...]:
    """The demo's main accounts, in the order of a cycle."""
    with rt.db.read() as db:
        found = ((account_queries.sign_in_name(db, post), en, id_) for post, en, id_ in CAST)
        return tuple(Shown(row.name, row.nip or row.email, en, id_) for row, en, id_ in found if row)


def accounts_table(rt: Runtime) -> str:
    """The demo accounts as lines for a terminal; nothing where another city was loaded."""
    rows = [f"  {who.sign_in:<20} {who.name:<44} {who.part_en}" for who in accounts(rt)]
    return "\n".join([f"Demo accounts (password: {PASSWORD})", *rows]) if rows else ""


def load(rt: Runtime, shipped: Path) -> None:
    """Fill an empty database: the city, its definitions, and three cycles: last year's, this year's, next year's."""
    today = rt.clock().date()
    last, current, following = today.year - 1, today.year, today.year + 1
    city, _ = read_yaml((shipped / "demo" / "city.yaml").read_bytes(), "city.yaml")
    people.load(on_day(rt, date(last, 1, 2)), city, actor=SYSTEM, password=PASSWORD)
    opening = on_day(rt, date(last, 1, 3))
    national = demo_calendars.set_up(opening, actor_at(opening, AUTHOR))
    demo_calendars.fill(opening, actor_at(opening, AUTHOR), national, shipped, last)
    version = publish_shipped(opening, shipped)
    stories = tuple(_stories(shipped))
    _replay(rt, version, last, [story for story in stories if "rating" in story])
    if today >= date(current, 1, 5):
        opening = on_day(rt, date(current, 1, 2))
        demo_calendars.fill(opening, actor_at(opening, AUTHOR), national, shipped, current)
        _replay(rt, version, current, stories)
    open_year(on_day(rt, min(today, date(current, 11, 2))), version, following, POPULATION)
    people_of = (actor_at(rt, post) for post in ("bidan_penyelia", "kepala_puskesmas", AUTHOR))
    demo_entries.fill(rt, today, *people_of)
    officer = actor_at(rt, "bidan_penyelia")
    indicators.refresh(rt, officer.ref, who="person", actor=officer)
    demo_voices.load(rt, actor_at, AUTHOR)


def _replay(rt: Runtime, version_ref: str, year: int, stories: Sequence[Mapping[str, Any]]) -> None:
    """A year's cycle for the people of these stories, carried as far as they tell, or as far as today."""
    posts = ", ".join(f"'{story['person']}'" for story in stories)
    cycle = open_year(on_day(rt, date(year, 1, 5)), version_ref, year, f"post in [{posts}]")
    for story in stories:
        carry(rt, cycle, year, story)


def publish_shipped(rt: Runtime, shipped: Path) -> str:
    """Let two HR officers import, review and publish what ships; answers with the workflow's version ref."""
    author, approver = actor_at(rt, AUTHOR), actor_at(rt, APPROVER)
    ref = ""
    folders = ("codelists", "registers", "indicators")
    codelists, registers, measured = (sorted((shipped / name).glob("*.yaml")) for name in folders)
    # What an entry begins has to be in force before the register that begins it.
    for path in [*codelists, *(shipped / name for name in BEFORE), *registers, *measured, shipped / "basic_cycle.yaml"]:
        ref = put_in_force(rt, path, author, approver).ref
    return ref


def put_in_force(rt: Runtime, path: Path, author: Actor, approver: Actor) -> definitions.Version:
    """A definition file through the hands of two: brought in and sent to review by one, published by the other."""
    version = definitions.import_document(rt, path.read_bytes(), actor=author, source=path.name)
    definitions.submit_for_review(rt, version.ref, actor=author)
    return definitions.publish(rt, version.ref, actor=approver)


def open_year(rt: Runtime, version_ref: str, year: int, population: str) -> str:
    """Open a year's cycle for people of Dinas Kesehatan; answers with its ref."""
    opened = cycles.open_cycle(
        rt,
        actor=actor_at(rt, AUTHOR),
        name=f"Evaluasi kinerja {year} - Dinas Kesehatan",
        version_ref=version_ref,
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        population=population,
        key=new_ref(),
        at_once=cycles.EVERYBODY,
    )
    return opened.ref


def carry(rt: Runtime, cycle_ref: str, year: int, story: Mapping[str, Any]) -> None:
    """Take one person's case along its story until the step where it stops, or until today, each step on its day."""
    for step in _steps(year, story):
        if step.on > rt.clock().date():
            return
        there = on_day(rt, step.on)
        actor = actor_at(there, step.post)
        with there.db.read() as db:
            case_ref = case_lists.case_of(db, cycle_ref, actor_at(there, story["person"]).person_id)
            found = snapshot.load(there, db, case_ref, actor, there.clock())
        if step.fill:
            task = next(task for task in found.view.tasks if task.key == step.name)
            cases.submit(there, task.ref, step.fill, actor=actor, seen=task.version, key=new_ref())
        else:
            cases.fire(
                there, case_ref, step.name, actor=actor, seen=found.view.version, key=new_ref(), reason=step.reason
            )


def actor_at(rt: Runtime, post_key: str) -> Actor:
    """The person who holds a post today, with the rights of today."""
    on = rt.clock().date()
    with rt.db.read() as db:
        row = people_queries.by_key_of_post(db, post_key, on)
        if row is None:
            raise NotFound(Message("people.post_not_found"))
        held = people_lists.grants(db, row.id)
        rights = tuple(Right(grant.ref, grant.role, grant.unit_id) for grant in held)
    return Actor(row.id, row.ref, row.name, rights)


@dataclass(frozen=True, slots=True)
class Step:
    """One act of a story: a form that is sent (`fill`) or a transition that is fired, by the holder of a post."""

    on: date
    post: str
    name: str
    fill: Mapping[str, Any] | None = None
    reason: str | None = None


def _steps(year: int, story: Mapping[str, Any]) -> Iterator[Step]:
    """The acts of a story in their order, up to and including the one that it stops at."""
    who, superior = story["person"], story["supervisor"]
    later = timedelta(days=sum(map(ord, who)) % 9)  # people do not all act on the same day
    steps = [Step(date(year, 1, 7) + later, who, "write_plan", story["plan"])]
    if "returned" in story:
        steps.append(Step(date(year, 1, 16), superior, "return_plan", reason=story["returned"]))
        steps.append(Step(date(year, 1, 19), who, "write_plan", story["plan"]))
    steps.append(Step(date(year, 1, 21) + later, superior, "approve"))
    steps.append(Step(date(year, 2, 2) + later, who, "begin_evidence"))
    if "evidence" in story:
        steps.append(Step(date(year, 12, 14) + later, who, "collect", story["evidence"]))
        steps.append(Step(date(year, 12, 24) + later, who, "submit_evidence"))
    if "rating" in story:
        steps.append(Step(date(year + 1, 1, 8) + later, superior, "rate", story["rating"]))
        steps.append(Step(date(year + 1, 1, 19) + later, superior, "send_to_calibration"))
    if "concluded" in story:
        steps.append(Step(date(year + 1, 1, 29), PANEL, "finalize", reason=story["concluded"]))
    names = [step.name for step in steps]
    last = story.get("stop")
    return iter(steps if last is None else steps[: names.index(last) + 1])


def _stories(shipped: Path) -> Iterator[Mapping[str, Any]]:
    """The Bidan Penyelia's printed year, then her colleagues' invented ones."""
    own, _ = read_yaml((shipped / "demo" / "bidan_penyelia.yaml").read_bytes(), "bidan_penyelia.yaml")
    yield {**own, **TOLD_OF_HER, "plan": {name: _one_text(value) for name, value in own["plan"].items()}}
    others, _ = read_yaml((shipped / "demo" / "colleagues.yaml").read_bytes(), "colleagues.yaml")
    for told in others["stories"]:
        yield told | _written_out(told)


def _one_text(value: Any) -> Any:
    """A list of sentences as the lines of one text; rows of a table stay rows."""
    return "\n".join(value) if value and all(isinstance(line, str) for line in value) else value


def _written_out(told: Mapping[str, Any]) -> dict[str, Any]:
    """The short rows of a colleague's story under the keys of the forms."""
    targets = [dict(zip(("result", "indicator", "target", "weight"), row, strict=True)) for row in told["plan"]]
    story: dict[str, Any] = {"plan": {"targets": [{"aspect": "quality", "kind": "main", **row} for row in targets]}}
    if "evidence" in told:
        rows = zip(targets, told["evidence"], strict=True)
        achieved = [
            {"result": row["result"], "indicator": row["indicator"], "achieved": done, "evidence": proof}
            for row, (done, proof) in rows
        ]
        story["evidence"] = {"achievements": achieved}
    if "rating" in told:
        names = ("result", "result_reason", "behaviour", "behaviour_reason", "feedback")
        story["rating"] = dict(zip(names, told["rating"], strict=True))
    return story


def on_day(rt: Runtime, day: date) -> Runtime:
    """The same installation on the morning of another day."""
    at = morning(day)
    return replace(rt, clock=lambda: at)


def morning(day: date) -> datetime:
    """Half past nine in Jakarta, half past eleven in Jayapura."""
    return datetime(day.year, day.month, day.day, 2, 30, tzinfo=UTC)
