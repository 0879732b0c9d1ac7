"""Which operators and functions fit which kind of value, and how many values an operator takes. Tables only."""

from __future__ import annotations

from collections.abc import Mapping

from engine.core.expression import BOOLEAN, DATE, NUMBER, ListOf, Record, Type

ORDERED = ("is", "is_not", "at_least", "more_than", "at_most", "less_than", "between")
ASKED = ("missing", "there")
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "number": (*ORDERED, "one_of", "none_of", *ASKED),
    "date": (*ORDERED, *ASKED),
    "text": ("is", "is_not", "one_of", "none_of", "contains", "contains_not", *ASKED),
    "choice": ("is", "is_not", "one_of", "none_of", *ASKED),
    "boolean": ("yes", "no", *ASKED),
    "list": ("includes", "includes_not", *ASKED),
    "flags": ASKED,
    "table": ASKED,
    "record": ASKED,
}
TAKES: Mapping[str, int | None] = {
    **dict.fromkeys(("yes", "no", *ASKED), 0),
    **dict.fromkeys(("is", "is_not", "at_least", "more_than", "at_most", "less_than"), 1),
    **dict.fromkeys(("contains", "contains_not", "includes", "includes_not"), 1),
    "between": 2,
    "one_of": None,
    "none_of": None,
}
"""How many values an operator takes; None: one or more constants."""

MOST_VALUES = 50


def functions_of(found: Type | None) -> tuple[str, ...]:
    """The functions that may be asked of a name of this type, besides the name itself."""
    if isinstance(found, ListOf):
        return _of_list(found.item)
    return ("days_between", "year", "month") if found == DATE else ()


def _of_list(item: Type) -> tuple[str, ...]:
    if isinstance(item, Record):
        return ("count",)
    if item == NUMBER:
        return ("sum", "average", "min", "max", "count")
    if item == DATE:
        return ("min", "max", "count")
    return ("any", "all", "count") if item == BOOLEAN else ("count",)
