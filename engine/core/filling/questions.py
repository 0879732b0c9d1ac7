"""Fields that are judged together: those of a form, or the columns of a table. The one place where answers are judged.

What is hidden is not asked, what is computed is computed here, what is required must be there. Checks across fields
are form.py's; how one value is read is the field type's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeAlias

from engine.core.catalog import Ref
from engine.core.definition import FieldSpec
from engine.core.expression import Expression, ExpressionFailed
from engine.core.filling.fieldtype import FieldType, FormFacts
from engine.core.filling.standing import Standing
from engine.core.messages import Message
from engine.core.scope import holds

SHOWN = 80  # characters of an unknown key that a message repeats
MOST_UNKNOWN = 20


@dataclass(frozen=True, slots=True)
class Question:
    """A field bound to its type. `shown` must all be true for it to be asked: its section's condition and its own.

    `editable` likewise, for what is answered to count; else what stands in it stays.
    """

    spec: FieldSpec
    type: FieldType
    shown: tuple[Expression, ...] = ()
    required_when: Expression | None = None
    editable: tuple[Expression, ...] = ()
    key: str = field(init=False)
    empty: Any = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.spec.key)
        object.__setattr__(self, "empty", self.type.empty)

    def is_required(self, names: Mapping[str, Any]) -> bool:
        """Whether an answer must be there, given the other answers."""
        if self.type.answered != "by_person":
            return False
        return self.spec.required or (self.required_when is not None and holds(self.required_when, names))


@dataclass(frozen=True, slots=True)
class Judged:
    """Answers as they were judged: the good values, messages by path, what was asked, what must be answered.

    `fixed`: what was asked and could not be edited.
    """

    values: dict[str, Any]
    errors: dict[str, Message]
    visible: frozenset[str]
    required: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Questions:
    """Fields in the order of the document, and in an order in which each stands after those it depends on."""

    all: tuple[Question, ...]
    steps: tuple[Question, ...]
    taken: frozenset[str] = field(init=False)
    in_order: bool = field(init=False)
    naming: tuple[Question, ...] = field(init=False)
    wanted: tuple[tuple[str, str], ...] = field(init=False)
    giving: tuple[Question, ...] = field(init=False)
    signatures: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        keys = frozenset(each.key for each in self.all if each.type.answered != "never")
        object.__setattr__(self, "taken", keys)
        object.__setattr__(self, "in_order", self.all == self.steps)
        object.__setattr__(self, "naming", tuple(each for each in self.all if each.type.names_things))
        wanted = dict.fromkeys(pair for each in self.naming for pair in each.type.wants())
        object.__setattr__(self, "wanted", tuple(wanted))
        giving = tuple(each for each in self.all if type(each.type).gives is not FieldType.gives)
        object.__setattr__(self, "giving", giving)
        signatures = tuple(each.key for each in self.all if each.type.answered == "by_signing")
        object.__setattr__(self, "signatures", signatures)

    def __iter__(self) -> Iterator[Question]:
        return iter(self.all)

    def __getitem__(self, key: str) -> Question:
        return next(each for each in self.all if each.key == key)

    def names(self, raw: object) -> Iterator[tuple[str, str]]:
        """What the answers name, by kind and ref: people, units and files that must be looked up before judging.

        And what may be chosen, where that has to be looked up.
        """
        yield from self.wanted
        if isinstance(raw, Mapping):
            for each in self.naming:
                if raw.get(each.key):
                    yield from each.type.names(raw[each.key])

    def judge(self, raw: object, facts: FormFacts, standing: Standing | None = None) -> Judged:
        """Judge what came in: every field that is asked, in an order in which nothing is used before it is known.

        A value that does not pass counts as not answered for the others. Answers to hidden questions are ignored, and
        so are those to questions that may not be edited: what stands in them stays, unblamed. Without `standing` the
        answers were taken before, and stand themselves.
        """
        if not isinstance(raw, Mapping):
            return Judged({}, {"": Message("submission.not_a_form")}, frozenset())
        raw = self._given(raw, facts)
        names = facts.names()
        values: dict[str, Any] = {}
        errors: dict[str, Message] = {}
        asked: list[Question] = []
        fixed: set[str] = set()
        for each in self.steps:
            if each.shown and not all(holds(condition, names) for condition in each.shown):
                continue
            asked.append(each)
            if each.type.answered == "by_person":
                if _is_fixed(each, names, standing):
                    fixed.add(each.key)
                    value, _ = each.type.judge((raw if standing is None else standing.raw).get(each.key), facts)
                else:
                    value, wrong = each.type.judge(raw.get(each.key), facts)
                    for path, message in wrong.items():
                        errors[f"{each.key}.{path}" if path else each.key] = message
            elif each.type.answered == "by_formula":
                value = _computed(each, names, errors)
            elif each.type.answered == "by_signing":
                value = each.empty  # signed.py gives it once everything else is judged
            else:
                continue
            values[each.key] = names[each.key] = value
        required = _required([each for each in asked if each.key not in fixed], names, errors)
        if not raw.keys() <= self.taken:
            errors.update(self._unknown(raw))
        visible = frozenset([each.key for each in asked])
        return Judged(self._sorted(values), errors, visible, required, frozenset(fixed))

    def dump(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values as canonical JSON takes them; what was not answered is null."""
        return {
            each.key: None if (value := values[each.key]) is None else each.type.dump(value)
            for each in self.all
            if each.key in values
        }

    def load(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The values that `dump` wrote."""
        return {
            each.key: None if (value := body[each.key]) is None else each.type.load(value)
            for each in self.all
            if each.key in body
        }

    def _given(self, raw: Mapping[Any, Any], facts: FormFacts) -> Mapping[Any, Any]:
        """The answers, and what others give to those that nobody wrote."""
        for each in self.giving:
            given = each.type.gives(raw.get(each.key), facts)
            raw = {**raw, **{key: words for key, words in given.items() if raw.get(key) in (None, "")}}
        return raw

    def _sorted(self, values: dict[str, Any]) -> dict[str, Any]:
        if self.in_order:
            return values
        return {each.key: values[each.key] for each in self.all if each.key in values}

    def _unknown(self, raw: Mapping[Any, Any]) -> dict[str, Message]:
        # A key may hold halves of surrogate pairs, which no page can be sent with.
        names = [str(key)[:SHOWN].encode(errors="replace").decode() for key in raw if key not in self.taken]
        return {name: Message("submission.unknown_field", name=name) for name in names[:MOST_UNKNOWN]}


ColumnsOption: TypeAlias = Annotated[Questions, Ref("fields")]


def _is_fixed(question: Question, names: Mapping[str, Any], standing: Standing | None) -> bool:
    if standing is not None and question.key in standing.fixed:
        return True
    return bool(question.editable) and not all(holds(condition, names) for condition in question.editable)


def _computed(question: Question, names: Mapping[str, Any], errors: dict[str, Message]) -> Any:
    try:
        return question.type.compute(names)
    except ExpressionFailed as failed:
        errors[question.key] = failed.message
        return None


def _required(asked: list[Question], names: Mapping[str, Any], errors: dict[str, Message]) -> frozenset[str]:
    """Which of the asked questions must be answered; those that are not get their message, unless they have one."""
    required = [each for each in asked if each.is_required(names)]
    for each in required:
        # A table's own message stands at a path within it: too few rows says more than "required".
        if names[each.key] == each.empty and each.key not in errors:
            errors[each.key] = Message("field.required")
    return frozenset([each.key for each in required])
