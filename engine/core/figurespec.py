"""Which figures a workflow reads: by a name of its own, an indicator, about whom, over which days. Shapes only."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.core.elements import AuthoredText, Element, Key
from engine.core.indicatorspec import Foreign, Window

# A field of a form, or a column of a table in it.
AnswerPath = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}(\.[a-z][a-z0-9_]{0,62}){1,2}$")]


class FigureSpec(Element):
    """A figure that the case may read as `figures.<key>`: of whom the case is about, or of its unit.

    `window`: other days than the indicator says. `chosen`: where somebody chose indicators (`plan.targets.which`);
    then it is a row for each of them, or of `indicator` alone.
    """

    key: Key
    label: AuthoredText | None = None
    indicator: Foreign | None = None
    chosen: AnswerPath | None = None
    about: Literal["subject", "unit"] = "subject"
    window: Window | None = None
