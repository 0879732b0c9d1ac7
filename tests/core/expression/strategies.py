"""Random well-typed sources and random answers for the shared scope. Texts stay in what a literal may hold."""

from datetime import date
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st

from engine.core.expression import BOOLEAN, DATE, NUMBER, TEXT, ListOf, Record
from tests.core.expression.scope import COLUMNS, SCALARS, SCOPE

LITERAL_TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=6)
LITERALS = {
    NUMBER: st.decimals(0, 10**6, places=3).map(lambda number: f"{number:f}"),
    TEXT: LITERAL_TEXT.map(lambda text: "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"),
    BOOLEAN: st.sampled_from(["true", "false"]),
    DATE: st.dates(date(1950, 1, 1), date(2100, 1, 1)).map(lambda day: f"date('{day}')"),
}


def names(kind):
    """The names of the scope that hold this type."""
    return st.sampled_from([path for path, found in {**SCALARS, **COLUMNS}.items() if found == kind])


@cache  # one strategy object for each type and depth: built anew at each use they would be thousands
def sources(kind, depth=3):
    """A random source of this type, nested up to `depth` operators."""
    leaf = names(kind) if isinstance(kind, ListOf) else LITERALS[kind] | names(kind)
    if depth == 0:
        return leaf
    below = depth - 1
    return st.one_of(leaf, choices(kind, below), *grown(kind, below))


def choices(kind, below):
    return joined("if({}, {}, {})", sources(BOOLEAN, below), sources(kind, below), sources(kind, below))


def grown(kind, below):
    if isinstance(kind, ListOf):
        return [st.lists(sources(kind.item, below), min_size=1, max_size=3).map(lambda items: f"[{', '.join(items)}]")]
    return {NUMBER: numbers, TEXT: texts, BOOLEAN: booleans, DATE: dates}[kind](below)


def numbers(below):
    number, many, day = sources(NUMBER, below), sources(ListOf(NUMBER), below), sources(DATE, below)
    return [
        joined("({}) {} ({})", number, st.sampled_from("+-*/"), number),
        joined("{} {} {} {} 2", LITERALS[NUMBER], st.sampled_from("+-*/"), LITERALS[NUMBER], st.sampled_from("+-*/")),
        joined("-({})", number),
        joined("{}({})", st.sampled_from(["sum", "min", "max", "average", "count", "length"]), many),
        joined("{}({}, {})", st.sampled_from(["min", "max"]), number, number),
        joined("abs({})", number),
        joined("round({}, {})", number, st.integers(0, 10).map(str)),
        joined("days_between({}, {})", day, day),
        joined("{}({})", st.sampled_from(["year", "month"]), day),
        joined("length({})", sources(TEXT, below)),
        st.just("count(plan.targets)"),
    ]


def texts(below):
    return [joined("lower({})", sources(TEXT, below))]


def dates(below):
    return [joined("{}({})", st.sampled_from(["min", "max"]), sources(ListOf(DATE), below))]


def booleans(below):
    truth = sources(BOOLEAN, below)
    ordered, equal = st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), st.sampled_from(["==", "!="])
    return [
        joined("({}) {} ({})", truth, st.sampled_from(["and", "or"]), truth),
        joined("not ({})", truth),
        joined("({}) {} ({})", sources(NUMBER, below), ordered, sources(NUMBER, below)),
        joined("{} {} {}", sources(DATE, 0), ordered, sources(DATE, 0)),
        joined("{} {} {}", sources(TEXT, 0), equal, sources(TEXT, 0)),
        joined("({}) in ({})", sources(NUMBER, below), sources(ListOf(NUMBER), below)),
        joined("({}) is {}", sources(NUMBER, below), st.sampled_from(["missing", "not missing"])),
        joined("contains({}, {})", sources(TEXT, below), sources(TEXT, below)),
        joined("{}({})", st.sampled_from(["any", "all"]), sources(ListOf(BOOLEAN), below)),
    ]


def joined(pattern, *parts):
    return st.tuples(*parts).map(lambda values: pattern.format(*values))


def answers_of(kind):
    """Random answers of a type; any of them, and any field of a record, may be missing."""
    if isinstance(kind, Record):
        return st.fixed_dictionaries({}, optional={name: answers_of(found) for name, found in kind.fields.items()})
    if isinstance(kind, ListOf):
        return st.none() | st.lists(answers_of(kind.item), max_size=3)
    return st.none() | SCALAR_ANSWERS[kind]


SCALAR_ANSWERS = {
    NUMBER: st.integers(-(10**15) + 1, 10**15 - 1) | st.decimals(-1000, 1000, places=4) | st.just(Decimal(0)),
    TEXT: st.text(max_size=8),
    BOOLEAN: st.booleans(),
    DATE: st.dates(),
}
ANSWERS = answers_of(SCOPE)
TYPED_SOURCES = st.sampled_from([NUMBER, TEXT, BOOLEAN, DATE, ListOf(NUMBER), ListOf(TEXT)]).flatmap(
    lambda kind: st.tuples(st.just(kind), sources(kind))
)
