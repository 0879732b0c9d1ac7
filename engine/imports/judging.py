"""All rows of a file, or some of them, judged against the world of this moment. Reads; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from engine.core.case import Actor
from engine.imports import judge_appointments, judge_people, judge_tree, world
from engine.imports.columns import APPOINTMENTS, PEOPLE, POSTS, UNITS
from engine.imports.rows import Judged, Line
from engine.imports.values import read_lines
from engine.imports.world import World

JUDGES = {
    UNITS: judge_tree.judge_units,
    POSTS: judge_tree.judge_posts,
    PEOPLE: judge_people.judge,
    APPOINTMENTS: judge_appointments.judge,
}


def judged(
    db: Connection, kind: str, lines: Iterable[Line], dates: str, actor: Actor, at: datetime
) -> tuple[list[Judged], World]:
    """Each row with what it would do, or everything that is wrong with it, in the order of the file; and the world."""
    rows = read_lines(kind, lines, dates)
    found = world.read(db, kind, rows, actor, at)
    JUDGES[kind](rows, found)
    return rows, found
