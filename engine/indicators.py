"""Verbs on figures of indicators: work them out and keep them, of one person or unit, or of everybody by a job.

A figure is kept as of a moment and follows its entries until it is frozen: so many days after its window, by the job
of each day, with one event for all that are frozen together. A frozen figure never changes; pages say where it would
be another one now.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import Connection

from engine import audit_figures, authority, figure_failures, figure_rights, jobs, measuring
from engine.core.case import SYSTEM, Actor
from engine.core.errors import Refused
from engine.core.indicator import Days, before, days_of
from engine.core.jobs import Chunk, Finished, Job, More
from engine.core.messages import Message, Text
from engine.core.proof import commitment
from engine.core.times import to_text
from engine.measuring import Computed, Published
from engine.runtime import Runtime
from engine.store import apply, apply_figures
from engine.store.apply_figures import NewFigure
from engine.store.queries import figures_kept
from engine.store.refs import new_seed

Who = Literal["person", "unit"]
KIND = "figures.compute"
PEOPLE, UNITS = 100, 4  # in one chunk
SOON = timedelta(minutes=1)  # a figure that is not older is not worked out again for whoever asks
log = logging.getLogger("siklus.figures")
GRACE = timedelta(days=31)  # for so long after its day a figure that nobody was awake to freeze is frozen still


@dataclass(frozen=True, slots=True)
class Wanted:
    """Days for which figures are due, and whether they are frozen now."""

    days: Days
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """Figures over these days.

    failed: of whom they cannot be worked out; what is kept of them over these days stays, and is not frozen.
    """

    wanted: Wanted
    figures: Sequence[NewFigure]
    failed: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """Figures of some people or units, as they are worked out outside the transaction that keeps them."""

    one: Published
    who: Who
    ids: Sequence[int]
    at: datetime
    found: Sequence[Tried]

    @property
    def failed(self) -> Sequence[int]:
        """Those whose figures cannot be worked out over some of the days."""
        failed = {about for tried in self.found for about in tried.failed}
        return [each for each in self.ids if each in failed]


class Refreshed(NamedTuple):
    """How many figures were worked out, and the names of the indicators of which that could not be done."""

    done: int
    failed: tuple[Text, ...]


def refresh(rt: Runtime, ref: str, *, who: Who, actor: Actor) -> Refreshed:
    """Work out all figures of a person or a unit as of today and keep them; one that cannot be stops no other.

    Raises NotFound for whoever may not see them, Refused where each was worked out within the last minute.
    """
    at = rt.clock()
    with rt.db.read() as db:
        about = figure_rights.about(rt, db, ref, who, actor)
        seen = [each.one for each in figure_rights.visible(rt, db, about, actor)]
        wanted = [(one, days_of(one.indicator.definition.window, about.today)) for one in seen]
        fresh = _fresh(db, who, about.id, wanted, at)
        stale = [(one, days) for one, days in wanted if (one.key, *_text(days)) not in fresh]
    if seen and not stale:
        raise Refused(Message("indicator.just_now"))
    # Outside the transaction that keeps them: it may take long, and only keeping needs that nobody else writes.
    tried = [(one, _apart(rt, one, who, {about.id: True}, Wanted(days), at)) for one, days in stale]
    done = [(one, each) for one, each in tried if not each.failed]
    with rt.db.begin() as db:
        apply_figures.keep(db, [figure for _, each in done for figure in each.figures])
        for one, each in done:
            _forget(db, one, who, [about.id], each.wanted.days)
    return Refreshed(len(done), tuple(one.indicator.definition.name for one, each in tried if each.failed))


def _fresh(
    db: Connection, who: Who, about: int, wanted: Sequence[tuple[Published, Days]], at: datetime
) -> set[tuple[str, str, str]]:
    """Of these the figures (indicator, first and last day) that were worked out a moment ago."""
    lasts = {one.key: days.last.isoformat() for one, days in wanted}
    whom = {"person_id": about} if who == "person" else {"unit_id": about}
    rows = figures_kept.ending(db, lasts, (), **whom)
    return {(row.indicator, row.first, row.last) for row in rows if row.as_of > to_text(at - SOON)}


def ask_all(rt: Runtime, *, actor: Actor) -> str:
    """Ask for the figures of everybody as of today; answers the ref of the job. For who administers every root unit."""
    with rt.db.begin() as db:
        authority.require_admin_of_all(db, actor, Message("indicator.whole_only"))
        found = _ask(rt, db, rt.clock().date(), actor)
    rt.queue([found.row])
    return found.ref


def begin(rt: Runtime, db: Connection, zone: str, day: date) -> None:
    """DAILY: ask for the figures of everybody, and freeze those whose day has come."""
    if measuring.published(rt, db):
        rt.queue([_ask(rt, db, day, SYSTEM).row])


def look(rt: Runtime, job: Job) -> Looked | None:
    """BEFORE figures.compute: work out those of the next people or units of one indicator; None: nobody is left."""
    day, at = date.fromisoformat(job.body["day"]), rt.clock()
    cursor: Mapping[str, Any] = job.cursor or {"key": "", "who": "person", "after": 0}
    with rt.db.read() as db:
        one, who = _next(measuring.published(rt, db), cursor)
        if one is None:
            return None
        after = cursor["after"] if one.key == cursor["key"] and who == cursor["who"] else 0
        wanted = list(due(one, day))
        lasts = [each.days.last.isoformat() for each in wanted if each.frozen]
        some = figures_kept.next_of(db, who, after, PEOPLE if who == "person" else UNITS, one.key, lasts)
    return Looked(one, who, list(some), at, [_apart(rt, one, who, some, each, at) for each in wanted])


def _apart(rt: Runtime, one: Published, who: Who, some: Mapping[int, bool], wanted: Wanted, at: datetime) -> Tried:
    """The figures over these days, in a read of their own: who cannot be worked out holds up nobody else."""
    try:
        with rt.db.read() as db:
            ids = _of_whom(db, one, who, some, wanted)
            return Tried(wanted, _worked_out(rt, db, one, who, ids, wanted.days, at))
    except figure_failures.PASSING:
        raise
    except figure_failures.LASTING as error:
        if len(some) == 1:
            last, about = wanted.days.last.isoformat(), next(iter(some))
            told = {"indicator": one.key, who: about, "last": last, "error": type(error).__name__}
            log.warning("figure not worked out", extra=told)
            return Tried(wanted, [], list(some))
    each, middle = list(some.items()), len(some) // 2
    halves = (each[:middle], each[middle:])
    first, second = (_apart(rt, one, who, dict(half), wanted, at) for half in halves)
    return Tried(wanted, [*first.figures, *second.figures], [*first.failed, *second.failed])


def chunk(rt: Runtime, db: Connection, job: Job, looked: Looked | None) -> Chunk:
    """KIND figures.compute: keep what was worked out."""
    failed = (job.cursor or {}).get("failed", [])
    if looked is None:
        return Finished(figure_failures.told(rt, db, job.done, failed), path="/figures/catalog")
    for tried in looked.found:
        _keep(rt, db, looked, tried)
    key, who, ids = looked.one.key, looked.who, looked.ids
    after = -1 if len(ids) < (PEOPLE if who == "person" else UNITS) else ids[-1]
    failed = figure_failures.with_more(failed, key, who, looked.failed)
    return More({"key": key, "who": who, "after": after, "failed": failed}, job.done + len(ids))


def due(one: Published, day: date) -> Iterator[Wanted]:
    """The windows of an indicator that are worked out on a day: the one that runs, and the one before until frozen.

    Those before them wait as they were kept, and are worked out once more when their day to be frozen has come.
    """
    window, after = one.indicator.definition.window, one.indicator.frozen_after
    now = days_of(window, day)
    yield Wanted(now)
    if after is None:
        return
    latest = earlier = before(window, now)
    while earlier is not None and day <= earlier.last + timedelta(days=after) + GRACE:
        frozen = day >= earlier.last + timedelta(days=after)
        if frozen or earlier == latest:
            yield Wanted(earlier, frozen)
        earlier = before(window, earlier)


def _of_whom(db: Connection, one: Published, who: Who, some: Mapping[int, bool], wanted: Wanted) -> list[int]:
    """Of whom a figure is worked out: who is here; where it is frozen now, whoever has none yet that is frozen.

    some: people or units, and whether they are active. Of those who left only what was kept is frozen.
    """
    if not wanted.frozen:
        return [each for each, active in some.items() if active]
    frozen = figures_kept.known(db, one.key, *_text(wanted.days), who, list(some))
    return [each for each, active in some.items() if not frozen.get(each, not active)]


def _ask(rt: Runtime, db: Connection, day: date, actor: Actor) -> jobs.Asked:
    title = Message("indicator.job", day=day)
    return jobs.ask(rt, db, kind=KIND, title=title, body={"day": day.isoformat()}, actor=actor)


def _next(found: Sequence[Published], cursor: Mapping[str, Any]) -> tuple[Published | None, Who]:
    """The indicator, and of whom, that comes next: the same again until nobody is left."""
    wanted = [(one.key, who, one) for one in found for who in one.indicator.definition.about]
    wanted.sort(key=lambda each: each[:2])
    at = (cursor["key"], cursor["who"])
    rest = [each for each in wanted if each[:2] > at or (each[:2] == at and cursor["after"] >= 0)]
    return (rest[0][2], rest[0][1]) if rest else (None, "person")


def _keep(rt: Runtime, db: Connection, looked: Looked, tried: Tried) -> None:
    """Keep figures, and freeze them where they are due; of whom there is nothing nothing is kept."""
    one, who, wanted = looked.one, looked.who, tried.wanted
    ids = [each for each in looked.ids if each not in tried.failed]
    first, last = _text(wanted.days)
    known = figures_kept.known(db, one.key, first, last, who, ids)
    apply_figures.keep(
        db, [each for each in tried.figures if each.outcome != "empty" or (each.person_id or each.unit_id) in known]
    )
    _forget(db, one, who, ids, wanted.days)
    if wanted.frozen:
        rows = figures_kept.open_of(db, one.key, first, last, who, ids)
        _freeze(rt, db, one, [row for row in rows if row.outcome != "open"], looked.at)  # a number may still come


def _forget(db: Connection, one: Published, who: Who, ids: Sequence[int], days: Days) -> None:
    """Of days that go on every day has another end: only the latest figure is kept."""
    if one.indicator.definition.window.length in ("rolling", "as_of"):
        apply_figures.forget(db, one.key, who, ids, days.last.isoformat())


def _freeze(rt: Runtime, db: Connection, one: Published, rows: Sequence[Any], at: datetime) -> None:
    if not rows:
        return
    sealed = []
    for row in rows:
        seed = new_seed()
        root = commitment.root(seed, audit_figures.fields(row, row.about))
        sealed.append({"id": row.id, "seed": seed, "root": root})
    roots = [each["root"] for each in sealed]
    public = audit_figures.said(one.key, one.digest, rows[0].first, rows[0].last, roots)
    event = apply.append_event(
        db, stream=f"indicator:{one.key}", kind=audit_figures.KIND, at=at, actor=SYSTEM, public=public, private={},
        product=rt.version,
    )  # fmt: skip
    apply_figures.freeze(db, event.ref, sealed)


def _worked_out(
    rt: Runtime, db: Connection, one: Published, who: Who, ids: Sequence[int], days: Days, at: datetime
) -> list[NewFigure]:
    if not ids:
        return []
    if who == "person":
        found = measuring.of_people(rt, db, one.indicator, ids, days)
    else:
        found = {each: measuring.of_unit(rt, db, one.indicator, each, days) for each in ids}
    return [_new(one, who, each, days, computed, at) for each, computed in found.items()]


def _new(one: Published, who: Who, about: int, days: Days, computed: Computed, at: datetime) -> NewFigure:
    first, last = _text(days)
    found = computed.found
    return NewFigure(
        indicator=one.key, definition_digest=one.digest, person_id=about if who == "person" else None,
        unit_id=about if who == "unit" else None, first=first, last=last,
        value=None if found.value is None else str(found.value), outcome=found.outcome, n=found.n, people=found.people,
        as_of=to_text(at), inputs=computed.inputs,
    )  # fmt: skip


def _text(days: Days) -> tuple[str, str]:
    return "" if days.first is None else days.first.isoformat(), days.last.isoformat()
