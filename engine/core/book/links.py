"""The cases beside this one: those inside it, those that may follow, and when each is opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.book.model import Block, Facts, Heading, Prose, Said
from engine.core.messages import Message, readable
from engine.core.reading.known import workflows_of
from engine.core.telling.called import label_of, nodes, text_of
from engine.core.telling.joining import listed, whole
from engine.core.telling.teller import Teller
from engine.core.telling.wordlist import VALUES

LISTS = ("children", "follow_ups")


def blocks(tell: Teller) -> Iterator[Block]:
    """Children first, then what may follow."""
    for name in LISTS:
        for at, link in enumerate(nodes(tell.document.get(name))):
            if at == 0:
                yield Prose((Message(f"book.links.lead.{name}"),))
            yield Heading(label_of(link), 2, f"{name}-{link.get('key', '')}")
            if (words := text_of(link.get("help"))) is not None:
                yield Prose((words,))
            path = f"{name}.{link.get('key', '')}"
            yield Facts(tuple((Message(f"book.links.{fact}"), (said,)) for fact, said in _facts(tell, link, path)))


def _facts(tell: Teller, link: Mapping[str, Any], path: str) -> Iterator[tuple[str, Said]]:
    known = workflows_of(tell.codelists).get(str(link.get("workflow")))
    yield "workflow", known.definition.name if known else readable(str(link.get("workflow") or "–"))
    states = tuple(tell.called.by("state", key) for key in listed(link.get("in")))
    if states:
        yield "opened", Message("book.links.in", states=states)
    if link.get("by"):
        where = tuple(tell.called.by("state", key) for key in listed(link.get("states")))
        yield "by", Message("book.links.who", role=tell.called.by("role", link["by"]), states=where)
    if (days := whole(link.get("working_days"))) is not None:
        yield "until", Message("book.links.days", count=days)
    every = f"every.{link.get('every')}"
    if every in VALUES:
        yield "every", Message(f"telling.value.{every}")
    opens = f"opens.{link.get('opens')}"
    if opens in VALUES:
        yield "opens", Message(f"telling.value.{opens}")
    if link.get("when") is not None:
        yield "when", Message("book.links.if", condition=tell.expression(link["when"], f"{path}.when"))
    if link.get("about"):
        yield "about", Message("book.links.each", role=tell.called.by("role", link["about"]))
    if link.get("optional"):
        yield "waits", Message("book.links.not_awaited")
    if (most := whole(link.get("most"))) is not None and most > 1:
        yield "most", Message("book.links.times", count=most)
