"""Example answers: what a form takes, made up from its types, then mended until its checks hold.

Everything is tried in one order, so the same form gives the same answers. What a rule wants is read from the rule: the
numbers, texts and choices that it compares with are what is tried in the fields that it reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice, product
from typing import Any, NamedTuple

from engine.core.expression import Expression, compile_expression, from_tree
from engine.core.filling.fieldtype import FieldType, FormFacts
from engine.core.filling.form import Form
from engine.core.filling.questions import Judged, Question, Questions
from engine.core.filling.standing import Standing
from engine.core.scope import holds, within

ROWS = 2
MOST_VALUES, MOST_VARIANTS, FEW_TRIES = 9, 27, 60
MOST_TRIES = 400  # judgements of one form; a form that needs more is left for people to fill
WORDS = ("Contoh jawaban", "Contoh", "25", "08:30", "1", "https://example.go.id/", "yes", "true", "10", "100")
Raw = dict[str, Any]


class Share(NamedTuple):
    """A total that the rows of a column share."""

    total: Decimal


def example(form: Form, facts: FormFacts, begun: Mapping[str, Any], standing: Standing | None = None) -> Raw:
    """Raw answers that the form takes, over what it begins with; as good as could be found where it takes none."""
    return mended(form, facts, {**_raw(form.questions, facts), **_whole(form, begun, facts)}, standing)


def mended(form: Form, facts: FormFacts, raw: Raw, standing: Standing | None = None, left: int = MOST_TRIES) -> Raw:
    """The answers with what keeps them from being taken changed, first one field at a time, then two.

    left: how many answers are judged at most.
    """
    best = raw
    parts = {check.spec.key: _parts(form, check.when) for check in form.checks}
    judged = form.judge(raw, facts, standing)
    while judged.errors and left > 0:
        for tried in islice(_changed(form, facts, best, judged.errors), left):
            left -= 1
            found = form.judge(tried, facts, standing)
            if _missing(form, parts, found, facts) < _missing(form, parts, judged, facts):
                best, judged = tried, found
                break
        else:
            break
    return _asked(best, judged)


def variants(form: Form, facts: FormFacts, raw: Raw, rules: Iterable[Sequence[Expression]]) -> Iterator[Raw]:
    """Other answers that the form takes: what each group of rules reads of it, with the values that it speaks of.

    Rules are those outside the form (`plan.weight > 3`); fields that one group reads are changed together.
    """
    seen = [raw]
    for group in rules:
        tried: dict[str, list[Any]] = {}
        for rule in group:
            for path in _own(form, rule, f"{form.key}."):
                tried.setdefault(path, []).extend(_values(form, path, facts, rule))
        for values in islice(product(*tried.values()), MOST_VARIANTS if tried else 0):
            other = raw
            for path, value in zip(tried, values, strict=True):
                other = _put(other, path, value)
            other = mended(form, facts, other, left=FEW_TRIES)
            if other not in seen and not form.judge(other, facts).errors:
                seen.append(other)
                yield other


def _raw(questions: Questions, facts: FormFacts) -> Raw:
    return {each.key: _answer(each, facts) for each in questions if each.type.answered == "by_person"}


def _answer(question: Question, facts: FormFacts) -> Any:
    kind = question.type
    columns = getattr(kind, "columns", None)
    if columns is None:
        return next(iter(_good(kind, facts)), None)
    rows = max(ROWS, getattr(kind, "min_rows", 0))
    rows = min(rows, getattr(kind, "max_rows", rows))
    found = [_raw(columns, facts) for _ in range(rows)]
    for key, total in getattr(kind, "totals", {}).items():
        _share(found, key, total)
    return found


def _share(rows: list[Raw], key: str, total: Decimal) -> None:
    """Give each row an equal whole part, and the last one what is left."""
    part = total // max(1, len(rows))
    for row in rows:
        row[key] = str(part)
    if rows:
        rows[-1][key] = str(total - part * (len(rows) - 1))


def _whole(form: Form, begun: Mapping[str, Any], facts: FormFacts) -> Raw:
    """What a form begins with, without gaps: columns that it leaves open get examples."""
    found: Raw = {}
    for key, value in begun.items():
        columns = getattr(form.types[key], "columns", None)
        if columns is None or not isinstance(value, list):
            found[key] = value
        else:
            blank = _raw(columns, facts)
            found[key] = [{**blank, **{k: v for k, v in row.items() if v not in (None, [])}} for row in value]
    return found


def _good(kind: FieldType, facts: FormFacts) -> Iterator[Any]:
    """What the type takes of all that is tried, in order; text that people may read first."""
    for raw in _candidates(kind, facts):
        value, errors = kind.judge(raw, facts)
        if not errors and value is not None and value != kind.empty:
            yield raw


def _candidates(kind: FieldType, facts: FormFacts) -> Iterator[Any]:
    keys = [item.key for item in kind.offered(facts)]
    yield from keys
    yield from ([key] for key in keys)
    if keys:
        yield keys
        yield {key: str(place) for place, key in enumerate(keys, 1)}
    for level in getattr(kind, "levels_for", lambda facts: ())(facts):
        yield {key: level.key for key in keys}
    if kind.names_things:
        for about, ref in facts.named:
            yield from (ref, [{"ref": ref, "description": "Contoh"}]) if about == kind.name else ()
    yield from WORDS
    days = (facts.today, facts.period_start, facts.period_end)
    yield from (day.isoformat() for day in days)
    yield {"start": facts.period_start.isoformat(), "end": facts.period_end.isoformat()}
    yield {"from": facts.period_start.isoformat(), "to": facts.period_end.isoformat()}
    yield {"value": "95", "unit": "percent", "target_from": "80", "target_to": "90", "direction": "higher"}
    yield {"value": "95"}


def _parts(form: Form, rule: Expression) -> tuple[Expression, ...]:
    """What a rule asks for, one by one: the parts that stand between its `and`s."""
    tree = rule.tree()
    if tree["kind"] != "logic" or tree["operator"] != "and":
        return (rule,)
    types = {key: found for key, kind in form.types.items() if (found := kind.value_type()) is not None}
    return tuple(compile_expression(from_tree(each), within(types)) for each in tree["operands"])


def _missing(form: Form, parts: Mapping[str, tuple[Expression, ...]], judged: Judged, facts: FormFacts) -> int:
    """How far answers are from being taken: fields that are refused by themselves, and parts of checks."""
    names = {**facts.names(), **judged.values}
    broken = [check for check in form.checks if set(check.paths()) & judged.errors.keys()]
    at_checks = {path for check in broken for path in check.paths()}
    left = sum(not holds(part, names) for check in broken for part in parts[check.spec.key])
    return left + sum(path not in at_checks for path in judged.errors) + len(broken)


def _changed(form: Form, facts: FormFacts, raw: Raw, errors: Mapping[str, Any]) -> Iterator[Raw]:
    """Answers with one thing changed about what is wrong, then with two."""
    changes: list[tuple[str, Any]] = []
    for check in form.checks:
        if set(check.paths()) & set(errors):
            changes += ((p, v) for p in _own(form, check.when) for v in _values(form, p, facts, check.when))
    for path in errors:
        if path.partition(".")[0] in form.types:
            changes += ((path.split(".")[0], value) for value in _again(form, path, raw, facts))
    for path, value in changes:
        yield _put(raw, path, value)
    for (path, value), (second, other) in product(changes, repeat=2):
        if path < second:
            yield _put(_put(raw, path, value), second, other)


def _again(form: Form, path: str, raw: Raw, facts: FormFacts) -> Iterator[Any]:
    """Other answers for a field that is refused by itself; of a table, with the one cell changed."""
    steps = path.split(".")
    kind = form.types[steps[0]]
    columns, rows = getattr(kind, "columns", None), raw.get(steps[0])
    if columns is None:
        yield from _good(kind, facts)
    elif len(steps) > 2 and isinstance(rows, list) and steps[1].isdigit() and int(steps[1]) < len(rows):
        if steps[2] in {each.key for each in columns}:
            for value in _good(columns[steps[2]].type, facts):
                yield [{**row, steps[2]: value} if n == int(steps[1]) else row for n, row in enumerate(rows)]
    else:
        yield _answer(form.questions[steps[0]], facts)


def _own(form: Form, rule: Expression, before: str = "") -> list[str]:
    """The fields of this form that a rule reads, as paths within it: `targets.weight`."""
    own = [path.removeprefix(before) for path in rule.references if path.startswith(before)]
    return [path for path in own if path.partition(".")[0] in form.types and _is_asked(form, path)]


def _is_asked(form: Form, path: str) -> bool:
    kind = form.types[path.partition(".")[0]]
    return kind.answered == "by_person" and (getattr(kind, "columns", None) is None or "." in path)


def _values(form: Form, path: str, facts: FormFacts, rule: Expression) -> list[Any]:
    """What to try in a field for a rule: all that can be chosen, and around each number that the rule names."""
    head, _, column = path.partition(".")
    kind = form.types[head]
    columns = getattr(kind, "columns", None)
    if columns is not None:
        kind = columns[column].type if column in {each.key for each in columns} else kind
    spoken = list(_literals(rule.tree()))
    numbers = [each for each in spoken if isinstance(each, Decimal)]
    shares = [Share(number) for number in numbers] if columns is not None else []
    tried: list[Any] = [str(each) for number in numbers for each in (number, number / ROWS, number + 1, number - 1, 0)]
    tried += [each for each in spoken if isinstance(each, str)]
    tried += [{"true": "yes", "false": "no"}[str(each).lower()] for each in spoken if isinstance(each, bool)]
    every = (*islice(_good(kind, facts), MOST_VALUES), *tried)
    return shares + [each for each in {repr(each): each for each in every}.values() if not kind.judge(each, facts)[1]]


def _literals(tree: Any) -> Iterator[Decimal | str | bool]:
    if isinstance(tree, dict):
        if tree.get("kind") in ("number", "text", "boolean"):
            value = tree["value"]
            yield Decimal(value) if tree["kind"] == "number" else value
        for each in tree.values():
            yield from _literals(each)
    elif isinstance(tree, list):
        for each in tree:
            yield from _literals(each)


def _put(raw: Raw, path: str, value: Any) -> Raw:
    """The answers with one value at a field; in every row, where it is a column."""
    head, _, column = path.partition(".")
    rows = raw.get(head)
    if isinstance(value, Share):
        shared = [dict(row) for row in rows] if isinstance(rows, list) else []
        _share(shared, column, value.total)
        return {**raw, head: shared}
    if column and isinstance(rows, list):
        return {**raw, head: [{**row, column: value} for row in rows]}
    return {**raw, head: value}


def _asked(raw: Raw, judged: Judged) -> Raw:
    """The answers without those to what is not asked: nobody would see or type them."""
    return {key: value for key, value in raw.items() if key in judged.visible and key not in judged.fixed}
