"""What templates say of files: kinds, sizes, pages, what a browser's picker may offer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from flask import Flask

from engine.core.filekinds import KINDS, accepted, called, size_in_words
from engine.core.messages import Message
from engine.web.i18n import day
from engine.web.language import language, translate

if TYPE_CHECKING:
    from engine.core.filling.formviews import FormView


def add_file_words(app: Flask) -> None:
    """Give templates `file_kind`, `file_size`, `file_day`, `kinds_of`, `accepts` and `with_files`."""
    names = {"file_kind": called, "accepts": accepts}
    app.jinja_env.globals.update(
        names, file_size=file_size, file_day=file_day, kinds_of=kinds_of, with_files=with_files
    )


def file_size(octets: int) -> str:
    """A size in words of the reader."""
    return size_in_words(octets, language())


def file_day(text: str) -> str:
    """The day that a file speaks of, as people read it."""
    return day(date.fromisoformat(text), language())


def kinds_of(field: Any) -> str:
    """The kinds that a field takes: `PDF, gambar (JPG, PNG, WEBP)`."""
    return translate(Message("file.kinds", kinds=tuple(Message(f"file.group.{group}") for group in field.kinds)))


def accepts(field: Any) -> str:
    """For a browser's picker: endings, and media types, by which phones know that they may offer the camera."""
    media = {kind.media for kind in KINDS.values() if kind.group in field.kinds}
    return ",".join([*accepted(field.kinds), *sorted(media)])


def with_files(views: Iterable[FormView | None]) -> bool:
    """Whether one of these forms has a field for files, so that its style sheet is wanted."""
    fields = (field for view in views if view is not None for field in view)
    return any(each.type == "file" or any(column.type.name == "file" for column in each.columns) for each in fields)
