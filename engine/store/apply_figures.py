"""Writes figures: keeps what was worked out, freezes it by the event that commits to it. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.store.refs import new_ref
from engine.store.tables.figures import KeptFigure

FIGURE = KeptFigure.__table__
FOUND = ("definition_digest", "value", "outcome", "n", "people", "as_of", "inputs")


@dataclass(frozen=True, slots=True)
class NewFigure:
    """A figure as it is written. Of a person or of a unit; first: empty where all days count."""

    indicator: str
    definition_digest: str
    person_id: int | None
    unit_id: int | None
    first: str
    last: str
    value: str | None
    outcome: str
    n: int
    people: int
    as_of: str
    inputs: bytes


def keep(db: Connection, figures: Sequence[NewFigure]) -> None:
    """Keep figures; one that is there already for the same days takes the new value, unless it is frozen."""
    for who in ("person_id", "unit_id"):
        rows = [{"ref": new_ref(), **asdict(each)} for each in figures if getattr(each, who) is not None]
        if not rows:
            continue
        dialect: Any = sqlite if db.dialect.name == "sqlite" else postgresql
        adding = dialect.insert(FIGURE)
        changed = {name: adding.excluded[name] for name in FOUND}
        upsert = adding.on_conflict_do_update(
            index_elements=[who, "indicator", "last", "first"], set_=changed, where=FIGURE.c.frozen_ref.is_(None)
        )
        db.execute(upsert, rows)


def forget(db: Connection, indicator: str, who: str, ids: Sequence[int], before: str) -> None:
    """Drop the figures of these persons or units whose days end before a day, but those that are frozen."""
    about = FIGURE.c.person_id if who == "person" else FIGURE.c.unit_id
    stale = (FIGURE.c.indicator == indicator, about.in_(ids), FIGURE.c.last < before, FIGURE.c.frozen_ref.is_(None))
    db.execute(FIGURE.delete().where(*stale))


def erase(db: Connection, ref: str) -> None:
    """Take the number of a frozen figure away, for which an erasure has given leave; its commitment stays."""
    gone = {"value": None, "n": 0, "people": 0, "seed": b""}
    db.execute(update(FIGURE).where(FIGURE.c.ref == ref, FIGURE.c.frozen_ref.is_not(None)).values(gone))


def freeze(db: Connection, event_ref: str, sealed: Iterable[Mapping[str, Any]]) -> None:
    """Freeze figures: `id`, `seed` and `root` of each, by the event that commits to all of them."""
    changed = update(FIGURE).where(FIGURE.c.id == bindparam("figure_id"), FIGURE.c.frozen_ref.is_(None))
    changed = changed.values(frozen_ref=event_ref, seed=bindparam("new_seed"), root=bindparam("new_root"))
    rows = [{"figure_id": each["id"], "new_seed": each["seed"], "new_root": each["root"]} for each in sealed]
    if rows:
        db.execute(changed, rows)
