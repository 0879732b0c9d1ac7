"""The sentences for lists: elements that came, went or stand elsewhere; names, calls, and circles of roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.core.comparing.both import Both
from engine.core.comparing.difference import Difference, Part
from engine.core.comparing.pairing import pair
from engine.core.comparing.properties import told
from engine.core.messages import Message, Param
from engine.core.telling.called import label_of
from engine.core.telling.calls import CALLS, call
from engine.core.telling.contents import contents
from engine.core.telling.joining import listed
from engine.core.telling.teller import Teller
from engine.core.telling.values import NAMES, named, plain
from engine.core.telling.wordlist import property_name

NAMED = frozenset(("decide", "shows", "after", "from", "except", "fields"))


def added(both: Both, part: Part, node: Mapping[str, Any]) -> Difference:
    """An element that came, with all that it says."""
    facts: dict[str, Param] = {"what": part.what()}
    if part.slug == "transition":
        facts |= {
            "source": tuple(both.new.called.by("state", key) for key in listed(node.get("from"))),
            "target": both.new.called.by("state", node.get("to", "")),
        }
    message = Message("comparing.added_transition" if part.slug == "transition" else "comparing.added", **facts)
    return told(part, part.path, message, None, contents(both.new, part.model, node, part.path), "added")


def removed(both: Both, part: Part, node: Mapping[str, Any]) -> Difference:
    """An element that went, with all that it said."""
    message = Message("comparing.removed", what=part.what())
    return told(part, part.path, message, contents(both.old, part.model, node, part.path), None, "removed")


def moved(part: Part, node: Mapping[str, Any], among: Sequence[Mapping[str, Any]]) -> Difference:
    """An element that stands elsewhere in its list."""
    at = next(place for place, each in enumerate(among) if each is node)
    if at == 0:
        message = Message("comparing.moved_first", what=part.what())
    else:
        message = Message("comparing.moved", what=part.what(), other=label_of(among[at - 1]))
    return told(part, part.path, message, None, None, "moved")


def brought(both: Both, part: Part, origin: str) -> Difference:
    """An element that went to another list: a question to another section, a task to another state."""
    home = both.old_at(origin.rsplit(".", 2)[0])
    before = label_of(home if isinstance(home, Mapping) else {})
    after = part.around.name if part.around else part.name
    message = Message("comparing.brought", what=part.what(), old=before, new=after)
    return told(part, part.path, message, before, after, "moved")


def names(both: Both, part: Part, name: str, old: list[Any], new: list[Any]) -> Iterator[Difference]:
    """A list of names: which came, which went; else that their order is another one."""
    kind, path = NAMES.get((part.model, name)) if part.model else None, part.at(name)

    def said(found: list[Any], teller: Teller, at: str) -> Param:
        return named(kind, found, teller, at) if kind else plain(name, found)

    came = [each for each in new if each not in old]
    went = [each for each in old if each not in new]
    whole = (said(old, both.old, both.before(path)) or None, said(new, both.new, path) or None)
    slug = name if name in NAMED else "other"
    facts = {"what": part.what(), "property": property_name(name)}
    if came:
        items = said(came, both.new, path)
        yield told(part, path, Message(f"comparing.names.{slug}.added", items=items, **facts), *whole)
    if went:
        items = said(went, both.old, both.before(path))
        yield told(part, path, Message(f"comparing.names.{slug}.removed", items=items, **facts), *whole)
    if not came and not went:
        yield told(part, path, Message("comparing.names.order", items=whole[1] or "", **facts), *whole, "moved")


def calls(both: Both, part: Part, name: str, old: list[Any], new: list[Any]) -> Iterator[Difference]:
    """Guards, actions, jobs: the same ones with other options, then one for another, then those that came or went."""
    kind, path = CALLS.get(name, "guard"), part.at(name)
    found = pair(old, new, lambda each: str(each.get("name")) if isinstance(each, Mapping) else str(each))

    def at(each: Any, among: list[Any]) -> str:
        return f"{path}.{next(place for place, one in enumerate(among) if one is each)}"

    def said(each: Any, teller: Teller, among: list[Any]) -> Message:
        return call(each, kind, teller, f"{at(each, among)}.options")

    several = [(before, after) for before, after, _ in found.both if before != after]
    several += list(zip(found.removed, found.added, strict=False))
    for before, after in several:
        was, now = said(before, both.old, old), said(after, both.new, new)
        yield told(
            part, at(after, new), Message(f"comparing.{name}.changed", what=part.what(), old=was, new=now), was, now
        )
    for after in found.added[len(found.removed) :]:
        one = said(after, both.new, new)
        message = Message(f"comparing.{name}.added", what=part.what(), call=one)
        yield told(part, at(after, new), message, None, one, "added")
    for before in found.removed[len(found.added) :]:
        one = said(before, both.old, old)
        message = Message(f"comparing.{name}.removed", what=part.what(), call=one)
        yield told(part, at(before, old), message, one, None, "removed")
    if any(moved for *_, moved in found.both):
        order = tuple(said(each, both.new, new) for each in new)
        message = Message(f"comparing.{name}.order", what=part.what(), calls=order)
        yield told(part, path, message, None, order, "moved")


def circles(both: Both, part: Part, name: str, old: Any, new: Any) -> Iterator[Difference]:
    """Who alone may see or fill something: nobody was shut out before, or is any more, or a role came or went."""
    way, path = name.partition("_")[0], part.at(name)
    facts: dict[str, Param] = {"thing": Message(f"comparing.thing.{part.slug}", name=part.name, form=_form(part))}
    if old is None or new is None:
        held = _circles(both, new if old is None else old, both.new if old is None else both.old)
        key = "only" if old is None else "all"
        yield told(part, path, Message(f"comparing.circle.{way}.{key}", roles=held, **facts),
                   held if new is None else None, held if old is None else None)  # fmt: skip
        return
    found = pair(old, new, lambda each: str(each.get("role")) if isinstance(each, Mapping) else str(each))
    several = [(None, each) for each in found.added] + [(each, None) for each in found.removed]
    several += [(before, after) for before, after, _ in found.both if before != after]
    for before, after in several:
        yield _circle(both, part, path, way, before, after, facts)
    if any(moved for *_, moved in found.both):
        held = _circles(both, new, both.new)
        yield told(part, path, Message("comparing.circle.order", roles=held, **facts), None, held, "moved")


def _circle(
    both: Both, part: Part, path: str, way: str, before: Any, after: Any, facts: Mapping[str, Param]
) -> Difference:
    key = "added" if before is None else "removed" if after is None else "states"
    teller, each = (both.new, after) if after is not None else (both.old, before)
    role = teller.called.by("role", each.get("role", "") if isinstance(each, Mapping) else each)
    said = {name: states(both, one) for name, one in (("old", before), ("new", after)) if one is not None}
    message = Message(f"comparing.circle.{way}.{key}", role=role, **facts, **said)
    return told(part, path, message, said.get("old"), said.get("new"))


def states(both: Both, node: Any) -> Message:
    """In which states, in words; all of them where none is named."""
    named_ = listed(node.get("states")) if isinstance(node, Mapping) else ()
    if not named_:
        return Message("comparing.states.all")
    return Message("comparing.states.some", states=tuple(both.new.called.by("state", key) for key in named_))


def _circles(both: Both, found: Sequence[Any], teller: Teller) -> Param:
    held = tuple(
        Message("comparing.circle.one", role=teller.called.by("role", each.get("role", "")), states=states(both, each))
        for each in found
        if isinstance(each, Mapping)
    )
    return held or Message("comparing.circle.nobody")


def _form(part: Part) -> Param:
    here: Part | None = part
    while here is not None and here.slug != "form":
        here = here.around
    return here.name if here else ""
