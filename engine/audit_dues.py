"""Whether what deadlines did is what may be: recorded with its rows, after they were over, as the definition declares.

A move by `system` must be one that fires by itself, or one that a deadline fires there; the latter not before it was
over. The event that sets a deadline says so in its leaf, what moves it says from when to when: so it is known at each
event where every deadline stands, and the rows must say the same. Leaves of old do not say what they set.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.core.proof.leaf import NOTED

ACTS = {"case.final": "final", "case.fire_refused": "refused"}
MOVERS = ("case.redue", "case.extended", "case.put_back", "case.resumed")
TOLD = (*ACTS, *MOVERS, "case.suspended", "case.moved")
SUBMITTED = "form.submitted"


@dataclass(slots=True)
class Dues:
    """What has been read of definitions, by digest, and of the stream at hand: where each deadline was put last.

    told: the versions of the case whose event says all that it set, with the definition and the state entered.
    unsure: the refs of those that an event has put nobody knows where any more. strays: those that were moved or did
    something though no event had set them. visit, here: definition and state in which the case stands, and the refs of
    the deadlines set since it came there, where its event says them. unsaid: how many, in all streams, no event speaks
    of. passing: what audit_passing knows of definitions.
    """

    body: Callable[[str], Mapping[str, Any]]
    known: dict[str, frozenset[tuple[str, str, bool]]] = field(default_factory=dict)
    clocked: dict[str, Mapping[str | None, bool]] = field(default_factory=dict)
    put: dict[str, str] = field(default_factory=dict)
    told: dict[int, tuple[str, str]] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    strays: set[str] = field(default_factory=set)
    visit: tuple[str, str] | None = None
    here: set[str] = field(default_factory=set)
    passing: dict[str, Any] = field(default_factory=dict)
    unsaid: int = 0

    def timed(self, digest: str) -> Mapping[str | None, bool]:
        """Which states have a deadline of their own, and (None) whether the whole has; True where it always runs."""
        if digest not in self.clocked:
            document = self.body(digest)
            places = {None: document, **{str(each.get("key")): each for each in nodes(document, "states")}}
            found = {key: node["due"] for key, node in places.items() if isinstance(node.get("due"), dict)}
            # A date that a form says may not have been said.
            self.clocked[digest] = {key: "by" not in due for key, due in found.items()}
        return self.clocked[digest]

    def begin(self) -> None:
        """Forget the stream that was read last."""
        for of_stream in (self.put, self.told, self.unsure, self.strays, self.here):
            of_stream.clear()
        self.visit = None

    def stands(self, of: str, due: object) -> bool:
        """Whether a deadline may have stood there, by all that the stream says so far."""
        if of not in self.put and of not in self.unsure:
            self.strays.add(of)
        return self.put.get(of, due) == due

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
        return None if _is_act(dues, row, rows["act"], ACTS[row.kind], public) else "deadline"
    if not _is_suspension(row, public, rows["suspension"]):
        return "suspension"
    return _wrong_shifts(dues, row, document, rows["shift"]) if row.kind in MOVERS else None


def tell(dues: Dues, row: Any) -> None:
    """Add the deadlines that a move or a submission sets."""
    if row.n is None and row.kind != SUBMITTED:
        return
    document = json.loads(row.leaf)
    said = document.get("dues")
    if said == NOTED:
        said = None if row.note_body is None else json.loads(row.note_body).get("dues")
        if row.n is None:  # of those that it set, none is known
            dues.told.clear()
    if row.n is not None:
        dues.visit = (str(document.get("definition")), row.to_state) if isinstance(said, dict) else None
        dues.here.clear()
    if isinstance(said, dict):
        if row.n is not None and dues.visit is not None:
            dues.told[row.n] = dues.visit
        dues.here.update(of for refs in said.values() for of in refs)
        _put(dues, {of: due for due, refs in said.items() for of in refs})


def _put(dues: Dues, said: Mapping[str, str]) -> None:
    dues.put.update(said)
    dues.unsure.difference_update(said)


def wrong_at_the_end(dues: Dues, stand: Mapping[str, Any]) -> bool:
    """Whether a deadline of a case is not where the last event put it, or there although no event set it.

    stand: the rows of its tasks and clocks (due, opened_n, whole: None for a task), by ref.
    """
    if any(of not in stand or stand[of].due != due for of, due in dues.put.items()):
        return True
    others = [each for of, each in stand.items() if each.due is not None and of not in dues.put]
    if any(each.opened_n in dues.told and each.ref not in dues.unsure for each in others):
        return True
    dues.unsaid += len(others)
    if any(of not in stand or stand[of].opened_n in dues.told for of in dues.strays):
        return True
    running = [(each.opened_n, bool(each.whole)) for each in stand.values() if each.whole is not None]
    may = dict(_clocks(dues))
    found = [each for each in running if each[0] in dues.told]
    return len(found) != len(set(found)) or not {each for each, must in may.items() if must} <= set(found) <= may.keys()


def _clocks(dues: Dues) -> Iterator[tuple[tuple[int, bool], bool]]:
    """The clocks that may have begun, and whether each must: with which version of the case, and if of the whole."""
    for n, (digest, state) in dues.told.items():
        timed = dues.timed(digest)
        if state in timed:
            yield (n, False), timed[state]
        if None in timed and n == 1:
            yield (n, True), timed[None]


def _wrong_move(
    dues: Dues, row: Any, document: Mapping[str, Any], because: Any, rows: Mapping[str, Sequence[Any]]
) -> str | None:
    declared = dues.declared(str(document.get("definition")))
    fires = isinstance(because, dict)
    if (row.from_state, row.transition, fires) not in declared:
        return "deadline"
    if not fires:
        return "deadline" if rows["act"] else None
    return None if _is_act(dues, row, rows["act"], "fired", because) else "deadline"


def _is_act(dues: Dues, row: Any, acts: Sequence[Any], act: str, said: Mapping[str, Any]) -> bool:
    """One row, of that very deadline, which stood there and was over by then."""
    if not dues.stands(str(said.get("of")), said.get("due")):
        return False
    found = [(each.act, each.of_ref, each.due, each.at) for each in acts]
    return found == [(act, said.get("of"), said.get("due"), row.at)] and str(said.get("due")) <= row.at


def _is_suspension(row: Any, public: Mapping[str, Any], found: Sequence[Any]) -> bool:
    if row.kind not in ("case.suspended", "case.resumed"):
        return not found
    ends = public.get("suspended") if row.kind == "case.resumed" else None
    return [(each.case_id, each.at, each.ends) for each in found] == [(row.case_id, row.at, ends)]


def _wrong_shifts(dues: Dues, row: Any, document: Mapping[str, Any], shifts: Sequence[Any]) -> str | None:
    """A calendar leaves no row; what was put off by hand or by a suspension has one for each deadline of its note."""
    noted = None if row.note_body is None else json.loads(row.note_body)
    said = {name.removeprefix("due."): each for name, each in (noted or {}).items() if name.startswith("due.")}
    if noted is not None and not _is_moved(dues, row, document, said, shifts):
        return "deadline"
    if not all(_is_shift(row, document["public"], each) for each in shifts):
        return "deadline"
    put = document.get("dues")
    if isinstance(put, dict):
        put = {of: due for due, refs in put.items() for of in refs}
        if noted is not None and put != {of: each["is"] for of, each in said.items()}:
            return "deadline"
        _put(dues, put)
    elif noted is not None:
        _put(dues, {of: each["is"] for of, each in said.items()})
    else:
        _lose(dues, {each.of_ref for each in shifts} if row.kind != "case.redue" else set(dues.put))
    return None


def _is_moved(
    dues: Dues, row: Any, document: Mapping[str, Any], said: Mapping[str, Any], shifts: Sequence[Any]
) -> bool:
    """As many as the leaf says, each from where it stood; and a row for each, but for what a calendar moved."""
    if len(said) != document["public"].get("tasks", len(said)) or not all(
        dues.stands(of, each["was"]) for of, each in said.items()
    ):
        return False
    if row.kind == "case.redue":
        return not shifts
    return {each.of_ref: each.was for each in shifts} == {of: each["was"] for of, each in said.items()}


def _is_shift(row: Any, public: Mapping[str, Any], shift: Any) -> bool:
    """A row says what its event does, since a calendar that changes counts by it again."""
    told = (shift.until, shift.days, shift.first, shift.last)
    if row.kind == "case.extended":
        return told == (public.get("until"), public.get("days"), None, None)
    if row.kind == "case.resumed":
        return told[:2] == (None, None) and None not in told[2:]
    return shift.until is not None and told[1:] == (None, None, None)


def _lose(dues: Dues, refs: set[str]) -> None:
    """Where these stand nobody knows any more: an event of old put them there, and its note was erased."""
    dues.unsure |= refs
    for of in refs:
        dues.put.pop(of, None)


def _declared(document: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    for move in nodes(document, "transitions"):
        if move.get("automatic"):
            yield from ((str(state), str(move.get("key")), False) for state in move.get("from", ()))
    for state in nodes(document, "states"):
        for node in (document, state, *nodes(state, "tasks")):
            due = node.get("due")
            if isinstance(due, dict) and due.get("fire"):
                yield str(state.get("key")), str(due["fire"]), True


def nodes(document: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    """The maps of a list; a document that is not whole is another finding's."""
    found = document.get(name)
    yield from (each for each in found if isinstance(each, dict)) if isinstance(found, list) else ()
