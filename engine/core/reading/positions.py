"""Where in its source each key and each value of a document stands. Filled by a loader; read by parse.py.

No text is read here: a document that came without source (the designer's, the API's) simply has no positions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

Path: TypeAlias = tuple[str | int, ...]  # keys of maps and indexes of lists, from the root of a document


class Mark(NamedTuple):
    """A place in a text; line and column count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Positions:
    """The marks of a document by path: `keys` where a key is written, `values` where its value begins.

    `blocks` are the paths whose value is a map or a list: for those the key is the better place to point at.
    `texts` are the marks of the first letter of values that stand on one line, letter for letter.
    """

    keys: Mapping[Path, Mark] = field(default_factory=dict)
    values: Mapping[Path, Mark] = field(default_factory=dict)
    blocks: frozenset[Path] = frozenset()
    texts: Mapping[Path, Mark] = field(default_factory=dict)

    def of(self, path: Path, *, key: bool = False) -> Mark | None:
        """Find the mark for a path, or for the nearest parent that is written down.

        `key` points at the key itself (an extra key); otherwise a scalar points at its value, a map at its key.
        """
        while path:
            mark = self._mark(path, key)
            if mark is not None:
                return mark
            path, key = path[:-1], False
        return self.values.get(())

    def letter(self, path: Path, column: int) -> Mark | None:
        """Find the mark of the n-th letter (from 1) of a text; None where the source writes it over several lines."""
        first = self.texts.get(path)
        return Mark(first.line, first.column + column - 1) if first else None

    def _mark(self, path: Path, key: bool) -> Mark | None:
        at_key = self.keys.get(path)
        if at_key is not None and (key or path in self.blocks):
            return at_key
        return self.values.get(path)


NOWHERE = Positions()
