"""The vocabulary of a document, by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core.catalog import Catalog
from engine.core.definition import CodeList, IndicatorDefinition, ScoreDefinition
from engine.core.reading.likeness import as_workflow, entry_form
from engine.core.reading.places import Places
from engine.core.reading.positions import NOWHERE
from engine.core.reading.structure import structured
from engine.core.reading.writings import normalise
from engine.core.sentences.counted import CountedVocabulary
from engine.core.sentences.scored import ScoredVocabulary
from engine.core.sentences.vocabulary import Vocabulary


def vocabulary(document: Any, catalog: Catalog, codelists: Mapping[str, CodeList]) -> Vocabulary:
    """The vocabulary of a document, also of one with mistakes; empty where nothing can be made of it."""
    normal = normalise(document)
    found = structured(normal.document, Places(normal, NOWHERE)).definition
    if isinstance(found, IndicatorDefinition):
        return CountedVocabulary(found, catalog, codelists)
    if isinstance(found, ScoreDefinition):
        return ScoredVocabulary(found, catalog, codelists)
    return Vocabulary(as_workflow(found), catalog, codelists, entry_form(found))
