"""The words of the designer: labels with a fallback, problems, values, and what an edit did. Reads no database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core.designing.acts import Add, Drop, Edit, Move, Place, Put, Rename
from engine.core.designing.outline import About, about
from engine.core.designing.panelparts import Choice, Label, Words
from engine.core.designing.panels import slug
from engine.core.designing.spots import elements, find, text_of, title_of
from engine.core.messages import Message, Text, readable
from engine.web import problem_words
from engine.web.context import site
from engine.web.language import language, show, t, translate

OF_TEXTS = ("states", "roles", "forms", "transitions")
LONGEST = 300
EXTENDED = {"result": ("method", "method"), "field": ("field", "type")}  # model → kind of extension, key that names it
DUE = {"on", "of", "working_days", "after", "by", "passes_to", "remind", "fire", "final"}


def worded(words: Words | Message | None) -> str:
    """A label in the reader's language: the translation where there is one, else its fallback."""
    if words is None:
        return ""
    return word_of(words.key, words.otherwise) if isinstance(words, Label) else translate(words)


def word_of(key: str, otherwise: Text | str = "") -> str:
    """The text of a key that may not be there: an extension or a model that nobody has worded yet."""
    if isinstance(site().words.texts[language()].get(key), str):
        return t(key)
    return translate(readable(otherwise) if isinstance(otherwise, str) else otherwise)


def problem(message: Message, model: str = "") -> str:
    """A problem of an element in words for people who design by hand: plainer than for those who write files."""
    if message.key == "definition.missing_key" and model:
        return t("design.problem.missing", property=property_name(model, str(message.params["key"])))
    message = problem_words.plain(message)
    if "language" in message.params:
        message = Message(message.key, language=t(f"design.language.{message.params['language']}"))
    return capital(translate(_plainer(message)))


def _plainer(message: Message) -> Message:
    """The same message in plainer words, and what is told within it, where somebody has found some."""
    plain = f"design.problem.{message.key}"
    key = plain if isinstance(site().words.texts[language()].get(plain), str) else message.key
    within = {name: _plainer(one) if isinstance(one, Message) else one for name, one in message.params.items()}
    return Message(key, **within)


def lost(key: str) -> Choice:
    """A choice for what is named although nothing is called so any more."""
    words = translate(Message("design.lost_name", key=key))
    return Choice(key, Text(words, words))


def capital(words: str) -> str:
    """A sentence begins with a capital letter."""
    return words[:1].upper() + words[1:]


def property_name(model: str, name: str, element: Mapping[str, Any] | None = None) -> str:
    """What a property of an element is called: of its model, else an option of the extension that it names."""
    kind, key = EXTENDED.get(model, ("", ""))
    option = f"design.option.{kind}.{(element or {}).get(key)}.{name}"
    if isinstance(site().words.texts[language()].get(option), str):
        return t(option)
    return word_of(f"design.{model}.{name}", name) if name else ""


def value(document: Mapping[str, Any], found: Any) -> str:
    """A value of the document as people read it: labels for what it names, both languages of a text."""
    if found is None or found in ("", [], {}):
        return t("design.nothing")
    if isinstance(found, bool):
        return show(found)
    if isinstance(found, list):
        return ", ".join(value(document, each) for each in found)[:LONGEST]
    if isinstance(found, Mapping):
        return _map(document, found)[:LONGEST]
    return _named(document, str(found))[:LONGEST]


def _map(document: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    if set(found) <= {"id", "en"}:
        return " / ".join(str(found[each]) for each in ("id", "en") if found.get(each))
    if "key" in found or "label" in found:
        return translate(title_of(found))
    if set(found) <= DUE:
        return due_words(found)
    return "; ".join(f"{word_of(f'design.due.{key}', key)}: {value(document, each)}" for key, each in found.items())


def due_words(due: Any) -> str:
    """A deadline in words; nothing where there is none."""
    if not isinstance(due, Mapping):
        return ""
    month, _, day = str(due.get("on", "")).partition("-")
    if month.isdecimal() and day.isdecimal() and 1 <= int(month) <= 12:
        of = str(due.get("of") or "period")
        return t(f"design.due.said_{'next_period' if of == 'next_period' else 'period'}", day=str(int(day)),
                 month=Message(f"calendar.month.{int(month)}"))  # fmt: skip
    if isinstance(due.get("by"), str):
        return t("design.due.said_by")
    if isinstance(due.get("working_days"), int):
        after = "received" if due.get("after") == "received" else "entered"
        return t(f"design.due.said_{after}", count=due["working_days"])
    return t("design.missing.due")


def _named(document: Mapping[str, Any], key: str) -> str:
    for group in OF_TEXTS:
        for element in elements(document, group):
            if element.get("key") == key:
                return translate(title_of(element))
    return key


def edit(document: Mapping[str, Any], done: Edit) -> str:
    """What an edit did, in a sentence."""
    match done:
        case Put():
            return _put(document, done)
        case Add():
            told = about(document, done.path)
            words = {"what": _added(done.element), "where": translate(told.title)}
            return t("design.told.add_name" if isinstance(done.element, str) else "design.told.add", **words)
        case Drop():
            return t("design.told.drop", what=_dropped(document, done))
        case Move():
            return t("design.told.move", what=_title(document, done.path))
        case Rename():
            return t("design.told.rename", what=_renamed(document, done), key=done.key)
        case Place():
            return t("design.told.place", what=_title(document, f"states.{done.state}"))


def _put(document: Mapping[str, Any], done: Put) -> str:
    told = about(document, done.path)
    words = {
        "what": translate(told.title),
        "property": _property(told),
        "was": value(document, done.was),
        "now": value(document, done.value),
    }
    return t("design.told.put", **words)


def _property(told: About) -> str:
    return property_name(slug(told.model), told.name) if told.model is not None and told.name else ""


def _added(element: Any) -> str:
    if isinstance(element, Mapping):
        name = str(element.get("name", ""))
        return translate(title_of(element)) if "key" in element else word_of(f"design.entry.guard.{name}", name or "…")
    return str(element)


def _dropped(document: Mapping[str, Any], done: Drop) -> str:
    return _added(done.was) if isinstance(done.was, Mapping) else _title(document, done.path)


def _title(document: Mapping[str, Any], path: str) -> str:
    return translate(about(document, path).title)


def _renamed(document: Mapping[str, Any], done: Rename) -> str:
    spot = find(document, ".".join([*done.path.split(".")[:-1], done.key]))
    label = text_of(spot.node().get("label")) if spot else None
    return translate(label) if label else _title(document, done.path)
