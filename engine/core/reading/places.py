"""Problems get their place: from a path of the normal form, or by names, to line and column of the source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.core.errors import Problem
from engine.core.messages import Message
from engine.core.reading.positions import Mark, Path, Positions
from engine.core.reading.writings import Normal, Origin

ROOT = Origin((), ())


class Places:
    """The places of one document; built once, asked for each problem."""

    def __init__(self, normal: Normal, positions: Positions) -> None:
        self._origins = normal.origins
        self._positions = positions
        self._named: dict[str, Origin] = {}
        self._order: dict[str, int] = {}
        for order, origin in enumerate(normal.origins.values()):
            name = dotted(origin.display)
            self._named.setdefault(name, origin)
            self._order.setdefault(name, order)

    def problem(self, at: Path, message: Message, hint: Message | None = None, *, key: bool = False) -> Problem:
        """A problem at a path of the normal form; one that is not written there stands at its nearest parent."""
        rest: Path = ()
        while at and at not in self._origins:
            at, rest = at[:-1], (at[-1], *rest)
        origin = self._origins.get(at, ROOT)
        return self.remark(
            Origin(origin.source, (*origin.display, *rest), (key and not rest) or origin.is_key), message, hint
        )

    def name(self, at: Path) -> str | int:
        """How people call the last step of a path of the normal form."""
        return self._origins[at].display[-1]

    def remark(
        self, origin: Origin, message: Message, hint: Message | None = None, *, warning: bool = False
    ) -> Problem:
        """A problem at a place whose origin is known."""
        mark = self._positions.of(origin.source, key=origin.is_key)
        line, column = (mark.line, mark.column) if mark else (None, None)
        return Problem(dotted(origin.display), message, line, column, hint, warning)

    def located(self, problem: Problem, *, key: bool = False) -> Problem:
        """Add line and column to a problem that names its place only by a path."""
        if problem.line is not None:
            return problem
        origin = nearest(problem.path, self._named) or ROOT
        exact = dotted(origin.display) == problem.path
        mark = self._letter(origin, problem.message) if exact else None
        mark = mark or self._positions.of(origin.source, key=(key and exact) or origin.is_key)
        return replace(problem, line=mark.line, column=mark.column) if mark else problem

    def _letter(self, origin: Origin, message: Message) -> Mark | None:
        """Where in an expression its problem stands: the message says at which column."""
        column = message.params.get("column")
        return self._positions.letter(origin.source, column) if isinstance(column, int) else None

    def in_order(self, problems: Iterable[Problem]) -> list[Problem]:
        """Sort problems as a reader meets them, each once."""
        return sorted(dict.fromkeys(problems), key=self._rank)

    def _rank(self, problem: Problem) -> tuple[int, int, int]:
        origin = nearest(problem.path, self._named)
        order = self._order[dotted(origin.display)] if origin else 0
        return (problem.line or 0, problem.column or 0, order)


def dotted(path: Path) -> str:
    """A path as people read it: `transitions.submit.to`."""
    return ".".join(map(str, path))


def nearest(path: str, named: Mapping[str, Origin]) -> Origin | None:
    """The origin of a path by names, or of its nearest parent."""
    while path:
        if path in named:
            return named[path]
        path = path.rpartition(".")[0]
    return named.get("")
