"""The two documents of a comparison with all that their words need, and each in the form in which they are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.catalog import Catalog
from engine.core.comparing.difference import SLUGS, Part
from engine.core.comparing.moves import Moves
from engine.core.definition import CodeList, Definition
from engine.core.errors import InvalidDefinition
from engine.core.reading.normal import dump, load
from engine.core.reading.shapes import ROOTS
from engine.core.telling.called import label_of
from engine.core.telling.teller import Teller, teller
from engine.core.telling.values import node_at


@dataclass(frozen=True, slots=True)
class Both:
    """What stood, what stands, and what went from one list to another."""

    old: Teller
    new: Teller
    moves: Moves

    @classmethod
    def of(
        cls,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        catalog: Catalog,
        codelists: Mapping[str, CodeList],
        moves: Moves,
    ) -> Both:
        return cls(teller(old, catalog, codelists), teller(new, catalog, codelists), moves)

    def before(self, path: str) -> str:
        """The path in the old document of what stands at a path of the new one."""
        for after, origin in self.moves.to.items():
            if path == after or path.startswith(f"{after}."):
                return origin + path.removeprefix(after)
        return path

    def old_at(self, path: str) -> Any:
        """What stood at a path of the old document."""
        return node_at(self.old.document, path.split("."))

    def part_at(self, path: str) -> Part:
        """The part at a path of the new document."""
        document = self.new.document
        part = Part("", "whole", label_of(document), ROOTS.get(str(document.get("kind"))))
        steps = path.split(".")
        for at in range(1, len(steps), 2):
            node = node_at(document, steps[: at + 1])
            name = label_of(node if isinstance(node, Mapping) else {"key": steps[at]})
            part = Part(".".join(steps[: at + 1]), SLUGS.get(steps[at - 1], "part"), name, None, part)
        return part


def tidy(given: Definition | Mapping[str, Any]) -> dict[str, Any]:
    """A document as its digest sees it; a draft that cannot be read as a definition stays as it is."""
    if not isinstance(given, Mapping):
        return dump(given)
    try:
        return dump(load(given))
    except InvalidDefinition:
        return dict(given)
