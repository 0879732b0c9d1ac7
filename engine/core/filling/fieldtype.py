"""What a field type is to the rest: how an answer is read, kept, worded and put into a cell.

The types themselves live in engine/fields, one file each. Nothing here knows a form or a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field

from engine.core.case import Named
from engine.core.catalog import Ref
from engine.core.errors import InvalidSubmission
from engine.core.expression import TEXT, Expression, Type
from engine.core.messages import Message, Text

Count: TypeAlias = Annotated[int, Field(ge=0, le=100_000)]
Places: TypeAlias = Annotated[int, Field(ge=0, le=6)]
FormulaOption: TypeAlias = Annotated[Expression, Ref("expression")]

NO_ERRORS: Mapping[str, Message] = {}
NOTHING_GIVEN: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What judging a form may know beside its answers: the local day, the period of the case, and what they name.

    `named` holds, by kind (`person`, `unit`, `file`, `indicator`) and ref, what was found of all that `Questions.names`
    asked for.
    """

    today: date
    period_start: date
    period_end: date
    named: Mapping[tuple[str, str], Named] = field(default_factory=dict)

    def names(self) -> dict[str, Any]:
        """The names that every expression may use, with their values."""
        return {"today": self.today, "period_start": self.period_start, "period_end": self.period_end}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen: `key` is what a page posts."""

    key: str
    label: Text
    help: Text | None = None
    text: tuple[Text, ...] = ()
    since: date | None = None
    until: date | None = None


class FieldType:
    """A type of the catalog: a frozen dataclass whose fields are its options.

    What a type does not say otherwise is what plain text does. A `value` below is never None: a missing answer is
    `empty`, and where `empty` is None nobody asks for its wording or its cell.
    """

    name: ClassVar[str]
    answered: ClassVar[Literal["by_person", "by_formula", "by_signing", "never"]] = "by_person"
    formula_type: ClassVar[Type | None] = None  # what the expression option must give, and then the type's value too

    @property
    def empty(self) -> Any:
        """The value of a question that nobody answered."""
        return None

    @property
    def items(self) -> tuple[Choice, ...]:
        """What can be chosen, in order; nothing for types without choices."""
        return ()

    @property
    def is_dated(self) -> bool:
        """Whether what can be chosen depends on the case: its period, or whom it is about."""
        return any(each.since is not None or each.until is not None for each in self.items)

    @property
    def asks_facts(self) -> bool:
        """Whether reading an answer asks what day it is, or what it names; else the same text is always read alike."""
        return True

    def offered(self, facts: FormFacts) -> tuple[Choice, ...]:
        """What can be chosen in a case of this period."""
        return self.items

    @property
    def names_things(self) -> bool:
        """Whether an answer may name something that must be looked up before it is judged."""
        return type(self).names is not FieldType.names

    def wants(self) -> Iterator[tuple[str, str]]:
        """What must be looked up before anybody can choose, whatever is answered, by kind and ref."""
        yield from ()

    def gives(self, raw: Any, facts: FormFacts) -> Mapping[str, str]:
        """What questions beside it begin with once this is answered, by key; taken where nothing was written there."""
        return NOTHING_GIVEN

    def problems(self) -> Iterator[tuple[str, Message]]:
        """What does not fit together among the options: (option, message)."""
        yield from ()

    def value_type(self) -> Type | None:
        """The type of the answer in expressions; None where there is no answer."""
        return TEXT

    def clean(self, raw: Any, facts: FormFacts) -> Any:
        """The value of what came from a page, a cell or JSON; raises InvalidSubmission by path within the field.

        Nothing else is raised, whatever `raw` is. Cleaning what `dump` wrote gives the same value again.
        """
        raise NotImplementedError

    def names(self, raw: Any) -> Iterator[tuple[str, str]]:
        """What an answer as it came in names, by kind and ref, to be looked up before it is judged."""
        yield from ()

    def judge(self, raw: Any, facts: FormFacts) -> tuple[Any, Mapping[str, Message]]:
        """Like `clean`, but answers with the value as far as it is good, and the errors by path within the field."""
        try:
            return self.clean(raw, facts), NO_ERRORS
        except InvalidSubmission as invalid:
            return self.empty, invalid.errors

    def advise(self, value: Any) -> tuple[Message, ...]:
        """What might be worded better in a good answer; nobody is held to it."""
        return ()

    def compute(self, names: Mapping[str, Any]) -> Any:
        """The value by the formula, for types answered by one; raises ExpressionFailed."""
        return None

    def dump(self, value: Any) -> Any:
        """The value as canonical JSON takes it; a Decimal becomes text."""
        return value

    def load(self, body: Any) -> Any:
        """The value that `dump` wrote."""
        return body

    def format(self, value: Any, language: str) -> str:
        """The value as people read it in a language."""
        return str(value)

    def typed(self, value: Any, language: str) -> Any:
        """The value as one would type it into the widget; `clean` reads it back as the same value."""
        return self.dump(value)

    def cell(self, value: Any) -> Any:
        """The value for one cell of a spreadsheet: text, Decimal or date."""
        return self.dump(value)

    def from_cell(self, cell: Any) -> Any:
        """What `clean` takes, from a cell as a spreadsheet library reads it (numbers may be floats there)."""
        return cell

    def print(self, value: Any, language: str) -> Iterator[tuple[str, str]]:
        """The value on paper: each paragraph with the mark before it (`-`, `1.`, or nothing)."""
        yield from (("", part) for part in self.format(value, language).split("\n"))

    def widget(self) -> Any:
        """An unbound WTForms field that decodes the posted value and judges nothing; None where nothing is posted."""
        return None


def unfit(message: Message, path: str = "") -> InvalidSubmission:
    """The error that a type raises about its answer; `path` leads to the part that is wrong."""
    return InvalidSubmission({path: message})
