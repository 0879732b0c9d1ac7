"""Binds the scores that a workflow works out: there is such a score, and each of its inputs is given what it takes.

Every mistake is kept in the Reader. Names of transitions and states are lint_scores.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from engine.core.definition import ResultSpec, ScoreUse, WorkflowDefinition
from engine.core.expression import NUMBER, TEXT, Expression
from engine.core.hints import instead
from engine.core.messages import Message
from engine.core.reading.linking import Beside
from engine.core.reading.mending import UNKNOWN
from engine.core.reading.options import Names, Reader
from engine.core.reading.scoring import TYPES
from engine.core.scope import SCORE, SCORE_METHOD
from engine.core.scoring.score import Score
from engine.core.scoring.using import ScoreCall
from engine.core.workflow import BoundResult


def with_scores(
    reader: Reader,
    definition: WorkflowDefinition,
    beside: Beside,
    around: Callable[[Beside], Names],
    known: Mapping[str, Score],
) -> tuple[Beside, tuple[BoundResult, ...]]:
    """The scores as results, and what expressions may name with them; each may read the ones before it."""
    bound: list[BoundResult] = []
    for use in definition.scores:
        call = _bound(reader, use, around(beside), known)
        if call is not None:
            label = (use.label or call.score.definition.name).as_document()
            spec = {"key": use.key, "label": label, "method": SCORE_METHOD}
            bound.append(BoundResult(ResultSpec.model_validate(spec), call))
        beside = replace(beside, types={**beside.types, use.key: SCORE})
    return beside, tuple(bound)


def _bound(reader: Reader, use: ScoreUse, names: Names, known: Mapping[str, Score]) -> ScoreCall | None:
    path, score = f"scores.{use.key}", known.get(use.score)
    if score is None:
        if use.score != UNKNOWN:
            hint = instead(use.score, sorted(known))
            reader.wrong(f"{path}.score", Message("bind.no_such_score", name=use.score), hint)
        return None
    expressions = dict(_inputs(reader, use, path, names, score)) | dict(_by_hand(reader, use, path, names, score))
    return ScoreCall(SCORE_METHOD, {}, _never, {}, expressions, use=use, score=score)


def _inputs(reader: Reader, use: ScoreUse, path: str, names: Names, score: Score) -> Iterator[tuple[str, Expression]]:
    takes = {each.key: TYPES[each.type] for each in score.definition.inputs}
    for given in use.inputs:
        here = f"{path}.inputs.{given.key}"
        if given.key not in takes:
            reader.wrong(here, Message("bind.no_such_input", name=given.key), instead(given.key, tuple(takes)))
        elif (found := reader.expression(given.value, names, f"{here}.value", takes[given.key])) is not None:
            yield f"inputs.{given.key}", found
    missing = [key for key in takes if all(given.key != key for given in use.inputs)]
    if missing:
        reader.wrong(f"{path}.inputs", Message("bind.inputs_missing", names=tuple(missing)))


def _by_hand(reader: Reader, use: ScoreUse, path: str, names: Names, score: Score) -> Iterator[tuple[str, Expression]]:
    if use.by_hand is None:
        return
    if not score.definition.override:
        reader.wrong(f"{path}.by_hand", Message("bind.not_by_hand", name=use.score))
    for name, wanted in (("value", NUMBER), ("band", TEXT), ("reason", TEXT)):
        source = getattr(use.by_hand, name)
        if source is not None:
            found = reader.expression(source, names, f"{path}.by_hand.{name}", wanted)
            if found is not None:
                yield f"by_hand.{name}", found


def _never(case: object) -> None:
    """A score is worked out by its call itself."""
