"""A superior's people: what each wrote today and has this month, and the way to a direction. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, render_template, request

from engine import entry_rights, teams
from engine.core.errors import BadRequest
from engine.core.messages import Message, Text
from engine.web import reading
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import today
from portal import registers as lists

if TYPE_CHECKING:
    from engine.core.register import Register
    from engine.entry_rights import Published
    from engine.teams import Mate, Team

pages = Blueprint("team", __name__)


@dataclass(frozen=True, slots=True)
class Part:
    """One register of one person: its entries of the day, and of the month how many and the sums that are not zero."""

    key: str
    name: Text
    lines: tuple[lists.Line, ...]
    count: int
    sums: tuple[tuple[Text, Decimal], ...]


class Person(NamedTuple):
    """One of my people with his registers, and those in which I may write of him: key, name, whose entries it names."""

    ref: str
    name: str
    parts: tuple[Part, ...]
    writes: tuple[tuple[str, Text, tuple[str, ...]], ...]


@pages.get("/team/")
@permit("signed_in")
def show() -> str:
    """My people on a day: today, or `?day=`."""
    rt, actor, this_day = runtime(), require_actor(), today()
    asked = request.args.get("day", "")
    day = reading.day(asked) if asked else this_day
    if day is None or day > this_day:
        raise BadRequest(Message("team.bad_day", found=asked[:20]))
    with rt.db.read() as db:
        team = teams.team(rt, db, actor, day, day.replace(day=1))
        people = [_person(team, mate, lists.lines_of(rt, db, _rows(team, mate))) for mate in team.mates]
    return render_template(
        "portal/team.html", people=people, day=day, today=this_day, verified=_verified(team),
        before=day - timedelta(days=1), after=day + timedelta(days=1) if day < this_day else None,
        is_cut=team.is_cut,
    )  # fmt: skip


@pages.get("/registers/<key>/people")
@permit("signed_in")
def choose(key: str) -> str:
    """Of whom I may make an entry in a register, by name; `?q=`: part of a name."""
    rt, actor, text = runtime(), require_actor(), request.args.get("q", "").strip()[:100]
    with rt.db.read() as db:
        found = entry_rights.published(rt, db, key)
        people, more = teams.writable(rt, db, found, actor, today(), text)
    return render_template("portal/register_people.html", found=found, people=people, more=more, text=text)


def _rows(team: Team, mate: Mate) -> list[Any]:
    return [row for each in team.reads for row in mate.today.get(_key(each), ())]


def _person(team: Team, mate: Mate, lines: list[lists.Line]) -> Person:
    by_register: dict[str, list[lists.Line]] = {}
    for row, line in zip(_rows(team, mate), lines, strict=True):
        by_register.setdefault(row.register, []).append(line)
    parts = [
        _part(mate, each.register, by_register.get(_key(each), [])) for each in team.reads if _key(each) in mate.today
    ]
    return Person(mate.subject.ref, mate.subject.name, tuple(parts), tuple(_writes(team, mate)))


def _part(mate: Mate, register: Register, lines: list[lists.Line]) -> Part:
    key = register.definition.key
    count, numbers = mate.month[key]
    named = zip(lists.measures_of(register), numbers, strict=True)
    sums = tuple((label, number) for (label, _), number in named if number)
    return Part(key, register.definition.name, tuple(lines), count, sums)


def _writes(team: Team, mate: Mate) -> Iterator[tuple[str, Text, tuple[str, ...]]]:
    for each in team.writes:
        if "add" in mate.rights[_key(each)]:
            cites = each.register.definition.cites
            yield _key(each), each.register.definition.name, cites.registers if cites else ()


def _verified(team: Team) -> list[tuple[str, Text]]:
    """The registers whose entries wait for the reader's word."""
    open_ = [each for each in team.reads if any("verify" in mate.rights[_key(each)] for mate in team.mates)]
    return [(_key(each), each.register.definition.name) for each in open_]


def _key(register: Published) -> str:
    return register.register.definition.key
