"""What the parts of a document are called: found by kind and key, also in a draft that is incomplete or wrong.

A part without a label is called by its key made readable. Nothing here takes a shape for granted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.core.messages import Text, readable
from engine.core.written import nodes as nodes
from engine.core.written import text_of as text_of

LABELS = ("label", "title", "name")
LISTS = {"role": "roles", "state": "states", "transition": "transitions", "form": "forms", "result": "results",
         "print": "prints"}  # fmt: skip


class Called:
    """The labels of one document in the normal form, by kind of thing and key. Columns are `table.column`."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._known: dict[tuple[str, str], Text] = {}
        for kind, listed in LISTS.items():
            self._keep(kind, nodes(document.get(listed)))
        for listed in ("children", "follow_ups"):
            self._keep("link", nodes(document.get(listed)))
        for state in nodes(document.get("states")):
            self._keep("task", nodes(state.get("tasks")))
        for form in nodes(document.get("forms")):
            self._keep_form(form)

    def by(self, kind: str, key: Any) -> Text:
        """The label of a role, state, transition, form, result, link, task or field (`form.field`), else its key."""
        name = str(key)
        return self._known.get((kind, name)) or readable(name.rpartition(".")[2])

    def _keep(self, kind: str, found: Iterator[Mapping[str, Any]], prefix: str = "") -> None:
        for node in found:
            self._known.setdefault((kind, f"{prefix}{node.get('key', '')}"), label_of(node))

    def _keep_form(self, form: Mapping[str, Any]) -> None:
        own = f"{form.get('key', '')}."
        for section in nodes(form.get("sections")):
            self._keep("section", nodes([section]), own)
            self._keep("field", nodes(section.get("fields")), own)
            for field in nodes(section.get("fields")):
                self._keep("field", nodes(field.get("columns")), f"{own}{field.get('key', '')}.")


def label_of(node: Mapping[str, Any]) -> Text:
    """The label, title or name of an element, else its key as words."""
    for name in LABELS:
        if (found := text_of(node.get(name))) is not None:
            return found
    return readable(str(node.get("key", "")))
