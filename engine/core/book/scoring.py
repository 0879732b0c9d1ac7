"""How a workflow's scores are worked out, in its book: when, from what, and whether somebody may set one by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.book.model import Block, Heading, Prose, Said, Table
from engine.core.messages import Message, readable
from engine.core.reading.known import scores_of
from engine.core.telling.called import label_of, nodes
from engine.core.telling.joining import listed
from engine.core.telling.teller import Teller


def blocks(tell: Teller) -> Iterator[Block]:
    """Every score that the workflow uses."""
    for use in nodes(tell.document.get("scores")):
        yield Heading(label_of(use), 2, f"score-{use.get('key', '')}")
        yield from _told(tell, use)


def _told(tell: Teller, use: Mapping[str, Any]) -> Iterator[Block]:
    score = scores_of(tell.codelists).get(str(use.get("score", "")))
    name = score.definition.name if score is not None else readable(str(use.get("score", "")))
    yield Prose((Message("book.scores.lead", score=name),))
    for kind, listing in (("transition", use.get("at")), ("state", use.get("entering"))):
        called = [tell.called.by(kind, key) for key in listed(listing)]
        if called:
            yield Prose((Message(f"book.scores.{kind}", names=tuple(called)),))
    if use.get("by_hand"):
        yield Prose((Message("book.scores.by_hand"),))
    labels = {} if score is None else {each.key: each.label for each in score.definition.inputs}
    rows: list[tuple[tuple[Said, ...], ...]] = []
    for given in nodes(use.get("inputs")):
        key = str(given.get("key", ""))
        made = tell.expression(given.get("value", ""), f"scores.{use.get('key', '')}.inputs.{key}.value")
        rows.append(((labels.get(key) or label_of(given),), (Message("book.results.value", value=made),)))
    if rows:
        head = (Message("book.scores.input"), Message("book.scores.made"))
        yield Table(label_of(use), head, tuple(rows), (35, 65))
