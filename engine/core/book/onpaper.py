"""The procedure book as a document to print: its blocks worded in one language, its flow as a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.core.book.model import Block, Book, Facts, Flow, Heading, Points, Prose, Said, Table
from engine.core.definition import WorkflowDefinition
from engine.core.drawing import diagram
from engine.core.messages import Message, readable
from engine.core.printing import paper
from engine.core.printing.paper import Cell, Grid, Line, Paper, Picture
from engine.core.printing.wording import Voice, cell, lines, printable

FACTS = (24, 76)


def paper_of(book: Book, voice: Voice, running: str, left: str, right: str, words: Mapping[str, str]) -> Paper:
    """The whole book; `left` and `right` stand over its title, `running` at the head of later pages."""
    blocks: list[paper.Block] = [paper.Prose(lines(worded(Message("book.lead"), voice), "italic"))]
    for chapter in book.chapters:
        blocks.append(paper.Prose(lines(worded(chapter.title, voice)), 1))
        for block in chapter.blocks:
            blocks += _blocks(block, voice)
    title = (worded(Message("book.title"), voice), worded(book.title, voice))
    return Paper("book", voice.language, title, left, right, running, tuple(blocks), words)


def worded(said: Said, voice: Voice) -> str:
    """A sentence with a capital; what an author wrote stays as he wrote it."""
    told = voice.say(said)
    return told[:1].upper() + told[1:] if isinstance(said, Message) else told


def _blocks(block: Block, voice: Voice) -> Iterator[paper.Block]:
    match block:
        case Heading():
            yield paper.Prose(lines(worded(block.words, voice)), block.level)
        case Prose():
            yield paper.Prose(_lines(block.lines, voice), small=block.quiet)
        case Points():
            lead = lines(worded(block.lead, voice), "bold") if block.lead else ()
            yield paper.Prose((*lead, *(line for each in block.items for line in lines(worded(each, voice), mark="-"))))
        case Facts():
            pairs = tuple((cell(worded(name, voice), "muted"), Cell(_lines(said, voice))) for name, said in block.pairs)
            yield Grid(FACTS, pairs, bare=True)
        case Table():
            yield _table(block, voice)
        case Flow():
            if block.definition is not None and block.definition.states:
                yield picture(block.definition, voice)


def _lines(said: tuple[Said, ...], voice: Voice) -> tuple[Line, ...]:
    return tuple(line for each in said for line in lines(worded(each, voice)))


def _table(table: Table, voice: Voice) -> Grid:
    head = tuple(cell(worded(each, voice), tone="head") for each in table.head)
    rows = tuple(tuple(Cell(_lines(said, voice)) for said in row) for row in table.rows)
    return Grid(table.shares, (head, *rows), head=1)


def picture(definition: WorkflowDefinition, voice: Voice) -> Picture:
    """The flow laid out as on a page, with its words in the language of the voice."""
    words = {state.key: printable(voice.say(state.label or readable(state.key))) for state in definition.states}
    drawn = diagram.lay_out(
        [diagram.Node(state.key, words[state.key], state.initial, state.final) for state in definition.states],
        [
            diagram.Move(move.key, source, move.to, printable(voice.say(move.label or readable(move.key))))
            for move in definition.transitions
            for source in move.from_
        ],
    )
    boxes = tuple(paper.Box(box.x, box.y, box.width, box.height, box.lines, _tone(box.node)) for box in drawn.boxes)
    arrows = tuple(
        paper.Arrow(tuple(each for point in line.points for each in point), line.backward) for line in drawn.lines
    )
    labels = tuple(
        paper.Box(room.x, room.y, room.width, room.height, line.label.lines, "words")
        for line in drawn.lines
        for room in (line.label.rect,)
    )
    says = voice.say(Message("book.flow_picture", states=len(boxes)))
    return Picture(drawn.width, drawn.height, boxes, arrows, labels, _cuts((*boxes, *labels)), says)


def _cuts(taken: tuple[paper.Box, ...]) -> tuple[int, ...]:
    """The middle of each gap between what must stay whole, from left to right."""
    found: list[int] = []
    reached = 0
    for box in sorted(taken, key=lambda each: each.x):
        if 0 < reached < box.x:
            found.append((reached + box.x) // 2)
        reached = max(reached, box.x + box.width)
    return tuple(found)


def _tone(node: diagram.Node) -> str:
    return "final" if node.final else "initial" if node.initial else ""
