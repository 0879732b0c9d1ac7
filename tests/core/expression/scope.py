"""The names, types and answers that the expression tests share, and the corpus files."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

from engine.core.expression import BOOLEAN, DATE, NUMBER, TEXT, ListOf, Record

CORPUS = Path(__file__).parents[2] / "corpus" / "expressions"

TARGET = Record({"result": TEXT, "weight": NUMBER, "due": DATE, "tags": ListOf(TEXT)})
QUARTER = Record({"score": NUMBER, "targets": ListOf(Record({"weight": NUMBER}))})
NUMBERS = ("achieved", "target", "weight", "zero", "negative", "huge", "tiny", "absent")
TEXTS = ("role", "remark", "empty", "absent_text")
BOOLEANS = ("approved", "returned", "absent_flag")
DATES = ("today", "born", "absent_day")
LISTS = {
    "scores": ListOf(NUMBER),
    "none_scored": ListOf(NUMBER),
    "absent_scores": ListOf(NUMBER),
    "flags": ListOf(BOOLEAN),
    "absent_flags": ListOf(BOOLEAN),
    "days": ListOf(DATE),
    "services": ListOf(TEXT),
}

SCOPE = Record(
    {
        **dict.fromkeys(NUMBERS, NUMBER),
        **dict.fromkeys(TEXTS, TEXT),
        **dict.fromkeys(BOOLEANS, BOOLEAN),
        **dict.fromkeys(DATES, DATE),
        **LISTS,
        "plan": Record({"total": NUMBER, "targets": ListOf(TARGET)}),
        "rating": Record({"result": TEXT}),
        "children": Record({"quarterly": ListOf(QUARTER)}),
    }
)

SCALARS = {
    **dict.fromkeys(NUMBERS, NUMBER),
    **dict.fromkeys(TEXTS, TEXT),
    **dict.fromkeys(BOOLEANS, BOOLEAN),
    **dict.fromkeys(DATES, DATE),
    "plan.total": NUMBER,
    "rating.result": TEXT,
}
COLUMNS = {
    **LISTS,
    "plan.targets.weight": ListOf(NUMBER),
    "plan.targets.result": ListOf(TEXT),
    "plan.targets.tags": ListOf(TEXT),
    "plan.targets.due": ListOf(DATE),
    "children.quarterly.score": ListOf(NUMBER),
    "children.quarterly.targets.weight": ListOf(NUMBER),
}


def corpus(name):
    """One file of the corpus; numbers with a point are read as Decimal."""
    return tomllib.loads((CORPUS / name).read_text(encoding="utf-8"), parse_float=Decimal)


def is_of(value, kind):
    """Whether a value is what a static type promises; missing is of every type."""
    if value is None:
        return True
    if isinstance(kind, ListOf):
        return isinstance(value, list) and all(is_of(item, kind.item) for item in value)
    return type(value) is {NUMBER: Decimal, TEXT: str, BOOLEAN: bool, DATE: date}[kind]
