"""The functions of the language: for each its signatures and what it computes.

All are pure. To add one: write it here, add a line to FUNCTIONS and a row to docs/expressions.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any

from engine.core.expression.limits import MAX_TEXT
from engine.core.expression.run import Run
from engine.core.expression.types import ANYTHING, BOOLEAN, DATE, NUMBER, TEXT, ListOf, Type
from engine.core.messages import Message

# A step pays for this many characters: a text is scanned far faster than a list.
_CHARACTERS_A_STEP = 100


@dataclass(frozen=True, slots=True)
class Signature:
    """Types of the parameters and of the result; `repeated`: the last parameter may come again and again."""

    parameters: tuple[Type, ...]
    result: Type
    repeated: bool = False

    def takes(self, count: int) -> bool:
        """Whether a call with this many arguments can fit."""
        return count == len(self.parameters) or (self.repeated and count > len(self.parameters))

    def parameter(self, index: int) -> Type:
        """The type wanted at a position, from 0."""
        return self.parameters[min(index, len(self.parameters) - 1)]

    def describe(self, function: str) -> Message:
        """How the call is written: `days_between(date, date)`."""
        parameters = _listed([each.describe() for each in self.parameters])
        if self.repeated:
            return Message("expression.signature_repeated", function=function, parameters=parameters)
        return Message("expression.signature", function=function, parameters=parameters)


def _listed(words: list[Message]) -> Message:
    first, *rest = words
    return Message("expression.parameters", first=first, rest=_listed(rest)) if rest else first


@dataclass(frozen=True, slots=True)
class Function:
    """A name of the language that can be called."""

    signatures: tuple[Signature, ...]
    apply: Callable[[Run, list[Any]], Any]


def fits(wanted: Type, found: Type) -> bool:
    """Whether a value of type `found` may stand where `wanted` is asked."""
    return wanted == found or (wanted == ListOf(ANYTHING) and isinstance(found, ListOf))


def _sum(run: Run, arguments: list[Any]) -> Decimal | None:
    present = _present(run, arguments[0])
    return None if present is None else _total(run, present)


def _average(run: Run, arguments: list[Any]) -> Decimal | None:
    present = _present(run, arguments[0])
    return run.context.divide(_total(run, present), Decimal(len(present))) if present else None


def _count(run: Run, arguments: list[Any]) -> Decimal | None:
    present = _present(run, arguments[0])
    return None if present is None else Decimal(len(present))


def _min(run: Run, arguments: list[Any]) -> Any:
    present = _present(run, _one_list(arguments))
    return min(present) if present else None


def _max(run: Run, arguments: list[Any]) -> Any:
    present = _present(run, _one_list(arguments))
    return max(present) if present else None


def _any(run: Run, arguments: list[Any]) -> bool | None:
    present = _present(run, arguments[0])
    return None if present is None else any(present)


def _all(run: Run, arguments: list[Any]) -> bool | None:
    present = _present(run, arguments[0])
    return None if present is None else all(present)


def _one_list(arguments: list[Any]) -> list[Any] | None:
    """`min(list)` and `min(a, b)` are the same function: the second brings its list along."""
    only: list[Any] | None = arguments[0] if len(arguments) == 1 else arguments
    return only


def _present(run: Run, items: list[Any] | None) -> list[Any] | None:
    if items is None:
        return None
    run.spend(len(items))
    return [item for item in items if item is not None]


def _total(run: Run, numbers: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = run.context.add(total, number)
    return total


def _days_between(run: Run, start: date, end: date) -> Decimal:
    return Decimal((end - start).days)


def _abs(run: Run, number: Decimal) -> Decimal:
    return run.context.abs(number)


def _round(run: Run, number: Decimal, places: Decimal) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP, run.context)


def _length(run: Run, value: str | list[Any]) -> Decimal:
    return Decimal(len(value))


def _contains(run: Run, text: str, part: str) -> bool:
    run.spend((len(text) + len(part)) // _CHARACTERS_A_STEP)
    return part in text


def _lower(run: Run, text: str) -> str:
    run.spend(len(text) // _CHARACTERS_A_STEP)
    return bounded(run, text.lower())


def bounded(run: Run, text: str) -> str:
    """Let a text through that is not longer than an evaluation may make."""
    if len(text) > MAX_TEXT:
        raise run.failure("expression.text_too_long", limit=MAX_TEXT)
    return text


def _date(run: Run, text: str) -> date:
    # The text is a literal that check.py has read as a date already.
    return date.fromisoformat(text)


def _year(run: Run, day: date) -> Decimal:
    return Decimal(day.year)


def _month(run: Run, day: date) -> Decimal:
    return Decimal(day.month)


def _strict(compute: Callable[..., Any]) -> Callable[[Run, list[Any]], Any]:
    """A missing argument makes the result missing."""

    def apply(run: Run, arguments: list[Any]) -> Any:
        return None if None in arguments else compute(run, *arguments)

    return apply


_NUMBERS, _DATES, _BOOLEANS, _LIST = ListOf(NUMBER), ListOf(DATE), ListOf(BOOLEAN), ListOf(ANYTHING)
_EXTREME = (
    Signature((_NUMBERS,), NUMBER),
    Signature((_DATES,), DATE),
    Signature((NUMBER, NUMBER), NUMBER, repeated=True),
    Signature((DATE, DATE), DATE, repeated=True),
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "sum": Function((Signature((_NUMBERS,), NUMBER),), _sum),
        "count": Function((Signature((_LIST,), NUMBER),), _count),
        "min": Function(_EXTREME, _min),
        "max": Function(_EXTREME, _max),
        "average": Function((Signature((_NUMBERS,), NUMBER),), _average),
        "any": Function((Signature((_BOOLEANS,), BOOLEAN),), _any),
        "all": Function((Signature((_BOOLEANS,), BOOLEAN),), _all),
        "days_between": Function((Signature((DATE, DATE), NUMBER),), _strict(_days_between)),
        "abs": Function((Signature((NUMBER,), NUMBER),), _strict(_abs)),
        "round": Function((Signature((NUMBER, NUMBER), NUMBER),), _strict(_round)),
        "length": Function((Signature((TEXT,), NUMBER), Signature((_LIST,), NUMBER)), _strict(_length)),
        "contains": Function((Signature((TEXT, TEXT), BOOLEAN),), _strict(_contains)),
        "lower": Function((Signature((TEXT,), TEXT),), _strict(_lower)),
        "date": Function((Signature((TEXT,), DATE),), _strict(_date)),
        "year": Function((Signature((DATE,), NUMBER),), _strict(_year)),
        "month": Function((Signature((DATE,), NUMBER),), _strict(_month)),
    }
)
