"""What rows are judged against: the units, posts, people and appointments that there are, and who may do what to them.

Read in sets before anything is judged; the judges ask nothing more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.authority import office_day
from engine.core.case import Actor
from engine.imports.columns import APPOINTMENTS, PEOPLE
from engine.imports.rows import Judged
from engine.store.queries import import_world as queries


@dataclass(frozen=True, slots=True)
class Named:
    """Things that a cell may name: by their key, else by a name that only one of them has."""

    by_key: Mapping[str, Any]
    by_id: Mapping[int, Any]
    by_name: Mapping[str, Sequence[Any]]

    @classmethod
    def of(cls, rows: Sequence[Any]) -> Named:
        names: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            names[row.name.casefold()].append(row)
        return cls({row.key: row for row in rows}, {row.id: row for row in rows}, names)

    def called(self, text: str) -> Sequence[Any]:
        """What a cell may mean: nothing, one, or several of the same name."""
        if text in self.by_key:
            return (self.by_key[text],)
        return self.by_name.get(text.casefold(), ())

    def key_of(self, row_id: int | None) -> str | None:
        """The key of a row by its id."""
        return None if row_id is None else self.by_id[row_id].key


@dataclass(frozen=True, slots=True)
class World:
    """The state of things on one day, as far as a file touches it, and the reach of who imports it."""

    today: str
    oneself: int | None
    units: Named
    posts: Named
    reach: frozenset[int]  # units administered
    people: Mapping[str, Any] = field(default_factory=dict)  # by NIP
    by_email: Mapping[str, Any] = field(default_factory=dict)
    within: frozenset[int] = frozenset()  # people administered
    beyond: frozenset[int] = frozenset()  # people with rights further than one's own
    elsewhere: frozenset[int] = frozenset()  # people with posts further than one's own
    appointments: Sequence[Any] = ()
    own_posts: frozenset[int] = frozenset()  # on which whoever imports sits, today or later


def read(db: Connection, kind: str, rows: Iterable[Judged], actor: Actor, at: datetime) -> World:
    """The world of these rows: some ten questions, and one more for each thousand of people."""
    on = office_day(db, actor, at)
    units, reach = Named.of(queries.units(db)), queries.administered_units(db, actor)
    posts = Named.of([] if kind == PEOPLE else queries.posts(db))
    rows = list(rows)
    if kind not in (PEOPLE, APPOINTMENTS):
        seated = _seated(db, rows, posts, on.isoformat())
        own = _own_posts(db, actor, on.isoformat())
        return World(on.isoformat(), actor.person_id, units, posts, reach, appointments=seated, own_posts=own)
    found = queries.people(db, _said(rows, "nip"), _said(rows, "email"))
    ids = [person.id for person in found]
    held = queries.appointments(db, ids, _posts(rows, posts)) if kind == APPOINTMENTS else ()
    return World(
        today=on.isoformat(),
        oneself=actor.person_id,
        units=units,
        posts=posts,
        reach=reach,
        people={person.nip: person for person in found if person.nip},
        by_email={person.email: person for person in found if person.email},
        within=queries.administered_people(db, actor, ids, on),
        beyond=queries.with_rights_beyond(db, actor, ids, on.isoformat()),
        elsewhere=queries.with_posts_beyond(db, actor, ids, on.isoformat()),
        appointments=held,
    )


def _seated(db: Connection, rows: Iterable[Judged], posts: Named, day: str) -> list[Any]:
    """Who sits, today or later, on a post that a row would close."""
    closing = {row.said("key") for row in rows if row.values.get("status") == "ended"}
    ids = [posts.by_key[key].id for key in closing if key in posts.by_key]
    return [held for held in queries.appointments(db, (), ids) if _is_live(held, day)]


def _own_posts(db: Connection, actor: Actor, day: str) -> frozenset[int]:
    ids = () if actor.person_id is None else (actor.person_id,)
    return frozenset(held.post_id for held in queries.appointments(db, ids, ()) if _is_live(held, day))


def _is_live(held: Any, day: str) -> bool:
    return held.ends_on is None or held.ends_on > day


def _said(rows: Iterable[Judged], column: str) -> set[str]:
    return {said for row in rows if (said := row.said(column))}


def _posts(rows: Iterable[Judged], posts: Named) -> set[int]:
    return {found.id for said in _said(rows, "post") for found in posts.called(said)}
