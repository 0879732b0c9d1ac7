"""How numbers are read and written: one reading or none."""

from decimal import Decimal

import pytest

from engine.core.errors import InvalidSubmission
from engine.fields import numbers

READ = {
    "12,5": "12.5",
    "12.5": "12.5",
    "1250": "1250",
    "1.250,75": "1250.75",
    "1,250.75": "1250.75",
    "1.250.000": "1250000",
    "1,250,000": "1250000",
    "0.125": "0.125",
    "0,125": "0.125",
    "1250.125": "1250.125",
    "1.1250": "1.125",
    "-3,5": "-3.5",
    "\u22123,5": "-3.5",
    "+7": "7",
    "007": "7",
    "-0": "0",
    " 12 ": "12",
    "12,50": "12.5",
}
REFUSED = {
    "1.250": "field.number.two_readings",
    "12,500": "field.number.two_readings",
    "-999.999": "field.number.two_readings",
    "1.25.000": "field.number.unreadable",
    "1,2,3": "field.number.unreadable",
    "1.250,": "field.number.unreadable",
    "12 500": "field.number.unreadable",
    "1e3": "field.number.unreadable",
    "0x10": "field.number.unreadable",
    "٣": "field.number.unreadable",
    "NaN": "field.number.unreadable",
    "Infinity": "field.number.unreadable",
    "dua belas": "field.number.unreadable",
    "0,1234567": "field.number.places",
    "1000000000000000": "field.number.out_of_range",
    "9" * 50: "field.number.out_of_range",
    "0." + "9" * 35: "field.number.places",
    "12\x00": "field.forbidden_character",
    "1" * 200_000: "field.too_long",
}
VALUES = {
    True: "field.wrong_type",
    12.5: "field.wrong_type",
    10**5000: "field.number.out_of_range",
    Decimal("NaN"): "field.number.out_of_range",
    Decimal("1E+999999"): "field.number.out_of_range",
    Decimal("1E-999999"): "field.number.places",
    b"12": "field.wrong_type",
}


@pytest.mark.parametrize(("text", "value"), READ.items())
def test_a_number_with_one_reading_is_read(text, value):
    assert numbers.read(text, 6) == Decimal(value)


@pytest.mark.parametrize(("raw", "key"), [*REFUSED.items(), *VALUES.items()], ids=lambda each: str(type(each))[8:12])
def test_anything_else_is_refused_with_its_reason(raw, key):
    with pytest.raises(InvalidSubmission) as refused:
        numbers.read(raw, 6)
    assert refused.value.errors[""].key == key


def test_two_readings_are_both_offered():
    with pytest.raises(InvalidSubmission) as refused:
        numbers.read("1.250", 6)
    assert refused.value.errors[""].params == {"found": "1.250", "whole": "1250", "decimal": "1,25"}
    assert numbers.read("1250", 6) == 1250
    assert numbers.read("1,25", 6) == Decimal("1.25")


def test_nothing_written_is_no_number():
    assert numbers.read("  ", 6) is None
    assert numbers.read(None, 6) is None


def test_what_is_stored_has_one_reading_and_one_spelling():
    assert numbers.written(numbers.tidy(Decimal("1.125"))) == "1.1250"
    assert numbers.written(numbers.tidy(Decimal("1E+3"))) == "1000"
    assert numbers.written(numbers.tidy(Decimal("12.500"))) == "12.5"
    assert numbers.written(numbers.tidy(Decimal("-0.0"))) == "0"


def test_people_read_the_marks_of_their_language():
    assert numbers.shown(Decimal("1250000.75"), "id") == "1.250.000,75"
    assert numbers.shown(Decimal("1250000.75"), "en") == "1,250,000.75"


def test_a_binary_float_of_a_spreadsheet_is_the_decimal_that_it_shows():
    assert numbers.read(numbers.from_cell(0.1), 6) == Decimal("0.1")
    with pytest.raises(InvalidSubmission):
        numbers.read(numbers.from_cell(float("nan")), 6)
