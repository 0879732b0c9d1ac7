"""What somebody asks a report: which there are, by what each is narrowed, and its answer as he may see it. Reads only.

A report is a function of the catalog (workflows/reports). What it is asked about is looked up here among what the
actor oversees, before it runs: it gets a cycle, a unit or a register, never a name that nobody has judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import report_books, report_cycles
from engine.core.case import Actor
from engine.core.catalog import Entry
from engine.core.errors import BadRequest, EngineError, NotAllowed, NotFound, Refused
from engine.core.listed import listed
from engine.core.messages import Message, Param, Text, readable
from engine.core.register import Register
from engine.core.reporting import Report
from engine.runtime import Runtime
from engine.store.queries import cycle_lists, definitions, monitoring_units, scope
from engine.store.queries.reporting import Desk, Found, Process

LONGEST = 200  # characters of one answer
FIRST_DAY, LAST_DAY = "first", "last"
TYPED = ("day", "number", "check")


@dataclass(frozen=True, slots=True)
class Filter:
    """By what a report is narrowed: an option of its function. options: (value, words); a page has those of a unit."""

    name: str
    kind: Literal["choice", "unit", "check", "day", "number"]
    value: str
    options: tuple[tuple[str, Text | Message | str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A report as it was asked for. `why`: what keeps it from answering, where `report` is None.

    asked: all that it was narrowed to; chosen: of that, what is not the usual choice of the day.
    """

    key: str
    filters: tuple[Filter, ...]
    report: Report | None
    why: Message | None
    asked: Mapping[str, str]
    chosen: Mapping[str, str]


def offered(rt: Runtime) -> tuple[Entry, ...]:
    """The reports of the catalog by name."""
    return rt.catalog.entries("report")


def entry(rt: Runtime, key: str) -> Entry:
    """One report. Raises NotFound."""
    found = rt.catalog.get("report", key)
    if found is None:
        raise NotFound(Message("reports.not_found"))
    return found


def read(rt: Runtime, db: Connection, key: str, args: Mapping[str, str], *, actor: Actor, zone: str) -> Answer:
    """The answer to what `args` ask, with the rights of the actor as they are.

    Raises NotAllowed for who oversees nothing, NotFound for a report, cycle or unit that he may not see, BadRequest for
    what is no choice. What lacks something to ask about answers why.
    """
    if not actor.is_system and not scope.units_of(actor, scope.OVERSEERS):
        raise NotAllowed(Message("error.not_allowed"))
    asked = _Asked(rt, db, entry(rt, key), args, actor, zone)
    return asked.answer()


class _Asked:
    """A report while what it is asked about is looked up, one option after the other."""

    def __init__(
        self, rt: Runtime, db: Connection, report: Entry, args: Mapping[str, str], actor: Actor, zone: str
    ) -> None:
        self.rt, self.db, self.report, self.args, self.actor = rt, db, report, args, actor
        now = rt.clock()
        today = now.astimezone(ZoneInfo(zone)).date()
        self.desk = Desk(db, actor, now, today, lambda digest: rt.library.workflow(db, digest))
        self.everything = cycle_lists.sees_everything(db, actor)
        self.given: dict[str, Any] = {}
        self.versions: dict[str, list[str]] = {}
        self.told: dict[str, str] = {}
        self.usual: dict[str, str] = {}
        self.filters: list[Filter] = []
        self.why: Message | None = None

    def answer(self) -> Answer:
        for name in self.report.options.model_fields:
            ref = self.report.refs.get(name)
            look = REFS[ref.to] if ref is not None else _Asked.plain
            look(self, name)
        report = None if self.why is not None else self._run()
        chosen = {name: value for name, value in self.told.items() if value != self.usual.get(name, "")}
        return Answer(self.report.name, tuple(self.filters), report, self.why, self.told, chosen)

    def _run(self) -> Report | None:
        options = self._checked()
        first, last = getattr(options, FIRST_DAY, None), getattr(options, LAST_DAY, None)
        if first is not None and last is not None:
            self.why = self._wrong_days(first, last)
        if self.why is None and not self._reads(first, last):
            self.why = Message("reports.not_read")
        if self.why is not None:
            return None
        plain = {name: getattr(options, name) for name in type(options).model_fields if name not in self.given}
        try:
            found: Report = self.report.call(self.desk, **self.given, **plain)
        except Refused as refused:
            self.why = refused.message
            return None
        return found

    def _wrong_days(self, first: date, last: date) -> Message | None:
        if first > last:
            return Message("reports.days_turned")
        if not by_months(self.report):
            return None
        over = last < self.desk.today.replace(day=1)
        return None if over and first.day == 1 and _next(last).day == 1 else Message("reports.whole_months")

    def _reads(self, first: date | None, last: date | None) -> bool:
        return report_books.reads(self.rt, self.db, self.actor, self.report, self.given, self.versions, (first, last))

    def _checked(self) -> Any:
        """The options as the model of the function reads them. Raises BadRequest for what is no day or no number."""
        try:
            return self.report.options.model_validate(self.told)
        except ValueError as wrong:
            raise _no_choice(", ".join(each.value for each in self.filters if each.kind in TYPED)) from wrong

    def said(self, name: str) -> str:
        """What was asked for an option. Raises BadRequest for what is too long to be a choice."""
        found = self.args.get(name, "").strip()
        if len(found) > LONGEST:
            raise _no_choice(found)
        return found

    def offer(self, name: str, options: Sequence[tuple[str, Any]], value: str) -> str:
        """Offer these for an option; answers the one that was asked for, else `value`."""
        asked = self.said(name)
        if asked and asked not in dict(options):
            raise _no_choice(asked)
        self.usual.setdefault(name, value)
        self.told[name] = asked or value
        self.filters.append(Filter(name, "choice", self.told[name], tuple(options)))
        return self.told[name]

    def plain(self, name: str) -> None:
        field = self.report.options.model_fields[name]
        kinds: tuple[Any, ...] = get_args(field.annotation)
        if isinstance(field.default, str) and kinds and all(isinstance(each, str) for each in kinds):
            self.offer(name, [(each, Message(f"reports.choice.{name}.{each}")) for each in kinds], field.default)
            return
        usual = self._usual_day(name) if field.annotation is date else str(field.default)
        said = self.said(name)
        self.told[name] = _day(said) if said and field.annotation is date else said or usual
        self.usual[name] = usual
        kind = "day" if field.annotation is date else "check" if field.annotation is bool else "number"
        self.filters.append(Filter(name, kind, self.told[name]))

    def _usual_day(self, name: str) -> str:
        last = self.desk.today
        if by_months(self.report):
            last = last.replace(day=1) - timedelta(days=1)
        return str(last.replace(month=1, day=1) if name == FIRST_DAY else last)

    def _cycles(self) -> Sequence[Any]:
        return [row for row in cycle_lists.offered(self.db, self.actor, self.everything) if row.status != "opening"]

    def cycle(self, name: str) -> None:
        rows = self._cycles()
        asked, by_ref = self.said(name), {row.ref: row for row in rows}
        if asked and asked not in by_ref:
            raise NotFound(Message("reports.cycle_not_yours"))
        if not rows:
            self.told[name], self.why = "", Message("reports.no_cycle")
            return
        usual = report_cycles.usual(self.desk, self.report, rows)
        self.usual[name], self.given[name] = usual.ref, by_ref[asked] if asked else usual
        self.offer(name, [(row.ref, row.name) for row in rows], self.given[name].ref)

    def process(self, name: str) -> None:
        found: dict[str, list[Any]] = {}
        names: dict[str, Text] = {}
        for row in self._cycles():
            definition = self.desk.workflow(row.definition_digest).definition
            names.setdefault(definition.key, definition.name)
            found.setdefault(definition.key, []).append(row)
        if not found:
            self.told[name], self.why = "", Message("reports.no_cycle")
            return
        chosen = self.offer(name, list(names.items()), max(found, key=lambda key: len(found[key])))
        cycles = sorted(found[chosen], key=lambda row: (row.period_start, row.id))
        self.given[name] = Process(chosen, names[chosen], tuple(cycles))

    def result(self, name: str) -> None:
        """The results of the cycle that was chosen before, but what is kept to roles or read of linked cases."""
        cycle = self.given.get("cycle")
        if cycle is None:
            self.told[name] = ""
            return
        workflow = self.desk.workflow(cycle.definition_digest)
        known = [(each.spec.key, each.spec.label or readable(each.spec.key)) for each in listed(workflow)]
        if not known:
            self.told[name], self.given[name] = "", None
            if self.report.options.model_fields[name].is_required():
                self.why = Message("reports.no_result")
            return
        asked = self.said(name)
        value = asked if asked in dict(known) else known[-1][0]  # one of another cycle: that of this one
        self.told[name], self.usual[name] = value, known[-1][0]
        self.filters.append(Filter(name, "choice", value, tuple(known)))
        self.given[name] = Found(value, dict(known)[value])

    def unit(self, name: str) -> None:
        asked = self.said(name)
        level = monitoring_units.level(self.db, self.actor, asked or None, self.everything)
        if level is None:
            raise NotFound(Message("reports.unit_not_yours"))
        self.told[name], self.given[name] = asked, level
        self.filters.append(Filter(name, "unit", asked))

    def register(self, name: str) -> None:
        """Registers in force about people whose entries he reads by a right over a unit.

        Numbers of other filters taken from each other tell of single people: only who reads these may ask so freely.
        """
        self.book(name, lambda book: self.actor.is_system or any(map(self.actor.has, report_books.readers(book))))

    def told_register(self, name: str) -> None:
        """Those too whose entries he does not read: what is told of them is no choice of units or days."""
        self.book(name, lambda book: True)

    def book(self, name: str, offered: Callable[[Register], bool]) -> None:
        """Registers in force about people, but those of which totals alone are told."""
        rows = definitions.ever_published(self.db, "register")
        known = {row.key: row.digest for row in rows if row.status == "published"}
        books = {key: self.rt.library.register(self.db, digest) for key, digest in known.items()}
        shown = {key: book for key, book in books.items() if not book.definition.totals_alone}
        shown = {key: book for key, book in shown.items() if book.definition.about == "person" and offered(book)}
        usual = self.report.options.model_fields[name].default
        if not shown:
            self.told[name], self.why = "", Message("reports.no_register")
            return
        options: list[tuple[str, Param]] = [(key, book.definition.name) for key, book in shown.items()]
        chosen = self.offer(name, options, usual if usual in shown else next(iter(shown)))
        self.given[name], self.versions[chosen] = shown[chosen], [row.digest for row in rows if row.key == chosen]


REFS: Mapping[str, Callable[[_Asked, str], None]] = {
    "cycle": _Asked.cycle, "process": _Asked.process, "result": _Asked.result, "unit": _Asked.unit,
    "register": _Asked.register, "told_register": _Asked.told_register,
}  # fmt: skip


def by_months(report: Entry) -> bool:
    """Whether a report tells of whole months alone: one over entries that its reader need not be allowed to read."""
    return any(ref.to == "told_register" for ref in report.refs.values())


def _next(day: date) -> date:
    return day + timedelta(days=1)


def _day(said: str) -> str:
    """A day as it is kept. Raises BadRequest for what is written otherwise, though it might be read as one."""
    try:
        found = date.fromisoformat(said).isoformat()
    except ValueError as wrong:
        raise _no_choice(said) from wrong
    if found != said:
        raise _no_choice(said)
    return found


def _no_choice(found: str) -> EngineError:
    return BadRequest(Message("admin.list.unknown_choice", found=found[:60]))
