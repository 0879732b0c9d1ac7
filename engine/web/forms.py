"""A form on a page: what was posted as raw answers, and what the core shows of it as controls and as text.

Decodes and draws; the core alone judges and says who sees what. WTForms reads the posted names (a class for each form,
made once); the macros of templates/fields/ draw, since WTForms' widgets cost many times that (performance.md 4).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask, current_app
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from engine.core.messages import Message, Text
from engine.fields import decoding
from engine.web import tables
from engine.web.labels import label
from engine.web.language import language as language_of_request
from engine.web.stencils import Stencils

if TYPE_CHECKING:
    from engine.core.case import Named
    from engine.core.definition import Section
    from engine.core.filling.fieldtype import Choice, FieldType, FormFacts
    from engine.core.filling.form import Form
    from engine.core.filling.forms import FieldView, FormView
    from engine.core.filling.questions import Question

EXTENSION = "siklus.forms"
BLANK = "__n__"
NOTED = ("form", "previous", "entries")  # origins of first answers that are said; a default is not


class Forms:
    """What one process keeps of its forms: decoding classes by digest and form, and the stencils of controls."""

    def __init__(self) -> None:
        self._classes: dict[tuple[str, str], Any] = {}
        self.stencils = Stencils()

    def raw(self, digest: str, form: Form, posted: MultiDict[str, str]) -> dict[str, Any]:
        """The answers as they were posted: text, lists of text, tables as lists of maps. Judges nothing."""
        known = self._classes.get((digest, form.key))
        if known is None:
            known = self._classes[digest, form.key] = decoding.decoder(form.questions)
        return dict(known(posted).data)


def add_forms(app: Flask) -> None:
    """Give the application its forms, and templates the names `draw` and `written`."""
    app.extensions[EXTENSION] = Forms()
    app.jinja_env.globals.update(draw=draw, written=written)


def decode(digest: str, form: Form, posted: MultiDict[str, str]) -> dict[str, Any]:
    """The raw answers of a posted form of this definition."""
    return _forms().raw(digest, form, posted)


class Search(NamedTuple):
    """What was searched for in a control (its `name`), and what was found; a page without JavaScript shows it."""

    name: str
    text: str
    hits: tuple[Named, ...] = ()
    refused: Message | None = None


@dataclass(frozen=True, slots=True)
class Control:
    """One question to fill in. `value` is what stands in it, as typed; `text` what a formula found, as read.

    `answer` is the value as far as it is good. `kind` names the template that draws it; `name` is what it posts
    (`targets-0-weight`). A table has `rows` of controls and a `blank` one, `totals`, columns that are `folded` under
    their row (None: rows are cards), and a `notice` of what was just done to it. `within` are messages about parts of
    the answer, `search` is what was found for it, `stays` is the answer where it may not be edited; `origin` says where
    one comes from that nobody typed yet.
    """

    kind: str
    key: str
    name: str
    label: Text
    help: Text | None
    field: FieldType
    value: Any = ""
    text: str = ""
    answer: Any = None
    error: Message | None = None
    required: bool = False
    shown: bool = True
    depends: bool = False
    rows: tuple[tuple[Control, ...], ...] = ()
    blank: tuple[Control, ...] = ()
    totals: tuple[tables.Total, ...] = ()
    folded: frozenset[str] | None = None
    notice: tables.Notice | None = None
    within: Mapping[str, Message] = field(default_factory=dict)
    facts: FormFacts | None = None
    search: Search | None = None
    stays: FieldView | None = None
    origin: str | None = None
    advice: tuple[Message, ...] = ()

    @property
    def id(self) -> str:
        return f"f-{self.name}"

    @property
    def said(self) -> str:
        """What stands in it in words, for a row that is folded; "" for a key or a ref that means nothing here."""
        if self.answer is not None and (words := self.field.format(self.answer, language_of_request())):
            return words
        is_named = self.field.names_things or self.field.is_dated or self.field.items
        return self.value if isinstance(self.value, str) and not is_named else ""

    @property
    def unfolded(self) -> frozenset[int] | None:
        """Of many rows that are cards those that stand open; None where no row folds away."""
        return tables.unfolded(self.rows, self.notice) if self.folded is None else None

    @property
    def options(self) -> tuple[Choice, ...]:
        return self.field.offered(self.facts) if self.facts is not None and self.field.is_dated else self.field.items


class Sheet(NamedTuple):
    """A form to fill in: its sections with their controls, and what is wrong: (id of the control, where, what)."""

    form: Form
    sections: tuple[tuple[Section, bool, tuple[Control, ...]], ...]
    errors: tuple[tuple[str, tuple[Text | Message, ...], Message], ...] = ()

    def controls(self) -> Iterator[Control]:
        for _, _, controls in self.sections:
            yield from controls

    @property
    def shown(self) -> str:
        """What is asked now of all that depends on other answers: a living page learns from it what changed."""
        return " ".join(_asked(self.controls()))

    @property
    def is_living(self) -> bool:
        """Whether what is asked or calculated depends on what was answered before."""
        return any(
            each.depends or each.kind == "computed" for control in self.controls() for each in (control, *control.blank)
        )

    @property
    def advised(self) -> Iterator[Control]:
        """The controls and cells whose wording is advised."""
        for control in self.controls():
            for each in (control, *(cell for row in control.rows for cell in row)):
                if getattr(each.field, "advice", None) is not None and each.stays is None:
                    yield each

    def control(self, name: str) -> Control | None:
        """The control, or the cell of a row, of this name."""
        for control in self.controls():
            for each in (control, *(cell for row in control.rows for cell in row)):
                if each.name == name:
                    return each
        return None

    def has(self, *kinds: str) -> bool:
        """Whether a field or column is of one of these types: some need a style sheet or a script of their own."""
        return any(each.kind in kinds for control in self.controls() for each in (control, *control.blank))


def sheet(view: FormView, language: str, search: Search | None = None) -> Sheet:
    """Lay out a form that the core gave to fill in."""
    sections = []
    for section in view.sections:
        drawn = [_control(view.form, each, language) for each in section.fields]
        asked = drawn if search is None else [_searched(each, search) for each in drawn]
        controls = tuple(tables.with_totals(view.form, asked, language))
        sections.append((section.spec, section.shown, controls))
    errors = tuple((_id(view.form, path), where(view.form, path), found) for path, found in view.errors.items())
    return Sheet(view.form, tuple(sections), errors)


def draw(control: Control, how: str = "edit") -> Markup:
    """A control as its template's macro draws it: `edit` on its own, `cell` in a row; what stays is only read."""
    if control.stays is not None:
        language = language_of_request()
        return Markup(_macro("frame", "fixed")(control, written(control.stays, language)))
    return _forms().stencils.draw(control, how, language_of_request(), _macro(control.kind, how))


def written(field: FieldView, language: str, *, narrow: bool = False) -> Markup:
    """An answer to read, as the template of its type draws it; empty where there is none.

    `narrow`: rows stand below each other, for a column beside something else.
    """
    if field.value is None:
        return Markup("")
    return _macro(field.type, "beside" if narrow and field.columns else "read")(field, language)


def _forms() -> Forms:
    found: Forms = current_app.extensions[EXTENSION]
    return found


def _macro(kind: str, name: str) -> Any:
    # Escaped by Jinja already: what comes back is markup.
    return getattr(current_app.jinja_env.get_template(f"fields/{kind}.html").module, name)


def _control(form: Form, field: FieldView, language: str) -> Control:
    control = _cell(field, form.questions[field.key], language)
    if field.field.answered == "by_person" and not field.editable:
        return replace(control, stays=field)
    if not field.columns:
        return control
    rows = [
        tuple(_cell(cell, column, language) for cell, column in zip(row, field.columns, strict=True))
        for row in field.rows
    ]
    if not rows and getattr(field.field, "min_rows", 0):
        rows.append(tuple(_blank(column, field, "0") for column in field.columns))
    blank = tuple(_blank(each, field, BLANK) for each in field.columns)
    return replace(control, rows=tuple(rows), blank=blank, folded=tables.folded(blank))


def _cell(field: FieldView, question: Question, language: str) -> Control:
    typed = field.typed(language)
    return Control(
        kind=field.type,
        key=field.key,
        name=field.path.replace(".", "-"),
        label=field.label,
        help=field.help,
        field=field.field,
        value="" if typed is None else typed,
        text=field.text(language) if _has_words(field) else "",
        answer=field.value,
        error=field.error,
        required=field.required or field.spec.required,
        shown=field.shown,
        depends=bool(question.shown or question.editable),
        within=field.within,
        facts=field.facts,
        advice=field.advice,
        origin=field.origin if field.origin in NOTED else None,
    )


def _has_words(field: FieldView) -> bool:
    """Whether what stands in it can only be read in words: what a formula found, whom a ref means."""
    return field.field.answered == "by_formula" or (field.field.names_things and not field.columns)


def _blank(column: Question, table: FieldView, row: str) -> Control:
    name = f"{table.path}-{row}-{column.key}"
    spec, kind = column.spec, column.type
    return Control(kind.name, spec.key, name, label(spec), spec.help, kind, required=spec.required, facts=table.facts)


def _searched(control: Control, search: Search) -> Control:
    if control.name == search.name:
        return replace(control, search=search)
    rows = tuple(tuple(_searched(cell, search) for cell in row) for row in control.rows)
    return replace(control, rows=rows) if rows else control


def _asked(controls: Iterator[Control]) -> Iterator[str]:
    for control in controls:
        if control.depends and control.shown:
            yield control.name if control.stays is None else f"{control.name}!"
        yield from (cell.name for row in control.rows for cell in row if cell.depends and cell.shown)


def _id(form: Form, path: str) -> str:
    """The id of what a message is about; "" for one that stands at no field."""
    return f"f-{path.replace('.', '-')}" if path.partition(".")[0] in form.questions.taken else ""


def where(form: Form, path: str) -> tuple[Text | Message, ...]:
    """Words that say where a message belongs: the field; in a table also the row and the column."""
    key, *rest = path.split(".")
    if key not in form.questions.taken:
        return ()
    question = form.questions[key]
    found: list[Text | Message] = [label(question.spec)]
    if rest and rest[0].isdecimal():
        found.append(Message("rows.row", number=int(rest[0]) + 1))
    if len(rest) > 1:
        found.append(label(question.type.columns[rest[1]].spec))
    return tuple(found)
