"""Binds a score: its formulas over inputs and earlier steps are compiled, its code lists found, or problems are told.

Each step may read the inputs by name, and `step.value`, `step.band` of the steps before it. A score knows no day: the
same inputs give the same number for ever.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.core.definition import CodeList
from engine.core.errors import Problem
from engine.core.expression import (
    BOOLEAN,
    NUMBER,
    TEXT,
    Expression,
    InvalidExpression,
    ListOf,
    Record,
    Type,
    compile_expression,
)
from engine.core.hints import instead
from engine.core.messages import Message
from engine.core.proof import canonical
from engine.core.scorespec import Banding, ScaleBand, ScoreDefinition, ScoreStep
from engine.core.scoring.score import BoundBand, BoundSet, BoundStep, Score

NUMBERS = ListOf(NUMBER)
TYPES: Mapping[str, Type] = {"number": NUMBER, "numbers": NUMBERS, "text": TEXT, "boolean": BOOLEAN}
FOUND = Record({"value": NUMBER, "band": TEXT})


@dataclass(frozen=True, slots=True)
class BoundScore:
    """A score that can be worked out, or what is wrong with its definition; the paths are by names."""

    score: Score | None
    problems: tuple[Problem, ...]


def bind_score(definition: ScoreDefinition, codelists: Mapping[str, CodeList]) -> BoundScore:
    """Compile a score; `codelists` by key. Answers with all problems in the order of the document."""
    binding = _Binding(definition, codelists)
    steps = tuple(binding.steps())
    if binding.problems:
        return BoundScore(None, tuple(binding.problems))
    digest = canonical.digest(definition.model_dump(mode="json", by_alias=True, exclude_defaults=True))
    lists = {key: codelists[key] for key in definition.lists}
    return BoundScore(Score(definition, digest, steps, lists), ())


class _Binding:
    """One walk over a definition, which keeps what is wrong with it."""

    def __init__(self, definition: ScoreDefinition, codelists: Mapping[str, CodeList]) -> None:
        self._definition = definition
        self._codelists = codelists
        self._known: dict[str, Type] = {each.key: TYPES[each.type] for each in definition.inputs}
        self.problems: list[Problem] = []

    def steps(self) -> Iterator[BoundStep]:
        for each in self._definition.inputs:
            if each.list is not None:
                self._list(each.list, f"inputs.{each.key}.list")
        for step in self._definition.steps:
            yield self._step(step, f"steps.{step.key}")
            self._known[step.key] = FOUND

    def _step(self, step: ScoreStep, path: str) -> BoundStep:
        formulas: dict[str, Expression | None] = {}
        sets: tuple[BoundSet, ...] = ()
        for part in step.weighted.parts if step.weighted is not None else ():
            wanted = NUMBER if part.combine is None else NUMBERS
            formulas[part.key] = self._formula(part.value, wanted, f"{path}.weighted.parts.{part.key}.value")
        if step.formula is not None:
            formulas["value"] = self._formula(step.formula.value, NUMBER, f"{path}.formula.value")
        if step.bands is not None:
            formulas["of"] = self._formula(step.bands.of, NUMBER, f"{path}.bands.of")
            if step.bands.by is not None:
                formulas["by"] = self._formula(step.bands.by, TEXT, f"{path}.bands.by")
            sets = tuple(self._sets(step.bands, f"{path}.bands"))
        if step.table is not None:
            self._table(step, path)
            for name in ("item", "row", "column"):
                if (source := getattr(step.table, name)) is not None:
                    formulas[name] = self._formula(source, TEXT, f"{path}.table.{name}")
        there = {name: found for name, found in formulas.items() if found is not None}
        reads = {name: self._reads(found) for name, found in there.items()}
        conditions = [band.needs for each in sets for band in each.bands if band.needs is not None]
        reads["needs"] = tuple(dict.fromkeys(key for needs in conditions for key in self._reads(needs)))
        return BoundStep(step, there, reads, sets)

    def _sets(self, bands: Banding, path: str) -> Iterator[BoundSet]:
        if bands.bands:
            yield BoundSet(None, tuple(self._bands(bands.bands, f"{path}.bands")))
        for each in bands.sets:
            yield BoundSet(each, tuple(self._bands(each.bands, f"{path}.sets.{each.key}.bands")))

    def _bands(self, bands: tuple[ScaleBand, ...], path: str) -> Iterator[BoundBand]:
        for band in bands:
            needs = None
            if band.needs is not None:
                needs = self._formula(band.needs, BOOLEAN, f"{path}.{band.key}.needs")
            yield BoundBand(band, needs)

    def _table(self, step: ScoreStep, path: str) -> None:
        table = step.table
        found = self._list(table.list, f"{path}.table.list") if table is not None else None
        if table is not None and found is not None and table.item is None and found.matrix is None:
            self.problems.append(Problem(f"{path}.table.list", Message("bind.no_matrix", name=table.list)))

    def _list(self, key: str, path: str) -> CodeList | None:
        found = self._codelists.get(key)
        if found is None:
            hint = instead(key, sorted(self._codelists))
            self.problems.append(Problem(path, Message("bind.no_such_codelist", name=key), hint=hint))
        return found

    def _formula(self, source: str, wanted: Type, path: str) -> Expression | None:
        try:
            return compile_expression(source, Record(self._known), expects=wanted)
        except InvalidExpression as invalid:
            for each in invalid.problems:
                message = Message("bind.in_expression", column=each.column, problem=each.message)
                self.problems.append(Problem(path, message, hint=each.hint))
            return None

    def _reads(self, formula: Expression) -> tuple[str, ...]:
        named = {path.partition(".")[0] for path in formula.references}
        return tuple(key for key in self._known if key in named)
