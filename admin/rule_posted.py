"""What the rule builder posts: the rows and groups with their values as typed, and which button was pressed.

The names of the controls: `part` (one for each row and group, in order: `row:0.1`), and with the place of a part
`joint:`, `what:`, `before:`, `function:`, `other:`, `operator:`; of its values `<place>:<index>:typed`, and `:source`
for another field, with its function: `sum|targets.weight|`.
"""

from __future__ import annotations

from dataclasses import replace

from werkzeug.datastructures import MultiDict

from engine.core.expression import BOOLEAN, DATE, NUMBER, TEXT, ListOf, Record, type_of
from engine.core.sentences.finishing import subject_of_row
from engine.core.sentences.names import Names
from engine.core.sentences.operators import OPERATORS, functions_of
from engine.core.sentences.sketch import (
    MOST_PARTS,
    FormulaSketch,
    GroupSketch,
    Press,
    RowSketch,
    Sketch,
    Value,
    joint_of,
)
from engine.core.sentences.subjects import kind_of_subject
from engine.web import reading

Form = MultiDict[str, str]
MOST_VALUES = 60
MOST_OPERANDS = 3
PART = "|"


def press(form: Form) -> Press:
    """The button that was pressed; `look` where none was: the page is to be drawn again."""
    do, _, place = form.get("do", "look").partition(":")
    return Press(do, place)


def sketch(form: Form, names: Names) -> GroupSketch:
    """The rule as it stands in the controls; an empty group where nothing was sent."""
    places = [part.partition(":")[::2] for part in form.getlist("part")[:MOST_PARTS]]
    found = _group(form, names, "", places)
    return found if isinstance(found, GroupSketch) else GroupSketch()


def _group(form: Form, names: Names, place: str, places: list[tuple[str, str]]) -> Sketch:
    below = [(kind, each) for kind, each in places if each and each.rpartition(".")[0] == place]
    parts = [
        _row(form, names, each) if kind == "row" else _group(form, names, each, _inside(places, each))
        for kind, each in below
    ]
    return GroupSketch(joint_of(form.get(f"joint:{place}", "")), tuple(parts))


def _inside(places: list[tuple[str, str]], place: str) -> list[tuple[str, str]]:
    return [(kind, each) for kind, each in places if each.startswith(f"{place}.")]


def _row(form: Form, names: Names, place: str) -> RowSketch:
    found = RowSketch(
        form.get(f"what:{place}", ""),
        form.get(f"function:{place}", ""),
        form.get(f"other:{place}", ""),
        form.get(f"operator:{place}", ""),
        _several(form, place) if f"several:{place}" in form else _two(form, place),
    )
    return fitted(found, names, form.get(f"before:{place}", ""))


def _two(form: Form, place: str) -> tuple[Value, ...]:
    return (_value(form, f"{place}:0"), _value(form, f"{place}:1"))


def _several(form: Form, place: str) -> tuple[Value, ...]:
    """What was ticked among several, or typed one to a line."""
    return tuple(Value(typed.replace("\r\n", "\n")) for typed in form.getlist(f"{place}:0:typed")[:MOST_VALUES])


def _value(form: Form, name: str) -> Value:
    function, what, other = [*form.get(f"{name}:source", "").split(PART), "", ""][:3]
    return Value(form.get(f"{name}:typed", "").replace("\r\n", "\n"), what, function, other)


def fitted(row: RowSketch, names: Names, before: str) -> RowSketch:
    """A row whose field was just changed begins anew; an operator that does not fit is the first that does."""
    if row.what != before:
        row = RowSketch(row.what, default_function(row.what, names))
    if row.function and row.function not in functions_of(type_of(names.scope, row.what)):
        row = replace(row, function="", other="")
    operators = OPERATORS.get(kind_of_subject(subject_of_row(row), names), ())
    return row if not operators or row.operator in operators else replace(row, operator=operators[0])


def default_function(path: str, names: Names) -> str:
    """What one probably wants to know of a list: the sum of numbers, the number of rows."""
    found = type_of(names.scope, path)
    if not isinstance(found, ListOf) or found.item == TEXT:
        return ""
    if isinstance(found.item, Record):
        return "count"
    return {NUMBER: "sum", DATE: "max", BOOLEAN: "all"}.get(found.item, "")


def formula(form: Form, names: Names) -> FormulaSketch:
    """The formula as it stands in the controls."""
    count = min(max(len(form.getlist("operand")), 1), MOST_OPERANDS)
    operands = tuple(_operand(form, names, str(index)) for index in range(count))
    signs = tuple(form.get(f"sign:{index}", "+") for index in range(1, count))
    return FormulaSketch(operands, signs, form.get("places", "").strip())


def _operand(form: Form, names: Names, place: str) -> Value:
    found = Value(
        form.get(f"{place}:0:typed", ""),
        form.get(f"what:{place}", ""),
        form.get(f"function:{place}", ""),
        form.get(f"other:{place}", ""),
    )
    if found.what != form.get(f"before:{place}", ""):
        return Value(found.typed, found.what, default_function(found.what, names))
    return found


def pressed_formula(found: FormulaSketch, act: Press) -> FormulaSketch:
    """The formula after a button: one operand more, or one less."""
    if act.do == "operand" and len(found.operands) < MOST_OPERANDS:
        return replace(found, operands=(*found.operands, Value()), signs=(*found.signs, "+"))
    index = reading.whole(act.place) if act.do == "less" else None
    if index is None or not index < len(found.operands) or len(found.operands) == 1:
        return found
    operands = found.operands[:index] + found.operands[index + 1 :]
    at = max(index - 1, 0)
    return replace(found, operands=operands, signs=found.signs[:at] + found.signs[at + 1 :])
