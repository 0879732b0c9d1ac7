"""What is published and may be named by a definition: code lists, workflows, registers, indicators and scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.definition import CodeList, IndicatorDefinition, RegisterDefinition, WorkflowDefinition
from engine.core.scoring.score import Score


@dataclass(frozen=True, slots=True)
class Published:
    """A workflow that may be named, with the code lists that it names itself."""

    definition: WorkflowDefinition
    codelists: Mapping[str, CodeList]


class Known(dict[str, CodeList]):
    """Code lists by key, and beside them the others by key. A plain mapping of code lists knows none of these."""

    registers: Mapping[str, RegisterDefinition]
    indicators: Mapping[str, IndicatorDefinition]
    scores: Mapping[str, Score]

    def __init__(self, codelists: Mapping[str, CodeList], workflows: Mapping[str, Published]) -> None:
        super().__init__(codelists)
        self.workflows = workflows
        self.registers = {}
        self.indicators = {}
        self.scores = {}

    def beside(
        self, registers: Mapping[str, RegisterDefinition], indicators: Mapping[str, IndicatorDefinition]
    ) -> Known:
        """The same, knowing these registers and indicators too."""
        found = Known(self, self.workflows)
        found.registers, found.indicators, found.scores = registers, indicators, self.scores
        return found

    def scoring(self, scores: Mapping[str, Score]) -> Known:
        """The same, knowing these scores too, each bound to the code lists that it names itself."""
        found = self.beside(self.registers, self.indicators)
        found.scores = scores
        return found


def workflows_of(known: Mapping[str, CodeList]) -> Mapping[str, Published]:
    """The workflows that are known beside the code lists."""
    return known.workflows if isinstance(known, Known) else {}


def registers_of(known: Mapping[str, CodeList]) -> Mapping[str, RegisterDefinition]:
    """The registers that are known beside the code lists."""
    return known.registers if isinstance(known, Known) else {}


def indicators_of(known: Mapping[str, CodeList]) -> Mapping[str, IndicatorDefinition]:
    """The indicators that are known beside the code lists."""
    return known.indicators if isinstance(known, Known) else {}


def scores_of(known: Mapping[str, CodeList]) -> Mapping[str, Score]:
    """The scores that are known beside the code lists."""
    return known.scores if isinstance(known, Known) else {}
