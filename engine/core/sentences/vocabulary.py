"""What the names in a document's expressions are called, for each place where an expression may stand.

Built of a definition, or of a draft with mistakes as far as it can be guessed. How a sentence is said is
read_back.py's; nothing here reads an expression.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from engine.core.catalog import Catalog
from engine.core.definition import CodeList, FormSchema, ResultSpec, WorkflowDefinition
from engine.core.expression import TEXT, Record, Type, type_of
from engine.core.filling.fieldtype import Choice
from engine.core.filling.form import Form
from engine.core.messages import Message, readable
from engine.core.reading.binding import BoundForm, bind_form
from engine.core.reading.compiled import declared
from engine.core.reading.known import workflows_of
from engine.core.reading.linking import Beside, beside, types_of
from engine.core.reading.options import Reader
from engine.core.scope import EVERYWHERE, around, within
from engine.core.scores import Band
from engine.core.sentences import linked
from engine.core.sentences.fields import Field, fields_of, words_of
from engine.core.sentences.names import Names, Word
from engine.core.sentences.places import FLOW, Place, place_of

PREVIOUS = "previous"
DAYS = Message("sentences.group.days")


class Vocabulary:
    """The names of one definition. `at` answers for a place; what it worked out it keeps.

    entry: the form whose questions are named outside of it as within it, by their bare keys.
    """

    def __init__(
        self,
        definition: WorkflowDefinition | None,
        catalog: Catalog,
        codelists: Mapping[str, CodeList],
        entry: str | None = None,
    ) -> None:
        self._definition = definition
        self._entry = entry
        self._catalog = catalog
        self._codelists = codelists
        self._known: dict[Place, Names] = {}

    def at(self, path: str) -> Names:
        """The names that an expression at this path of the normal form may use."""
        place = self.place(path)
        if place not in self._known:
            self._known[place] = self._names(place)
        return self._known[place]

    def place(self, path: str) -> Place:
        """The place of an expression by its path."""
        found = place_of(path)
        return Place(form=self._entry) if found == FLOW and self._entry is not None else found

    @property
    def forms(self) -> Mapping[str, Form]:
        """The forms as far as they could be bound."""
        return {key: bound.form for key, bound in self._forms.items()}

    def _names(self, place: Place) -> Names:
        form = next((each for each in self._schemas if each.key == place.form), None)
        if form is not None and place.table is not None:
            rows = next((each for each in self._fields(form) if each.spec.key == place.table), None)
            types = {each.spec.key: each.type for each in rows.columns if each.type} if rows else {}
            scope = within(types)
            return self._gathered(scope, words_of(rows.columns if rows else (), scope))
        if form is not None and place.beginning:
            return self._before(form.key)
        if form is not None:
            scope = within(self._forms[form.key].types)
            return self._gathered(scope, words_of(self._fields(form), scope))
        return self._around(place.result)

    @cached_property
    def _schemas(self) -> tuple[FormSchema, ...]:
        return self._definition.forms if self._definition is not None else ()

    @cached_property
    def _forms(self) -> Mapping[str, BoundForm]:
        if self._definition is None:
            return {}
        reader = Reader(self._catalog, self._codelists, declared(self._definition))
        return {schema.key: bind_form(reader, schema) for schema in self._schemas}

    def _fields(self, form: FormSchema) -> tuple[Field, ...]:
        return fields_of(form.fields(), self._forms[form.key].form.questions, self._forms[form.key].types)

    def _around(self, result: str | None) -> Names:
        """The forms and the results; of a result's own expressions only the results before it."""
        results = self._definition.results if self._definition is not None else ()
        keys = [spec.key for spec in results]
        known = results[: keys.index(result)] if result in keys else results
        scope = around(types_of(self._forms), tuple(spec.key for spec in known), self._beside.types)
        said = [*self._of_forms(scope, ""), *(self._result(spec) for spec in known), *self._linked(scope)]
        return self._gathered(scope, iter(said))

    @cached_property
    def _beside(self) -> Beside:
        if self._definition is None:
            return Beside({}, frozenset())
        reader, others = Reader(self._catalog, self._codelists, {}), workflows_of(self._codelists)
        return beside(reader, self._definition, self._catalog, others, types_of(self._forms))

    def _linked(self, scope: Record) -> Iterator[Word]:
        """What is read of linked cases: of the one that opened this one, and of each kind that this one opens."""
        if self._definition is None:
            return
        others = workflows_of(self._codelists)
        for link in self._definition.links:
            label = link.label or readable(link.key)
            other = others.get(link.workflow)
            below = Vocabulary(other.definition, self._catalog, other.codelists) if other else None
            yield from linked.children(link.key, label, below.at("").words.values() if below else (), scope)
        if self._definition.parent is not None:
            yield from linked.parent((read.path for read in self._definition.parent.reads), scope)

    def _before(self, own: str) -> Names:
        """What a form may begin with: the other forms, and all of them as they were sent before."""
        types: dict[str, Type] = {key: Record(bound.types) for key, bound in self._forms.items()}
        others = {key: found for key, found in types.items() if key != own}
        scope = Record({**EVERYWHERE, **others, PREVIOUS: Record(types)})
        return self._gathered(scope, iter([*self._of_forms(scope, ""), *self._of_forms(scope, f"{PREVIOUS}.")]))

    def _of_forms(self, scope: Record, prefix: str) -> Iterator[Word]:
        for schema in self._schemas:
            path, label = f"{prefix}{schema.key}", schema.label or readable(schema.key)
            found = type_of(scope, path)
            if found is None:
                continue
            said = _before_said(Message("sentences.name.form", label=label), prefix)
            yield Word(path, said, label, said, found)
            for word in words_of(self._fields(schema), scope, f"{path}."):
                inside = Message("sentences.name.in_form", what=word.said, form=label)
                yield Word(word.path, _before_said(inside, prefix), word.label, said, word.type, word.choices)

    def _result(self, spec: ResultSpec) -> Word:
        label = spec.label or readable(spec.key)
        said = Message("sentences.name.result", label=label)
        return Word(spec.key, said, label, Message("sentences.group.results"), TEXT, tuple(self._outcomes(spec)))

    def _outcomes(self, spec: ResultSpec) -> Iterator[Choice]:
        """What a result may be: the items of the code lists that its method names, or the bands of its scale."""
        entry = self._catalog.get("method", spec.method)
        for option, ref in entry.refs.items() if entry else ():
            named = spec.options.get(option)
            if ref.to == "codelist" and isinstance(named, str) and named in self._codelists:
                yield from (Choice(item.key, item.label, item.help) for item in self._codelists[named].items)
            elif ref.to == "bands":
                yield from bands_of(named)

    def _gathered(self, scope: Record, words: Iterator[Word]) -> Names:
        days = (
            Word(name, Message(f"sentences.name.{name}"), Message(f"sentences.name.{name}"), DAYS, found)
            for name, found in EVERYWHERE.items()
        )
        return Names(scope, {word.path: word for word in (*words, *days)})


def bands_of(written: Any) -> Iterator[Choice]:
    """The bands of a scale as what a result may be, as far as they can be read."""
    for band in written if isinstance(written, (list, tuple)) else ():
        try:
            found = Band.model_validate(band)
        except ValidationError:
            continue
        yield Choice(found.key, found.label or readable(found.key), found.help)


def _before_said(said: Message, prefix: str) -> Message:
    return Message("sentences.name.previous", what=said) if prefix else said
