"""Writes the procedure book of a workflow, chapter by chapter. A draft with mistakes gives as much as it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.book import dates, entries, links, moves, outcomes, people, questions, readers, scoring
from engine.core.book.model import Block, Book, Chapter, Facts, Flow, Prose, Said, Table
from engine.core.catalog import Catalog
from engine.core.definition import CodeList, WorkflowDefinition
from engine.core.messages import Message, Text, readable
from engine.core.noticespec import OCCASIONS
from engine.core.reading.places import Places
from engine.core.reading.positions import NOWHERE
from engine.core.reading.structure import structured
from engine.core.reading.writings import normalise
from engine.core.telling.called import label_of, nodes, text_of
from engine.core.telling.teller import Teller, teller
from engine.core.telling.wordlist import VALUES

USUAL = {"subject": "person", "period": "year", "started_by": "cycle"}


def book(document: Mapping[str, Any], catalog: Catalog, codelists: Mapping[str, CodeList]) -> Book:
    """The book of a workflow or register in the normal form; `codelists` by key, pinned or of today."""
    tell = teller(document, catalog, codelists)
    chapters = entries.chapters(tell) if document.get("kind") == "register" else _of_workflow(tell)
    title = text_of(document.get("name")) or readable(str(document.get("key") or "–"))
    return Book(title, text_of(document.get("help")), tuple(each for each in chapters if each.blocks))


def _of_workflow(tell: Teller) -> Iterator[Chapter]:
    told = moves.places_of(tell.document)
    yield from (
        Chapter("about", Message("book.about.title"), tuple(_about(tell))),
        Chapter("flow", Message("book.flow.title"), tuple(_flow(tell))),
        Chapter("people", Message("book.people.title"), tuple(people.found(tell))),
        *people.chapters(tell, told),
        Chapter("automatic", Message("book.automatic.title"), tuple(moves.automatic(tell))),
        Chapter("forms", Message("book.forms.title"), tuple(questions.blocks(tell))),
        Chapter("readers", Message("book.readers.title"), tuple(readers.blocks(tell))),
        Chapter("results", Message("book.results.title"), (*outcomes.blocks(tell), *scoring.blocks(tell))),
        Chapter("links", Message("book.links.title"), tuple(links.blocks(tell))),
        Chapter("dates", Message("book.dates.title"), tuple(dates.blocks(tell))),
        Chapter("notices", Message("book.notices.title"), tuple(_notices(tell))),
        Chapter("prints", Message("book.prints.title"), tuple(_prints(tell))),
    )


def _about(tell: Teller) -> Iterator[Block]:
    document = tell.document
    if (words := text_of(document.get("help"))) is not None:
        yield Prose((words,))
    pairs: list[tuple[Said, tuple[Said, ...]]] = []
    for name, usual in USUAL.items():
        value = f"{name}.{document.get(name) or usual}"
        if value in VALUES:
            pairs.append((Message(f"book.about.{name}"), (Message(f"telling.value.{value}"),)))
    yield Facts(tuple(pairs))


def _flow(tell: Teller) -> Iterator[Block]:
    rows = []
    for number, state in enumerate(nodes(tell.document.get("states")), 1):
        roles = tuple(dict.fromkeys(str(task.get("role", "")) for task in nodes(state.get("tasks"))))
        workers: tuple[Said, ...] = tuple(tell.called.by("role", role) for role in roles if role)
        if not workers:
            workers = (Message("book.flow.over" if state.get("final") else "book.flow.nobody"),)
        words = text_of(state.get("help"))
        name = Message("book.flow.state", number=str(number), name=label_of(state))
        rows.append(((name,), (words,) if words else (), workers))
    if not rows:
        return
    yield Prose((Message("book.flow.lead", count=len(rows)),))
    yield Flow(drawable(tell.document))
    head = tuple(Message(f"book.flow.column.{name}") for name in ("state", "what", "who"))
    yield Table(Message("book.flow.title"), head, tuple(rows), (24, 52, 24))


def drawable(document: Mapping[str, Any]) -> WorkflowDefinition | None:
    """The definition of a document, mended where it has mistakes, so that it can be drawn."""
    normal = normalise(document)
    found = structured(normal.document, Places(normal, NOWHERE)).definition
    return found if isinstance(found, WorkflowDefinition) else None


def _prints(tell: Teller) -> Iterator[Block]:
    rows = []
    for each in nodes(tell.document.get("prints")):
        states: tuple[Text, ...] = tuple(tell.called.by("state", key) for key in each.get("states") or ())
        when: Said = Message("book.prints.in", states=states) if states else Message("book.prints.always")
        rows.append(((label_of(each),), (when,)))
    if rows:
        yield Prose((Message("book.prints.lead"),))
        head = (Message("book.prints.column.name"), Message("book.prints.column.when"))
        yield Table(Message("book.prints.title"), head, tuple(rows), (60, 40))


def _notices(tell: Teller) -> Iterator[Block]:
    rows = []
    for each in nodes(tell.document.get("notices")):
        kind = next((name for name in OCCASIONS if each.get(name)), None)
        if kind is not None:
            what = "state" if kind == "enters" else "transition" if kind == "transition" else "task"
            when = Message(f"book.notices.when.{kind}", what=tell.called.by(what, each[kind]))
            roles: tuple[Said, ...] = tuple(tell.called.by("role", key) for key in each.get("to") or ())
            rows.append(((when,), roles, (text_of(each.get("subject")) or readable(str(each.get("key", ""))),)))
    if rows:
        head = tuple(Message(f"book.notices.column.{name}") for name in ("when", "who", "what"))
        yield Table(Message("book.notices.title"), head, tuple(rows), (36, 24, 40))
