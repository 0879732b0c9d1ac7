"""A form that was sent, or a whole case, as a document to read: what it is about, each form, results, the trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.core.filling.formviews import FieldView, FormView
from engine.core.messages import Message, Param, Text
from engine.core.printing import formpaper, scorepaper
from engine.core.printing.paper import Block, Grid, Paper, Prose
from engine.core.printing.seal import Figure
from engine.core.printing.source import Source
from engine.core.printing.wording import NOTHING, Voice, cell, lines

LONGEST_FIGURE, MOST_FIGURES = 60, 12
FACTS = (30, 70)


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened: when, who, what."""

    at: datetime
    who: str
    what: Message


def of_form(view: FormView | None, title: str, facts: Sequence[tuple[str, Param]], source: Source,
            words: Mapping[str, str]) -> Paper:  # fmt: skip
    """One form; without its answers where they were erased."""
    voice = source.voice
    body = tuple(formpaper.blocks(view, voice)) if view else (Prose(lines(voice.key("print.erased"), "italic")),)
    about = _facts(facts, voice)
    wide = view is not None and formpaper.is_wide(view)
    return _paper(title, facts, (about, *body), source, words, wide)


def of_case(title: str, facts: Sequence[tuple[str, Param]], names: Mapping[str, Text], happened: Sequence[Happened],
            source: Source, words: Mapping[str, str]) -> Paper:  # fmt: skip
    """A whole case: `names` are the titles of its forms."""
    voice = source.voice
    found: list[Block] = [_facts(facts, voice)]
    if source.results:
        found.append(Prose(lines(voice.key("print.results")), 1))
        pairs = [(voice.say(each.label), voice.say(each.words)) for each in source.results.values()]
        found.append(Grid(FACTS, tuple((cell(label, "muted"), cell(words, "bold")) for label, words in pairs)))
    for key, tree in source.scores.items():
        found += scorepaper.blocks(tree, source.results[key].label, voice)
    for key, view in source.views.items():
        found.append(Prose(lines(voice.say(names[key])), 1))
        found += formpaper.blocks(view, voice, level=2)
    found.append(Prose(lines(voice.key("print.history")), 1))
    found.append(_history(happened, voice))
    wide = any(formpaper.is_wide(view) for view in source.views.values())
    return _paper(title, facts, tuple(found), source, words, wide)


def _paper(title: str, facts: Sequence[tuple[str, Param]], blocks: tuple[Block, ...], source: Source,
           words: Mapping[str, str], wide: bool) -> Paper:  # fmt: skip
    running = " · ".join((title, str(facts[0][1]), source.period))
    return Paper("plain", source.voice.language, (title,), source.institution, source.period, running, blocks, words,
                 landscape=wide)  # fmt: skip


def _facts(facts: Sequence[tuple[str, Param]], voice: Voice) -> Grid:
    pairs = [(voice.key(f"print.fact.{name}"), voice.say(Message("print.value", value=value))) for name, value in facts]
    return Grid(FACTS, tuple((cell(label, "muted"), cell(said or NOTHING)) for label, said in pairs))


def _history(happened: Sequence[Happened], voice: Voice) -> Grid:
    head = tuple(cell(voice.key(f"print.happened.{name}"), tone="head") for name in ("at", "who", "what"))
    rows = tuple(
        (cell(voice.say(Message("print.value", value=each.at))), cell(each.who), cell(voice.say(each.what)))
        for each in happened
    )
    return Grid((26, 26, 48), (head, *rows), head=1)


def figures(views: Mapping[str, FormView], source: Source) -> tuple[Figure, ...]:
    """What counts on a paper that declares no figures: results, short answers, and how long its tables are."""
    voice = source.voice
    found = [Figure(voice.say(each.label), voice.say(each.words)) for each in source.results.values()]
    for view in views.values():
        found += (figure for each in view if each.shown for figure in of_field(each, voice))
    return tuple(found[:MOST_FIGURES])


def of_field(view: FieldView, voice: Voice) -> Iterator[Figure]:
    """An answer as a figure: how many rows, or the text where it is short."""
    label = voice.say(view.label)
    if view.columns:
        yield Figure(label, voice.say(Message("print.rows", count=len(view.rows))))
        return
    text = view.text(voice.language)
    if text and len(text) <= LONGEST_FIGURE and "\n" not in text:
        yield Figure(label, text)
