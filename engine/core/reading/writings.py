"""From an author's writing to the normal form: maps become ordered lists of `{key: …}`, short writings become long.

Remembers where each place came from. Nothing is judged: what cannot be understood passes through unchanged, for
structure.py to refuse. Longer than most modules: it is one walk, in which every shape calls back into the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from engine.core.definition import Grant, Item
from engine.core.messages import LANGUAGES, Message
from engine.core.proof.canonical import LARGEST
from engine.core.reading.positions import Path
from engine.core.reading.shapes import ALSO, ROOTS, SHORT, Shape, shapes

PLAIN = Shape("plain")
DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a place of the normal form came from: its path in the source, its name for people, is it a key there."""

    source: Path
    display: Path
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that only the author's writing shows, since the normal form no longer has it."""

    origin: Origin
    message: Message
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Normal:
    """A document in the normal form, the origin of each of its places, and what the walk has to remark."""

    document: Any
    origins: Mapping[Path, Origin]
    remarks: tuple[Remark, ...]


def normalise(document: Any) -> Normal:
    """Bring a document to the normal form and remember where everything came from."""
    kind = document.get("kind") if isinstance(document, Mapping) else None
    model = ROOTS.get(kind) if isinstance(kind, str) else None
    walk = _Walk()
    normal = walk.node(model, document, _Place()) if model else walk.plain(document, _Place())
    return Normal(normal, walk.origins, tuple(walk.remarks))


@dataclass(frozen=True, slots=True)
class _Place:
    """One place at a time: its path in the normal form, in the source, and as people name it."""

    at: Path = ()
    source: Path = ()
    display: Path = ()

    def down(self, step: str | int, written: str | int | None = None, name: str | int | None = None) -> _Place:
        return _Place(
            (*self.at, step),
            (*self.source, step if written is None else written),
            (*self.display, step if name is None else name),
        )

    def inside(self, *steps: str | int) -> _Place:
        """A place of the normal form that the source does not write out: the source and name stay the same."""
        return _Place((*self.at, *steps), self.source, self.display)


@dataclass(slots=True)
class _Walk:
    """One walk over a document: builds the normal form, notes origins, and remarks."""

    origins: dict[Path, Origin] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def node(self, model: type[BaseModel], value: Any, place: _Place) -> Any:
        if not isinstance(value, Mapping):
            return self.plain(value, place)
        self._note(place)
        also = {author: normal for (owner, normal), author in ALSO.items() if owner is model and normal not in value}
        known, found = shapes(model), dict[str, Any]()
        for written, item in value.items():
            key = also.get(written, str(written))
            found[key] = self._value(known.get(key, PLAIN), item, place.down(key, written))
        return found

    def _value(self, shape: Shape, value: Any, place: _Place) -> Any:
        match shape.kind:
            case "node" | "nodes" | "keyed" | "calls" | "grants" | "circles" | "locks" | "pairs" if shape.model:
                walk = {"node": self.node, "nodes": self._keyed, "keyed": self._keyed, "calls": self._calls,
                        "grants": self._grants, "circles": self._circles, "locks": self._pairs,
                        "pairs": self._pairs}  # fmt: skip
                value = self._long(shape.model, value) if shape.kind == "node" else value
                return walk[shape.kind](shape.model, value, place)
            case "names":
                return self._listed(value, place)
            case "text":
                return self._text(value, place)
            case "texts":
                return self._texts(value, place)
        return self.plain(value, place)

    def _long(self, model: type[BaseModel], value: Any) -> Any:
        if isinstance(value, str) and model in SHORT:
            return {SHORT[model]: value}
        if model is Item and isinstance(value, Mapping) and value and set(value) <= set(LANGUAGES):
            return {"label": value}
        return value

    def _keyed(self, model: type[BaseModel], value: Any, place: _Place) -> Any:
        if isinstance(value, Mapping):
            self._note(place)
            pairs = enumerate(value.items())
            return [self._entry(model, key, item, place.down(index, key, key)) for index, (key, item) in pairs]
        if isinstance(value, list):
            self._note(place)
            return [self.node(model, item, self._item(place, index, item)) for index, item in enumerate(value)]
        return self.plain(value, place)

    def _entry(self, model: type[BaseModel], key: str, value: Any, place: _Place) -> Any:
        value = {} if value is None else self._long(model, value)
        if not isinstance(value, Mapping):
            return self.plain(value, place)
        self._note(place.inside("key"), is_key=True)
        inner = self.node(model, value, place)
        if inner.get("key", key) != key:
            message = Message("definition.two_keys", outer=key, inner=str(inner["key"]))
            self.remarks.append(Remark(self.origins[(*place.at, "key")], message))
        return {**inner, "key": key}

    def _item(self, place: _Place, index: int, item: Any) -> _Place:
        key = item.get("key") if isinstance(item, Mapping) else None
        return place.down(index, index, key if isinstance(key, str) else index)

    def _listed(self, value: Any, place: _Place) -> Any:
        if not isinstance(value, str):
            return self.plain(value, place)
        self._note(place)
        self._note(place.inside(0))
        return [value]

    def _text(self, value: Any, place: _Place) -> Any:
        self._note(place)
        if isinstance(value, str):
            for language in LANGUAGES:
                self._note(place.inside(language))
            return dict.fromkeys(LANGUAGES, value)
        found = self.plain(value, place)
        if isinstance(found, dict) and len(found) == 1 and set(found) <= set(LANGUAGES):
            ((language, words),) = found.items()
            if not isinstance(words, str):
                return found
            missing = next(other for other in LANGUAGES if other != language)
            message = Message("definition.untranslated", language=missing)
            self.remarks.append(Remark(self.origins[place.at], message, warning=True))
            return dict.fromkeys(LANGUAGES, words)
        return found

    def _texts(self, value: Any, place: _Place) -> Any:
        self._note(place)
        if isinstance(value, list):
            return [self._text(item, place.down(index)) for index, item in enumerate(value)]
        return [self._text(value, place.inside(0))]

    def _calls(self, model: type[BaseModel], value: Any, place: _Place) -> Any:
        self._note(place)
        if isinstance(value, list):
            return [self._call(item, place.down(index)) for index, item in enumerate(value)]
        return [self._call(value, place.inside(0))]

    def _call(self, value: Any, place: _Place) -> Any:
        if isinstance(value, str):
            self._note(place)
            self._note(place.inside("name"))
            return {"name": value}
        if isinstance(value, Mapping) and len(value) == 1 and "name" not in value:
            ((name, options),) = value.items()
            self._note(place)
            self._note(_Place((*place.at, "name"), (*place.source, name), place.display), is_key=True)
            inner = _Place((*place.at, "options"), (*place.source, name), (*place.display, "options"))
            return {"name": name} if options in (None, {}) else {"name": name, "options": self.plain(options, inner)}
        found = self.plain(value, place)
        if isinstance(found, dict) and found.get("options", 0) in (None, {}):
            del found["options"]
        return found

    def _circles(self, model: type[BaseModel], value: Any, place: _Place) -> Any:
        self._note(place)
        if isinstance(value, Mapping):
            pairs = enumerate(value.items())
            return [self._circle(role, states, place.down(index, role, role)) for index, (role, states) in pairs]
        if not isinstance(value, list):
            return [self._member(model, value, place.inside(0))]
        return [self._member(model, item, place.down(index)) for index, item in enumerate(value)]

    def _member(self, model: type[BaseModel], value: Any, place: _Place) -> Any:
        if not isinstance(value, str):
            return self.node(model, value, place)
        self._note(place)
        self._note(place.inside("role"))
        return {"role": value}

    def _circle(self, role: str, states: Any, place: _Place) -> dict[str, Any]:
        self._note(place)
        self._note(place.inside("role"), is_key=True)
        found = {"role": role}
        return found if states is None else {**found, "states": self._listed(states, place.inside("states"))}

    def _grants(self, model: type[BaseModel], value: Any, place: _Place) -> Any:
        self._note(place)
        if isinstance(value, list):
            return [self.node(Grant, item, self._grant(place, index, item)) for index, item in enumerate(value)]
        if not isinstance(value, Mapping):
            return self.plain(value, place)
        found: list[Any] = []
        for form, by_role in value.items():
            if not isinstance(by_role, Mapping):
                found.append(self.plain(by_role, place.down(len(found), form, form)))
                continue
            for role, states in by_role.items():
                here = _Place((*place.at, len(found)), (*place.source, form), (*place.display, form, role))
                found.append(self._granted(form, role, states, here))
        return found

    def _granted(self, form: str, role: str, states: Any, place: _Place) -> dict[str, Any]:
        deeper = (*place.source, role)
        self._note(_Place(place.at, deeper, place.display))
        self._note(place.inside("form"), is_key=True)
        self._note(_Place((*place.at, "role"), deeper, place.display), is_key=True)
        listed = self._listed(states, _Place((*place.at, "states"), deeper, place.display))
        return {"form": form, "role": role, "states": listed}

    def _grant(self, place: _Place, index: int, item: Any) -> _Place:
        form, role = (item.get("form"), item.get("role")) if isinstance(item, Mapping) else (None, None)
        if isinstance(form, str) and isinstance(role, str):
            return _Place((*place.at, index), (*place.source, index), (*place.display, form, role))
        return place.down(index)

    def _pairs(self, model: type[BaseModel], value: Any, place: _Place) -> Any:
        if not isinstance(value, Mapping):
            return self.plain(value, place)
        self._note(place)
        first, second = model.model_fields
        return [
            self.plain({first: str(name), second: said}, place.down(index, name, name))
            for index, (name, said) in enumerate(value.items())
        ]

    def plain(self, value: Any, place: _Place) -> Any:
        """Copy a value that has no shape of its own; numbers with a fraction and huge ones become text."""
        self._note(place)
        if len(place.at) > DEEPEST:
            self.remarks.append(Remark(self.origins[place.at], Message("definition.too_deep", most=DEEPEST)))
            return None
        if isinstance(value, Mapping):
            return {str(key): self.plain(item, place.down(str(key), key)) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.plain(item, self._item(place, index, item)) for index, item in enumerate(value)]
        if value is None or isinstance(value, (str, bool)) or (isinstance(value, int) and abs(value) <= LARGEST):
            return value
        return str(value)

    def _note(self, place: _Place, *, is_key: bool = False) -> None:
        self.origins[place.at] = Origin(place.source, place.display, is_key)
