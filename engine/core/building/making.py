"""What the buttons of the form builder add to a draft, as edits: questions, sections, forms, copies, choices, checks.

Nothing is written here, and nothing is judged: the edits go where all edits of a design go. Moving is shifting.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.building.copying import copied
from engine.core.building.draftform import draft_forms, elements
from engine.core.building.places import Seat, element, form_of, seat, seats, taken
from engine.core.building.retyping import retyped
from engine.core.building.starters import starter
from engine.core.building.words import said, written
from engine.core.catalog import Entry
from engine.core.designing.edits import Add, Edit, Put
from engine.core.designing.keys import free, new_key, slug
from engine.core.designing.spots import text_of

NO_COLUMNS = ("table", "signature")  # what cannot stand in a row
FIRST = "main"


@dataclass(frozen=True, slots=True)
class Made:
    """Edits, and the path of what to select after them."""

    edits: tuple[Edit, ...]
    at: str


def question(
    document: Mapping[str, Any], form: str, kind: str, words: str, after: str = "", language: str = "id"
) -> Made:
    """A fresh question behind what is selected (`after`): behind a column as a column, else in a section."""
    around = form_of(document, f"forms.{form}") or {}
    label = words.strip()
    fresh: dict[str, Any] = {"type": kind, **starter(kind, around)}
    if label:
        fresh["text" if kind == "note" else "label"] = said(label, language)
    return put_in(document, form, fresh, label or kind, after)


def put_in(document: Mapping[str, Any], form: str, found: Mapping[str, Any], words: str, after: str = "") -> Made:
    """A question that is made already, with a key of its own, behind what is selected; the first brings a section."""
    listed, before = _behind(document, form, str(found.get("type", "")), after)
    if listed is None:
        key = free(slug(words) or "question", taken(form_of(document, f"forms.{form}") or {}), named=True)
        section = {"key": FIRST, "fields": [{"key": key, **{k: v for k, v in found.items() if k != "key"}}]}
        return Made((Add(f"forms.{form}.sections", section),), f"forms.{form}.sections.{FIRST}.fields.{key}")
    key = new_key(document, listed, words)
    whole = {"key": key, **{name: value for name, value in found.items() if name != "key"}}
    return Made((Add(listed, whole, before),), f"{listed}.{key}")


def column(document: Mapping[str, Any], table: str, kind: str, words: str, language: str = "id") -> Made | None:
    """A fresh column at the end of a table; None where there is no table."""
    if element(document, table) is None or kind in NO_COLUMNS:
        return None
    listed, label = f"{table}.columns", words.strip()
    key = new_key(document, listed, label or kind)
    whole: dict[str, Any] = {"key": key, "type": kind, **starter(kind, {})}
    if label:
        whole["text" if kind == "note" else "label"] = said(label, language)
    return Made((Add(listed, whole),), f"{listed}.{key}")


def section(document: Mapping[str, Any], form: str, words: str, after: str = "", language: str = "id") -> Made:
    """A fresh section behind the one that is selected."""
    listed, title = f"forms.{form}.sections", words.strip()
    found = seat(document, ".".join(after.split(".")[:4]))
    key = new_key(document, listed, title or "section")
    whole = {"key": key, **({"title": said(title, language)} if title else {}), "fields": []}
    return Made((Add(listed, whole, found.following if found else None),), f"{listed}.{key}")


def form(document: Mapping[str, Any], words: str, language: str = "id") -> Made:
    """A fresh form with one section."""
    key = new_key(document, "forms", words.strip())
    whole = {
        "key": key,
        "label": said(words.strip() or "Formulir", language),
        "sections": [{"key": FIRST, "fields": []}],
    }
    return Made((Add("forms", whole),), f"forms.{key}")


def again(document: Mapping[str, Any], path: str) -> Made | None:
    """The same form, section, question or column once more, behind itself. A section's questions get new keys too."""
    steps = path.split(".")
    if len(steps) == 2:
        found = form_of(document, path)
        if found is None:
            return None
        key = new_key(document, "forms", found["key"])
        return Made((Add("forms", copied(found, key), _next_form(document, found["key"])),), f"forms.{key}")
    place, whole = seat(document, path), element(document, path)
    if place is None or whole is None:
        return None
    key = new_key(document, place.listed, str(whole["key"]))
    copy = copied(whole, key)
    if place.listed.endswith(".sections"):
        copy["fields"] = _renamed(document, path, copy)
    return Made((Add(place.listed, copy, place.following),), f"{place.listed}.{key}")


def changed_type(document: Mapping[str, Any], path: str, entry: Entry) -> Made | None:
    """Another type: one edit for each property that differs. None where there is no question."""
    before = element(document, path)
    if before is None or "type" not in before or (entry.name in NO_COLUMNS and ".columns." in path):
        return None
    after = retyped(before, entry, form_of(document, path) or {})
    names = [*after, *(name for name in before if name not in after)]
    edits = tuple(Put(f"{path}.{name}", after.get(name), before.get(name)) for name in names if name != "key")
    return Made(tuple(each for each in edits if each.value != each.was), path)


def choices(document: Mapping[str, Any], path: str, name: str, items: tuple[dict[str, Any], ...]) -> Made | None:
    """More items for a list of choices, criteria or levels."""
    whole = element(document, path)
    if whole is None:
        return None
    was = whole.get(name)
    present = list(was) if isinstance(was, list) else []
    return Made((Put(f"{path}.{name}", [*present, *items], was),), path)


def check(document: Mapping[str, Any], form: str, words: str, language: str = "id") -> Made:
    """A fresh check across the answers of a form; its rule is built on the rule's page."""
    told = words.strip()
    key = new_key(document, f"forms.{form}.checks", told)
    otherwise = said(told, language) if told else written("Periksa kembali isian ini.", "Look at this again.")
    whole = {"key": key, "when": "true", "otherwise": otherwise}
    return Made((Add(f"forms.{form}.checks", whole),), f"forms.{form}.checks.{key}")


def first_answer(form: str, field: str, source: str) -> Made:
    """A question begins with an answer of another form."""
    return Made((Add(f"forms.{form}.prefill", {"key": field, "value": source}),), f"forms.{form}.prefill.{field}")


def name_of(found: Mapping[str, Any]) -> str:
    """Words from which a key can be made: the label, else the old key."""
    label = text_of(found.get("label")) or text_of(found.get("title"))
    return label.id if label else str(found.get("key", ""))


def _behind(document: Mapping[str, Any], form: str, kind: str, after: str) -> tuple[str | None, str | None]:
    """The list for a new question and the key before which it comes; no list where the form has no section."""
    place = seat(document, after) if after.startswith(f"forms.{form}.") else None
    if place is not None and place.listed.endswith(".columns") and kind in NO_COLUMNS:
        place = seat(document, place.listed.removesuffix(".columns"))
    if place is not None and not place.listed.endswith(".sections"):
        return place.listed, place.following
    if place is not None:
        return f"{place.path}.fields", None
    last = [each for each in seats(document, f"forms.{form}") if each.listed.endswith(".sections")][-1:]
    return (f"{last[0].path}.fields", None) if last else (None, None)


def _renamed(document: Mapping[str, Any], path: str, copy: Mapping[str, Any]) -> list[dict[str, Any]]:
    used, fields = taken(form_of(document, path) or {}), list[dict[str, Any]]()
    for field in elements(copy.get("fields")):
        key = free(field["key"], used, named=True)
        used.add(key)
        fields.append({**field, "key": key})
    return fields


def _next_form(document: Mapping[str, Any], key: str) -> str | None:
    keys = [each["key"] for each in draft_forms(document)]
    return Seat("forms", tuple(keys), keys.index(key)).following
