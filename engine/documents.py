"""Our YAML: text to (document, positions) and back. The only module that knows the library `yaml`.

Less than YAML on purpose: scalars of YAML 1.2 (so `no`, `on`, `12:30`, `1_000` and dates stay text), no anchors,
aliases, tags or merge keys, no duplicate keys, one document. What a document means is not known here. Longer than most
modules because reading, writing and the words for slips all need the library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from engine.core.errors import InvalidDefinition, Problem
from engine.core.messages import Message
from engine.core.reading.positions import Mark, Path, Positions

LARGEST = 1_000_000  # bytes
DEEPEST = 50
MOST_VALUES = 12_000  # bounds the time for a text of many tiny values
MOST_PROBLEMS = 50
CONSTANTS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
NOTHING = ("", "~", "null", "Null", "NULL")
INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,15})\Z")  # 007 is a code, not seven; longer ones are codes too
LARGEST_INTEGER = 2**53 - 1
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

# What libyaml and PyYAML say, by what a person did. The rest is `yaml.syntax`.
SLIPS = (
    ("cannot start any token", "yaml.character"),
    ("quoted scalar", "yaml.quote"),
    ("mapping values are not allowed", "yaml.colon"),
    ("could not find expected ':'", "yaml.no_colon"),
    ("flow", "yaml.bracket"),
    ("block", "yaml.indent"),
)


def read_yaml(text: str | bytes, name: str = "document") -> tuple[Any, Positions]:
    """Read one document into maps, lists, text, whole numbers, booleans and nulls, with the place of each.

    Numbers with a fraction stay text, so no float exists. Raises InvalidDefinition with line and column; anything
    unbounded is refused before it costs anything.
    """
    source = _decoded(text, name)
    reader = _Reader()
    try:
        document = reader.read(yaml.parse(source, Loader=LOADER))
    except yaml.MarkedYAMLError as error:
        reader.problems.append(_slip(source, error))
    except yaml.reader.ReaderError as error:
        reader.problems.append(_unreadable(source, error))
    except _Stop:
        pass
    if reader.problems:
        raise InvalidDefinition(reader.problems)
    return document, Positions(reader.keys, reader.values, frozenset(reader.blocks), reader.texts)


def write_yaml(document: Any) -> str:
    """Write a document so that `read_yaml` gives it back: block style, keys in their order, two spaces."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, indent=2)


class _Dumper(DUMPER):
    """Quotes whatever another reader of YAML could take for something else, and never writes an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: Any, text: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def _decoded(text: str | bytes, name: str) -> str:
    try:
        size = len(text if isinstance(text, bytes) else text.encode())
        if size > LARGEST:
            raise _refused(Message("yaml.too_large", name=name, size=size, most=LARGEST))
        source = text.decode() if isinstance(text, bytes) else text
    except UnicodeError as error:
        raise _refused(Message("yaml.not_utf8", name=name)) from error
    if "\0" in source:
        line, column = _line_and_column(source, source.index("\0"))
        raise InvalidDefinition([Problem("", Message("yaml.nul"), line, column)])
    return source.removeprefix("\ufeff")


def _refused(message: Message) -> InvalidDefinition:
    return InvalidDefinition([Problem("", message, 1, 1)])


class _Stop(Exception):
    """Enough was found wrong: the rest of the text is not worth reading."""


class _Reader:
    """One pass over the events of a text: builds the document and notes where everything stands."""

    def __init__(self) -> None:
        self.keys: dict[Path, Mark] = {}
        self.values: dict[Path, Mark] = {}
        self.blocks: set[Path] = set()
        self.texts: dict[Path, Mark] = {}
        self.problems: list[Problem] = []
        self._count = 0

    def read(self, events: Iterator[Any]) -> Any:
        document = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if event.tags:
                    self._complain((), event, Message("yaml.tag", tag=" ".join(event.tags)))
                if self._count:
                    self._stop((), event, Message("yaml.one_document"))
                document = self._value(next(events), events, ())
        if not self._count:
            self.problems.append(Problem("", Message("yaml.empty"), 1, 1))
        return document

    def _value(self, event: Any, events: Iterator[Any], path: Path) -> Any:
        self.values[path] = _mark(event)
        self._count += 1
        if self._count > MOST_VALUES:
            self._stop(path, event, Message("yaml.too_many_values", most=MOST_VALUES))
        if len(path) > DEEPEST:
            self._stop(path, event, Message("yaml.too_deep", most=DEEPEST))
        self._plain_only(event, path)
        if isinstance(event, yaml.MappingStartEvent):
            self.blocks.add(path)
            return self._map(events, path)
        if isinstance(event, yaml.SequenceStartEvent):
            self.blocks.add(path)
            return self._list(events, path)
        return self._scalar(event, path) if isinstance(event, yaml.ScalarEvent) else None

    def _plain_only(self, event: Any, path: Path) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._complain(path, event, Message("yaml.alias", name=_short(event.anchor)))
        elif event.anchor is not None:
            self._complain(path, event, Message("yaml.anchor", name=_short(event.anchor)))
        elif event.tag is not None:
            self._complain(path, event, Message("yaml.tag", tag=_short(event.tag)))

    def _list(self, events: Iterator[Any], path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._value(event, events, (*path, len(items))))
        return items

    def _map(self, events: Iterator[Any], path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._stop(path, event, Message("yaml.key"))
            self._plain_only(event, path)
            key, at = event.value, (*path, event.value)
            if key == "<<" and event.implicit[0]:
                self._complain(path, event, Message("yaml.merge"))
            if key in found:
                first = self.keys[at]
                self._complain(at, event, Message("yaml.duplicate", key=_short(key), line=first.line))
            self.keys.setdefault(at, _mark(event))
            value = self._value(next(events), events, at)
            found.setdefault(key, value)
        return found

    def _scalar(self, event: yaml.ScalarEvent, path: Path) -> Any:
        text = event.value
        if (strange := yaml.reader.Reader.NON_PRINTABLE.search(text)) is not None:
            self._complain(path, event, Message("yaml.unprintable", code=f"U+{ord(strange.group()):04X}"))
        self._note_letters(event, path)
        if not event.implicit[0]:
            return text
        if text in NOTHING:
            return None
        if text in CONSTANTS:
            return CONSTANTS[text]
        if INTEGER.match(text) and abs(int(text)) <= LARGEST_INTEGER:
            return int(text)
        return text

    def _note_letters(self, event: yaml.ScalarEvent, path: Path) -> None:
        start, end = event.start_mark, event.end_mark
        quote = 1 if event.style in ("'", '"') else 0
        if start.line == end.line and end.column - start.column == len(event.value) + 2 * quote:
            self.texts[path] = Mark(start.line + 1, start.column + 1 + quote)

    def _complain(self, path: Path, event: Any, message: Message) -> None:
        mark = _mark(event)
        self.problems.append(Problem(".".join(map(str, path)), message, mark.line, mark.column))
        if len(self.problems) >= MOST_PROBLEMS:
            raise _Stop

    def _stop(self, path: Path, event: Any, message: Message) -> None:
        self._complain(path, event, message)
        raise _Stop


def _mark(event: Any) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _slip(source: str, error: yaml.MarkedYAMLError) -> Problem:
    said = f"{error.context or ''} {error.problem or ''}"
    key = next((key for words, key in SLIPS if words in said), "yaml.syntax")
    unclosed = key == "yaml.quote" and error.context_mark
    mark = error.context_mark if unclosed else error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    if key == "yaml.character" and _at(source, line, column) == "\t":
        key = "yaml.tab"
    return Problem("", Message(key), line, column)


def _at(source: str, line: int, column: int) -> str:
    lines = source.split("\n", line)
    return lines[line - 1][column - 1 : column] if line <= len(lines) else ""


def _unreadable(source: str, error: yaml.reader.ReaderError) -> Problem:
    strange = yaml.reader.Reader.NON_PRINTABLE.search(source)
    line, column = _line_and_column(source, strange.start() if strange else 0)
    code = f"U+{ord(strange.group()):04X}" if strange else str(error.character)
    return Problem("", Message("yaml.unprintable", code=code), line, column)


def _line_and_column(source: str, at: int) -> tuple[int, int]:
    before = source[:at]
    return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
