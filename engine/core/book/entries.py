"""The book of a register: about whom, for which days, who may do what, what is asked, and what is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.book import people, questions
from engine.core.book.model import Block, Chapter, Facts, Prose, Said, Table
from engine.core.definition import Rights
from engine.core.messages import Message, Text
from engine.core.telling.called import label_of, nodes, text_of
from engine.core.telling.joining import listed
from engine.core.telling.teller import Teller
from engine.core.telling.wordlist import VALUES

USUAL = {"about": "person"}


def chapters(tell: Teller) -> Iterator[Chapter]:
    """The chapters of a register; those with nothing to say are empty."""
    yield Chapter("about", Message("book.about.title"), tuple(_about(tell)))
    yield Chapter("people", Message("book.people.title"), tuple(people.found(tell)))
    yield Chapter("rights", Message("book.register.rights"), tuple(_rights(tell)))
    yield Chapter("forms", Message("book.forms.title"), tuple(questions.blocks(tell)))
    yield Chapter("measures", Message("book.register.measures"), tuple(_measures(tell)))


def _about(tell: Teller) -> Iterator[Block]:
    if (words := text_of(tell.document.get("help"))) is not None:
        yield Prose((words,))
    pairs: list[tuple[Said, tuple[Said, ...]]] = []
    about = f"about.{tell.document.get('about') or 'person'}"
    if about in VALUES:
        pairs.append((Message("book.about.register"), (Message(f"telling.value.{about}"),)))
    pairs.append((Message("book.register.days"), tuple(_days(tell.document, tell))))
    yield Facts(tuple(pairs))


def _days(document: Mapping[str, Any], tell: Teller) -> Iterator[Said]:
    """How many entries a day, for which days, how long they can be corrected, and how long they are kept."""
    yield Message("book.register.day_one" if document.get("a_day") == "one" else "book.register.day_many")
    span = document.get("span")
    if isinstance(span, Mapping) and span.get("start") and span.get("end"):
        start, end = (tell.asked(str(span[name])) for name in ("start", "end"))
        yield Message("book.register.span", start=start, end=end)
    days = document.get("days")
    node: Mapping[str, Any] = days if isinstance(days, Mapping) else {}
    back, ahead, lock = node.get("back"), node.get("ahead"), node.get("lock")
    yield Message("book.register.back_any") if back is None else Message("book.register.back", days=back)
    if ahead:
        yield Message("book.register.ahead", days=ahead)
    yield Message("book.register.no_lock") if lock is None else Message("book.register.lock", days=lock)
    if document.get("keep_years"):
        yield Message("book.register.keep", years=document["keep_years"])


def _rights(tell: Teller) -> Iterator[Block]:
    found = tell.document.get("rights")
    rights: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    rows = []
    for role in nodes(tell.document.get("roles")):
        held: tuple[Said, ...] = tuple(
            Message(f"register.right.{right}")
            for right in Rights.model_fields
            if role.get("key") in listed(rights.get(right))
        )
        rows.append(((label_of(role),), held or (Message("book.register.nothing"),)))
    if rows:
        yield Prose((Message("book.register.rights_lead"),))
        head = (Message("book.people.column.role"), Message("book.register.may"))
        yield Table(Message("book.register.rights"), head, tuple(rows), (40, 60))


def _working_days(tell: Teller, measure: Mapping[str, Any]) -> tuple[Said, ...]:
    """Between which days the working days are counted."""
    days = measure.get("working_days")
    if not isinstance(days, Mapping) or not days.get("until"):
        return ()
    until = tell.asked(str(days["until"]))
    if days.get("since"):
        return (Message("book.register.working_days", since=tell.asked(str(days["since"])), until=until),)
    return (Message("book.register.working_days_of_entry", until=until),)


def _measures(tell: Teller) -> Iterator[Block]:
    rows = []
    for each in nodes(tell.document.get("measures")):
        path = f"measures.{each.get('key', '')}.value"
        formula: tuple[Said, ...] = (tell.expression(each["value"], path),) if each.get("value") else ()
        says = formula or _working_days(tell, each)
        unit = text_of(each.get("unit"))
        words = text_of(each.get("help"))
        name: tuple[Text, ...] = (label_of(each), *((words,) if words else ()))
        rows.append((name, says, (unit,) if unit else ()))
    if rows:
        yield Prose((Message("book.register.measures_lead"),))
        head = tuple(Message(f"book.register.{name}") for name in ("measure", "formula", "unit"))
        yield Table(Message("book.register.measures"), head, tuple(rows), (34, 48, 18))
