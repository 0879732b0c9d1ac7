"""Binds the figures that a workflow reads to their indicators: there are such figures, and expressions may name them.

Every mistake is kept in the Reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.core.definition import FigureSpec, IndicatorDefinition, WorkflowDefinition
from engine.core.filling.picked import question_at
from engine.core.hints import instead
from engine.core.indicatorspec import Who
from engine.core.messages import Message
from engine.core.reading.binding import BoundForm
from engine.core.reading.linking import Beside
from engine.core.reading.mending import UNKNOWN
from engine.core.reading.options import Reader
from engine.core.scope import figures


def with_figures(
    reader: Reader,
    definition: WorkflowDefinition,
    beside: Beside,
    known: Mapping[str, IndicatorDefinition],
    forms: Mapping[str, BoundForm],
) -> Beside:
    """What expressions may name beside forms and results, with `figures`; a figure is a number, or missing."""
    for figure in definition.figures:
        path = f"figures.{figure.key}"
        if figure.chosen is not None:
            _chosen(reader, f"{path}.chosen", figure.chosen, forms)
        if figure.indicator is None:
            continue
        indicator = known.get(figure.indicator)
        if indicator is not None:
            _fits(reader, path, who(definition, figure), indicator)
        elif figure.indicator != UNKNOWN:
            hint = instead(figure.indicator, sorted(known))
            reader.wrong(f"{path}.indicator", Message("bind.no_such_indicator", name=figure.indicator), hint)
    return replace(beside, types={**beside.types, **figures(definition.figures)})


def _chosen(reader: Reader, path: str, chosen: str, forms: Mapping[str, BoundForm]) -> None:
    """Where indicators are chosen: a field of that type, or a column."""
    form, _, field = chosen.partition(".")
    bound = forms.get(form)
    if bound is None and form == UNKNOWN:
        return
    if bound is not None and any(field == name or field.startswith(f"{name}.") for name in bound.lost):
        return
    if bound is None or question_at(bound.form, field) is None:
        reader.wrong(path, Message("bind.nothing_chosen", name=chosen), instead(chosen, sorted(_choosing(forms))))


def _choosing(forms: Mapping[str, BoundForm]) -> Iterator[str]:
    """Every place where an indicator is chosen."""
    for key, bound in forms.items():
        for each in bound.form.questions:
            paths = (each.key, *(f"{each.key}.{column.key}" for column in getattr(each.type, "columns", ())))
            yield from (f"{key}.{path}" for path in paths if question_at(bound.form, path) is not None)


def who(definition: WorkflowDefinition, figure: FigureSpec) -> Who:
    """Whether a figure of a case is of a person or of a unit."""
    return "person" if figure.about == "subject" and definition.subject == "person" else "unit"


def _fits(reader: Reader, path: str, about: Who, indicator: IndicatorDefinition) -> None:
    if not indicator.may_be_of(about):
        reader.wrong(f"{path}.about", Message(f"bind.no_figures_of_{about}", name=indicator.key))
