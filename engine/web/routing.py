"""A route whose address is compiled when somebody first asks for it: most requests ask for a few of some 350.

Werkzeug compiles two functions for each route as it is added, a twentieth of our start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule


class Route(Rule):
    """A rule of Werkzeug's map; what it answers is Werkzeug's, later."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: list[Callable[..., tuple[str, str]]] = []

        def build(route: Route, /, **values: Any) -> tuple[str, str]:
            if not compiled:
                compiled.append(super(Route, route)._compile_builder(append_unknown))
            return compiled[0](route, **values)

        return build
