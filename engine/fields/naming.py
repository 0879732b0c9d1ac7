"""What fields share whose answer names a person or a unit: a ref, with the words that stood for it when it was given.

What a ref means is looked up before (engine/named.py); here it is only taken from what was found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.core.case import Named
from engine.core.expression import TEXT, Record
from engine.core.filling.fieldtype import FormFacts, unfit
from engine.core.messages import Message
from engine.fields.reading import line, wrong_type

REF = re.compile(r"[a-z2-7]{26}\Z")
IN_CELL = re.compile(r"\[([a-z2-7]{26})\]\s*\Z")
NEARNESS = ("unit", "subtree", "city")
PARTS = ("ref", "label", "detail")
TYPE = Record(dict.fromkeys(PARTS, TEXT))


def named(kind: str, raw: Any) -> Iterator[tuple[str, str]]:
    """The kind and ref that a raw answer names, if it may be one."""
    found = raw.get("ref") if isinstance(raw, Mapping) else raw
    if isinstance(found, str) and REF.match(found.strip()):
        yield kind, found.strip()


def taken(
    kind: str, raw: Any, facts: FormFacts, fits: Callable[[Named], bool], expected: Message
) -> dict[str, str] | None:
    """The answer as it is kept, when what it names was found and fits; None where nothing was answered.

    What does not exist, lies outside the reach of the field or of the person who answers is refused alike.
    """
    if isinstance(raw, Mapping):
        raw = raw.get("ref")
    elif raw is not None and not isinstance(raw, str):
        raise wrong_type(raw, expected)
    ref = line(raw)
    if not ref:
        return None
    found = facts.named.get((kind, ref))
    if found is None or not fits(found):
        raise unfit(Message(f"field.{kind}.unknown"))
    return {"ref": found.ref, "label": found.label, "detail": found.detail}


def is_near(found: Named, within: str) -> bool:
    """Whether what was found lies within a reach of the case's unit."""
    reach = found.facts.get("reach")
    return reach in NEARNESS and NEARNESS.index(str(reach)) <= NEARNESS.index(within)


def worded(value: Mapping[str, str]) -> str:
    """Who or what it is, as it read when it was answered."""
    return f"{value['label']}, {value['detail']}" if value["detail"] else value["label"]


def cell(value: Mapping[str, str]) -> str:
    """For a spreadsheet: words for people, the ref for the way back."""
    return f"{worded(value)} [{value['ref']}]"


def from_cell(found: Any) -> Any:
    """The ref at the end of a cell; a cell without one as it is."""
    ref = IN_CELL.search(found) if isinstance(found, str) else None
    return ref[1] if ref else found
