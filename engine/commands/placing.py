"""`siklus demo --place NAME`: fill an empty database with a shipped place and the year of its scenario."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from engine import demo, place_acts, places
from engine.commands.tools import Tools
from engine.runtime import Runtime
from engine.store import migrate


def load(tools: Tools, name: str) -> int:
    """Play a place into an empty database and tell its accounts; 1 where it cannot go there."""
    known = places.names(tools.shipped)
    if name not in known:
        print(f"siklus: there is no place {name!r}; shipped are: {', '.join(known)}", file=sys.stderr)
        return 2
    rt = tools.runtime(tools.installation())
    migrate.upgrade(rt.db)
    if not demo.is_empty(rt):
        print("siklus: this database holds people already; a place goes into an empty one", file=sys.stderr)
        return 1
    stage, place = places.begin(rt, tools.shipped / name, tools.works(), tools.dailies())
    done = sum(1 for _ in place_acts.play(stage, place["steps"]))
    print(f"{place['name']['en']}: {done} steps played, each with the outcome that its scenario names.")
    print(_table(rt, place))
    return 0


def accounts_table(tools: Tools, rt: Runtime) -> str:
    """The accounts of the place that this database holds, as lines for a terminal; nothing where it holds none."""
    every = (places.read(tools.shipped / name, "place.yaml") for name in places.names(tools.shipped))
    found = ((place, len(list(places.accounts(rt, place)))) for place in every)
    best = max(found, key=lambda each: each[1], default=None)
    return _table(rt, best[0]) if best is not None and best[1] else ""


def _table(rt: Runtime, place: Mapping[str, Any]) -> str:
    rows = [f"  {nip:<20} {person:<36} {part}" for nip, person, part in places.accounts(rt, place)]
    return "\n".join([f"Accounts (password: {demo.PASSWORD})", *rows])
