"""Options of an extension, from a document to what it takes: checked against its signature, references found.

Collects every problem with its path; compiled.py and binding.py build on what is left. No field and no move is known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from engine.core.catalog import OWN_SHAPES, Catalog, Entry, Kind, Ref
from engine.core.definition import CodeList, FieldSpec, ResultSpec
from engine.core.errors import Problem
from engine.core.expression import Expression, InvalidExpression, Record, Type, compile_expression
from engine.core.hints import instead, likely, shown
from engine.core.messages import Message
from engine.core.reading.structure import LIMITS, TAGS, UNKNOWN, WRONG

# Options of these stand beside the keys of their element, so those are allowed at the same place.
BESIDE: Mapping[Kind, Iterable[str]] = {"field": FieldSpec.model_fields, "method": ResultSpec.model_fields}


@dataclass(frozen=True, slots=True)
class Names:
    """A scope, and the dotted names that it lacks only because their declaration is wrong: no use of them is blamed."""

    scope: Record
    lost: frozenset[str] = frozenset()

    def has_lost(self, message: Message) -> bool:
        """Whether a problem is about such a name."""
        name = str(message.params.get("name", ""))
        return any(name == lost or name.startswith(f"{lost}.") for lost in self.lost)


class Reader:
    """Reads options and expressions of one definition, and keeps what is wrong with them.

    `named`: what references may point to, by kind.
    """

    def __init__(
        self, catalog: Catalog, codelists: Mapping[str, CodeList], named: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._catalog = catalog
        self._codelists = codelists
        self._named = named
        self.problems: list[Problem] = []

    def wrong(self, path: str, message: Message, hint: Message | None = None) -> None:
        """Keep a problem."""
        self.problems.append(Problem(path, message, hint=hint))

    def entry(self, kind: Kind, name: str, path: str) -> Entry | None:
        """The extension of this name."""
        found = self._catalog.get(kind, name)
        if found is None and name != UNKNOWN:
            self.wrong(path, Message(f"bind.unknown_{kind}", name=name), instead(name, self._catalog.names(kind)))
        return found

    def options(self, entry: Entry, written: Mapping[str, Any], path: str) -> dict[str, Any] | None:
        """The options as values, code lists found, other references checked; None where they are wrong.

        Expressions stay text, columns stay FieldSpec: they need a scope, which is not known here.
        """
        try:
            model = entry.options.model_validate_json(json.dumps(dict(written)), strict=True)
        except ValidationError as error:
            for found in _told_once(entry, error.errors(include_url=False)):
                self.problems += _mistake(entry, written, path, found)
            return None
        values = {name: getattr(model, name) for name in entry.options.model_fields}
        before = len(self.problems)
        for name, ref in entry.refs.items():
            values[name] = self._referred(ref, values[name], f"{path}.{name}")
        return values if len(self.problems) == before else None

    def expression(self, source: str, names: Names, path: str, expects: Type | None = None) -> Expression | None:
        """The compiled expression; None, with its problems kept, where it is none of this scope."""
        try:
            return compile_expression(source, names.scope, expects=expects)
        except InvalidExpression as invalid:
            for problem in invalid.problems:
                if not names.has_lost(problem.message):
                    place = Message("bind.in_expression", column=problem.column, problem=problem.message)
                    self.wrong(path, place, problem.hint)
            return None

    def _referred(self, ref: Ref, value: Any, path: str) -> Any:
        if value is None or ref.to in ("expression", "beside", *OWN_SHAPES):
            return value
        if isinstance(value, tuple):
            return tuple(self._referred(ref, each, f"{path}.{index}") for index, each in enumerate(value))
        if ref.to == "codelist":
            return self._codelist(ref, value, path)
        known = self._named.get(ref.to, ())
        if value not in known and value != UNKNOWN:
            self.wrong(path, Message(f"bind.no_such_{ref.to}", name=value), instead(value, known))
        return value

    def _codelist(self, ref: Ref, key: str, path: str) -> CodeList | None:
        found = self._codelists.get(key)
        if found is None:
            self.wrong(path, Message("bind.no_such_codelist", name=key), instead(key, sorted(self._codelists)))
        elif ref.matrix and found.matrix is None:
            self.wrong(path, Message("bind.no_matrix", name=key))
        return found


def _told_once(entry: Entry, found: Sequence[Any]) -> Iterator[Any]:
    """A misspelt option is one mistake: leave out that the right one is missing."""
    strange = (str(each["loc"][-1]) for each in found if each["type"] == "extra_forbidden")
    meant = {likely(option, entry.options.model_fields) for option in strange}
    yield from (each for each in found if each["type"] != "missing" or each["loc"][-1] not in meant)


def _mistake(entry: Entry, written: Mapping[str, Any], path: str, found: Any) -> Iterator[Problem]:
    """What pydantic says about one option, in our words; paths go by key where the items of a list have one."""
    loc = tuple(step for step in found["loc"] if step not in TAGS)
    at = ".".join([path, *_named(written, loc)])
    kind, option = found["type"], str(loc[-1]) if loc else ""
    if kind == "extra_forbidden":
        allowed = (*entry.options.model_fields, *BESIDE.get(entry.kind, ())) if len(loc) == 1 else ()
        yield Problem(at, Message("bind.unknown_option", option=option, name=entry.name), hint=instead(option, allowed))
    elif kind == "missing":
        yield Problem(at, Message("bind.missing_option", option=option, name=entry.name))
    else:
        limits = {LIMITS[name]: value for name, value in found.get("ctx", {}).items() if name in LIMITS}
        words = _literals(found) if kind == "literal_error" else ()
        key = "definition.not_allowed" if words else WRONG.get(kind, "definition.wrong_value")
        yield Problem(at, Message(key, found=shown(found["input"]), **limits), hint=instead(found["input"], words))


def _literals(found: Any) -> tuple[str, ...]:
    """Pydantic's "'a', 'b' or 'c'" as words."""
    return tuple(part.strip(" '") for part in found["ctx"]["expected"].replace(" or ", ",").split(","))


def _named(value: Any, loc: tuple[Any, ...]) -> Iterator[str]:
    for step in loc:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            value = None
        by_key = isinstance(step, int) and isinstance(value, Mapping) and "key" in value
        yield str(value["key"] if by_key and value is not None else step)
