"""A few entries of registers in the demo city, of the last days: activities, attendance, an innovation, thanks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from engine import registers
from engine.core.case import Actor
from engine.runtime import Runtime
from engine.store.refs import new_ref

WORK = (
    ("07:30", "09:30", "Pemeriksaan ibu hamil (K6)", "9"),
    ("09:30", "11:30", "Pelayanan imunisasi", "14"),
    ("13:00", "14:30", "Pencatatan kohort ibu dan bayi", "1"),
)
INNOVATION = {
    "name": "Pengingat kunjungan ibu hamil lewat pesan", "step": "in_use",
    "problem": "Banyak ibu hamil terlambat datang pada kunjungan keempat dan keenam.",
    "before": "71", "after": "88", "measured": "persen kunjungan K6 tepat waktu",
}  # fmt: skip
THANKS = {
    "kind": "appreciation", "situation": "Kunjungan rumah ibu nifas di Kelurahan Melati",
    "behaviour": "Menjelaskan tanda bahaya dengan sabar sampai keluarga dapat mengulanginya.",
    "impact": "Keluarga datang lebih awal saat bayi demam.", "suggestion": "Bagikan caranya pada apel Senin.",
}  # fmt: skip


def fill(rt: Runtime, today: date, officer: Actor, superior: Actor, personnel: Actor) -> None:
    """Three days of an officer, today's attendance, what the superior said."""
    for back in range(3):
        day = today - timedelta(days=back)
        for begun, ended, name, quantity in WORK[: 3 - back % 2]:
            said = {"name": name, "begun": begun, "ended": ended, "quantity": quantity}
            _add(rt, "daily_activity", officer, day, said, officer)
        came = {"kind": "present", "came": "07:25", "went": "14:35", "late": str(back * 5)}
        _add(rt, "attendance", officer, day, came, personnel)
    _add(rt, "innovations", officer, today - timedelta(days=20), INNOVATION, officer)
    _add(rt, "feedback", officer, today - timedelta(days=1), THANKS, superior)


def _add(rt: Runtime, register: str, about: Actor, day: date, answers: Mapping[str, Any], by: Actor) -> None:
    registers.add_entry(rt, register, about.ref, day, answers, actor=by, key=new_ref())
