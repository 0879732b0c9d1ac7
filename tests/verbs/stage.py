"""The small town with the shipped workflow published, a cycle open for the midwife, and the acts of its people.

carol is evaluated, erin is her superior, frank sits on the panel, alice is HR, gina approves; mallory is a stranger.
"""

from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

from sqlalchemy import func, select

from engine import cases, cycles, definitions, fields, grants, snapshot
from engine.core.catalog import Catalog
from engine.library import Library
from engine.store.queries import case_lists
from engine.store.queries import definitions as published
from engine.store.refs import new_ref
from engine.store.tables.ledger import Event
from tests.verbs.town import Town
from workflows import actions, guards, methods

SHIPPED = Path(str(files("workflows")))
ROW = {"result": "Ibu hamil terlayani", "indicator": "Kunjungan K6", "target": "95%", "kind": "main", "weight": "60"}
PLAN = {"targets": [ROW, {**ROW, "indicator": "Keluhan", "weight": "40"}]}
EVIDENCE = {"achievements": [{"result": "Ibu hamil terlayani", "indicator": "Kunjungan K6", "achieved": "97%",
                              "evidence": "Register kohort"}]}  # fmt: skip
RATING = {
    "result": "above", "result_reason": "Melampaui target.",
    "behaviour": "as_expected", "behaviour_reason": "Konsisten.", "feedback": "Pertahankan.",
}  # fmt: skip
WALK = (
    ("carol", "write_plan", PLAN), ("erin", "approve", None), ("carol", "begin_evidence", None),
    ("carol", "collect", EVIDENCE), ("carol", "submit_evidence", None), ("erin", "rate", RATING),
    ("erin", "send_to_calibration", None), ("frank", "finalize", None),
)  # fmt: skip


class Stage(Town):
    """A town in which an evaluation can run."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        panel = {"person_ref": self.ref("frank"), "role": "calibration_panel", "unit_ref": self.unit("north").ref}
        grants.grant(self.rt, actor=self.actor("alice"), starts_on=date(2026, 1, 1), **panel)
        self.version = self.publish_all()

    @classmethod
    def over(cls, db):
        stage = super().over(db)
        with db.read() as reading:
            stage.version = next(row for row in published.published(reading, "workflow"))
        return stage

    def _enter(self, db):
        super()._enter(db)
        catalog = Catalog.collect(*fields.BUILT_IN, actions, guards, methods)
        self.rt = replace(self.rt, library=Library(lambda: catalog))

    def publish_all(self):
        paths = [*sorted((SHIPPED / "codelists").glob("*.yaml")), SHIPPED / "basic_cycle.yaml"]
        return [self.publish(path.read_bytes(), path.name) for path in paths][-1]

    def publish(self, text, source="test.yaml"):
        version = definitions.import_document(self.rt, text, actor=self.actor("alice"), source=source)
        definitions.submit_for_review(self.rt, version.ref, actor=self.actor("alice"))
        return definitions.publish(self.rt, version.ref, actor=self.actor("gina"))

    def open(self, population="post == 'midwife'", key=None, **changes):
        wanted = {
            "actor": self.actor("alice"), "name": "Evaluasi 2026", "version_ref": self.version.ref,
            "period_start": date(2026, 1, 1), "period_end": date(2026, 12, 31),
            "population": population, "key": key or new_ref(),
        }  # fmt: skip
        return cycles.open_cycle(self.rt, **{**wanted, **changes})

    def case(self, name="carol"):
        """A fresh case about one of the cast."""
        opened = self.open(f"post == '{'midwife' if name == 'carol' else name}'")
        with self.rt.db.read() as db:
            return case_lists.case_of(db, opened.ref, self.person(name).id)

    def see(self, case_ref, name="alice"):
        with self.rt.db.read() as db:
            return snapshot.load(self.rt, db, case_ref, self.actor(name), self.now)

    def task(self, case_ref, key):
        return next(task for task in self.see(case_ref).view.tasks if task.key == key)

    def send(self, case_ref, name, task_key, answers, *, seen=None, key=None):
        task = self.task(case_ref, task_key)
        seen = task.version if seen is None else seen
        return cases.submit(self.rt, task.ref, answers, actor=self.actor(name), seen=seen, key=key or new_ref())

    def fire(self, case_ref, name, transition, *, seen=None, key=None, reason=None):
        seen = self.see(case_ref).view.version if seen is None else seen
        return cases.fire(
            self.rt, case_ref, transition, actor=self.actor(name), seen=seen, key=key or new_ref(), reason=reason
        )

    def walk(self, case_ref, until="finalize"):
        """Carry a case along the road without returns, up to and including one act."""
        for name, what, answers in WALK:
            if answers is None:
                self.fire(case_ref, name, what)
            else:
                self.send(case_ref, name, what, answers)
            if what == until:
                return

    def count(self, table=Event):
        with self.rt.db.read() as db:
            return db.execute(select(func.count()).select_from(table)).scalar_one()

    def trail(self, case_ref):
        """(kind, transition, from, to, role) of each event of a case."""
        columns = (Event.kind, Event.transition, Event.from_state, Event.to_state, Event.role)
        with self.rt.db.read() as db:
            return [tuple(row) for row in db.execute(
                select(*columns).where(Event.stream == f"case:{case_ref}").order_by(Event.seq))]  # fmt: skip
