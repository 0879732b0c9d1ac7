"""Whether what deadlines did is what may be: recorded with its rows, after they were over, as the definition declares.

A move by `system` must be one that fires by itself, or one that a deadline fires there; the latter not before it was
over. What moved a deadline says from when to when, and where it stands is where the last of these put it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ACTS = {"case.final": "final", "case.fire_refused": "refused"}
MOVERS = ("case.redue", "case.extended", "case.put_back", "case.resumed")
TOLD = (*ACTS, *MOVERS, "case.suspended", "case.moved")


@dataclass(slots=True)
class Dues:
    """What has been read of definitions, by digest, and of the stream at hand: where each deadline was put last."""

    body: Callable[[str], Mapping[str, Any]]
    known: dict[str, frozenset[tuple[str, str, bool]]] = field(default_factory=dict)
    put: dict[str, str] = field(default_factory=dict)

    def declared(self, digest: str) -> frozenset[tuple[str, str, bool]]:
        """State, transition, and whether a deadline fires it there (else it fires by itself)."""
        if digest not in self.known:
            self.known[digest] = frozenset(_declared(self.body(digest)))
        return self.known[digest]


def concerns(row: Any) -> bool:
    """Whether an event may have rows of deadlines, or must be one that may happen by itself."""
    return row.kind in TOLD and (row.kind != "case.moved" or row.actor_of_id is None)


def wrong_with_due(dues: Dues, row: Any, rows: Mapping[str, Sequence[Any]]) -> str | None:
    """What does not fit between an event, the rows that name it, and what is declared; or None."""
    document = json.loads(row.leaf)
    public = document.get("public") or {}
    if row.kind == "case.moved":
        return _wrong_move(dues, row, document, public.get("because"), rows)
    if row.kind in ACTS:
        return None if _is_act(row, rows["act"], ACTS[row.kind], public) else "deadline"
    if not _is_suspension(row, public, rows["suspension"]):
        return "suspension"
    return _wrong_shifts(dues, row, rows["shift"]) if row.kind in MOVERS else None


def wrong_at_the_end(dues: Dues, stand: Mapping[str, str | None]) -> bool:
    """Whether a deadline of a case stands elsewhere than where the last event put it."""
    return any(stand.get(of) != due for of, due in dues.put.items())


def _wrong_move(
    dues: Dues, row: Any, document: Mapping[str, Any], because: Any, rows: Mapping[str, Sequence[Any]]
) -> str | None:
    declared = dues.declared(str(document.get("definition")))
    fires = isinstance(because, dict)
    if (row.from_state, row.transition, fires) not in declared:
        return "deadline"
    if not fires:
        return "deadline" if rows["act"] else None
    return None if _is_act(row, rows["act"], "fired", because) else "deadline"


def _is_act(row: Any, acts: Sequence[Any], act: str, said: Mapping[str, Any]) -> bool:
    """One row, of that very deadline, which was over by then."""
    found = [(each.act, each.of_ref, each.due, each.at) for each in acts]
    return found == [(act, said.get("of"), said.get("due"), row.at)] and str(said.get("due")) <= row.at


def _is_suspension(row: Any, public: Mapping[str, Any], found: Sequence[Any]) -> bool:
    if row.kind not in ("case.suspended", "case.resumed"):
        return not found
    ends = public.get("suspended") if row.kind == "case.resumed" else None
    return [(each.case_id, each.at, each.ends) for each in found] == [(row.case_id, row.at, ends)]


def _wrong_shifts(dues: Dues, row: Any, shifts: Sequence[Any]) -> str | None:
    """A calendar leaves no row; what was put off by hand or by a suspension has one for each deadline of its note."""
    noted = {} if row.note_body is None else json.loads(row.note_body)
    said = {name.removeprefix("due."): each for name, each in noted.items() if name.startswith("due.")}
    if row.kind == "case.redue":
        fits = not shifts
    else:
        fits = row.note_body is None or {each.of_ref: each.was for each in shifts} == {
            of: each["was"] for of, each in said.items()
        }
    dues.put.update({of: each["is"] for of, each in said.items()})
    if row.note_body is None:
        dues.put.clear()  # what was erased may have put any of them elsewhere
    return None if fits else "deadline"


def _declared(document: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    for move in _nodes(document, "transitions"):
        if move.get("automatic"):
            yield from ((str(state), str(move.get("key")), False) for state in move.get("from", ()))
    for state in _nodes(document, "states"):
        for node in (document, state, *_nodes(state, "tasks")):
            due = node.get("due")
            if isinstance(due, dict) and due.get("fire"):
                yield str(state.get("key")), str(due["fire"]), True


def _nodes(document: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """The maps of a list; a document that is not whole is another finding's."""
    found = document.get(name)
    yield from (each for each in found if isinstance(each, dict)) if isinstance(found, list) else ()
