"""The names of an indicator: the answers of the register or form that it looks at, its measures, and the day.

The same scope as reading/measuring.py binds its formulas in; where it looks at nothing yet there is only the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.core.catalog import Catalog
from engine.core.definition import CodeList, IndicatorDefinition, Quantity
from engine.core.expression import DATE, NUMBER, Record
from engine.core.filling.form import Form
from engine.core.messages import Message, readable
from engine.core.reading.known import registers_of, workflows_of
from engine.core.reading.likeness import as_workflow
from engine.core.reading.measuring import ABOUT_A_PERSON, DAY
from engine.core.scope import EVERYWHERE
from engine.core.sentences.names import Names, Word
from engine.core.sentences.places import Place
from engine.core.sentences.vocabulary import Vocabulary

OFFERED, OVER = "offered_when", "over."


class CountedVocabulary(Vocabulary):
    """The names of one indicator, for each of the two things that it may count."""

    def __init__(self, definition: IndicatorDefinition, catalog: Catalog, known: Mapping[str, CodeList]) -> None:
        super().__init__(None, catalog, known)
        self._indicator = definition

    def at(self, path: str) -> Names:
        """The names that a formula at this path may use."""
        if path == OFFERED:
            return Names(ABOUT_A_PERSON, {name: _plain(name) for name in ABOUT_A_PERSON.fields})
        quantity = self._quantity(path)
        inner, form = self._looked_at(quantity)
        asked = inner.at(f"forms.{form}.sections") if inner is not None else Names(Record({}), {})
        words = {name: word for name, word in asked.words.items() if name.partition(".")[0] not in EVERYWHERE}
        words |= {word.path: word for word in self._measures(quantity)}
        words[DAY] = Word(DAY, Message("sentences.name.day_counted"), Message("sentences.name.day_counted"), None, DATE)
        types = {name: found for name, found in asked.scope.fields.items() if name not in EVERYWHERE}
        measures = {word.path: NUMBER for word in self._measures(quantity)}
        return Names(Record({DAY: DATE, **types, **measures}), words)

    def place(self, path: str) -> Place:
        """Within the form that is looked at."""
        return Place(form=self._looked_at(self._quantity(path))[1] or None)

    @property
    def forms(self) -> Mapping[str, Form]:
        """The forms that are looked at."""
        found: dict[str, Form] = {}
        for _, quantity in self._indicator.quantities:
            inner, _ = self._looked_at(quantity)
            found |= inner.forms if inner is not None else {}
        return found

    def _quantity(self, path: str) -> Quantity:
        return self._indicator.over or Quantity() if path.startswith(OVER) else self._indicator.quantity

    def _looked_at(self, quantity: Quantity) -> tuple[Vocabulary | None, str]:
        """The names of what is looked at, and the form in it."""
        register = registers_of(self._codelists).get(quantity.book or "")
        if register is not None:
            return Vocabulary(as_workflow(register), self._catalog, self._codelists), register.form.key
        other = workflows_of(self._codelists).get(quantity.workflow or "")
        if other is None or quantity.form not in {each.key for each in other.definition.forms}:
            return None, ""
        return Vocabulary(other.definition, self._catalog, other.codelists), quantity.form or ""

    def _measures(self, quantity: Quantity) -> Iterator[Word]:
        register = registers_of(self._codelists).get(quantity.book or "")
        group = Message("sentences.group.measures")
        for each in register.measures if register is not None else ():
            label = each.label or readable(each.key)
            yield Word(each.key, Message("sentences.name.measure", label=label), label, group, NUMBER)


def _plain(name: str) -> Word:
    said = Message(f"sentences.name.of_person.{name}")
    return Word(name, said, said, None, ABOUT_A_PERSON.fields[name])
