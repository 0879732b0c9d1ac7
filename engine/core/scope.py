"""What expressions may name, and the values behind the names.

Inside a form: its own fields. Elsewhere: `form.field` of the last submissions, results, and of linked cases
`case.parent.form.field` and the lists `children.link.form.field`, figures `figures.key`. Everywhere: `today`,
`period_start`, `period_end`.
A form that nobody has sent is missing, and so is all that is in it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from engine.core.case import CaseView, LinkedCase, Outcome
from engine.core.chosen import FIGURED
from engine.core.expression import (
    BOOLEAN,
    DATE,
    NUMBER,
    RESERVED_WORDS,
    TEXT,
    Expression,
    ExpressionFailed,
    ListOf,
    Record,
    Type,
)
from engine.core.figurespec import FigureSpec

EVERYWHERE: Mapping[str, Type] = {"today": DATE, "period_start": DATE, "period_end": DATE}
COUNTED = ("count", "open")
"""What `children.<link>` says of its cases beside their forms and results."""
SCORE: Type = Record({"value": NUMBER, "band": TEXT, "cell": TEXT, "by_hand": BOOLEAN})
SCORE_METHOD = "score"
"""The method of a result that is a score: expressions find more than a text behind its name."""
NOTHING: Mapping[str, Type] = {}
TAKEN = frozenset(EVERYWHERE) | RESERVED_WORDS
"""Keys that no field, form or result may have, since an expression could not name it."""


def within(types: Mapping[str, Type]) -> Record:
    """The scope inside a form or a table's row: its fields by bare name."""
    return Record({**EVERYWHERE, **types})


def around(
    forms: Mapping[str, Mapping[str, Type]], results: tuple[str, ...], beside: Mapping[str, Type] = NOTHING
) -> Record:
    """The scope outside the forms: each form as a record of its fields, each result as text.

    beside: what the names of linked cases hold (`case`, `children`).
    """
    records: dict[str, Type] = {key: Record(types) for key, types in forms.items()}
    return Record({**EVERYWHERE, **records, **dict.fromkeys(results, TEXT), **beside})


def children(links: Mapping[str, Mapping[str, Mapping[str, Type]]]) -> dict[str, Type]:
    """The types behind `children`: of each link how many cases there are and are open, and each form a list."""
    found: dict[str, Type] = {}
    for key, forms in links.items():
        lists = {name: ListOf(Record(types)) for name, types in forms.items()}
        found[key] = Record({**lists, **dict.fromkeys(COUNTED, NUMBER)})
    return {"children": Record(found)} if found else {}


def figures(specs: Collection[FigureSpec]) -> dict[str, Type]:
    """The types behind `figures`: each a number, or missing; of chosen indicators a list of rows."""
    types: dict[str, Type] = {each.key: NUMBER if each.chosen is None else FIGURED for each in specs}
    return {"figures": Record(types)} if types else {}


def parent(reads: Mapping[str, Type]) -> dict[str, Type]:
    """The types behind `case.parent`, by path."""
    found = Record({})
    for path, read_type in reads.items():
        found = _with(found, path.split("."), read_type)
    return {"case": Record({"parent": found})} if reads else {}


def _with(record: Record, parts: list[str], found: Type) -> Record:
    first, *rest = parts
    inner = record.fields.get(first)
    below = inner if isinstance(inner, Record) else Record({})
    return Record({**record.fields, first: _with(below, rest, found) if rest else found})


def names(case: CaseView) -> dict[str, Any]:
    """The values behind the scope of a case, as `Expression.evaluate` reads them."""
    found: dict[str, Any] = {
        "today": case.today,
        "period_start": case.period_start,
        "period_end": case.period_end,
        **case.answers,
    }
    for key, known in case.results.items():
        found[key] = value_of(known)
    if case.parent is not None:
        found["case"] = {"parent": case.parent.values}
    if case.children:
        found["children"] = {key: _gathered(cases) for key, cases in case.children.items()}
    if case.figures:
        found["figures"] = {key: figure.value for key, figure in case.figures.items()}
    return found


def value_of(result: Outcome | str) -> Any:
    """What expressions find behind the name of a result: a text; behind that of a score its number, band and cell."""
    if not isinstance(result, Outcome):
        return result
    how = result.derivation
    if how.get("method") != SCORE_METHOD:
        return result.value
    number = how.get("value")
    value = None if number is None else Decimal(str(number))
    return {"value": value, "band": how.get("band"), "cell": how.get("cell"), "by_hand": how.get("by_hand") is not None}


def _gathered(cases: Sequence[LinkedCase]) -> dict[str, Any]:
    """The cases of one link: each form a list of what was sent, with nothing for who has not; and how many."""
    forms = dict.fromkeys(name for case in cases for name in case.values)
    still = sum(not case.is_over for case in cases)
    lists = {name: [case.values.get(name, {}) for case in cases] for name in forms}
    return {**lists, "count": Decimal(len(cases)), "open": Decimal(still)}


def projected(paths: Sequence[str], values: Mapping[str, Any]) -> dict[str, Any]:
    """What stands at these paths, again by path: of a table, the list of its column."""
    found: dict[str, Any] = {}
    for path in paths:
        *way, last = path.split(".")
        place = found
        for part in way:
            place = place.setdefault(part, {})
        place[last] = along(values, path)
    return found


def holds(expression: Expression, values: Mapping[str, Any]) -> bool:
    """Whether a condition is true; missing is not, and neither is what cannot be computed."""
    try:
        return expression.evaluate(values) is True
    except ExpressionFailed:
        return False


def read(values: Mapping[str, Any], expression: Expression) -> dict[str, Any]:
    """What an expression looks at, by name, JSON-able: the record of why it answered as it did."""
    return {path: plain(along(values, path)) for path in expression.references}


def plain(value: Any) -> Any:
    """A value as JSON takes it: numbers and dates become text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, frozenset, set)):
        return [plain(item) for item in value]
    if isinstance(value, (Decimal, date)):
        return str(value)
    return value


def along(value: Any, path: str | list[str]) -> Any:
    """What stands at a dotted path; through a list, of each of its items. None where there is nothing."""
    parts = path.split(".") if isinstance(path, str) else path
    for index, part in enumerate(parts):
        if isinstance(value, (list, tuple)):
            return [along(item, parts[index:]) for item in value]
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value
