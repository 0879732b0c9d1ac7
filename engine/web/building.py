"""What the pages of the form builder show of one design: its forms, one form on its canvas, what is selected.

Reads only. What the buttons do is engine/core/building/; the frame around all of it is engine/web/designing.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.core.building.draftform import DraftForm, DraftQuestion, draft_form, draft_forms, elements
from engine.core.building.lenient import lenient
from engine.core.building.making import NO_COLUMNS
from engine.core.building.starters import grouped
from engine.core.designing.panelparts import Panel
from engine.core.designing.spots import find, title_of
from engine.core.errors import NotFound
from engine.core.filling.fieldtype import FormFacts
from engine.core.messages import Message, Text, readable
from engine.core.sentences import vocabulary
from engine.web import design_words
from engine.web.context import runtime
from engine.web.designing import Bench
from engine.web.form_canvas import Canvas, canvas
from engine.web.form_side import Listed, Sources, Sum, lists_of, panel_of, sources_of, sums_of

AFTER, COLUMNS = "after", "columns"


@dataclass(frozen=True, slots=True)
class Row:
    """A form in the list: what it is called, how many questions it has, which roles fill it, how much is wrong."""

    key: str
    path: str
    label: Text
    questions: int
    filled_by: tuple[Text, ...]
    wrong: int


@dataclass(frozen=True, slots=True)
class View:
    """One form on the page of the builder. `at` is the path of what is selected, "" for nothing.

    `asked_at`: the question around what is selected, `asked_type` its type. `places`: where a new question may go;
    `sources`: question → answers that it may begin with; `groups`: the groups of properties that stand open.
    """

    base: str
    at: str
    phone: bool
    groups: frozenset[str]
    canvas: Canvas
    panel: Panel | None
    asked_at: str
    asked_type: str
    types: tuple[tuple[str, tuple[str, ...]], ...]
    places: tuple[tuple[str, Message], ...]
    lists: tuple[Listed, ...]
    sums: tuple[Sum, ...]
    sources: Sources

    def type_name(self, name: str) -> str:
        """What a type is called."""
        return type_name(name)

    def type_help(self, name: str) -> str:
        """One line on what a type is for; its docstring where nobody has worded it."""
        entry = runtime().catalog.get("field", name)
        doc = entry.doc if entry is not None else ""
        return design_words.word_of(f"design.about.field.{name}", Text(doc, doc))

    def problem(self, message: Message) -> str:
        """A problem, in words for people who design by hand."""
        return design_words.problem(message)


def type_name(name: str) -> str:
    """What a field type is called for people."""
    return design_words.word_of(f"design.entry.field.{name}", name)


def types() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """All types by group, each with its name for people."""
    names = runtime().catalog.names("field")
    return tuple((group, tuple((name, type_name(name)) for name in members)) for group, members in grouped(names))


def rows(bench: Bench) -> Iterator[Row]:
    """The forms of a design, in order."""
    document = bench.document
    wrong = [each for each in bench.findings if not each.warning]
    roles = {each["key"]: title_of(each) for each in elements(document.get("roles"))}
    for form in draft_forms(document):
        path = f"forms.{form['key']}"
        fields = [field for section in elements(form.get("sections")) for field in elements(section.get("fields"))]
        count = sum(each.path == path or each.path.startswith(f"{path}.") for each in wrong)
        who = tuple(roles.get(key, readable(key)) for key in _fillers(document, form["key"]))
        yield Row(form["key"], path, title_of(form), len(fields), who, count)


def view(bench: Bench, key: str, asked: Mapping[str, str], language: str, today: date) -> View:
    """A form as the address asks for it; NotFound where the design has none of this key."""
    rt, document = runtime(), bench.document
    found = draft_form(document, key, lenient(document, rt.catalog, bench.codelists), bench.findings)
    if found is None:
        raise NotFound(Message("design.forms.not_found"))
    at = asked.get("at", "") if _stands(document, key, asked.get("at", "")) else ""
    words = vocabulary(document, rt.catalog, bench.codelists)
    selected = found.at(at) if at else None
    chosen = selected if selected is not None and selected.path == at else None
    question = chosen if isinstance(chosen, DraftQuestion) else None
    facts = FormFacts(today, date(today.year, 1, 1), date(today.year, 12, 31))
    return View(
        base=f"{bench.root}/forms/{key}",
        at=at,
        phone=asked.get("width") == "phone",
        groups=_groups(bench, at),
        canvas=canvas(found, words, document, facts, language),
        panel=panel_of(bench, at, question) if at else None,
        asked_at=question.path if question is not None else "",
        asked_type=question.type if question is not None else "",
        types=_types(question, at),
        places=tuple(_places(found, chosen)),
        lists=tuple(lists_of(question)),
        sums=tuple(sums_of(question)),
        sources=tuple(sources_of(found, words)),
    )


def _groups(bench: Bench, at: str) -> frozenset[str]:
    """The groups of properties of what is selected in which something is wrong, or is said already."""
    panel = bench.panel(at) if at else None
    wrong = {each.name for each in bench.findings if each.at == at}
    found = panel.properties if panel is not None else ()
    return frozenset(each.group for each in found if each.name in wrong or each.value is not None)


def _fillers(document: Mapping[str, Any], form: str) -> tuple[str, ...]:
    tasks = (task for state in elements(document.get("states")) for task in elements(state.get("tasks")))
    return tuple(dict.fromkeys(str(task.get("role", "")) for task in tasks if task.get("fill") == form))


def _stands(document: Mapping[str, Any], key: str, path: str) -> bool:
    """Whether a path leads to something of this form that can be selected."""
    own = f"forms.{key}"
    found = find(document, path) if path == own or path.startswith(f"{own}.") else None
    return found is not None and isinstance(found.value, Mapping)


def _types(question: DraftQuestion | None, at: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The palette; of a column, what can stand in a row."""
    names = runtime().catalog.names("field")
    is_column = question is not None and ".columns." in at
    return tuple(grouped(name for name in names if not is_column or name not in NO_COLUMNS or name == question.type))


def _places(found: DraftForm, chosen: Any) -> Iterator[tuple[str, Message]]:
    if chosen is None:
        if found.sections:
            yield AFTER, Message("design.forms.into.end", section=_section(found.sections[-1]))
    elif not isinstance(chosen, DraftQuestion):
        yield AFTER, Message("design.forms.into.section", section=_section(chosen))
    else:
        yield AFTER, Message("design.forms.into.after", name=chosen.label)
        if chosen.is_table:
            yield COLUMNS, Message("design.forms.into.columns", name=chosen.label)


def _section(section: Any) -> Text:
    return section.title or readable(section.key)
