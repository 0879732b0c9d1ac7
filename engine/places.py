"""A place as a package: its people, its definitions and its year, replayed through the verbs on the days of each act.

A folder of workflows/ with `city.yaml` (as the demo's) and `place.yaml`: which shipped definitions it `uses`, which are
its own, who writes and who approves them, and the `steps` of its scenario (place_acts.py). No row is written here, and
no line of code belongs to a place: what a step may do is the same for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from engine import outbox, people, schedule
from engine.core.case import SYSTEM, Actor
from engine.demo import PASSWORD, actor_at, on_day, put_in_force
from engine.documents import read_yaml
from engine.runtime import Runtime
from engine.store.queries import accounts as account_queries


@dataclass(slots=True)
class Stage:
    """A place while its scenario is played: the runtime, whose clock is set by each step, and what has come to be.

    works: what is done after commits, on the day of the act. dailies: what a day begins with. cycles, versions: refs by
    the key that the scenario gives them, or of the definition.
    """

    rt: Runtime
    folder: Path
    works: Mapping[str, outbox.Work]
    dailies: Mapping[str, schedule.Daily]
    cycles: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    def on(self, day: date) -> Runtime:
        """The same installation on another day, in the morning."""
        return on_day(self.rt, day)

    def work(self, day: date) -> None:
        """Do what acts of the day have left for after the commit, as a server does at once."""
        there = self.on(day)
        while outbox.sweep(there, self.works):
            pass

    def night(self, day: date) -> None:
        """What a server does as a day begins."""
        schedule.Clock(lambda: self.dailies, every=0).tick(self.on(day))
        self.work(day)

    def actor(self, post: str, day: date) -> Actor:
        """Whoever holds a post on a day, with the rights of the day."""
        return actor_at(self.on(day), post)


def names(shipped: Path) -> tuple[str, ...]:
    """The places that are shipped."""
    return tuple(sorted(path.parent.name for path in shipped.glob("*/place.yaml")))


def read(folder: Path, name: str) -> Mapping[str, Any]:
    """A document of the package. Raises InvalidDefinition for what is no YAML."""
    found, _ = read_yaml((folder / name).read_bytes(), name)
    return dict(found)


def begin(
    rt: Runtime, folder: Path, works: Mapping[str, outbox.Work], dailies: Mapping[str, schedule.Daily]
) -> tuple[Stage, Mapping[str, Any]]:
    """Load the people of a package into an empty database and publish its definitions; the stage, and the document."""
    place, stage = read(folder, "place.yaml"), Stage(rt, folder, works, dailies)
    first = date.fromisoformat(str(place["begins"]))
    people.load(stage.on(first), read(folder, "city.yaml"), actor=SYSTEM, password=PASSWORD)
    there = stage.on(first)
    author, approver = stage.actor(place["author"], first), stage.actor(place["approver"], first)
    for path in documents(folder, place):
        published = put_in_force(there, path, author, approver)
        stage.versions[published.key] = published.ref
    return stage, place


def documents(folder: Path, place: Mapping[str, Any]) -> Iterator[Path]:
    """The definitions of a package in the order in which they are published: shipped ones, then its own."""
    yield from (folder.parent / name for name in place.get("uses", ()))
    yield from (folder / name for name in place["definitions"])


def accounts(rt: Runtime, place: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Sign-in, name and part of those whom a place shows, in the order of its document."""
    for who in place["shows"]:
        with rt.db.read() as db:
            row = account_queries.sign_in_name(db, who["post"])
        if row is not None:
            yield row.nip or row.email, row.name, who["en"]
