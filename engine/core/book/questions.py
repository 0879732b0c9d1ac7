"""The forms: each question with its help, what kind of answer it takes, and what holds for it in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.book.model import Block, Heading, Points, Prose, Said, Table
from engine.core.book.people import title_of
from engine.core.definition import FieldSpec
from engine.core.messages import Message
from engine.core.telling.called import label_of, nodes, text_of
from engine.core.telling.circles import circle
from engine.core.telling.teller import Teller
from engine.core.telling.values import keys_of, value
from engine.core.telling.wordlist import property_name, type_name

OWN = keys_of(FieldSpec)
# What a reader sees on the form itself, or never: how large a box is, what a table or a list consists of.
APART = frozenset(("columns", "choices", "criteria", "levels", "rows", "look", "text", "value", "descriptions", "list",
                   "criteria_list"))  # fmt: skip
LISTS = ("list", "criteria_list")
ITEMS = ("choices", "criteria", "levels")
SHARES = (30, 18, 52)


def blocks(tell: Teller) -> Iterator[Block]:
    """Every form, section by section."""
    for form in nodes(tell.document.get("forms")):
        key = str(form.get("key", ""))
        yield Heading(label_of(form), 2, f"form-{key}")
        words = text_of(form.get("help"))
        yield Prose((*((words,) if words else ()), *_who(tell, key)))
        for section in nodes(form.get("sections")):
            yield from _section(tell, form, section)
        checks = tuple(_checks(tell, form))
        if checks:
            yield Points(checks, Message("book.forms.checks"))


def _who(tell: Teller, form: str) -> Iterator[Said]:
    """Who fills a form, and in which task."""
    for state in nodes(tell.document.get("states")):
        for task in nodes(state.get("tasks")):
            if task.get("fill") == form:
                yield Message(
                    "book.forms.filled",
                    role=tell.called.by("role", task.get("role", "")),
                    task=title_of(tell, task),
                    state=label_of(state),
                )


def _section(tell: Teller, form: Mapping[str, Any], section: Mapping[str, Any]) -> Iterator[Block]:
    path = f"forms.{form.get('key', '')}.sections.{section.get('key', '')}"
    if text_of(section.get("title")) is not None:
        yield Heading(label_of(section), 3)
    said: list[Said] = [words for words in (text_of(section.get("help")),) if words]
    said += _conditions(tell, section, path)
    if said:
        yield Prose(tuple(said))
    fields = list(nodes(section.get("fields")))
    filled = {str(each.get("key")): each for each in nodes(form.get("prefill"))}
    rows = []
    for field in fields:
        at = f"{path}.fields.{field.get('key', '')}"
        given = filled.get(str(field.get("key")))
        first = [_prefilled(tell, str(form.get("key", "")), given)] if given is not None else []
        rows.append(_row(tell, field, at, first))
    if rows:
        yield _table(label_of(section), rows)
    for field in fields:
        at = f"{path}.fields.{field.get('key', '')}.columns"
        columns = [_row(tell, each, f"{at}.{each.get('key', '')}", []) for each in nodes(field.get("columns"))]
        if columns:
            yield Prose((Message("book.forms.columns", table=label_of(field)),))
            yield _table(label_of(field), columns)


def _table(caption: Said, rows: list[tuple[tuple[Said, ...], ...]]) -> Table:
    head = tuple(Message(f"book.forms.column.{name}") for name in ("question", "kind", "rules"))
    return Table(caption, head, tuple(rows), SHARES)


def _prefilled(tell: Teller, form: str, given: Mapping[str, Any]) -> Message:
    path = f"forms.{form}.prefill.{given.get('key', '')}.value"
    return Message("book.forms.prefilled", source=tell.expression(given.get("value", ""), path))


def _row(tell: Teller, field: Mapping[str, Any], path: str, first: list[Message]) -> tuple[tuple[Said, ...], ...]:
    kind = type_name(str(field.get("type", "")))
    unnamed = field.get("type") == "note" and text_of(field.get("label")) is None
    called: Said = Message("book.forms.note") if unnamed else label_of(field)
    return (called,), (kind,), (*_rules(tell, field, path), *first)


def _rules(tell: Teller, field: Mapping[str, Any], path: str) -> Iterator[Said]:
    """Everything that holds for a question, its help first."""
    for name in ("help", "text", "statement"):
        if (words := text_of(field.get(name))) is not None:
            yield words
    if field.get("required"):
        yield Message("book.forms.required")
    yield from _conditions(tell, field, path)
    if field.get("type") == "computed" and field.get("value") is not None:
        yield Message("book.forms.computed", formula=tell.expression(field["value"], f"{path}.value"))
    default = field.get("default")
    if default is not None:
        yield Message("book.forms.default", value=value(FieldSpec, "default", default, tell, f"{path}.default"))
    for name in (*ITEMS, *LISTS):
        if (choices := _choices(tell, name, field.get(name))) is not None:
            yield choices
    for name, found in field.items():
        if name not in OWN and name not in APART and name != "statement" and found is not None:
            said = value(FieldSpec, name, found, tell, f"{path}.{name}")
            yield Message("book.forms.option", name=property_name(name), value=said)


def _conditions(tell: Teller, node: Mapping[str, Any], path: str) -> Iterator[Message]:
    for name in ("required_when", "shown_when", "editable_when"):
        if node.get(name) is not None:
            yield Message(f"book.forms.{name}", condition=tell.expression(node[name], f"{path}.{name}"))
    for name in ("seen_by", "edited_by"):
        found = node.get(name)
        if isinstance(found, list):
            held = tuple(circle(tell.called, each) for each in nodes(found))
            yield Message(f"book.forms.{name}", roles=held or Message("book.forms.nobody"))


def _choices(tell: Teller, name: str, found: Any) -> Message | None:
    """What can be chosen, by label; of a code list all its items."""
    if name in LISTS and isinstance(found, str):
        known = tell.codelists.get(found)
        labels = tuple(item.label for item in known.items) if known else ()
    else:
        labels = tuple(label_of(each) for each in nodes(found))
    word = "criteria" if name.startswith("criteria") else "choices"
    return Message(f"book.forms.{word}", items=labels) if labels else None


def _checks(tell: Teller, form: Mapping[str, Any]) -> Iterator[Said]:
    for check in nodes(form.get("checks")):
        path = f"forms.{form.get('key', '')}.checks.{check.get('key', '')}.when"
        asked = tell.expression(check.get("when", ""), path)
        words = text_of(check.get("otherwise"))
        if words is None:
            yield Message("book.move.when", condition=asked)
        else:
            yield Message("book.move.when_otherwise", condition=asked, otherwise=words)
