"""How a role finds its people, in words: its rule, what is asked where nobody is, and who never holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.messages import Message, Param
from engine.core.rules import RULES
from engine.core.telling.called import Called
from engine.core.telling.joining import after, listed, whole

RIGHTS = ("admin", "auditor", "calibration_panel")
FROM_UNIT = ("head_of_unit", "members_of_unit")
DEEPEST = 12


def rule(role: Mapping[str, Any], called: Called) -> Message:
    """How the people of a role are found, as sentences, without who never holds it."""
    said: Message | None = None
    for place, each in enumerate(_chain(role)):
        one = _one(each, called)
        said = one if said is None else after(said, Message("admin.rule.else", rule=one))
        if place == DEEPEST:
            break
    return said or Message("telling.rule.none")


def never(role: Mapping[str, Any], called: Called) -> Message | None:
    """Whom a role never falls to; None where nobody is shut out."""
    shut = listed(role.get("except"))
    return Message("admin.rule.except", roles=tuple(called.by("role", key) for key in shut)) if shut else None


def _chain(role: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    here: Any = role
    while isinstance(here, Mapping):
        yield here
        here = here.get("else")


def _one(each: Mapping[str, Any], called: Called) -> Message:
    said = _found(each, called)
    if each.get("seat") == "acting":
        said = after(said, Message("admin.rule.acting_seat"))
    if (days := whole(each.get("settled"))) is not None:
        said = after(said, Message("admin.rule.settled", count=days))
    return said


def _found(each: Mapping[str, Any], called: Called) -> Message:
    name = str(each.get("rule", ""))
    if name not in RULES:
        return Message("telling.rule.unknown", name=name) if name else Message("telling.rule.none")
    roles = {word: called.by("role", each[word]) if each.get(word) else "" for word in ("role", "by", "approved_by")}
    kind = name + ("_from" if each.get("role") and name in FROM_UNIT else "")
    kind += "_steps" if (whole(each.get("steps")) or 1) > 1 else ""
    kind += "_approved" if each.get("approved_by") else ""
    right = str(each.get("grant") or "")
    shown: Param = Message(f"admin.right.{right}") if right in RIGHTS else right
    counts = {"steps": whole(each.get("steps")) or 1, "count": whole(each.get("count")) or 1}
    return Message(f"admin.rule.{kind}", grant=shown, post=str(each.get("post") or ""), **counts, **roles)
