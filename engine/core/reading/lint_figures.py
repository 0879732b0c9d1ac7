"""Figures and entries that a workflow reads: each once, about whom its cases are about, over days that fit together."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.definition import WorkflowDefinition
from engine.core.errors import Problem
from engine.core.messages import Message
from engine.core.reading.declared import twice
from engine.core.reading.lint_indicator import window_problems


def figure_problems(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Yield what is wrong with the figures and entries that a workflow reads; the paths are by names."""
    yield from twice("figures", definition.figures)
    yield from twice("entries", definition.entries)
    if definition.entries and definition.subject != "person":
        yield Problem("entries", Message("lint.entries_of_nobody"))
    if definition.subject != "person":
        yield from _offered_to_nobody(definition)
    for figure in definition.figures:
        path = f"figures.{figure.key}"
        if figure.chosen is None and figure.indicator is None:
            yield Problem(path, Message("lint.figure_of_nothing", figure=figure.key))
        if figure.chosen is not None and figure.about == "unit":
            yield Problem(f"{path}.about", Message("lint.chosen_of_a_unit", figure=figure.key))
        if figure.about == "subject" and definition.subject not in ("person", "unit"):
            yield Problem(f"{path}.about", Message("lint.figure_of_nobody", figure=figure.key))
        if figure.window is not None:
            yield from window_problems(f"{path}.window", figure.window)


def _offered_to_nobody(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Indicators are offered by a person's post: where no case is about a person nobody could choose one."""
    for form in definition.forms:
        for section in form.sections:
            for field in section.fields:
                columns = field.options.get("columns", ())
                if field.type == "indicator" or any(each.get("type") == "indicator" for each in columns):
                    path = f"forms.{form.key}.sections.{section.key}.fields.{field.key}"
                    yield Problem(path, Message("lint.indicator_of_nobody"))
