"""How a score was made, on paper: its tree as numbered rows, each with its number, its rule and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.messages import Message, Param
from engine.core.printing.paper import Block, Cell, Grid, Line, Prose
from engine.core.printing.wording import Voice, cell, lines
from engine.core.scoring.telling import Branch

WIDTHS = (72, 28)


def blocks(tree: Branch, name: Param, voice: Voice) -> Iterator[Block]:
    """A heading and the tree; what stands below a row has its number and one more."""
    yield Prose(lines(voice.say(Message("print.score.heading", name=name))), 2)
    yield Grid(WIDTHS, tuple(_rows(tree, "1", voice)))


def _rows(branch: Branch, number: str, voice: Voice) -> Iterator[tuple[Cell, ...]]:
    told = (*branch.how, *branch.why, *branch.sources)
    words: tuple[Line, ...] = lines(f"{number}  {_said(branch.label, voice)}", "bold")
    for message in told:
        words += lines(voice.say(message), "muted")
    yield Cell(words), cell(_said(branch.found, voice), "bold")
    for place, child in enumerate(branch.children, start=1):
        yield from _rows(child, f"{number}.{place}", voice)


def _said(value: Param, voice: Voice) -> str:
    return voice.say(Message("print.value", value=value))
