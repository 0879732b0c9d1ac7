"""Binds an indicator to the registers and workflows that it looks at: their measures and fields, its formulas.

Every mistake is kept in the Reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.core.catalog import Catalog
from engine.core.definition import CodeList, IndicatorDefinition, Quantity, RegisterDefinition
from engine.core.errors import Problem
from engine.core.expression import BOOLEAN, DATE, NUMBER, TEXT, Expression, ListOf, Record, Type
from engine.core.hints import instead
from engine.core.indicator import BoundQuantity, Indicator
from engine.core.messages import Message
from engine.core.reading.binding import bind_form
from engine.core.reading.known import registers_of, workflows_of
from engine.core.reading.mending import UNKNOWN
from engine.core.reading.options import Names, Reader

DAY = "day"
# What may be asked about a person before an indicator is offered to him; the same as for whom a cycle is.
ABOUT_A_PERSON = Record(
    {"unit": TEXT, "units": ListOf(TEXT), "kind": TEXT, "grade": TEXT, "post": TEXT, "post_kind": TEXT}
)


@dataclass(frozen=True, slots=True)
class BoundIndicator:
    """An indicator that can be asked, and what is wrong with its definition; the paths are by names.

    A published one that would be frozen before it is told can be asked still: only no other one is published so.
    """

    indicator: Indicator | None
    problems: tuple[Problem, ...]


def bind_indicator(definition: IndicatorDefinition, catalog: Catalog, known: Mapping[str, CodeList]) -> BoundIndicator:
    """Find what an indicator names among what is known, and compile its formulas; answers with all problems."""
    reader = Reader(catalog, known, {})
    bound = [_quantity(reader, definition, catalog, known, place, each) for place, each in definition.quantities]
    offered = definition.offered_when
    if offered is not None:
        asked = reader.expression(offered, Names(ABOUT_A_PERSON), "offered_when", BOOLEAN)
    found = [each for each in bound if each is not None]
    if reader.problems or len(found) < len(bound):
        return BoundIndicator(None, tuple(reader.problems))
    over = found[1] if len(found) > 1 else None
    indicator = Indicator(definition, found[0], over, None if offered is None else asked)
    return BoundIndicator(indicator, tuple(_frozen_untold(indicator)))


def _quantity(
    reader: Reader,
    definition: IndicatorDefinition,
    catalog: Catalog,
    known: Mapping[str, CodeList],
    place: str,
    spec: Quantity,
) -> BoundQuantity | None:
    names = _names(reader, definition, catalog, known, place, spec)
    if names is None:
        return None
    measures = _measures(known, spec)
    part = definition.part if not place else None
    return BoundQuantity(
        spec,
        _formula(reader, spec.when, names, f"{place}when", BOOLEAN),
        _formula(reader, spec.of, names, f"{place}of", NUMBER),
        spec.of if spec.of in measures else None,
        _formula(reader, part, names, "part", BOOLEAN),
        measures,
        *_closes(known, spec),
    )


def _formula(reader: Reader, source: str | None, names: Names, path: str, expects: Type) -> Expression | None:
    return None if source is None else reader.expression(source, names, path, expects)


def _names(
    reader: Reader,
    definition: IndicatorDefinition,
    catalog: Catalog,
    known: Mapping[str, CodeList],
    place: str,
    spec: Quantity,
) -> Names | None:
    """What formulas may name: the fields of the form and, of a register, its measures; and the day."""
    if spec.book is not None:
        found = registers_of(known).get(spec.book)
        if found is None:
            _unknown(reader, f"{place}register", "register", spec.book, registers_of(known))
            return None
        _about(reader, f"{place}register", definition, found)
        _unseen(reader, definition, found)
        form, fields = found.form, dict.fromkeys((each.key for each in found.measures), NUMBER)
    elif spec.workflow is not None and spec.form is not None:
        other = workflows_of(known).get(spec.workflow)
        if other is None:
            _unknown(reader, f"{place}workflow", "workflow", spec.workflow, workflows_of(known))
            return None
        forms = {each.key: each for each in other.definition.forms}
        if spec.form not in forms:
            _unknown(reader, f"{place}form", "form", spec.form, forms)
            return None
        form, fields = forms[spec.form], {}
        known = other.codelists
    else:
        return None
    bound = bind_form(Reader(catalog, known, {}), form)  # what is wrong with it is told where it is checked itself
    return Names(Record({DAY: DATE, **bound.types, **fields}), bound.lost)


def _measures(known: Mapping[str, CodeList], spec: Quantity) -> frozenset[str]:
    register = registers_of(known).get(spec.book or "")
    return frozenset(each.key for each in register.measures) if register is not None else frozenset()


def _unknown(reader: Reader, path: str, what: str, name: str, known: Mapping[str, object]) -> None:
    if name != UNKNOWN:
        reader.wrong(path, Message(f"bind.no_such_{what}", name=name), instead(name, sorted(known)))


def _about(reader: Reader, path: str, definition: IndicatorDefinition, register: RegisterDefinition) -> None:
    """A figure of persons needs entries about persons; entries about nobody belong to no unit."""
    for who in _lacking(definition, register):
        reader.wrong(path, Message(f"bind.not_about_{who}", name=register.key))


def _unseen(reader: Reader, definition: IndicatorDefinition, register: RegisterDefinition) -> None:
    """Where nobody reads single answers, no figure may give one away either: by few of them, or by days that go on."""
    if not register.is_public or register.shown.single:
        return
    if definition.floor < register.shown.floor:
        reader.wrong("floor", Message("bind.public_floor", name=register.key, floor=register.shown.floor))
    if definition.window.length in ("rolling", "as_of"):
        reader.wrong("window", Message("bind.public_window", name=register.key))


def _frozen_untold(indicator: Indicator) -> Iterator[Problem]:
    """While answers may come in there is no number: what is frozen then would stay without one for good."""
    after, told = indicator.definition.freeze_after, indicator.told_after
    if after is None or told is None or after >= told:
        return
    slowest = max(indicator.quantities, key=lambda each: -1 if each.closes_after is None else each.closes_after)
    yield Problem("freeze_after", Message("bind.public_frozen", name=slowest.spec.book or "", found=after, least=told))


def _closes(known: Mapping[str, CodeList], spec: Quantity) -> tuple[int | None, int]:
    """After how many days nobody adds to it, and from how many answers on it is told."""
    register = registers_of(known).get(spec.book or "")
    if register is None or not register.is_public or register.shown.single:
        return None, 0
    return register.days.back or 0, register.shown.floor


def _lacking(definition: IndicatorDefinition, register: RegisterDefinition) -> Iterator[str]:
    if "person" in definition.about and register.about not in ("person", "person_and_unit"):
        yield "person"
    if "unit" in definition.about and register.about == "none":
        yield "unit"
