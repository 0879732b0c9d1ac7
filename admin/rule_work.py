"""The rule builder's table: what stands at a path of a draft, what was posted, and what both amount to.

Reads a bench and a request. Saving is design_rules.py's, what the page shows is rule_lines.py's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import request

from admin import rule_posted
from engine.core.designing.outline import about
from engine.core.designing.panelparts import Property
from engine.core.designing.spots import find
from engine.core.errors import Misreading, NotFound
from engine.core.expression import BOOLEAN, InvalidExpression, compile_expression
from engine.core.expression.parser import parse
from engine.core.expression.syntax import Name, Node, walk
from engine.core.expression.write import write
from engine.core.messages import Message
from engine.core.sentences import Names, Vocabulary, read_back, vocabulary
from engine.core.sentences.finishing import Finished, finished, finished_formula, whole_parts
from engine.core.sentences.formulas import formula_of, node_of_formula
from engine.core.sentences.rules import node_of, rule_of
from engine.core.sentences.sketch import (
    FormulaSketch,
    GroupSketch,
    Press,
    RowSketch,
    placed,
    pressed,
    sketch_of,
    sketch_of_formula,
)
from engine.core.sentences.tried_on import answers_of
from engine.core.sentences.trying import Trial, try_parts, try_text
from engine.web import panelposts
from engine.web.context import runtime
from engine.web.designing import Bench

CONDITIONS = ("when", "shown_when", "required_when", "editable_when", "part", "offered_when")
DEFAULT = "default"
MODES = ("rows", "formula", "text")


@dataclass
class Work:
    """A rule on the table. `was`: the source that its editor saw; `text`: as it stands in the text box.

    mode: rows (a condition in sentences), formula (a value), text (neither can say it).
    """

    bench: Bench
    path: str
    was: str
    text: str
    mode: str = "text"
    sketch: GroupSketch = field(default_factory=GroupSketch)
    formula: FormulaSketch = field(default_factory=FormulaSketch)
    found: Finished = field(default_factory=Finished)
    misread: list[Misreading] = field(default_factory=list)
    tried: dict[str, str] = field(default_factory=dict)
    told: bool = False  # whether what is wrong is told: not before somebody saved, or pressed for it

    @property
    def is_condition(self) -> bool:
        """Whether it is true or false, and not a value."""
        return self.path.rpartition(".")[2] in CONDITIONS

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return vocabulary(self.bench.document, runtime().catalog, self.bench.codelists)

    @cached_property
    def names(self) -> Names:
        """What the rule may speak of."""
        return self.vocabulary.at(self.path)

    @property
    def node(self) -> Node | None:
        """The expression as it is being built; None while it is not whole."""
        if self.mode == "rows" and self.found.rule is not None:
            return node_of(self.found.rule, self.names)
        if self.mode == "formula" and self.found.formula is not None:
            return node_of_formula(self.found.formula)
        return None if self.mode != "text" or self.misread else _parsed(self.text)

    @property
    def source(self) -> str | None:
        """The same as text; what was typed as text stays as it was typed."""
        node = self.node
        if node is None:
            return None
        return self.text.strip() if self.mode == "text" else write(node)

    @property
    def says(self) -> Message | None:
        """What it says, in plain words."""
        return read_back(self.node, self.names) if self.node is not None else None

    @property
    def trials(self) -> Mapping[str, Trial]:
        """What each line, and the whole, give for the answers of the trial."""
        values = self.answers
        if self.mode == "rows":
            return try_parts(whole_parts(self.sketch, self.names), self.names, values)
        source = self.source
        return {"": try_text(source, self.names, values)} if source else {}

    @property
    def answers(self) -> Mapping[str, Any]:
        return answers_of(self.tried, self.names)

    def speaks_of(self) -> list[str]:
        """The names that it reads, also while it is not whole, in the order in which it does."""
        return list(dict.fromkeys(path for path in self._paths() if path in self.names.words))

    def _paths(self) -> Iterator[str]:
        if self.mode == "rows":
            for _, part in placed(self.sketch):
                if isinstance(part, RowSketch):
                    yield from (part.what, part.other)
                    yield from (path for value in part.values for path in (value.what, value.other))
        elif self.mode == "formula":
            yield from (path for value in self.formula.operands for path in (value.what, value.other))
        elif (node := self.node) is not None:
            yield from (each.path for each, _ in reversed(list(walk(node))) if isinstance(each, Name))


def opened(bench: Bench) -> Work:
    """The rule at the path of the address, as the request leaves it; NotFound where no rule can stand."""
    path = request.args.get("at", "")
    if property_at(bench, path) is None:
        raise NotFound(Message("rule.no_place"))
    stands = stored(bench, path)
    if request.method == "GET":
        work = Work(bench, path, stands, stands)
        _open(work, stands)
        return work
    form = request.form
    work = Work(bench, path, form.get("was", ""), form.get("text", "").replace("\r\n", "\n").strip())
    work.tried = {name.removeprefix("try:"): form[name] for name in form if name.startswith("try:")}
    _posted(work, rule_posted.press(form))
    return work


def property_at(bench: Bench, path: str) -> Property | None:
    """The property of an element that takes an expression at this path; None where none does."""
    panel = bench.panel(about(bench.document, path).path)
    found = next((each for each in panelposts.every(panel) if each.path == path), None) if panel is not None else None
    takes = found is not None and (found.kind == "expression" or found.name == DEFAULT)
    return found if takes else None


def stored(bench: Bench, path: str) -> str:
    """The source that stands at a path; nothing where there is none."""
    spot = find(bench.document, path)
    value = spot.value if spot is not None and isinstance(spot.value, str) else ""
    return value.removeprefix("=") if path.endswith(f".{DEFAULT}") else value


def _open(work: Work, source: str) -> None:
    """Show a source as sentences where sentences can say it, else as text."""
    node = _parsed(source) if source else None
    rule = rule_of(node, work.names) if node is not None and work.is_condition else None
    formula = formula_of(node, work.names) if node is not None and not work.is_condition else None
    work.text = source
    if rule is not None or (not source and work.is_condition):
        found = sketch_of(rule) if rule is not None else GroupSketch("all", (RowSketch(),))
        work.mode, work.sketch = "rows", found if isinstance(found, GroupSketch) else GroupSketch()
    elif formula is not None or not source:
        work.mode, work.formula = "formula", sketch_of_formula(formula) if formula else FormulaSketch()
    else:
        work.mode = "text"
    finish(work)


def _posted(work: Work, press: Press) -> None:
    if press.do == "text":
        _open(work, work.text)
        work.told = True
        return
    if press.do == "fresh":
        _open(work, "")
        return
    mode = request.form.get("mode", "")
    work.mode = mode if mode in MODES else "text"
    if work.mode == "rows":
        work.sketch = pressed(rule_posted.sketch(request.form, work.names), press)
    elif work.mode == "formula":
        work.formula = rule_posted.pressed_formula(rule_posted.formula(request.form, work.names), press)
    work.told = press.do == "save"
    finish(work)


def finish(work: Work) -> None:
    """See what the sentences or the text amount to; the text follows the sentences."""
    if work.mode == "rows":
        work.found = finished(work.sketch, work.names)
    elif work.mode == "formula":
        work.found = finished_formula(work.formula, work.names)
    else:
        work.misread = list(misread(work))
    if work.mode != "text" and work.source is not None:
        work.text = work.source


def misread(work: Work) -> Iterator[Misreading]:
    """What is wrong with the text, each with its line and column; a whole table may be taken over as it is."""
    node = _parsed(work.text)
    if isinstance(node, Name) and not work.is_condition and node.path in work.names.words:
        return
    try:
        compile_expression(work.text, work.names.scope, expects=BOOLEAN if work.is_condition else None)
    except InvalidExpression as invalid:
        yield from invalid.problems


def _parsed(source: str) -> Node | None:
    try:
        return parse(source)
    except InvalidExpression:
        return None
