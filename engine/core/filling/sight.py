"""Who sees what of a form: fields that are hidden from somebody, and those that he reads and may not edit.

Follows from `seen_by` and `edited_by` of sections and fields, the role and the state of the case; whether he may open
the form at all is decided in forms.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from engine.core.definition import Circle

Circles = tuple[tuple[Circle, ...], ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """The fields of one form that one reader does not see, and those that he does not fill now, both by key."""

    hidden: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()


WHOLE = Sight()


@dataclass(frozen=True, slots=True)
class Bounds:
    """Who alone may see and fill which field: field → circles, each of which must hold him (its section's, its own).

    `read`: computed field → the fields that its figure would give away.
    """

    seen: Mapping[str, Circles]
    edited: Mapping[str, Circles]
    read: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def sight(self, roles: Collection[str], state: str, fills_as: str | None = None) -> Sight:
        """What somebody with these roles sees while the case stands in `state`; `fills_as`: the role of his task.

        Who edits a field sees it, whatever `seen_by` says. A figure is seen by who sees all that it comes from.
        """
        if not self.seen and not self.edited:
            return WHOLE
        filling = () if fills_as is None else (fills_as,)
        edits = {key for key, circles in self.edited.items() if _within(circles, filling, state)}
        hidden = {key for key, circles in self.seen.items() if key not in edits and not _within(circles, roles, state)}
        hidden |= {key for key, sources in self.read.items() if not sources.isdisjoint(hidden)}
        return Sight(frozenset(hidden), frozenset(hidden | (self.edited.keys() - edits)))


UNBOUND = Bounds({}, {})


def _within(circles: Circles, roles: Collection[str], state: str) -> bool:
    return all(
        any(one.role in roles and (not one.states or state in one.states) for one in circle) for circle in circles
    )
