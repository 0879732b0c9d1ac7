"""What is published and may be named by a definition: code lists, and the workflows that it may open cases of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.core.definition import CodeList, WorkflowDefinition


@dataclass(frozen=True, slots=True)
class Published:
    """A workflow that may be named, with the code lists that it names itself."""

    definition: WorkflowDefinition
    codelists: Mapping[str, CodeList]


class Known(dict[str, CodeList]):
    """Code lists by key, and beside them workflows by key. A plain mapping of code lists knows no workflow."""

    def __init__(self, codelists: Mapping[str, CodeList], workflows: Mapping[str, Published]) -> None:
        super().__init__(codelists)
        self.workflows = workflows


def workflows_of(known: Mapping[str, CodeList]) -> Mapping[str, Published]:
    """The workflows that are known beside the code lists."""
    return known.workflows if isinstance(known, Known) else {}
