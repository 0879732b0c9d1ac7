"""What stands in a form already: kept where whoever fills it now may not edit, and drawn up when it is first opened.

Pure. Where drafts, submissions and earlier cases come from is engine/openings.py's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.core.expression import Expression, ExpressionFailed
from engine.core.filling.fieldtype import FieldType, FormFacts
from engine.core.scope import along, plain

Origin = Literal["default", "form", "previous", "entries"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Raw answers as they stand. `fixed`: fields that whoever fills the form may not edit, whatever is answered.

    `drafted`: what another holder of the same task has drafted in those of them that are only hidden from this one.
    """

    raw: Mapping[str, Any] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    drafted: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What stands in a field when its form is first opened: a raw answer, a formula, or what stands at a path.

    `rows`: the path of a table, of which `columns` are taken; `whole`: that of somebody or something that is named.
    """

    key: str
    type: FieldType
    origin: Origin
    raw: Any = None
    formula: Expression | None = None
    rows: str = ""
    whole: str = ""
    columns: frozenset[str] = frozenset()

    def found(self, names: Mapping[str, Any]) -> Any:
        """The raw answer; None where there is none."""
        if self.rows:
            rows = along(names, self.rows) or ()
            return [{key: plain(value) for key, value in row.items() if key in self.columns} for row in rows]
        if self.whole:
            return plain(along(names, self.whole))
        if self.formula is None:
            return self.raw
        try:
            return plain(self.formula.evaluate(names))
        except ExpressionFailed:
            return None

    def value(self, names: Mapping[str, Any], facts: FormFacts) -> Any:
        """The value as far as it is a good answer to this field; None where nothing is left of it."""
        found = self.found(names)
        if found is None:
            return None
        value, _ = self.type.judge(found, facts)
        return None if value == self.type.empty else value


@dataclass(frozen=True, slots=True)
class Opening:
    """What a form begins with: raw answers by field, as canonical JSON takes them, and where each comes from."""

    raw: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def under(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Raw answers, and what the form begins with where nothing was ever said: what was typed is never touched."""
        return {**raw, **{key: value for key, value in self.raw.items() if raw.get(key) is None}}

    def typed(self, types: Mapping[str, FieldType], language: str) -> Opening:
        """The same as somebody would have typed it in a language; `types` by field."""
        typed = {key: types[key].typed(types[key].load(value), language) for key, value in self.raw.items()}
        return Opening(typed, self.origins)


NOTHING = Opening()


def named_first(beginnings: tuple[Beginning, ...], known: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a form would begin with that names somebody or something, by kind and ref."""
    for each in beginnings:
        yield from each.type.wants()
        if each.type.names_things and (found := each.found(known)) is not None:
            yield from each.type.names(found)


def opening(beginnings: tuple[Beginning, ...], names: Mapping[str, Any], facts: FormFacts) -> Opening:
    """What a form begins with; the last that gives something for a field counts (a prefill before a default)."""
    raw: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for each in beginnings:
        value = each.value(names, facts)
        if value is not None:
            raw[each.key], origins[each.key] = each.type.dump(value), each.origin
    return Opening(raw, origins)
