"""The calendars of the demo city: the national one with the lists that ship, and a week of six days for a Puskesmas."""

from __future__ import annotations

from pathlib import Path

from engine import calendars, holiday_lists
from engine.calendar_rules import Rules
from engine.core.case import Actor
from engine.runtime import Runtime
from engine.store.queries import units

REASON = "Sesuai SKB 3 Menteri"
SIX_DAYS = "Perwali tentang hari kerja unit layanan"


def set_up(rt: Runtime, actor: Actor) -> str:
    """Add both and let their units use them; answers the ref of the national one."""
    with rt.db.read() as db:
        refs = {unit.key: unit.ref for unit in units.tree(db, actor)}
    rules = Rules("Kalender nasional", 5, receipt_counts=False)
    about = {"unit_ref": None, "parent_ref": None}
    national = calendars.add_calendar(rt, actor=actor, rules=rules, reason=REASON, **about)
    rules, about = Rules("Puskesmas enam hari kerja", 6), {"unit_ref": refs["dinkes"], "parent_ref": national}
    six = calendars.add_calendar(rt, actor=actor, rules=rules, reason=SIX_DAYS, **about)
    calendars.use(rt, actor=actor, unit_ref=refs["pemkot"], calendar_ref=national, reason=REASON)
    calendars.use(rt, actor=actor, unit_ref=refs["puskesmas"], calendar_ref=six, reason=SIX_DAYS)
    return national


def fill(rt: Runtime, actor: Actor, national: str, shipped: Path, year: int) -> None:
    """Put the list of a year into the national calendar, where it ships."""
    if entries := holiday_lists.read(shipped / "calendars" / "indonesia.yaml").get(year):
        calendars.add_days(rt, actor=actor, calendar_ref=national, entries=entries, reason=REASON)
