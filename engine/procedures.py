"""The procedure book of what is stored: of a version, of the definition that a case runs on, of a draft; and as PDF.

Reads only. The same book of the same version gives the same file: its time is that of the version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine import definitions
from engine.core.book.model import Book
from engine.core.book.onpaper import paper_of, worded
from engine.core.book.writing import book
from engine.core.definition import CodeList
from engine.core.errors import NotFound
from engine.core.messages import Message, Text
from engine.core.printing.wording import Voice
from engine.core.reading.normal import dump
from engine.core.times import to_datetime
from engine.runtime import Runtime
from engine.store.queries import definition_cases as queries

KINDS = ("workflow", "register")  # that have a book
TEMPLATE, DIGITS = "book", 16


@dataclass(frozen=True, slots=True)
class Edition:
    """A book with what stands on its title: of which version, since when in force; a draft has neither."""

    book: Book
    at: datetime
    number: int | None = None
    digest: str = ""
    since: datetime | None = None


def of_digest(rt: Runtime, db: Connection, digest: str) -> Edition:
    """The book of the version that a digest is; NotFound for what is no workflow."""
    row = queries.by_digest(db, digest)
    if row is None or row.kind not in KINDS:
        raise NotFound(Message("book.no_book"))
    definition = rt.library.definition(db, digest)
    found = book(dump(definition), rt.catalog, rt.library.known_to(db, definition))
    since = to_datetime(row.published_at) if row.published_at else None
    return Edition(found, since or to_datetime(row.created_at), row.number, digest, since)


def of_draft(
    rt: Runtime,
    db: Connection,
    document: Mapping[str, Any],
    at: datetime,
    codelists: Mapping[str, CodeList] | None = None,
) -> Edition:
    """The book of a draft as it stands, with the code lists of today, or those that somebody has read already."""
    if document.get("kind") not in KINDS:
        raise NotFound(Message("book.no_book"))
    lists = definitions.published_codelists(rt, db) if codelists is None else codelists
    return Edition(book(document, rt.catalog, lists), at)


def print_book(rt: Runtime, edition: Edition, *, voice: Voice, address: str) -> bytes:
    """The book as a PDF in the language of the voice; `address` is that of its page."""
    title: Text = edition.book.title
    if edition.number is None:
        left, running = voice.key("book.of_draft"), Message("book.running_draft", title=title)
    else:
        left = voice.say(Message("book.of_version", number=str(edition.number)))
        running = Message("book.running", title=title, number=str(edition.number))
    right = voice.say(in_force(edition))
    words = {"qr": voice.key("book.qr"), "page": voice.say(Message("book.page", page="{page}", pages="{pages}"))}
    paper = paper_of(edition.book, voice, voice.say(running), left, right, words)
    return rt.press.again(TEMPLATE, paper.as_document(), _stamp(edition, voice, address))


def in_force(edition: Edition) -> Message:
    """Since when a book holds."""
    if edition.since is None:
        return Message("book.not_published")
    return Message("book.published", at=edition.since)


def _stamp(edition: Edition, voice: Voice, address: str) -> Mapping[str, Any]:
    at = edition.at
    digest = voice.say(Message("book.digest", digest=edition.digest[:DIGITS])) if edition.digest else ""
    return {
        "link": address,
        "address": address.partition("://")[2],
        "epoch": int(at.timestamp()),
        "day": [at.year, at.month, at.day],
        "made": f"{worded(edition.book.title, voice)} · {voice.say(in_force(edition))}",
        "digest": digest,
    }
