"""What rows about units and posts would do: each against the file, and against what there is. Pure.

Both are trees: a row names what it stands below, which may come with the same file. Keys are shared by units and posts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core.grades import judge_class
from engine.core.messages import Message
from engine.imports.circles import depths, on_circles
from engine.imports.rows import CHANGE, CREATE, END, UNCHANGED, Judged
from engine.imports.world import Named, World


@dataclass(frozen=True, slots=True)
class Tree:
    """How one kind of thing is judged: what there is, the same keys elsewhere, which column names what is above."""

    there: Named
    others: Named
    above: str
    above_id: str
    plain: tuple[str, ...]  # columns that are compared as they are


def judge_units(rows: Sequence[Judged], world: World) -> None:
    """Settle each row about a unit."""
    tree = Tree(world.units, world.posts, "parent", "parent_id", ("name", "kind", "timezone"))
    wanted = _begin(rows, tree)
    for row in rows:
        unit = world.units.by_key.get(row.said("key"))
        _judge_unit_place(row, unit, wanted, world)
    _finish(rows, tree, wanted, _closable_unit(rows, world))


def judge_posts(rows: Sequence[Judged], world: World) -> None:
    """Settle each row about a post."""
    tree = Tree(world.posts, world.units, "superior", "superior_id", ("name", "kind", "level", "position_class"))
    wanted = _begin(rows, tree)
    for row in rows:
        _judge_post_unit(row, world.posts.by_key.get(row.said("key")), world)
        if (said := row.said("position_class")) and (wrong := judge_class(int(said))) is not None:
            row.blame("position_class", "position_class", wrong)
    _finish(rows, tree, wanted, _closable_post(rows, world))
    for row in rows:
        post = world.posts.by_key.get(row.said("key"))
        if post is not None and post.id in world.own_posts and row.was:  # nobody chooses his own superior
            row.blame("oneself", "key", Message("people.not_oneself"))
            row.settle(UNCHANGED)


def _begin(rows: Sequence[Judged], tree: Tree) -> dict[str, Judged]:
    """The rows by key, duplicates noted; what each names above itself becomes a key."""
    wanted: dict[str, Judged] = {}
    for row in rows:
        row.label = row.said("name")
        key = row.said("key")
        if key and wanted.setdefault(key, row) is not row:
            row.blame("duplicate", "key", row=wanted[key].number)
        elif key and key in tree.others.by_key and key not in tree.there.by_key:
            row.blame("key_taken", "key")
    for row in rows:
        _name_above(row, tree, wanted)
    return wanted


def _name_above(row: Judged, tree: Tree, wanted: Mapping[str, Judged]) -> None:
    said = row.said(tree.above)
    if not said or said in wanted:
        return
    found = tree.there.called(said)
    if len(found) == 1:
        row.values[tree.above] = found[0].key
    else:
        row.blame(f"{'ambiguous' if found else 'unknown'}_{tree.above}", tree.above)


def _judge_unit_place(row: Judged, unit: Any, wanted: Mapping[str, Judged], world: World) -> None:
    parent = row.said("parent")
    if unit is not None and unit.id not in world.reach:
        row.blame("unit_outside", "key")
    elif unit is not None and _leaves(row, unit, world) and unit.parent_id not in world.reach:
        row.blame("root_unit" if unit.parent_id is None else "unit_outside", "parent")
    elif parent and parent in world.units.by_key and world.units.by_key[parent].id not in world.reach:
        if unit is None or unit.parent_id != world.units.by_key[parent].id:
            row.blame("unit_outside", "parent")
    elif parent or any(fault.column == "parent" for fault in row.faults):
        return
    elif unit is None or ("parent" in row.values and unit.parent_id is not None):
        row.blame("root_unit", "parent")


def _leaves(row: Judged, unit: Any, world: World) -> bool:
    """Whether a unit would end or come below another one: whoever administers what is above it decides that."""
    ends = row.values.get("status") == "ended" and unit.active
    return ends or bool(row.said("parent") and row.said("parent") != world.units.key_of(unit.parent_id))


def _judge_post_unit(row: Judged, post: Any, world: World) -> None:
    if post is not None and post.unit_id not in world.reach:
        row.blame("unit_outside", "key")
        return
    said = row.said("unit")
    if not said:
        return
    found = world.units.called(said)
    if len(found) != 1:
        row.blame("ambiguous_unit" if found else "unknown_unit", "unit")
    elif found[0].id not in world.reach:
        row.blame("unit_outside", "unit")
    elif not found[0].active and not row.said("since"):
        row.blame("unit_closed", "unit")
    else:
        row.values["unit"] = found[0].key


def _finish(rows: Sequence[Judged], tree: Tree, wanted: Mapping[str, Judged], closable: Mapping[str, str]) -> None:
    """Circles, what hangs on a wrong row, and what is left to do; whatever stands above comes first."""
    above = _lines(rows, tree, wanted)
    circles = on_circles(above)
    for row in rows:
        if row.said("key") in circles and wanted.get(row.said("key")) is row:
            row.blame(f"circle_of_{tree.above}", tree.above)
    deep = depths({key: above[key] for key in above if key not in circles})
    for row in sorted(rows, key=lambda row: deep.get(row.said("key"), 0)):
        higher = wanted.get(row.said(tree.above))
        if higher is not None and not row.is_wrong and not _stands(higher, tree):
            _judge_higher(row, higher, tree)
        row.settle(_outcome(row, tree, closable))
        row.turn = deep.get(row.said("key"), 0)
        if row.outcome == END:
            row.turn = 1_000_000 - row.turn  # what is below closes first, and after everything else


def _judge_higher(row: Judged, higher: Judged, tree: Tree) -> None:
    """What comes with the same file is right itself, and stands as early."""
    if higher.is_wrong:
        row.blame("depends", tree.above, row=higher.number)
    elif row.said("since") < higher.said("since"):
        row.blame("before_above", "since", row=higher.number)


def _stands(row: Judged, tree: Tree) -> bool:
    return row.said("key") in tree.there.by_key


def _lines(rows: Sequence[Judged], tree: Tree, wanted: Mapping[str, Judged]) -> dict[str, str | None]:
    """Who stands below whom once the file is in: what there is, with what rows without a fault say instead."""
    above = {key: tree.there.key_of(getattr(row, tree.above_id)) for key, row in tree.there.by_key.items()}
    for key, row in wanted.items():
        if tree.above in row.values and not row.is_wrong:
            above[key] = row.said(tree.above) or None
    return above


def _outcome(row: Judged, tree: Tree, closable: Mapping[str, str]) -> str:
    there, status = tree.there.by_key.get(row.said("key")), row.values.get("status")
    if there is None:
        if status == "ended":
            row.blame("unknown_key", "status")
        return CREATE
    stands = {**{name: _text(there, name) for name in tree.plain}, **_places(there, tree)}
    row.was = {name: value for name, value in stands.items() if row.values.get(name, value) != value}
    if status and (status == "active") != bool(there.active):
        row.was["status"] = "active" if there.active else "ended"
        why = closable.get(row.said("key")) if there.active else "closed_already"
        if why:
            row.blame(why, "status")
        return END
    return CHANGE if row.was else UNCHANGED


def _text(there: Any, name: str) -> str | None:
    value = getattr(there, name)
    return None if value is None else str(value)


def _places(there: Any, tree: Tree) -> dict[str, str | None]:
    places = {tree.above: tree.there.key_of(getattr(there, tree.above_id))}
    return places | {"unit": tree.others.key_of(there.unit_id)} if tree.above == "superior" else places


def _closable_unit(rows: Sequence[Judged], world: World) -> dict[str, str]:
    """Units that may not be closed, with the cause: something in them stands on."""
    closing = {row.said("key") for row in rows if row.values.get("status") == "ended"}
    found: dict[str, str] = {}
    for unit in world.units.by_id.values():
        if unit.active and unit.parent_id is not None and unit.key not in closing:
            found[world.units.by_id[unit.parent_id].key] = "holds_units"
    for post in world.posts.by_id.values():
        if post.active:
            found[world.units.by_id[post.unit_id].key] = "holds_posts"
    return found


def _closable_post(rows: Sequence[Judged], world: World) -> dict[str, str]:
    """Posts that may not be closed, with the cause: somebody sits on them, or below them."""
    closing = {row.said("key") for row in rows if row.values.get("status") == "ended"}
    found = {world.posts.by_id[held.post_id].key: "holds_people" for held in world.appointments}
    for post in world.posts.by_id.values():
        if post.active and post.superior_id is not None and post.key not in closing:
            found.setdefault(world.posts.by_id[post.superior_id].key, "holds_posts_below")
    return found
