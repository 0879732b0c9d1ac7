"""What rows about people would do: each against the file, and against the people that there are. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.core.grades import judge_grade
from engine.core.messages import Message
from engine.core.nip import Nip, read_nip
from engine.imports.rows import CHANGE, CREATE, END, UNCHANGED, Judged
from engine.imports.world import World

FIELDS = ("name", "kind", "grade", "email")  # what may differ from what stands


def judge(rows: Sequence[Judged], world: World) -> None:
    """Settle each row. Somebody is known by his NIP; an elected official, who has none, by his e-mail address."""
    seen: dict[str, int] = {}
    emails: dict[str, int] = {}
    for row in rows:
        row.label = row.said("name")
        official = row.said("kind") == "official"
        _judge_number(row, official)
        _judge_email(row, official, emails)
        key = row.said("email") if official else row.said("nip")
        if key and seen.setdefault(key, row.number) != row.number:
            row.blame("duplicate", "email" if official else "nip", row=seen[key])
        if row.is_wrong:
            row.settle(UNCHANGED)
            continue
        person = (world.by_email if official else world.people).get(key)
        row.settle(_outcome(row, person, world))


def _judge_number(row: Judged, official: bool) -> None:
    kind, nip = row.said("kind"), row.said("nip")
    if any(fault.column in ("nip", "kind") for fault in row.faults):
        return
    if official:
        if nip:
            row.blame("nip_of_official", "nip")
        return
    if not nip:
        row.blame("missing", "nip")
        return
    read = read_nip(nip, kind)
    if isinstance(read, Nip):
        row.values["nip"] = read.digits
        if (wrong := judge_grade(row.said("grade"), kind)) is not None:
            row.blame("grade", "grade", wrong)
    else:
        row.blame(f"nip_{read.key.rpartition('.')[2]}", "nip", read)


def _judge_email(row: Judged, official: bool, emails: dict[str, int]) -> None:
    email = row.said("email")
    if not email:
        if official and not any(fault.column == "email" for fault in row.faults):
            row.blame("official_email", "email")
    elif emails.setdefault(email, row.number) != row.number and not official:
        row.blame("email_twice", "email", row=emails[email])


def _outcome(row: Judged, person: Any, world: World) -> str:
    owner = world.by_email.get(row.said("email"))
    if owner is not None and (person is None or owner.id != person.id):
        row.blame("email_taken", "email")
    if person is None:
        if row.said("status") == "ended":
            row.blame("unknown_person", "status")
        return CREATE
    if not _may_change(row, person, world):
        return UNCHANGED
    _judge_kind(row, person)
    row.was = _differences(row, person)
    standing = {None: "", "active": True, "ended": False}[row.values.get("status")]
    if standing != "" and standing != bool(person.active):
        row.was["status"] = "active" if person.active else "ended"
        return END if person.active else CHANGE
    return CHANGE if row.was else UNCHANGED


def _may_change(row: Judged, person: Any, world: World) -> bool:
    """Whether the person may be changed by who imports; what keeps him from it is noted where the row would."""
    if not _differences(row, person) and row.values.get("status") in (None, "active" if person.active else "ended"):
        return False
    column = "nip" if person.nip else "email"
    if person.id == world.oneself:
        row.blame("oneself", column)
    elif person.id not in world.within:
        row.blame("person_outside", column)
    elif person.id in world.beyond:
        row.blame("further_rights", column)
    elif person.id in world.elsewhere:
        row.blame("further_posts", column)
    return not row.is_wrong


def _judge_kind(row: Judged, person: Any) -> None:
    # A contract employee who becomes a civil servant gets another number: by hand, so that nobody becomes another.
    if row.said("kind") != person.kind:
        row.blame("kind_differs", "kind", Message("imports.fault.kind_differs", stands=person.kind))


def _differences(row: Judged, person: Any) -> dict[str, Any]:
    stands = {name: getattr(person, name) for name in FIELDS}
    return {name: value for name, value in stands.items() if row.values.get(name, value) != value}
