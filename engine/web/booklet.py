"""Procedure books and differences on a page: their sentences worded, differences put together by group and part.

In templates: `book_words(said)` for anything that a book says; macros/book.html and macros/differences.html draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from flask import Flask
from werkzeug.wrappers import Response

from engine import procedures
from engine.core.book import onpaper
from engine.core.comparing import difference
from engine.core.messages import Message, Param
from engine.core.printing import wording
from engine.core.telling import values
from engine.web.context import runtime
from engine.web.downloads import saved_as
from engine.web.language import language, show, translate

if TYPE_CHECKING:
    from engine.core.book.model import Block, Said
    from engine.core.comparing.difference import Difference, Part
    from engine.procedures import Edition

TONES = {"added": "good", "removed": "bad", "changed": "info", "moved": "plain", "renamed": "plain"}


class Group(NamedTuple):
    """The differences of one group, and the same by the part that they tell about."""

    key: str
    found: tuple[Difference, ...]
    parts: tuple[tuple[Part, tuple[Difference, ...]], ...]


def add_booklet(app: Flask) -> None:
    """Give templates the words of books and differences."""
    app.jinja_env.globals.update(
        book_words=words, block_kind=kind, difference_lines=lines, difference_subject=subject, difference_tones=TONES
    )


def words(said: Said) -> str:
    """A sentence of a book, with a capital."""
    return onpaper.worded(said, voice())


def kind(block: Block) -> str:
    """Which kind of block it is: heading, prose, points, facts, table, flow."""
    return type(block).__name__.lower()


def voice() -> wording.Voice:
    """The language of this request, for prints."""
    into = language()
    return wording.Voice(into, lambda message: translate(message, into))


def groups(found: Sequence[Difference]) -> tuple[Group, ...]:
    """Differences by group, in the order of those."""
    told = []
    for key in difference.GROUPS:
        own = tuple(each for each in found if each.group == key)
        by_part: dict[str, list[Difference]] = {}
        for each in own:
            by_part.setdefault(each.part.path, []).append(each)
        if own:
            told.append(Group(key, own, tuple((each[0].part, tuple(each)) for each in by_part.values())))
    return tuple(told)


def lines(said: Param | None) -> tuple[str, ...]:
    """What stood or stands somewhere, line by line."""
    if said is None:
        return ()
    each_line = said if isinstance(said, tuple) else (said,)
    told = (show(each) for each in each_line)
    return tuple(line[:1].upper() + line[1:] for line in told)


def subject(found: Difference) -> str:
    """What of a part a difference is about: one of its properties, else what happened to the whole."""
    name = found.path.removeprefix(found.part.path).strip(".").partition(".")[0]
    if name and found.part.slug != "rights":
        return words(values.name_of(found.part.model, name))
    return words(Message(f"comparing.kind.{found.kind}"))


def pdf(edition: Edition, address: str, name: str) -> Response:
    """The book as a file to save."""
    body = procedures.print_book(runtime(), edition, voice=voice(), address=address)
    return saved_as(Response(body, mimetype="application/pdf"), f"{name}-{language()}.pdf")


def counts(found: Sequence[Difference]) -> tuple[tuple[str, int], ...]:
    """How many differences there are of each kind that there is."""
    return tuple((way, number) for way in TONES if (number := sum(each.kind == way for each in found)))


def title(edition: Edition) -> Message:
    """Of which version a book is."""
    if edition.number is None:
        return Message("book.of_draft")
    return Message("book.of_version", number=str(edition.number))
