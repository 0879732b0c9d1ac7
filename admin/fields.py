"""The gallery of field types: each one to fill in, refused, to read and on paper, with its options. Reads only.

What it shows comes from one file of samples and from the catalog; it is drawn by the macros that draw every form.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flask_admin import expose

from admin.field_options import Option, options
from admin.reading import SessionHandle
from admin.views import SecureView
from engine import samples as shown
from engine.core.filling import formviews, sight
from engine.core.messages import Text
from engine.web.context import runtime
from engine.web.forms import Control, sheet
from engine.web.language import language, today


class Exhibit(NamedTuple):
    """One field type: filled in, refused (where it refuses anything), read, and its options."""

    name: str
    about: Text
    doc: str
    edit: Control
    wrong: Control | None
    read: formviews.FieldView
    paper: tuple[tuple[str, str], ...]
    options: tuple[Option, ...]


class FieldsView(SecureView):
    """Jenis isian."""

    permission = ("admin",)

    def __init__(self, session: SessionHandle, url: str, section: str, samples: Path) -> None:
        self.samples = samples
        super().__init__(session, url, section)

    def is_visible(self) -> bool:
        # Reached from the definitions, whose authors look things up here; the menu is for what needs somebody.
        return False

    @expose("/")
    def index(self) -> str:
        found = shown.read_samples(self.samples.read_bytes(), runtime().catalog, today())
        return self.render("backoffice/fields.html", exhibits=list(exhibits(found, language())))


def exhibits(samples: shown.Samples, language: str) -> Iterator[Exhibit]:
    """Everything that the gallery shows, in the order of the samples."""
    filled = formviews.to_fill(samples.good, samples.raw, samples.facts, {}, as_typed=False, sight=sight.WHOLE)
    refused = formviews.to_fill(
        samples.wrong, samples.raw_wrong, samples.facts, samples.errors, as_typed=True, sight=sight.WHOLE
    )
    edit, wrong = _controls(filled, language), _controls(refused, language)
    read = formviews.to_read(samples.good, samples.values, samples.facts, sight.WHOLE)
    for sample in samples.each:
        name = sample.entry.name
        yield Exhibit(
            name=name,
            about=sample.about,
            doc=sample.entry.doc,
            edit=edit[name],
            wrong=wrong.get(f"{name}_wrong"),
            read=read[name],
            paper=_paper(read[name], language),
            options=options(sample.entry),
        )


def _paper(field: formviews.FieldView, language: str) -> tuple[tuple[str, str], ...]:
    """The answer as it is printed: its paragraphs, each with the mark before it."""
    return () if field.value is None or field.columns else tuple(field.field.print(field.value, language))


def _controls(view: formviews.FormView, language: str) -> dict[str, Control]:
    return {control.key: control for control in sheet(view, language).controls()}
