"""Forms: from their schema to questions with types and compiled conditions. Every mistake is kept in the Reader.

First every field gets its type, then the names are known, then expressions are read; the columns of a table go the
same way one level down. What is wrong is left out and the rest goes on, so that all problems are found at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.catalog import Entry
from engine.core.definition import FieldSpec, FormSchema, Section
from engine.core.expression import BOOLEAN, Expression, Type
from engine.core.filling.fieldtype import FieldType
from engine.core.filling.form import BoundCheck, Form
from engine.core.filling.questions import Question, Questions
from engine.core.filling.sight import Bounds, Circles
from engine.core.hints import instead
from engine.core.messages import Message
from engine.core.reading.options import Names, Reader
from engine.core.scope import TAKEN, within

TAKES_WORDS = ("text", "longtext", "number", "percent", "money")  # what another answer can be written into
# Rows come and go and change places: nothing of theirs stands anywhere to stay, and nobody sees half a row.
NOT_IN_ROWS = ("editable_when", "default", "seen_by", "edited_by")


@dataclass(frozen=True, slots=True)
class Declared:
    """A field whose options are read. `type` is None while its formula is not: that needs the other fields' types."""

    spec: FieldSpec
    path: str
    entry: Entry
    options: Mapping[str, Any]
    type: FieldType | None
    value_type: Type | None


@dataclass(frozen=True, slots=True)
class BoundForm:
    """A form, the types of its fields in expressions, and the names that were lost by mistakes in it."""

    form: Form
    types: Mapping[str, Type]
    lost: frozenset[str]


def bind_form(reader: Reader, schema: FormSchema) -> BoundForm:
    """Bind one form; what could not be bound is left out of it, and is in the reader's problems."""
    path = f"forms.{schema.key}"
    places = {section.key: f"{path}.sections.{section.key}" for section in schema.sections}
    fields = [(spec, f"{places[s.key]}.fields.{spec.key}") for s in schema.sections for spec in s.fields]
    declared, lost = _declare(reader, fields)
    types = _types(declared)
    names = Names(within(types), lost)
    asked: dict[str, tuple[Expression, ...]] = {}
    editable: dict[str, tuple[Expression, ...]] = {}
    for section in schema.sections:
        shown = _condition(reader, section.shown_when, names, f"{places[section.key]}.shown_when")
        open_ = _condition(reader, section.editable_when, names, f"{places[section.key]}.editable_when")
        asked.update((spec.key, shown) for spec in section.fields)
        editable.update((spec.key, open_) for spec in section.fields)
    questions = _questions(reader, declared, names, asked, editable)
    by_key = {each.key: each for each in questions}
    sections = tuple(
        (section, tuple(by_key[spec.key] for spec in section.fields if spec.key in by_key))
        for section in schema.sections
    )
    form = Form(schema, questions, sections, _checks(reader, schema, names, path), _bounds(schema, questions))
    return BoundForm(form, types, lost)


def _bounds(schema: FormSchema, questions: Questions) -> Bounds:
    def kept(element: Section | FieldSpec, word: str) -> Circles:
        circle = element.seen_by if word == "seen" else element.edited_by
        return () if circle is None else (circle,)

    seen, edited = (
        {
            spec.key: circles
            for section in schema.sections
            for spec in section.fields
            if (circles := (*kept(section, word), *kept(spec, word)))
        }
        for word in ("seen", "edited")
    )
    return Bounds(seen, edited, _figures(questions) if seen else {})


def _figures(questions: Questions) -> dict[str, frozenset[str]]:
    """What each computed field comes from, through other figures too; not where its own `seen_by` says who sees it."""
    found: dict[str, frozenset[str]] = {}
    for each in questions.steps:
        if each.type.answered == "by_formula" and each.spec.seen_by is None:
            formulas = (value for value in vars(each.type).values() if isinstance(value, Expression))
            read = frozenset(path.partition(".")[0] for formula in formulas for path in formula.references)
            found[each.key] = read.union(*(found.get(key, ()) for key in read))
    return found


def _declare(
    reader: Reader, fields: Iterable[tuple[FieldSpec, str]], *, nested: bool = False
) -> tuple[list[Declared], frozenset[str]]:
    declared: list[Declared] = []
    lost: set[str] = set()
    for spec, path in fields:
        entry = reader.entry("field", spec.type, f"{path}.type")
        found = _declared(reader, spec, path, entry, lost, nested) if entry is not None else None
        if found is None:
            lost.add(spec.key)
        else:
            declared.append(found)
    return declared, frozenset(lost)


def _declared(
    reader: Reader, spec: FieldSpec, path: str, entry: Entry, lost: set[str], nested: bool
) -> Declared | None:
    fields = next((name for name, ref in entry.refs.items() if ref.to == "fields"), None)
    if fields is not None and nested:
        reader.wrong(f"{path}.type", Message("bind.nested_table", name=spec.type))
        return None
    if nested and getattr(entry.call, "answered", "") == "by_signing":
        reader.wrong(f"{path}.type", Message("bind.nested_signature", name=spec.key))
        return None
    options = reader.options(entry, spec.options, path)
    if options is None:
        return None
    if fields is not None:
        options[fields], below = _columns(reader, options[fields], f"{path}.{fields}")
        lost.update(f"{spec.key}.{name}" for name in below)
    if _formula(entry, options) is not None:
        return Declared(spec, path, entry, options, None, _type_of_formula(entry))
    made = _made(reader, entry, options, path)
    return Declared(spec, path, entry, options, made, made.value_type())


def _columns(reader: Reader, specs: tuple[FieldSpec, ...], path: str) -> tuple[Questions, frozenset[str]]:
    """The columns of a table: their expressions name each other and nothing of the form around."""
    if not specs:
        reader.wrong(path, Message("bind.no_columns"))
    seen: set[str] = set()
    for spec in specs:
        if spec.key in TAKEN:
            reader.wrong(f"{path}.{spec.key}", Message("bind.reserved_name", name=spec.key))
        if spec.key in seen:
            reader.wrong(f"{path}.{spec.key}", Message("bind.column_twice", name=spec.key))
        seen.add(spec.key)
        for option in NOT_IN_ROWS:
            if getattr(spec, option) is not None:
                reader.wrong(f"{path}.{spec.key}.{option}", Message("bind.column_takes_no", option=option))
    declared, lost = _declare(reader, [(spec, f"{path}.{spec.key}") for spec in specs], nested=True)
    return _questions(reader, declared, Names(within(_types(declared)), lost), {}, {}), lost


def _questions(
    reader: Reader,
    declared: list[Declared],
    names: Names,
    asked: Mapping[str, tuple[Expression, ...]],
    open_: Mapping[str, tuple[Expression, ...]],
) -> Questions:
    questions = []
    reads: dict[str, set[str]] = {}
    for each in declared:
        formula = _formula(each.entry, each.options)
        options = dict(each.options)
        if formula is not None:
            found = reader.expression(options[formula], names, f"{each.path}.{formula}", _type_of_formula(each.entry))
            if found is None:
                continue
            options[formula] = found
        own = _condition(reader, each.spec.shown_when, names, f"{each.path}.shown_when")
        required = _condition(reader, each.spec.required_when, names, f"{each.path}.required_when")
        own_open = _condition(reader, each.spec.editable_when, names, f"{each.path}.editable_when")
        _beside(reader, each, declared)
        made = each.type or _made(reader, each.entry, options, each.path)
        shown, editable = (*asked.get(each.spec.key, ()), *own), (*open_.get(each.spec.key, ()), *own_open)
        questions.append(Question(each.spec, made, shown, next(iter(required), None), editable))
        looked_at = (*shown, *editable, *([options[formula]] if formula is not None else []))
        reads[each.spec.key] = {name.partition(".")[0] for expression in looked_at for name in expression.references}
    return Questions(
        tuple(questions), _steps(reader, questions, reads, {each.spec.key: each.path for each in declared})
    )


def _beside(reader: Reader, one: Declared, declared: Iterable[Declared]) -> None:
    """What an option says of a question beside it: there is one, and it is answered with words or a number."""
    known = {each.spec.key: each.entry for each in declared if each is not one}
    for option in (name for name, ref in one.entry.refs.items() if ref.to == "beside" and one.options[name]):
        key = one.options[option]
        path = f"{one.path}.{option}"
        if key not in known:
            reader.wrong(path, Message("bind.no_such_beside", name=key), instead(key, sorted(known)))
        elif known[key].name not in TAKES_WORDS:
            reader.wrong(path, Message("bind.beside_takes_no_words", name=key, type=known[key].name))


def _steps(
    reader: Reader, questions: list[Question], reads: Mapping[str, set[str]], paths: Mapping[str, str]
) -> tuple[Question, ...]:
    """The questions in an order in which each stands after those it reads; else that of the document."""
    waiting, done, steps = list(questions), set[str](), list[Question]()
    while waiting:
        open_keys = {each.key for each in waiting}
        ready = next((each for each in waiting if not reads[each.key] & open_keys), None)
        if ready is None:
            circle = _circle(reads, open_keys)
            reader.wrong(paths[circle[0]], Message("bind.circle", names=circle))
            return tuple(questions)
        waiting.remove(ready)
        done.add(ready.key)
        steps.append(ready)
    return tuple(steps)


def _circle(reads: Mapping[str, set[str]], keys: set[str]) -> tuple[str, ...]:
    """Fields that need each other, beginning with one of them; each of `keys` needs another one."""
    line = [min(keys)]
    while (following := min(reads[line[-1]] & keys)) not in line:
        line.append(following)
    return tuple(line[line.index(following) :])


def _checks(reader: Reader, schema: FormSchema, names: Names, path: str) -> tuple[BoundCheck, ...]:
    bound = []
    for spec in schema.checks:
        when = reader.expression(spec.when, names, f"{path}.checks.{spec.key}.when", BOOLEAN)
        if when is not None:
            bound.append(BoundCheck(spec, when))
    return tuple(bound)


def _condition(reader: Reader, source: str | None, names: Names, path: str) -> tuple[Expression, ...]:
    """A condition as a tuple of one, or of none where there is none or a wrong one."""
    found = reader.expression(source, names, path, BOOLEAN) if source is not None else None
    return () if found is None else (found,)


def _made(reader: Reader, entry: Entry, options: Mapping[str, Any], path: str) -> FieldType:
    made: FieldType = entry.call(**options)
    for option, message in made.problems():
        reader.wrong(f"{path}.{option}", message)
    return made


def _formula(entry: Entry, options: Mapping[str, Any]) -> str | None:
    """The name of the option that holds a formula."""
    return next(
        (name for name, ref in entry.refs.items() if ref.to == "expression" and options[name] is not None), None
    )


def _type_of_formula(entry: Entry) -> Type | None:
    found: Type | None = getattr(entry.call, "formula_type", None)
    return found


def _types(declared: Iterable[Declared]) -> dict[str, Type]:
    return {each.spec.key: each.value_type for each in declared if each.value_type is not None}
