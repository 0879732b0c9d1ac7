"""A difference between two documents, and the part of a document that it tells about. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from engine.core.messages import Message, Param, Text

Kind = Literal["added", "removed", "changed", "moved", "renamed"]
Group = Literal["roles", "flow", "forms", "results", "prints", "words", "rest"]
GROUPS: tuple[Group, ...] = ("roles", "flow", "forms", "results", "prints", "words", "rest")

# In which group the differences of a part stand, by the first step of its path.
OF_ROOT: dict[str, Group] = {
    "roles": "roles",
    "visible": "roles",
    "states": "flow",
    "transitions": "flow",
    "children": "flow",
    "follow_ups": "flow",
    "forms": "forms",
    "items": "forms",
    "results": "results",
    "matrix": "results",
    "prints": "prints",
    "notices": "flow",
    "rights": "roles",
    "measures": "results",
    "scores": "results",
    "inputs": "results",
    "steps": "results",
}
# What an element is called in sentences, by the key of the list in which it stands.
SLUGS = {
    "roles": "role",
    "states": "state",
    "tasks": "task",
    "transitions": "transition",
    "forms": "form",
    "sections": "section",
    "fields": "field",
    "columns": "column",
    "choices": "choice",
    "criteria": "criterion",
    "checks": "check",
    "prefill": "prefill",
    "results": "result",
    "prints": "print",
    "notices": "notice",
    "blocks": "block",
    "people": "party",
    "signers": "signer",
    "items": "item",
    "rows": "row",
    "scenarios": "scenario",
    "children": "child",
    "follow_ups": "follow_up",
    "parts": "score_part",
    "bands": "band",
    "measures": "measure",
    "scores": "score",
    "inputs": "score_input",
    "steps": "score_step",
    "sets": "band_set",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document: the whole, or an element of a list. `around` is the part in which it stands."""

    path: str
    slug: str
    name: Text
    model: type[BaseModel] | None
    around: Part | None = None

    def what(self) -> Message:
        """`Tugas “Susun SKP” pada tahap “Penyusunan SKP”`, to begin a sentence."""
        if self.around is None:
            return Message("comparing.what.whole", name=self.name)
        place = self.around.around if self.slug == "field" and self.around.around else self.around
        return Message(f"comparing.what.{self.slug}", name=self.name, place=place.name)

    @property
    def group(self) -> Group:
        return OF_ROOT.get(self.path.partition(".")[0], "rest")

    def at(self, name: str) -> str:
        """The path of a property."""
        return f"{self.path}.{name}" if self.path else name


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is different, as a sentence; `old` and `new` are what stood and stands there, in words.

    `part` is what it tells about, so that the differences of one element can stand together.
    """

    path: str
    kind: Kind
    message: Message
    old: Param | None
    new: Param | None
    part: Part
    group: Group
