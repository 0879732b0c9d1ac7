"""Binds the figures that a workflow reads to their indicators: there are such figures, and expressions may name them.

Every mistake is kept in the Reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.core.definition import FigureSpec, IndicatorDefinition, WorkflowDefinition
from engine.core.hints import instead
from engine.core.indicatorspec import Who
from engine.core.messages import Message
from engine.core.reading.linking import Beside
from engine.core.reading.mending import UNKNOWN
from engine.core.reading.options import Reader
from engine.core.scope import figures


def with_figures(
    reader: Reader, definition: WorkflowDefinition, beside: Beside, known: Mapping[str, IndicatorDefinition]
) -> Beside:
    """What expressions may name beside forms and results, with `figures`; a figure is a number, or missing."""
    for figure in definition.figures:
        path, indicator = f"figures.{figure.key}", known.get(figure.indicator)
        if indicator is not None:
            _fits(reader, path, who(definition, figure), indicator)
        elif figure.indicator != UNKNOWN:
            hint = instead(figure.indicator, sorted(known))
            reader.wrong(f"{path}.indicator", Message("bind.no_such_indicator", name=figure.indicator), hint)
    return replace(beside, types={**beside.types, **figures([each.key for each in definition.figures])})


def who(definition: WorkflowDefinition, figure: FigureSpec) -> Who:
    """Whether a figure of a case is of a person or of a unit."""
    return "person" if figure.about == "subject" and definition.subject == "person" else "unit"


def _fits(reader: Reader, path: str, about: Who, indicator: IndicatorDefinition) -> None:
    if not indicator.may_be_of(about):
        reader.wrong(f"{path}.about", Message(f"bind.no_figures_of_{about}", name=indicator.key))
