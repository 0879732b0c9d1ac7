"""Names of a scope: what type a dotted path has, and which name was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from engine.core.expression.errors import write_instead
from engine.core.expression.types import ListOf, Record, Type
from engine.core.messages import Message

_SHOWN = 20
_SLIP = 3
_COMPARED = 60
_ELSEWHERE = frozenset({"null", "none", "nil", "undefined"})


def type_of(scope: Record, path: str) -> Type | None:
    """The type at a dotted path, None where there is none.

    A path that goes through a list of records reads the field of each: `plan.targets.weight` is a list of
    numbers. Through several lists it is one flat list.
    """
    found: Type = scope
    through_list = False
    for part in path.split("."):
        if isinstance(found, ListOf):
            through_list, found = True, found.item
        if not isinstance(found, Record) or part not in found.fields:
            return None
        found = found.fields[part]
    if through_list and not isinstance(found, ListOf):
        return ListOf(found)
    return found


def unknown_name(scope: Record, path: str) -> Message:
    """The message for a path that the scope does not have: it lists the names known where the path fails."""
    names = sorted(_where_it_fails(scope, path).known.values())
    if not names:
        return Message("expression.no_parts", name=path)
    shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    return Message("expression.unknown_name", name=path, known=shown)


def meant_name(scope: Record, path: str) -> Message | None:
    """The hint for an unknown path: the name that was probably meant."""
    if path in _ELSEWHERE:
        return write_instead("x is missing")
    for name in scope.fields:
        if type_of(scope, f"{name}.{path}") is not None:
            return _did_you_mean(f"{name}.{path}")
    failure = _where_it_fails(scope, path)
    near = _likely(failure.missed, failure.known)
    if near is None:
        return None
    whole = failure.known[near] + failure.beyond
    return _did_you_mean(whole if type_of(scope, whole) else failure.known[near])


def meant_function(name: str, known: Iterable[str]) -> Message | None:
    """The hint for an unknown function: the one that was probably meant."""
    near = _likely(name, known)
    return _did_you_mean(near) if near else None


@dataclass(frozen=True, slots=True)
class _Failure:
    """Where a path leaves its scope: the parts known there, each with its whole path; the part missed; the rest."""

    known: dict[str, str]
    missed: str
    beyond: str


def _where_it_fails(scope: Record, path: str) -> _Failure:
    parts = path.split(".")
    found: Type = scope
    for index, part in enumerate(parts):
        if isinstance(found, ListOf):
            found = found.item
        fields = found.fields if isinstance(found, Record) else {}
        if part not in fields:
            before = "".join(f"{each}." for each in parts[:index])
            beyond = "".join(f".{each}" for each in parts[index + 1 :])
            return _Failure({name: before + name for name in fields}, part, beyond)
        found = fields[part]
    return _Failure({}, path, "")


def _likely(word: str, candidates: Iterable[str]) -> str | None:
    # Comparing is the dearest part of a refusal; lengths this far apart are no slip of the finger.
    near = [each for each in candidates if abs(len(each) - len(word)) <= _SLIP]
    return next(iter(get_close_matches(word, near[:_COMPARED], n=1)), None)


def _did_you_mean(name: str) -> Message:
    return Message("expression.did_you_mean", name=name)
