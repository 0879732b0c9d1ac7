"""The sentence for one property that is different: texts, yes and no, deadlines, rules, and everything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.comparing.both import Both
from engine.core.comparing.difference import Difference, Kind, Part
from engine.core.definition import FieldSpec, RuleSpec, TaskSpec, Transition
from engine.core.messages import Message, Param, Text
from engine.core.telling.called import LABELS, text_of
from engine.core.telling.rules import rule
from engine.core.telling.values import EXPRESSIONS, name_of, value

FLAGS = frozenset(("required", "optional", "initial", "final", "automatic"))
SPECIAL = {(Transition, "to"): "to", (TaskSpec, "role"): "role", (FieldSpec, "type"): "type"}
RULE = tuple(info.alias or name for name, info in RuleSpec.model_fields.items())


def told(
    part: Part, path: str, message: Message, old: Param | None, new: Param | None, kind: Kind = "changed"
) -> Difference:
    """A difference of a part."""
    return Difference(path, kind, message, old, new, part, part.group)


def wording(part: Part, name: str, old: Any, new: Any) -> Difference:
    """A text in both languages; where only one of them is different, which one."""
    before, after = text_of(old), text_of(new)
    path, what = part.at(name), {"what": part.what(), "property": name_of(part.model, name)}
    if before is None or after is None:
        key = "added" if before is None else "removed"
        message = Message(f"comparing.words.{key}", text=(after if before is None else before) or "", **what)
    elif before.id != after.id and before.en != after.en:
        key = "label" if name in LABELS else "both"
        message = Message(f"comparing.words.{key}", old=before, new=after, **what)
    else:
        one = "id" if before.id != after.id else "en"
        message = Message(f"comparing.words.only_{one}", old=getattr(before, one), new=getattr(after, one), **what)
    found = Difference(path, "changed", message, _both(before, after), _both(after, before), part, "words")
    return found


def _both(text: Text | None, other: Text | None) -> Param | None:
    """The languages in which a text differs from the other one."""
    if text is None or other is None:
        return text
    ways = [(each, getattr(text, each)) for each in ("id", "en") if getattr(text, each) != getattr(other, each)]
    return tuple(Message(f"comparing.in_language.{each}", text=words) for each, words in ways)


def role_rule(both: Both, part: Part, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """How a role finds its people, told as a whole."""
    if any(old.get(name) != new.get(name) for name in RULE):
        before, after = rule(old, both.old.called), rule(new, both.new.called)
        yield told(
            part, part.at("rule"), Message("comparing.rule", what=part.what(), old=before, new=after), before, after
        )


def changed(both: Both, part: Part, name: str, old: Any, new: Any) -> Difference:
    """Any other property, from what it was to what it is."""
    path = part.at(name)
    before = None if old is None else value(part.model, name, old, both.old, both.before(path))
    after = None if new is None else value(part.model, name, new, both.new, path)
    if name == "steps":
        before, after = (Message("telling.steps", count=len(each or ())) for each in (old, new))
    return told(part, path, _sentence(part, name, old, new, before, after), before, after)


def _sentence(part: Part, name: str, old: Any, new: Any, before: Param | None, after: Param | None) -> Message:
    if name in FLAGS and all(each in (None, True, False) for each in (old, new)):
        return Message(f"comparing.flag.{name}.{'on' if new else 'off'}", what=part.what())
    special = SPECIAL.get((part.model, name)) if part.model else None
    if special and before is not None and after is not None:
        return Message(f"comparing.special.{special}", what=part.what(), old=before, new=after)
    if name == "steps":
        return Message("comparing.steps", what=part.what())
    way = "set" if before is None else "unset" if after is None else "changed"
    if name == "due":
        return Message(f"comparing.due.{way}", name=part.name, old=before or "", new=after or "")
    long = "long" if (part.model, name) in EXPRESSIONS or _is_long(before) or _is_long(after) else "plain"
    facts = {"what": part.what(), "property": name_of(part.model, name), "old": before or "", "new": after or ""}
    if before == 0 or after == 0:
        facts |= {name: given for name, given in (("old", before), ("new", after)) if given is not None}
    return Message(f"comparing.{long}.{way}", **facts)


def _is_long(said: Param | None) -> bool:
    """Sentences and lists are told each by itself, not in one line from … to …."""
    return isinstance(said, Message) and not said.key.startswith(("telling.quoted", "common.", "telling.value"))


def renaming(part: Part, before: str) -> Difference:
    """Another key for the same element."""
    after = part.path.rpartition(".")[2]
    return told(part, part.path, Message("comparing.renamed", what=part.what(), old=before, new=after), before, after,
                "renamed")  # fmt: skip


def rest(part: Part) -> Difference:
    """Something differs that no sentence is made for."""
    return told(part, "", Message("comparing.rest", what=part.what()), None, None)
