"""Who tells of one document: what its parts are called, what its expressions say, which extensions it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.catalog import Catalog
from engine.core.definition import CodeList
from engine.core.messages import Message, Text
from engine.core.sentences.documents import vocabulary
from engine.core.sentences.read_back import say
from engine.core.sentences.vocabulary import Vocabulary
from engine.core.telling.called import Called, nodes


@dataclass(frozen=True, slots=True)
class Teller:
    """A document in the normal form (also a draft with mistakes) with all that its words need."""

    document: Mapping[str, Any]
    catalog: Catalog
    codelists: Mapping[str, CodeList]
    called: Called
    words: Vocabulary

    def expression(self, source: Any, path: str) -> Message:
        """What an expression at this path says, as a clause in the middle of a sentence."""
        return say(str(source), self.words.at(path))

    def asked(self, key: str) -> Text:
        """What the question of this key is called in the one form of a register."""
        form = next(iter(nodes(self.document.get("forms"))), {})
        return self.called.by("field", f"{form.get('key', '')}.{key}")


def teller(document: Mapping[str, Any], catalog: Catalog, codelists: Mapping[str, CodeList]) -> Teller:
    """The teller of a document; `codelists` by key."""
    return Teller(document, catalog, codelists, Called(document), vocabulary(document, catalog, codelists))
