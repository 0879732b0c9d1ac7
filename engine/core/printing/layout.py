"""From a print that a definition declares to a paper: each block by its kind. Blocks of rows are rowblocks.py's.

What the reader does not see, or what nobody answered, stays empty as on the regulation's own forms: for a pen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from engine.core.messages import Message, Text
from engine.core.printing import rowblocks
from engine.core.printing.paper import Block, Cell, Curve, Grid, Line, Paper, Prose, Run, Signature, Signatures
from engine.core.printing.source import Party, Source
from engine.core.printing.spec import BlockSpec, PartySpec, PrintSpec
from engine.core.printing.wording import NOTHING, cell, lines, marked, run

FACTS = ("name", "number", "grade", "post", "unit")
NUMBER, LABEL, VALUE = 4, 16, 30


def paper(spec: PrintSpec, source: Source, *, running: str, words: Mapping[str, str]) -> Paper:
    """A declared print, filled in."""
    found: list[Block] = []
    for block in spec.blocks:
        found += MAKERS[block.kind](block, source)
    return Paper(
        layout="official",
        language=source.voice.language,
        title=tuple(source.voice.say(line) for line in spec.title),
        left=source.institution,
        right=source.period,
        running=running,
        blocks=tuple(found),
        words=words,
        landscape=spec.landscape,
        emblem=spec.emblem,
    )


def _people(spec: BlockSpec, source: Source) -> Iterator[Block]:
    voice = source.voice
    labels = [voice.key(f"print.party.{fact}") for fact in FACTS]
    found = [(_named(each, source), _party(each, source)) for each in spec.people]
    if spec.stacked:
        for title, party in found:
            top = (Cell(lines(title, "bold"), across=3, tone="head"),)
            facts = [
                (cell(label), cell(":", align="center"), cell(_fact(party, fact)))
                for label, fact in zip(labels, FACTS, strict=True)
            ]
            yield Grid((LABEL, 2, VALUE), (top, *facts), joined=True)
        return
    no = cell(voice.key("print.no"), tone="head", align="center")
    head = tuple(each for title, _ in found for each in (no, cell(title, across=2, tone="head", align="center")))
    rows = [
        tuple(
            each
            for _, party in found
            for each in (cell(str(at), align="center"), cell(label), cell(_fact(party, fact)))
        )
        for at, (label, fact) in enumerate(zip(labels, FACTS, strict=True), 1)
    ]
    yield Grid((NUMBER, LABEL, VALUE) * len(found), (head, *rows))


def _named(spec: PartySpec, source: Source) -> str:
    return source.voice.say(spec.label) if spec.label else spec.key


def _party(spec: PartySpec, source: Source) -> Party:
    return source.parties.get((spec.role, spec.superior), Party(NOTHING))


def _fact(party: Party, fact: str) -> str:
    return str(getattr(party, fact))


def _heading(spec: BlockSpec, source: Source, across: int = 1) -> tuple[tuple[Cell, ...], ...]:
    """The tinted row over a block, where it has one."""
    return (
        () if spec.heading is None else ((Cell(lines(source.voice.say(spec.heading), "bold"), across, tone="head"),),)
    )


def _choice(spec: BlockSpec, source: Source) -> Iterator[Block]:
    """Everything that could be chosen, with all but the chosen struck out, as people do it with a pen."""
    chosen, options = _options(spec.of or "", source)
    runs: list[Run] = []
    for at, (key, words) in enumerate(options):
        said = source.voice.say(words).upper()
        style = "" if chosen is None else "bold" if key == chosen else "struck"
        runs += [*([Run(" / ")] if at else []), run(said, style)]  # type: ignore[arg-type]
    body = Line(tuple(runs)) if runs else Line((Run(NOTHING),))
    yield Grid((1,), (*_heading(spec, source), (Cell((body,)),)), joined=True)


def _options(path: str, source: Source) -> tuple[str | None, tuple[tuple[str, Text], ...]]:
    if (result := source.results.get(path)) is not None:
        return result.key or None, result.options
    found = source.field_at(path)
    if found is None:
        return None, ()
    value = None if found.value is None else str(found.field.dump(found.value))
    return value, tuple((each.key, each.label) for each in found.options)


def _values(spec: BlockSpec, source: Source) -> Iterator[Block]:
    rows = []
    for path in spec.values:
        label, said = _pair(path, source)
        rows.append((cell(label.upper()), cell(":", align="center"), Cell(lines(said.upper() or NOTHING, "bold"))))
    yield Grid((LABEL, 2, VALUE), (*_heading(spec, source, 3), *rows), joined=True)


def _pair(path: str, source: Source) -> tuple[str, str]:
    """What a path is called, and what it says."""
    if (result := source.results.get(path)) is not None:
        return source.voice.say(result.label), source.voice.say(result.words)
    found = source.field_at(path)
    if found is None:
        return path.rpartition(".")[2].replace("_", " "), ""
    return source.voice.say(found.label), found.text(source.voice.language)


def _lines(spec: BlockSpec, source: Source) -> Iterator[Block]:
    """The paragraphs of an answer: counted where there are several."""
    found = source.field_at(spec.of or "")
    text = "" if found is None else found.text(source.voice.language)
    parts = [part for part in text.split("\n") if part.strip()]
    if spec.numbered:
        rows = [(cell(f"{at}.", align="center"), cell(part)) for at, part in enumerate(parts or [""], 1)]
        yield Grid((NUMBER, 100), (*_heading(spec, source, 2), *rows), joined=True)
    else:
        body = marked(parts, "-") if len(parts) > 1 else lines(text or NOTHING)
        yield Grid((1,), (*_heading(spec, source), (Cell(body),)), joined=True)


def _curve(spec: BlockSpec, source: Source) -> Iterator[Block]:
    """The pattern that goes with what was chosen; room for it where nothing was."""
    chosen, options = _options(spec.of or "", source)
    yield Grid((1,), _heading(spec, source) or ((Cell(),),), joined=True)
    if chosen in spec.heights:
        voice = source.voice
        words = next(voice.say(text) for key, text in options if key == chosen)
        yield Curve(
            heights=spec.heights[chosen],
            marks=tuple(voice.say(mark) for mark in spec.marks),
            axis=(voice.key("print.curve.people"), voice.key("print.curve.predicate")),
            says=voice.say(Message("print.curve.says", unit=words)),
        )


def _note(spec: BlockSpec, source: Source) -> Iterator[Block]:
    yield Prose(tuple(each for text in spec.text for each in lines(source.voice.say(text), "italic")), small=True)


def _signatures(spec: BlockSpec, source: Source) -> Iterator[Block]:
    voice = source.voice
    places = []
    for signer in spec.signers:
        party = source.parties.get((signer.role, False), Party(""))
        act = source.signed.get(signer.form or signer.transition or "")
        said = () if act is None else (
            voice.key("print.signed"),
            *((run(voice.say(act.instead)).text,) if act.instead is not None else ()),
            voice.say(Message("print.signed_at", at=act.at)),
            voice.say(Message("print.signed_ref", ref=act.event[:8].upper())),
        )  # fmt: skip
        number = (act.number if act else party.number) or "…"
        places.append(
            Signature(
                dated=voice.say(Message("print.on_day", on=act.on)) if act else voice.key("print.place_and_day"),
                title=voice.say(signer.label) if signer.label else signer.key,
                name=run((act.name if act else party.name) or "…").text,
                number=voice.say(Message("print.nip", number=number)),
                signed=said,
            )
        )
    yield Signatures(tuple(places))


MAKERS: Mapping[str, Callable[[BlockSpec, Source], Iterator[Block]]] = {
    "people": _people,
    "rows": rowblocks.rows,
    "guidance": rowblocks.guidance,
    "choice": _choice,
    "values": _values,
    "lines": _lines,
    "curve": _curve,
    "note": _note,
    "signatures": _signatures,
}
