"""The canvas of the form builder: a draft's form as staff would see it, each question with its badges. Reads only.

Questions are drawn by the macros that draw every form. What cannot be drawn yet stands in its place with what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core.building.draftform import DraftForm, DraftQuestion, DraftSection, elements
from engine.core.designing.spots import text_of, title_of
from engine.core.filling import formviews, sight
from engine.core.filling.fieldtype import FormFacts
from engine.core.filling.form import Form
from engine.core.messages import Message, Text, readable
from engine.core.sentences import Vocabulary, say
from engine.web.forms import Control, Sheet, sheet

CONDITIONS = ("shown_when", "required_when", "editable_when")
CIRCLES = ("seen_by", "edited_by")


@dataclass(frozen=True, slots=True)
class Badge:
    """A rule of a question or section in words; `rule` is the path of its expression, where it has one to be built."""

    icon: str
    words: Message
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A question on the canvas. `control` is None where nothing can be drawn; `below`: the table that shows it."""

    asked: DraftQuestion
    control: Control | None
    below: Text | None
    badges: tuple[Badge, ...]
    columns: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A section on the canvas."""

    asked: DraftSection
    badges: tuple[Badge, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A check across answers, or a first answer, in words; `rule` is the path of its expression."""

    path: str
    key: str
    label: Text
    words: Message
    rule: str


@dataclass(frozen=True, slots=True)
class Canvas:
    """A whole form on the canvas."""

    asked: DraftForm
    parts: tuple[Part, ...]
    checks: tuple[Rule, ...]
    beginnings: tuple[Rule, ...]


def canvas(draft: DraftForm, words: Vocabulary, document: Mapping[str, Any], facts: FormFacts, language: str) -> Canvas:
    """The form with nothing answered, every question shown, whatever it depends on."""
    drawn = _sheet(draft.form, facts, language)
    controls = {control.key: control for control in drawn.controls()} if drawn is not None else {}
    under = {total.id: control.label for control in controls.values() for total in control.totals}
    roles = {each["key"]: title_of(each) for each in elements(document.get("roles"))}
    badges = _Badges(words, roles)
    parts = tuple(
        Part(
            section,
            tuple(badges.of(section.path, section.written)),
            tuple(_block(each, controls, under, badges) for each in section.questions),
        )
        for section in draft.sections
    )
    return Canvas(draft, parts, tuple(_checks(draft, words)), tuple(_beginnings(draft, words)))


def _sheet(form: Form | None, facts: FormFacts, language: str) -> Sheet | None:
    if form is None:
        return None
    # Each table shows one empty row, so that its columns can be seen.
    raw = {each.key: [{}] for each in form.questions if each.type.name == "table"}
    return sheet(formviews.to_fill(form, raw, facts, {}, as_typed=True, sight=sight.WHOLE), language)


def _block(asked: DraftQuestion, controls: Mapping[str, Control], under: Mapping[str, Text], badges: _Badges) -> Block:
    control = controls.get(asked.key) if asked.question is not None else None
    below = under.get(f"f-{asked.key}") if asked.question is not None and control is None else None
    columns = tuple(Block(each, None, None, tuple(badges.of(each.path, each.written))) for each in asked.columns)
    return Block(asked, control, below, tuple(badges.of(asked.path, asked.written)), columns)


@dataclass(frozen=True, slots=True)
class _Badges:
    """The rules of an element in words, by the names that its expressions may use and the labels of roles."""

    words: Vocabulary
    roles: Mapping[str, Text]

    def of(self, path: str, written: Mapping[str, Any]) -> Iterator[Badge]:
        if written.get("required") is True:
            yield Badge("asterisk", Message("design.forms.badge.required"))
        for name in CONDITIONS:
            yield from self._rule(path, written, name, "signpost-split")
        for name in CIRCLES:
            if isinstance(circle := written.get(name), list):
                yield Badge("people", Message(f"design.forms.badge.{name}", roles=self._named(circle)))
        if written.get("type") == "computed":
            yield from self._rule(path, written, "value", "calculator")
        if written.get("default") is not None:
            yield Badge("pencil", Message("design.forms.badge.default"))

    def _rule(self, path: str, written: Mapping[str, Any], name: str, picture: str) -> Iterator[Badge]:
        if isinstance(source := written.get(name), str):
            at = f"{path}.{name}"
            yield Badge(picture, Message(f"design.forms.badge.{name}", rule=say(source, self.words.at(at))), at)

    def _named(self, circle: Sequence[Any]) -> Message | tuple[Text, ...]:
        keys = [str(one.get("role", "")) for one in circle if isinstance(one, Mapping)]
        return tuple(self.roles.get(key) or readable(key) for key in keys) or Message("design.forms.badge.nobody")


def _checks(draft: DraftForm, words: Vocabulary) -> Iterator[Rule]:
    for each in elements(draft.written.get("checks")):
        path = f"{draft.path}.checks.{each['key']}"
        said = say(str(each.get("when", "")), words.at(f"{path}.when"))
        label = text_of(each.get("otherwise")) or readable(each["key"])
        yield Rule(path, each["key"], label, Message("design.forms.check_says", rule=said), f"{path}.when")


def _beginnings(draft: DraftForm, words: Vocabulary) -> Iterator[Rule]:
    known = {each.key: each.label for each in draft.questions()}
    for each in elements(draft.written.get("prefill")):
        path = f"{draft.path}.prefill.{each['key']}"
        said = say(str(each.get("value", "")), words.at(f"{path}.value"))
        label = known.get(each["key"]) or readable(each["key"])
        yield Rule(path, each["key"], label, Message("design.forms.begins_with", source=said), f"{path}.value")
