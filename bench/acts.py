"""Ours: `submit` and `fire` through the public verbs, everything on. The same stage as the tests of the verbs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import wsgi
from bench.settings import installation
from engine import cases
from engine.core.case import Actor
from engine.runtime import Runtime
from engine.store.queries import case_lists
from engine.store.refs import new_ref
from tests.verbs.stage import Stage

WORDS = "Ibu hamil yang datang terlayani pemeriksaan kehamilannya sesuai jam operasional puskesmas, dan jika mungkin di luar jam itu. " * 2  # fmt: skip  # noqa: E501
ANSWERS = {
    "name": "Siti Rohmah Handayani", "place": "Puskesmas Melati", "part_one": "60", "part_two": "40",
    "amount": "1250", "day": "2026-03-02", "mark": "good",
    "first_words": WORDS, "second_words": WORDS, "third_words": WORDS,
}  # fmt: skip
DEFINITION = Path(__file__).parent / "workflow.yaml"


class Ours:
    """A stage with so many open cases of carol, each in a cycle of its own."""

    def __init__(self, db, count: int, accounts: tuple[str, ...] = ()) -> None:
        self.stage = Stage(db, accounts)
        self.stage.version = self.stage.publish(DEFINITION.read_bytes(), DEFINITION.name)
        self.carol, self.erin = self.stage.actor("carol"), self.stage.actor("erin")
        self.refs = [self._open() for _ in range(count)]
        self.next = dict.fromkeys(self.refs, "to_b")

    def _open(self) -> str:
        opened = self.stage.open()
        with self.stage.rt.db.read() as db:
            return case_lists.case_of(db, opened.ref, self.carol.person_id)

    def prepare(self) -> list[tuple[str, str, int, str]]:
        """(case, task, seen, transition) of each case: what a page would have shown. Not part of the measured time."""
        found = []
        for ref in self.refs:
            view = self.stage.see(ref).view
            task = next(task for task in view.tasks if task.key.startswith("fill"))
            found.append((ref, task.ref, view.version, self.next[ref]))
            self.next[ref] = "to_a" if self.next[ref] == "to_b" else "to_b"
        return found

    def people(self) -> tuple[Actor, Actor, datetime]:
        """Who acts, and when: what another process needs."""
        return self.carol, self.erin, self.stage.now


@dataclass(frozen=True)
class Verbs:
    """The verbs over a connection of their own: what one process of a server is."""

    rt: Runtime
    fills: Actor
    decides: Actor

    @classmethod
    def over(cls, url: str, people: tuple[Actor, Actor, datetime]) -> Verbs:
        """A runtime of the product on the database of a stage, whose time goes on as it does elsewhere.

        The indexes of the trail are in the order of time: were it to stand still, each event would go anywhere.
        """
        fills, decides, now = people
        started = time.monotonic()
        rt = wsgi.build_runtime(installation(url), clock=lambda: now + timedelta(seconds=time.monotonic() - started))
        return cls(rt, fills, decides)

    def act(self, ready: tuple[str, str, int, str]) -> None:
        """Submit the form of a case, and fire its transition."""
        case, task, seen, transition = ready
        cases.submit(self.rt, task, ANSWERS, actor=self.fills, seen=0, key=new_ref())
        cases.fire(self.rt, case, transition, actor=self.decides, seen=seen, key=new_ref())

    def close(self) -> None:
        self.rt.db.close()
