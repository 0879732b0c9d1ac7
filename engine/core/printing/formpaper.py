"""A form on paper, whatever its fields are: sections, answers beside their labels, tables as grids or as cards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.core.filling.formviews import FieldView, FormView, label_of
from engine.core.messages import Message
from engine.core.printing.paper import Block, Cell, Grid, Line, Prose
from engine.core.printing.wording import LONG, NOTHING, Voice, cell, lines, run

MOST_COLUMNS = 5  # of a table that stands upright; a wider one lies on its side
WIDEST = 8  # with more columns, each row becomes a card
LABELS, ANSWERS = 28, 72
NARROWEST, BROADEST = 8, 60


def blocks(view: FormView, voice: Voice, level: int = 1) -> Iterator[Block]:
    """The sections of a form as one reader sees it; what he does not see is not there."""
    for section in view.sections:
        if not section.shown:
            continue
        if section.spec.title is not None:
            yield Prose(lines(voice.say(section.spec.title)), level)
        yield from _fields([each for each in section.fields if each.shown], voice)


def is_wide(view: FormView) -> bool:
    """Whether a table of the form needs the paper on its side."""
    return any(MOST_COLUMNS < len(each.columns) <= WIDEST for each in view if each.shown)


def said(view: FieldView, language: str) -> tuple[Line, ...]:
    """An answer as the lines of a cell; a dash where there is none."""
    if view.value is None or not view.text(language).strip():
        return lines(NOTHING)
    found: list[Line] = []
    for mark, text in view.field.print(view.value, language):
        found += lines(text, mark=mark)
    return tuple(found) or lines(NOTHING)


def _fields(fields: Sequence[FieldView], voice: Voice) -> Iterator[Block]:
    """Answers that follow each other stand in one grid; a table or a note ends it."""
    pairs: list[tuple[Cell, ...]] = []
    for each in fields:
        if each.columns or each.field.answered == "never":
            yield from _pairs(pairs)
            pairs = []
            yield from _table(each, voice) if each.columns else _note(each, voice)
        else:
            label = Cell(lines(voice.say(each.label), "muted"))
            pairs.append((label, Cell(said(each, voice.language))))
    yield from _pairs(pairs)


def _pairs(pairs: Sequence[tuple[Cell, ...]]) -> Iterator[Block]:
    if pairs:
        yield Grid((LABELS, ANSWERS), tuple(pairs))


def _note(view: FieldView, voice: Voice) -> Iterator[Block]:
    text = getattr(view.field, "text", None)
    if text is not None:
        yield Prose(lines(voice.say(text), "italic"))


def _table(view: FieldView, voice: Voice) -> Iterator[Block]:
    count = voice.say(Message("print.rows", count=len(view.rows)))
    yield Prose((Line((run(voice.say(view.label), "bold"), run(f" · {count}", "muted"))),))
    if not view.rows:
        yield Prose(lines(NOTHING))
    elif len(view.columns) > WIDEST:
        yield from _cards(view, voice)
    else:
        number = Cell(lines(voice.key("print.no")), tone="head", align="center")
        head = tuple(Cell(lines(voice.say(label_of(each.spec))), tone="head") for each in view.columns)
        rows = tuple(
            (cell(str(at), align="center"), *(Cell(said(each, voice.language) if each.shown else ()) for each in row))
            for at, row in enumerate(view.rows, 1)
        )
        yield Grid((4, *_widths(view, voice)), ((number, *head), *rows), head=1)


def _cards(view: FieldView, voice: Voice) -> Iterator[Block]:
    for at, row in enumerate(view.rows, 1):
        title = Cell(lines(voice.say(Message("print.row", number=str(at)))), across=2, tone="head")
        pairs = tuple(
            (Cell(lines(voice.say(each.label), "muted")), Cell(said(each, voice.language)))
            for each in row
            if each.shown
        )
        yield Grid((LABELS, ANSWERS), ((title,), *pairs))


def _widths(view: FieldView, voice: Voice) -> tuple[int, ...]:
    """Columns take room by how much stands in them, within limits, and hold their longest word."""
    shares = []
    for at, question in enumerate(view.columns):
        texts = [row[at].text(voice.language) for row in view.rows]
        words = [*voice.say(label_of(question.spec)).split(), *(word for text in texts for word in text.split())]
        longest = min(max(map(len, words), default=0), LONG)
        much = max(sum(map(len, texts)) // max(1, len(texts)), max(map(len, texts), default=0) // 3)
        shares.append(max(NARROWEST, longest + 3, min(BROADEST, NARROWEST + much // 3)))
    return tuple(shares)
