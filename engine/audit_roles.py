"""Whether acting orders and nominations are what events say, and every act for another had an order that held. Pure.

An act is judged by what was recorded, not by the rows: the order must name both people, hold on the local day of the
act, and not have been replaced before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from engine.core.case import ACTING
from engine.core.proof.canonical import canonical
from engine.core.times import to_datetime

MARK = f'"rule":"{ACTING}"'.encode()


@dataclass(frozen=True, slots=True)
class Act:
    """An event in which somebody acted under an order: where it stands, when, by whom and for whom."""

    stream: str
    seq: int
    at: str
    unit: str | None
    by: str
    instead_of: str | None
    order: str


@dataclass(slots=True)
class Orders:
    """What events said of orders, by ref, and the acts under them."""

    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)
    nominations: dict[str, dict[str, Any]] = field(default_factory=dict)


def tell(orders: Orders, row: Any) -> None:
    """Add an event: an order, its early end, a nomination, its decision, or an act under an order."""
    if row.kind == "acting.ordered":
        public = json.loads(row.leaf)["public"]
        orders.said[str(public.get("order"))] = _ordered(row, public)
    elif row.kind == "acting.ended":
        public = json.loads(row.leaf)["public"]
        old, new = orders.said.setdefault(str(public.get("replaces")), {}), str(public.get("order"))
        orders.said[new] = {**old, "ends_on": public.get("ends_on"), "recorded_at": row.at, "superseded": None}
        old["superseded"] = new
    if row.kind in ("case.nominated", "case.nomination_decided"):
        _nominated(orders, row, json.loads(row.leaf)["public"])
    if MARK in row.leaf:
        _acted(orders, row, json.loads(row.leaf))


def _nominated(orders: Orders, row: Any, public: Mapping[str, Any]) -> None:
    if row.kind == "case.nominated":
        said = {name: public.get(name) for name in ("role", "person", "decision")}
        decided = row.ref if said["decision"] else None
        orders.nominations[row.ref] = {**said, "by": row.actor_ref, "decided_ref": decided, "stream": row.stream}
    else:
        said = orders.nominations.setdefault(str(public.get("nomination")), {})
        said |= {"decision": public.get("decision"), "decided_ref": row.ref}


def _ordered(row: Any, public: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: public.get(name) for name in ("person", "deputy", "kind", "starts_on", "ends_on")}
    said["scope"] = canonical(public.get("scope")).decode()
    noted = {} if row.note_body is None else {"number": json.loads(row.note_body).get("number")}
    return {**said, **noted, "recorded_at": row.at, "superseded": None}


def _acted(orders: Orders, row: Any, document: Mapping[str, Any]) -> None:
    right = document.get("right") or {}
    if right.get("rule") == ACTING:
        orders.acts.append(
            Act(row.stream, row.seq, row.at, row.unit_ref, document["by"], document.get("for"), str(right.get("basis")))
        )


def wrong_rows(told: Mapping[str, Mapping[str, Any]], rows: Iterable[Any]) -> Iterator[str]:
    """The refs of orders or nominations whose row is not what was told, was never told, or is missing."""
    missing = set(told)
    for row in rows:
        missing.discard(row.ref)
        said = told.get(row.ref)
        if said is None or any(getattr(row, name) != value for name, value in said.items()):
            yield row.ref
    yield from sorted(missing)


def wrong_acts(orders: Orders, zones: Mapping[str, str]) -> Iterator[Act]:
    """The acts for another for which no order held; zones: IANA zone of a unit, by its ref."""
    for act in orders.acts:
        said = orders.said.get(act.order)
        if said is None or not _held(orders, said, act, zones.get(act.unit or "", "UTC")):
            yield act


def _held(orders: Orders, said: Mapping[str, Any], act: Act, zone: str) -> bool:
    if (said.get("person"), said.get("deputy")) != (act.instead_of, act.by):
        return False
    replaced = orders.said.get(str(said.get("superseded")), {}).get("recorded_at")
    if replaced is not None and replaced <= act.at:
        return False
    day = to_datetime(act.at).astimezone(ZoneInfo(zone)).date().isoformat()
    ends_on = said.get("ends_on")
    return str(said.get("starts_on")) <= day and (ends_on is None or day < ends_on)
