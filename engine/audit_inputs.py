"""Whether the inputs of a score, and what was set by hand, are those of the workflow that its case names.

A formula is worked out again from what it read. What kind of value it read is not kept: it holds where it does for one
way to read the values, and what can be read in no way (a person, a span of time) is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import islice, product
from typing import Any, TypeAlias

from engine.core.definition import ScoreUse, WorkflowDefinition
from engine.core.expression import (
    BOOLEAN,
    DATE,
    NUMBER,
    TEXT,
    Expression,
    ExpressionFailed,
    InvalidExpression,
    ListOf,
    Record,
    Scalar,
    compile_expression,
)
from engine.core.expression.parser import parse
from engine.core.expression.syntax import Name, walk
from engine.core.scope import along, plain

MOST_WAYS = 256  # of reading the values of one formula
ANSWER = re.compile(r"(\w+)\.(\w+)")
Typed: TypeAlias = tuple[Scalar, bool]  # the kind of a value, and whether it is a list of such
Same: TypeAlias = Callable[[Any, Any], bool]


def is_of_workflow(kept: Mapping[str, Any], use: ScoreUse, workflow: WorkflowDefinition) -> bool:
    """Whether a score is the one that the workflow pins, with its formulas and each thing that they read."""
    pinned = {lock.reference: lock.digest for lock in workflow.lock}
    if pinned.get(f"score:{use.score}", kept["digest"]) != kept["digest"]:
        return False
    forms = {form.key for form in workflow.forms}
    formulas = {each.key: each.value for each in use.inputs}
    return kept["inputs"].keys() == formulas.keys() and all(
        given["formula"] == formulas[key] and _tells_all(given, forms) for key, given in kept["inputs"].items()
    )


def is_by_hand(kept: Mapping[str, Any] | None, use: ScoreUse, answers: Callable[[str], list[Any]], same: Same) -> bool:
    """Whether what was set by hand was let, and was answered; and where nothing was, that nobody had set anything.

    answers: of a form, what the score read of it, else all that was ever sent of it by then; None: erased.
    """
    if use.by_hand is None:
        return kept is None
    return not any(
        _is_forged(getattr(use.by_hand, name), kept, name, answers, same) for name in ("value", "band", "reason")
    )


def _is_forged(
    source: str | None, kept: Mapping[str, Any] | None, name: str, answers: Callable[[str], list[Any]], same: Same
) -> bool:
    """Whether a part of what was set by hand is another than what was answered; a formula of several is not judged."""
    said = kept[name] if kept is not None else None
    if source is None:
        return said is not None
    found = ANSWER.fullmatch(source.strip())
    sent = answers(found[1]) if found is not None else [None]
    if found is None or None in sent:
        return False
    given = [along(each, found[2]) for each in sent]
    if said is None:  # a reason alone sets nothing
        is_set = bool(given) and all(each not in (None, "") for each in given)
        return is_set and (kept is not None or name != "reason")
    return not any(same(each, said) for each in given)


def comes_to(given: Mapping[str, Any], same: Same) -> bool:
    """Whether the value of an input is what its formula makes of what it read."""
    tried = False
    for formula, values in islice(_ways(given["formula"], given["read"]), MOST_WAYS):
        tried = True
        try:
            value = formula.evaluate(values)
        except ExpressionFailed:
            value = None
        if same(plain(value), given["value"]):
            return True
    return not tried


def _tells_all(given: Mapping[str, Any], forms: set[str]) -> bool:
    """Whether an input names a place for each thing that its formula reads, and for an answer whose it was."""
    places = {each["path"]: each for each in given["from"]}
    if places.keys() != set(references(given["formula"])):
        return False
    return all(
        place["kind"] == "answer" and "submission" in place
        for path, place in places.items()
        if path.partition(".")[0] in forms and along(given["read"], path) is not None
    )


@lru_cache(maxsize=4096)
def references(formula: str) -> frozenset[str]:
    """The paths that a formula names."""
    return frozenset(node.path for node, _ in walk(parse(formula)) if isinstance(node, Name))


def _ways(formula: str, read: Mapping[str, Any]) -> Iterator[tuple[Expression, Mapping[str, Any]]]:
    """The formula and its values, for each way to read them that it can be compiled for."""
    paths = sorted(references(formula))
    choices = [list(_readings(along(read, path))) for path in paths]
    for chosen in product(*choices):
        compiled = _compiled(formula, tuple((path, typed) for path, (typed, _) in zip(paths, chosen, strict=True)))
        if compiled is not None:
            yield compiled, _nested({path: value for path, (_, value) in zip(paths, chosen, strict=True)})


def _readings(value: Any) -> Iterator[tuple[Typed, Any]]:
    """What a kept value may have been; nothing for what is no plain value."""
    for kind, read in ((NUMBER, _number), (DATE, _date), (BOOLEAN, _boolean), (TEXT, _text)):
        try:
            if isinstance(value, list):
                yield (kind, True), [None if each is None else read(each) for each in value]
            else:
                yield (kind, False), None if value is None else read(value)
                if value is None:
                    yield (kind, True), None
        except (ValueError, TypeError, InvalidOperation):
            continue


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise TypeError
    return Decimal(value)


def _date(value: Any) -> date:
    return date.fromisoformat(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


@lru_cache(maxsize=4096)
def _compiled(formula: str, types: tuple[tuple[str, Typed], ...]) -> Expression | None:
    found = {path: ListOf(kind) if is_list else kind for path, (kind, is_list) in types}
    try:
        return compile_expression(formula, _record(_nested(found)))
    except InvalidExpression:
        return None


def _record(types: Mapping[str, Any]) -> Record:
    return Record({key: _record(each) if isinstance(each, dict) else each for key, each in types.items()})


def _nested(by_path: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in by_path.items():
        *way, last = path.split(".")
        place = found
        for part in way:
            place = place.setdefault(part, {})
        place[last] = value
    return found
