"""A draft of a definition: the document, which may still be incomplete or wrong, and where its states stand.

Also its one way to be written: tidy, so that the same content is always the same bytes. No edit is known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.core.designing.paths import with_value
from engine.core.designing.tidying import tidy
from engine.core.reading.writings import Normal, normalise

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Draft:
    """A document in the normal form as far as it goes, and state key → x, y; the places are no part of the definition.

    Never changed in place: an edit makes another one, which shares what stayed the same.
    """

    document: Mapping[str, Any]
    places: Mapping[str, Point] = field(default_factory=dict)


def begun(document: Any, places: Mapping[str, Point] | None = None) -> Draft:
    """The draft that a document of an author, a file or a published version begins; without its pins."""
    normal = normalise(document)
    found = tidy(_as_translated(normal))
    return Draft({key: value for key, value in found.items() if key != "lock"}, dict(places or {}))


def _as_translated(normal: Normal) -> Any:
    """The document without the words that the normal form puts where a translation is missing: a draft shows that."""
    places = {id(origin): at for at, origin in normal.origins.items()}
    document = normal.document
    for remark in normal.remarks:
        if remark.message.key == "definition.untranslated" and id(remark.origin) in places:
            missing = str(remark.message.params["language"])
            document = with_value(document, (*places[id(remark.origin)], missing), None)
    return document
