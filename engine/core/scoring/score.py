"""A score ready to be worked out: its formulas compiled, its code lists found. Values only; shared by threads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.core.codelist import CodeList
from engine.core.expression import Expression
from engine.core.scorespec import BandSet, ScaleBand, ScoreDefinition, ScoreStep


@dataclass(frozen=True, slots=True)
class BoundBand:
    """A band with its condition."""

    spec: ScaleBand
    needs: Expression | None = None


@dataclass(frozen=True, slots=True)
class BoundSet:
    """The bands of one group; `spec` is None where all have the same."""

    spec: BandSet | None
    bands: tuple[BoundBand, ...]


@dataclass(frozen=True, slots=True)
class BoundStep:
    """A step with its formulas by the place where they stand (`value`, `of`, `by`, `row`, …, the key of a part).

    `reads`: for each formula the inputs and earlier steps that it names, in the order of the definition.
    """

    spec: ScoreStep
    formulas: Mapping[str, Expression]
    reads: Mapping[str, tuple[str, ...]]
    sets: tuple[BoundSet, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """A definition version that can be worked out; `digest` names it for ever."""

    definition: ScoreDefinition
    digest: str
    steps: tuple[BoundStep, ...]
    codelists: Mapping[str, CodeList] = field(default_factory=dict)
