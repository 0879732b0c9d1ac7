"""What expressions may name, and the values behind the names.

Inside a form: its own fields. Elsewhere: `form.field` of the last submissions, and results. Everywhere: `today`,
`period_start`, `period_end`. A form that nobody has sent is missing, and so is all that is in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from engine.core.case import CaseView, Outcome
from engine.core.expression import DATE, RESERVED_WORDS, TEXT, Expression, ExpressionFailed, Record, Type

EVERYWHERE: Mapping[str, Type] = {"today": DATE, "period_start": DATE, "period_end": DATE}
TAKEN = frozenset(EVERYWHERE) | RESERVED_WORDS
"""Keys that no field, form or result may have, since an expression could not name it."""


def within(types: Mapping[str, Type]) -> Record:
    """The scope inside a form or a table's row: its fields by bare name."""
    return Record({**EVERYWHERE, **types})


def around(forms: Mapping[str, Mapping[str, Type]], results: tuple[str, ...]) -> Record:
    """The scope outside the forms: each form as a record of its fields, each result as text."""
    records: dict[str, Type] = {key: Record(types) for key, types in forms.items()}
    return Record({**EVERYWHERE, **records, **dict.fromkeys(results, TEXT)})


def names(case: CaseView) -> dict[str, Any]:
    """The values behind the scope of a case, as `Expression.evaluate` reads them."""
    found: dict[str, Any] = {
        "today": case.today,
        "period_start": case.period_start,
        "period_end": case.period_end,
        **case.answers,
    }
    for key, known in case.results.items():
        found[key] = known.value if isinstance(known, Outcome) else known
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
