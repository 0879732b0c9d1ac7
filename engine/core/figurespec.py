"""Which figures a workflow reads: by a name of its own, an indicator, about whom, over which days. Shapes only."""

from __future__ import annotations

from typing import Literal

from engine.core.elements import AuthoredText, Element, Key
from engine.core.indicatorspec import Foreign, Window


class FigureSpec(Element):
    """A figure that the case may read as `figures.<key>`: of whom the case is about, or of its unit.

    `window`: other days than the indicator says.
    """

    key: Key
    label: AuthoredText | None = None
    indicator: Foreign
    about: Literal["subject", "unit"] = "subject"
    window: Window | None = None
