"""How numbers are read and written: the decimal mark of both languages, and nothing that has two meanings.

The rule. A dot and a comma together, or one of them several times, can be read in one way only: `1.250,75`,
`1,250.75`, `1.250.000`. A single mark is the decimal mark: `12,5`, `12.5`, `0.125`. One case has two readings, one
to three digits (no leading 0), a mark, exactly three digits: `1.250`. It is refused; people write 1250 or 1,25, and
what is dumped gets a fourth digit (`1.1250`) so that it can be read again.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from engine.core.filling.fieldtype import unfit
from engine.core.messages import Message
from engine.fields.reading import line, quoted, wrong_type

WHOLE_DIGITS = 15  # as in expressions
MOST_PLACES = 6
LONGEST = 40
MOST_DIGITS = 28

_PLAIN = re.compile(r"[+-]?[0-9]+\Z")
_TWO_READINGS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}\Z")
_DECIMAL = re.compile(r"[+-]?[0-9]+[.,][0-9]+\Z")
_DOTS_GROUP = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3}){2,}|(?:\.[0-9]{3})+,[0-9]+)\Z")
_COMMAS_GROUP = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){2,}|(?:,[0-9]{3})+\.[0-9]+)\Z")
_MINUS = str.maketrans({"\u2212": "-", "\u00a0": " "})


def read(raw: Any, places: int) -> Decimal | None:
    """The number that was written, with at most `places` decimals; None where nothing was."""
    if isinstance(raw, str) or raw is None:
        text = line(raw).translate(_MINUS)
        return _checked(_number(text), places) if text else None
    if isinstance(raw, bool) or not isinstance(raw, (int, Decimal)):
        raise wrong_type(raw, Message("field.kind.number"))
    if isinstance(raw, int):
        # Before any conversion: a huge int takes time to write and to multiply.
        return _checked(Decimal(raw), places) if abs(raw) < 10**WHOLE_DIGITS else _too_large()
    return _checked(raw, places)


def within(value: Decimal, minimum: Decimal | None, maximum: Decimal | None) -> Decimal:
    """The value, when it lies between the limits."""
    if minimum is not None and value < minimum:
        raise unfit(Message("field.number.too_small", least=minimum, found=value))
    if maximum is not None and value > maximum:
        raise unfit(Message("field.number.too_large", most=maximum, found=value))
    return value


def written(value: Decimal) -> str:
    """The text that is stored: a dot as decimal mark, no exponent, and never a text with two readings."""
    return _readable_again(format(value, "f"))


def typed(value: Decimal, language: str) -> str:
    """The number as one would type it."""
    text = written(value)
    return text if language == "en" else text.replace(".", ",")


def shown(value: Decimal, language: str) -> str:
    """The number as people read it: `1.250,75` in Indonesian, `1,250.75` in English."""
    english = format(value, ",f")
    return english if language == "en" else english.translate({ord(","): ".", ord("."): ","})


def from_cell(cell: Any) -> Any:
    """A number as a spreadsheet library reads it; a binary float becomes the decimal that it is shown as."""
    return Decimal(repr(cell)) if isinstance(cell, float) else cell


def tidy(value: Decimal) -> Decimal:
    """The same number in its one spelling: no trailing zeros, no exponent, no negative zero."""
    if not value:
        return Decimal(0)
    short = value.normalize()
    return short if int(short.as_tuple().exponent) <= 0 else short.quantize(Decimal(1))


def _number(text: str) -> Decimal:
    if len(text) > LONGEST:
        _too_large()
    if _PLAIN.match(text):
        return Decimal(text)
    if _TWO_READINGS.match(text):
        joined = re.sub("[.,]", "", text)
        raise unfit(Message("field.number.two_readings", found=text, whole=joined, decimal=_as_decimal(text)))
    if _DECIMAL.match(text):
        return Decimal(text.replace(",", "."))
    if _DOTS_GROUP.match(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _COMMAS_GROUP.match(text):
        return Decimal(text.replace(",", ""))
    raise unfit(Message("field.number.unreadable", found=quoted(text)))


def _as_decimal(text: str) -> str:
    """`1.250` → `1,25`: how the reading with decimals is written so that it has no other."""
    found = typed(tidy(Decimal(text.replace(",", "."))), "id")
    return found if "," in found else f"{found},0"


def _checked(value: Decimal, places: int) -> Decimal:
    if not value.is_finite() or value.adjusted() >= WHOLE_DIGITS:
        return _too_large()
    # More digits than the arithmetic keeps would be rounded away in silence.
    if (value and value.adjusted() < -MOST_PLACES) or len(value.as_tuple().digits) > MOST_DIGITS:
        raise unfit(Message("field.number.places", places=places))
    tidied = tidy(value)
    if -int(tidied.as_tuple().exponent) > places:
        raise unfit(Message("field.number.places", places=places))
    return tidied


def _too_large() -> Decimal:
    raise unfit(Message("field.number.out_of_range", digits=WHOLE_DIGITS))


def _readable_again(text: str) -> str:
    return f"{text}0" if _TWO_READINGS.match(text) else text
