"""What text and longtext share: advice on their wording by the words of a code list (engine/core/wording.py)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.definition import CodeList
from engine.core.messages import Message
from engine.core.wording import Wording, lacking


def wording(codelist: CodeList | None) -> Wording | None:
    """The lists of words, read once for each field."""
    return None if codelist is None else Wording.of(codelist)


def problems(codelist: CodeList | None) -> Iterator[tuple[str, Message]]:
    """A code list that advises has all lists of words."""
    if codelist is not None and (missing := lacking(codelist)):
        yield "advice", Message("bind.no_word_lists", name=codelist.key, missing=missing)


def advice(lists: Wording | None, text: str) -> tuple[Message, ...]:
    """What the lists say about a text."""
    return () if lists is None else tuple(each.message() for each in lists.advise(text))
