"""Looks at definition files without importing them: what `siklus check` prints. Reads files; writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.core.catalog import Catalog
from engine.core.definition import (
    CodeList,
    IndicatorDefinition,
    RegisterDefinition,
    ScoreDefinition,
    WorkflowDefinition,
)
from engine.core.errors import InvalidDefinition, Problem
from engine.core.messages import Message
from engine.core.reading.known import Known, Published
from engine.core.reading.parse import examine, shaped
from engine.core.reading.scoring import bind_score
from engine.documents import read_yaml


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One finding: `file:line:column: message`, with a hint. A warning does not make the check fail."""

    file: str
    line: int
    column: int
    message: Message
    hint: Message | None = None
    warning: bool = False


def check_files(files: Iterable[str | Path], shipped: Iterable[str | Path], catalog: Catalog) -> list[CheckLine]:
    """Check definition files; workflows may name the shipped code lists and those among the files themselves."""
    wanted = [Path(file) for file in files]
    known = _known([*map(Path, shipped), *wanted], catalog)
    return [line for file in wanted for line in _check_file(file, catalog, known)]


def check_text(text: str | bytes, name: str, catalog: Catalog, codelists: Mapping[str, CodeList]) -> list[CheckLine]:
    """Check one document; everything wrong or doubtful with it, in the order in which a reader meets it."""
    try:
        document, positions = read_yaml(text, name)
    except InvalidDefinition as invalid:
        return [_line(name, problem) for problem in invalid.problems]
    return [_line(name, problem) for problem in examine(document, positions, catalog, codelists).problems]


def _check_file(file: Path, catalog: Catalog, codelists: Mapping[str, CodeList]) -> list[CheckLine]:
    try:
        text = file.read_bytes()
    except OSError:
        return [CheckLine(str(file), 1, 1, Message("definition.unreadable_file", name=str(file)))]
    return check_text(text, str(file), catalog, codelists)


def _known(files: Iterable[Path], catalog: Catalog) -> Known:
    """What files may name of one another, by key; what is wrong with one is told where it is checked itself."""
    lists: dict[str, CodeList] = {}
    others: dict[type, dict[str, Any]] = {WorkflowDefinition: {}, RegisterDefinition: {}, IndicatorDefinition: {}}
    scored: list[ScoreDefinition] = []
    for file in files:
        try:
            document, positions = read_yaml(file.read_bytes(), str(file))
        except (OSError, InvalidDefinition):
            continue
        kind = document.get("kind") if isinstance(document, dict) else None
        if kind == "codelist":
            definition = examine(document, positions, catalog, {}).definition
            if isinstance(definition, CodeList):
                lists[definition.key] = definition
        else:
            found = shaped(document, positions)
            scored += [found] if isinstance(found, ScoreDefinition) else []
            others.get(type(found), {})[getattr(found, "key", "")] = found
    workflows = {key: Published(found, lists) for key, found in others[WorkflowDefinition].items()}
    scores = {each.key: score for each in scored if (score := bind_score(each, lists).score) is not None}
    return Known(lists, workflows).beside(others[RegisterDefinition], others[IndicatorDefinition]).scoring(scores)


def _line(name: str, problem: Problem) -> CheckLine:
    told = Message("definition.at", path=problem.path, problem=problem.message) if problem.path else problem.message
    return CheckLine(name, problem.line or 1, problem.column or 1, told, problem.hint, problem.warning)
