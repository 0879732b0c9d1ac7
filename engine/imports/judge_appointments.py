"""What rows about appointments would do: begin one, or end one that stands. Pure.

A row means an appointment that stands when person, post, manner and first day are the same; it may then give it an
end. Ends come first, so that a file may end somebody's post and begin the next one in any order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.imports.rows import CREATE, END, UNCHANGED, Judged
from engine.imports.world import World


@dataclass(frozen=True, slots=True)
class Span:
    """An appointment: whose, to what, [since, until)."""

    who: str
    post: str
    since: str
    until: str | None

    def shares_a_day(self, since: str, until: str | None) -> bool:
        """Whether it holds on a day of another period."""
        return (until is None or self.since < until) and (self.until is None or self.until > since)


@dataclass(slots=True)
class Seats:
    """The appointments that stand, and those that rows before have begun; `of_person`, `of_post`: definitive ones."""

    of_person: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    of_post: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    of_both: dict[tuple[int, int], list[Span]] = field(default_factory=lambda: defaultdict(list))  # in any manner

    def take(self, person_id: int, post_id: int, kind: str, span: Span) -> None:
        """From now on this counts."""
        self.of_both[person_id, post_id].append(span)
        if kind == "definitive":
            self.of_person[person_id].append(span)
            self.of_post[post_id].append(span)

    def in_the_way(self, person_id: int, post_id: int, kind: str) -> tuple[Iterable[Span], Iterable[Span]]:
        """What a person may not hold at the same time, and whom the post may not have."""
        same = self.of_both[person_id, post_id]
        return ((*self.of_person[person_id], *same), self.of_post[post_id]) if kind == "definitive" else (same, ())


def judge(rows: Sequence[Judged], world: World) -> None:
    """Settle each row: first those that end something, then those that begin."""
    seen: dict[tuple[str, ...], int] = {}
    standing = {(held.person_id, held.post_id, held.kind, held.starts_on): held for held in world.appointments}
    ends: dict[int, str] = {}
    begins: list[tuple[Judged, Any, Any]] = []
    for row in rows:
        row.values.setdefault("kind", "definitive")
        person, post = _person(row, world), _post(row, world)
        _judge_period(row)
        _judge_twice(row, seen)
        held = None if row.is_wrong else standing.get((person.id, post.id, row.said("kind"), row.said("starts_on")))
        if row.is_wrong or held is None:
            begins.append((row, person, post))
        elif (until := _ending(row, held)) is not None:
            ends[held.id] = until
    seats = _seats(world.appointments, ends)
    for row, person, post in begins:
        row.turn = 1
        _begin(row, person, post, seats, world)


def _person(row: Judged, world: World) -> Any:
    nip = row.said("nip")
    person = world.people.get(nip)
    row.label = person.name if person is not None and person.id in world.within else nip
    if not nip:
        return None
    if person is None:
        row.blame("unknown_nip", "nip")
    elif person.id == world.oneself:
        row.blame("oneself", "nip")
    elif person.id not in world.within:
        row.blame("person_outside", "nip")
    elif person.id in world.beyond:
        row.blame("further_rights", "nip")
    return person


def _post(row: Judged, world: World) -> Any:
    said = row.said("post")
    if not said:
        return None
    found = world.posts.called(said)
    if len(found) != 1:
        row.blame("ambiguous_post" if found else "unknown_post", "post")
        return None
    if found[0].unit_id not in world.reach:
        row.blame("unit_outside", "post")
    row.values["post"] = found[0].key
    return found[0]


def _judge_period(row: Judged) -> None:
    since, until = row.said("starts_on"), row.said("ends_on")
    if since and until and until < since:
        row.blame("period", "ends_on", starts=date.fromisoformat(since))


def _judge_twice(row: Judged, seen: dict[tuple[str, ...], int]) -> None:
    key = tuple(row.said(name) for name in ("nip", "post", "kind", "starts_on"))
    if all(key) and seen.setdefault(key, row.number) != row.number:
        row.blame("duplicate", "nip", row=seen[key])


def _ending(row: Judged, held: Any) -> str | None:
    """The day before which a standing appointment is to end now; None where the row changes nothing, or is wrong."""
    until = row.values.get("ends_on")
    if row.said("order_number") and row.said("order_number") != (held.order_number or ""):
        row.blame("order_differs", "order_number", stands=held.order_number or "–")
    elif "ends_on" in row.values and until != held.ends_on:
        if until is None or (held.ends_on is not None and until > held.ends_on):
            row.blame("ended_already", "ends_on", ends=date.fromisoformat(held.ends_on))
        else:
            row.was = {"ends_on": held.ends_on}
    row.settle(END if row.was else UNCHANGED)
    return until if row.outcome == END else None


def _seats(appointments: Iterable[Any], ends: dict[int, str]) -> Seats:
    seats = Seats()
    for held in appointments:
        until = ends.get(held.id, held.ends_on)
        if until != held.starts_on:
            span = Span(held.person_name, held.post_name, held.starts_on, until)
            seats.take(held.person_id, held.post_id, held.kind, span)
    return seats


def _begin(row: Judged, person: Any, post: Any, seats: Seats, world: World) -> None:
    since, until = row.said("starts_on"), row.values.get("ends_on")
    if not row.is_wrong:
        if until == since:
            row.blame("period", "ends_on", starts=date.fromisoformat(since))
        if not person.active:
            row.blame("left", "nip")
        if not post.active:
            row.blame("post_closed", "post")
    if not row.is_wrong:
        _judge_overlap(row, *seats.in_the_way(person.id, post.id, row.said("kind")))
        if not row.is_wrong:
            seats.take(person.id, post.id, row.said("kind"), Span(person.name, post.name, since, until))
    row.settle(CREATE)


def _judge_overlap(row: Judged, of_person: Iterable[Span], of_post: Iterable[Span]) -> None:
    since, until = row.said("starts_on"), row.values.get("ends_on")
    held = next((span for span in of_person if span.shares_a_day(since, until)), None)
    if held is not None:
        row.blame("overlaps", "starts_on", post=held.post, since=date.fromisoformat(held.since))
        return
    other = next((span for span in of_post if span.shares_a_day(since, until)), None)
    if other is not None:
        row.blame("two_holders", "post", name=other.who, since=date.fromisoformat(other.since))
