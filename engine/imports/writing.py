"""One right row at a time, written: what it does goes through staffing.py and restaffing.py, with their events.

The transaction is the job's; who may do this was judged with the row. What refuses a row raises, and nothing stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine import people, restaffing, staffing
from engine.imports.columns import APPOINTMENTS, PEOPLE, POSTS, UNITS
from engine.imports.rows import CREATE, END, Judged
from engine.imports.world import World
from engine.staffing import Act
from engine.store.queries import staffing as holds


@dataclass(slots=True)
class Writing:
    """A chunk at work: its act, the world it was judged against, the file's name, what it has added by key so far.

    seated: the people who got posts, and posts: those posts; event: the last one, which asks for tasks to follow.
    """

    act: Act
    world: World
    reason: str | None
    added: dict[str, Any] = field(default_factory=dict)
    seated: set[int] = field(default_factory=set)
    posts: set[int] = field(default_factory=set)
    event: str = ""

    def unit(self, key: str) -> Any:
        """A unit of today, or one that this chunk has added."""
        return self.added.get(key) or self.world.units.by_key[key]

    def post(self, key: str) -> Any:
        """A post, likewise."""
        return self.added.get(key) or self.world.posts.by_key[key]

    def affected(self) -> frozenset[int]:
        """Whose cases may have other holders now: of those who got posts, and of everybody below; asked once."""
        below = holds.affected(self.act.db, min(self.seated), sorted(self.posts)) if self.seated else frozenset()
        return frozenset(below | self.seated)

    def since(self, row: Judged) -> date:
        """The day from which what a row changes holds."""
        return date.fromisoformat(row.said("since") or self.world.today)


def write(writing: Writing, kind: str, row: Judged) -> None:
    """Do what a row says. Raises what the inner verbs raise."""
    WRITERS[kind](writing, row)


def _unit(writing: Writing, row: Judged) -> None:
    act, said = writing.act, row.values
    if row.outcome == CREATE:
        parent = writing.unit(row.said("parent"))
        about = {"name": row.said("name"), "kind": row.said("kind"), "timezone": said.get("timezone")}
        added = staffing.add_unit(act, key=row.said("key"), parent=parent, starts_on=_day(said, "since"), **about)
        writing.added[row.said("key")] = added
        return
    ref = writing.unit(row.said("key")).ref
    fields = {name: said[name] for name in row.was if name not in ("status", "parent")}
    if "parent" in row.was:
        fields["parent"] = writing.unit(row.said("parent")).ref
    if fields:
        restaffing.change_unit(act, ref, fields, starts_on=writing.since(row), reason=writing.reason)
    if row.outcome == END:
        restaffing.end_unit(act, ref, ends_on=writing.since(row), reason=writing.reason)


def _post(writing: Writing, row: Judged) -> None:
    act, said = writing.act, row.values
    superior = writing.post(row.said("superior")) if row.said("superior") else None
    grade = int(row.said("position_class")) if row.said("position_class") else None
    if row.outcome == CREATE:
        about = {"name": row.said("name"), "kind": row.said("kind"), "level": said.get("level")}
        added = staffing.add_post(
            act, key=row.said("key"), unit=writing.unit(row.said("unit")), superior=superior, position_class=grade,
            starts_on=_day(said, "since"), **about,
        )  # fmt: skip
        writing.added[row.said("key")] = added
        return
    ref = writing.post(row.said("key")).ref
    places = {
        "unit": writing.unit(row.said("unit")).ref,
        "superior": superior.ref if superior else None,
        "position_class": grade,
    }
    fields = {name: places.get(name, said.get(name)) for name in row.was if name != "status"}
    if fields:
        restaffing.change_post(act, ref, fields, starts_on=writing.since(row), reason=writing.reason)
    if row.outcome == END:
        restaffing.end_post(act, ref, ends_on=writing.since(row), reason=writing.reason)


def _person(writing: Writing, row: Judged) -> None:
    act, said, world = writing.act, row.values, writing.world
    if row.outcome == CREATE:
        language = {"language": row.said("language")} if said.get("language") else {}
        about = {name: said.get(name) for name in ("nip", "email", "grade")}
        staffing.add_person(act, name=row.said("name"), kind=row.said("kind"), **about, **language)
        return
    person = world.people.get(row.said("nip")) or world.by_email[row.said("email")]
    fields = {name: said[name] for name in row.was if name != "status"}
    if fields:
        restaffing.change_person(act, person.ref, fields, starts_on=writing.since(row), reason=writing.reason)
    if "status" in row.was:
        people.put_active(act, person, row.said("status") == "active")


def _appointment(writing: Writing, row: Judged) -> None:
    act, world = writing.act, writing.world
    person, post = world.people[row.said("nip")], writing.post(row.said("post"))
    if row.outcome == END:
        key = (person.id, post.id, row.said("kind"), row.said("starts_on"))
        held = next(each for each in world.appointments if _key(each) == key)
        old = holds.appointment(act.db, held.ref)
        restaffing.end_appointment(act, old, ends_on=date.fromisoformat(row.said("ends_on")), reason=writing.reason)
        return
    added = staffing.add_appointment(
        act, person=person, post=post, kind=row.said("kind"), starts_on=date.fromisoformat(row.said("starts_on")),
        ends_on=_day(row.values, "ends_on"), order_number=row.values.get("order_number"),
    )  # fmt: skip
    writing.seated.add(person.id)
    writing.posts.add(post.id)
    writing.event = added.event


def _key(held: Any) -> tuple[int, int, str, str]:
    return held.person_id, held.post_id, held.kind, held.starts_on


def _day(said: Mapping[str, str | None], name: str) -> date | None:
    found = said.get(name)
    return date.fromisoformat(found) if found else None


WRITERS: Mapping[str, Callable[[Writing, Judged], None]] = {
    UNITS: _unit,
    POSTS: _post,
    PEOPLE: _person,
    APPOINTMENTS: _appointment,
}
