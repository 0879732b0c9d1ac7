"""What was typed into a panel of the designer, as edits: each control that says something else than its editor saw.

The names of the controls are made here too, so that template and reading agree: `v:<path>` is the value (with `:id` and
`:en` for a text), `was:<path>` what stood there, as JSON. Nothing is applied and nothing judged.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.core.designing.edits import Edit, Put
from engine.core.designing.panelparts import Panel, Property
from engine.core.errors import BadRequest
from engine.core.messages import LANGUAGES, Message

Form = MultiDict[str, str]
EACH = ("calls", "element", "nodes")  # what stands inside has controls of its own
UNTYPED = (*EACH, "list")
BY_WHEN = ("on", "of", "working_days", "after", "by")


def puts(panel: Panel, form: Form) -> Iterator[Edit]:
    """The properties that were changed, in the order of the panel; nothing inside a deadline that is taken away."""
    gone: set[str] = set()
    for each in every(panel):
        if each.kind in UNTYPED or f"was:{each.path}" not in form or any(each.path.startswith(path) for path in gone):
            continue
        was, value = seen(form, each.path), typed(each, form)
        if _held(value, each) != _held(was, each):
            yield Put(each.path, value, was)
            if each.parts and value is None:
                gone.add(f"{each.path}.")


def _held(value: Any, each: Property) -> Any:
    """What a value amounts to: nothing said is the default said."""
    return each.default if value in (None, []) else value


def every(panel: Panel) -> Iterator[Property]:
    """All properties of a panel, those of the panels inside among them."""
    for each in panel.properties:
        yield each
        for part in each.parts:
            yield from every(part)


def seen(form: Form, path: str) -> Any:
    """What stood there when the page was drawn."""
    try:
        return json.loads(form.get(f"was:{path}", "null"))
    except ValueError as error:
        raise BadRequest(Message("error.http.400")) from error


def typed(each: Property, form: Form) -> Any:
    """What a control says now, as the document would have it; None for nothing."""
    name = f"v:{each.path}"
    match each.kind:
        case "text":
            return text(form, name)
        case "texts":
            return _texts(form, name)
        case "boolean":
            return name in form
        case "choices":
            return kept_order(form.getlist(name), seen(form, each.path))
        case "lines":
            return [line.strip() for line in form.get(name, "").splitlines() if line.strip()]
        case "circles":
            return _circles(form, name, seen(form, each.path))
        case "due":
            return _due(form, name, seen(form, each.path))
        case "number" | "decimal":
            return number(form.get(name, ""))
    return form.get(name, "").replace("\r\n", "\n").strip() or None


def text(form: Form, name: str) -> Any:
    """A text in both languages; the one that is missing stays missing, so that the list of problems can say so."""
    said = {language: form.get(f"{name}:{language}", "").replace("\r\n", "\n").strip() for language in LANGUAGES}
    return {language: words for language, words in sorted(said.items()) if words} or None


def number(typed_: str) -> Any:
    """A number as people write it, `2,5` as well; what is none stays as typed, for the list of problems."""
    plain = typed_.strip().replace(",", ".")
    if not plain:
        return None
    try:
        found = Decimal(plain)
    except InvalidOperation:
        return typed_.strip()
    is_whole = found.is_finite() and found == found.to_integral_value() and abs(found) < 10**15
    return int(found) if is_whole else plain


def _texts(form: Form, name: str) -> list[Any]:
    indexes = range(len([key for key in form if key.startswith(f"{name}.")]) + 1)
    return [said for index in indexes if (said := text(form, f"{name}.{index}")) is not None]


def kept_order(chosen: Iterable[str], was: Any) -> list[str]:
    """What is still chosen keeps its order, what is new comes after it."""
    ticked = list(chosen)
    kept = [each for each in was if each in ticked] if isinstance(was, list) else []
    return [*kept, *(each for each in ticked if each not in kept)]


def _circles(form: Form, name: str, was: Any) -> list[Any]:
    """Roles, each with the states in which it counts; those of a role that was ticked just now are not asked yet."""
    roles = [str(each.get("role")) for each in was if isinstance(each, dict)] if isinstance(was, list) else []
    found = []
    for role in kept_order(form.getlist(name), roles):
        states = form.getlist(f"{name}:{role}")
        found.append({"role": role, "states": states} if states else {"role": role})
    return found


def _due(form: Form, name: str, was: Any) -> Any:
    """A deadline: a day of the period, working days or a date of a form, and what it brings besides; else nothing."""
    kept = {key: value for key, value in was.items() if key not in BY_WHEN} if isinstance(was, dict) else {}
    way = form.get(f"{name}:way", "")
    if way == "day":
        day, month = number(form.get(f"{name}:day", "")), number(form.get(f"{name}:month", ""))
        given = isinstance(day, int) and isinstance(month, int)
        return {"of": form.get(f"{name}:of") or "period", **({"on": f"{month:02}-{day:02}"} if given else {}), **kept}
    if way == "days":
        days = number(form.get(f"{name}:working_days", ""))
        found = {"after": form.get(f"{name}:after") or "entered", **kept}
        return found if days is None else {**found, "working_days": days}
    return {"by": form.get(f"{name}:by", ""), **kept} if way == "by" else None
