"""`siklus demo --place NAME`: fill an empty database with a shipped place and the year of its scenario."""

from __future__ import annotations

import sys

from engine import demo, place_acts, places
from engine.commands.tools import Tools
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
    print(f"Accounts (password: {demo.PASSWORD})")
    for nip, person, part in places.accounts(rt, place):
        print(f"  {nip:<20} {person:<36} {part}")
    return 0
