"""The catalog of extensions: field types, guards, actions, jobs, scoring methods and reports.

An extension is a marked callable (or field type class); its options are read from its signature and its help from
the first line of its docstring. A decorator only marks; `Catalog.collect` gathers. No registry lives in a module.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from engine.core.definition import CodeList, FieldSpec
from engine.core.scores import Band, ScorePart

Kind = Literal["field", "guard", "action", "job", "method", "report"]
Asked = Literal["cycle", "process", "result", "unit", "register", "told_register"]  # what reports are asked about
OWN_SHAPES: Mapping[str, Any] = {
    "fields": tuple[FieldSpec, ...],
    "parts": tuple[ScorePart, ...],
    "bands": tuple[Band, ...],
}
KINDS: tuple[Kind, ...] = ("field", "guard", "action", "job", "method", "report")
F = TypeVar("F")
MARK = "__siklus_extension__"


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks an option whose text in the document names something: what it names decides how it is checked.

    `fields` is no text but questions of its own (the columns of a table); so are the `parts` of a score, each with an
    expression, and the `bands` of its scale. `beside`: another question of the same form, or column of the same table.
    `matrix`: the code list must have one.
    """

    to: Literal[
        "expression", "codelist", "role", "form", "state", "task", "field", "fields", "beside", "link", "parts", "bands"
    ] | Asked  # fmt: skip
    matrix: bool = False


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An expression option as the callable receives it: its source and its value for the case at hand."""

    source: str
    value: Any


@dataclass(frozen=True, slots=True)
class Weighed:
    """A part of a score as the callable receives it: what the document says, and its number for the case at hand."""

    part: ScorePart
    number: Evaluated


EvaluatedOption: TypeAlias = Annotated[Evaluated, Ref("expression")]
CodeListOption: TypeAlias = Annotated[CodeList, Ref("codelist")]
MatrixOption: TypeAlias = Annotated[CodeList, Ref("codelist", matrix=True)]
RoleOption: TypeAlias = Annotated[str, Ref("role")]
FormOption: TypeAlias = Annotated[str, Ref("form")]
BesideOption: TypeAlias = Annotated[str, Ref("beside")]
LinkOption: TypeAlias = Annotated[str, Ref("link")]
PartsOption: TypeAlias = Annotated[tuple[Weighed, ...], Ref("parts")]
BandsOption: TypeAlias = Annotated[tuple[Band, ...], Ref("bands")]


@dataclass(frozen=True, slots=True)
class Entry:
    """One extension: its callable, a model of its options as they stand in a document, and which options are refs."""

    kind: Kind
    name: str
    call: Callable[..., Any]
    options: type[BaseModel]
    refs: Mapping[str, Ref]
    doc: str


def _marker(kind: Kind) -> Callable[[F], F]:
    def mark(extension: F) -> F:
        setattr(extension, MARK, kind)
        return extension

    return mark


guard = _marker("guard")
action = _marker("action")
job = _marker("job")
method = _marker("method")
report = _marker("report")
field_type = _marker("field")


class Catalog:
    """What a definition may name, by kind and name."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries: dict[tuple[Kind, str], Entry] = {}
        for entry in entries:
            if (entry.kind, entry.name) in self._entries:
                raise ValueError(f"two extensions of kind {entry.kind!r} are called {entry.name!r}")
            self._entries[entry.kind, entry.name] = entry

    @classmethod
    def collect(cls, *sources: ModuleType | Callable[..., Any]) -> Catalog:
        """Gather the marked callables of modules (or single callables, for tests)."""
        found: dict[int, Callable[..., Any]] = {}
        for source in sources:
            members = vars(source).values() if isinstance(source, ModuleType) else (source,)
            found.update({id(m): m for m in members if MARK in getattr(m, "__dict__", {})})
        return cls(describe(extension) for extension in found.values())

    def get(self, kind: Kind, name: str) -> Entry | None:
        return self._entries.get((kind, name))

    def names(self, kind: Kind) -> tuple[str, ...]:
        return tuple(sorted(name for found, name in self._entries if found == kind))

    def entries(self, kind: Kind) -> tuple[Entry, ...]:
        return tuple(self._entries[kind, name] for name in self.names(kind))


def describe(extension: Callable[..., Any]) -> Entry:
    """Read an extension's name, options and help off its signature and docstring."""
    kind: Kind = getattr(extension, MARK)
    name = getattr(extension, "name", None) or extension.__name__
    doc = inspect.getdoc(extension)
    if not doc:
        raise ValueError(f"the {kind} {name!r} needs a docstring: its first line is its help")
    hints = get_type_hints(extension, include_extras=True)
    wanted: dict[str, Any] = {}
    refs: dict[str, Ref] = {}
    for option, default in _declared(extension, kind):
        wanted[option] = (_as_written(hints[option]), default)
        if (ref := _ref(hints[option])) is not None:
            refs[option] = ref
    model = create_model(f"{name}_options", __config__=ConfigDict(extra="forbid"), **wanted)
    return Entry(kind, name, extension, model, refs, doc.splitlines()[0])


def _declared(extension: Callable[..., Any], kind: Kind) -> list[tuple[str, Any]]:
    if kind == "field" and dataclasses.is_dataclass(extension):
        return [(f.name, _default(f)) for f in dataclasses.fields(extension) if f.init]
    parameters = inspect.signature(extension).parameters.values()
    keyword = [p for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY]
    return [(p.name, ... if p.default is inspect.Parameter.empty else p.default) for p in keyword]


def _default(declared: dataclasses.Field[Any]) -> Any:
    if declared.default is not dataclasses.MISSING:
        return declared.default
    if declared.default_factory is not dataclasses.MISSING:
        return declared.default_factory()
    return ...


def _ref(hint: Any) -> Ref | None:
    """What an option refers to: itself, the items of a list, or what it may be besides None."""
    if get_origin(hint) is Annotated:
        return next((extra for extra in get_args(hint)[1:] if isinstance(extra, Ref)), None)
    if get_origin(hint) in (tuple, list, Union, UnionType):
        return next((ref for inner in get_args(hint) if (ref := _ref(inner)) is not None), None)
    return None


def _as_written(hint: Any) -> Any:
    """The type of an option in a document: whatever names something is text there, fields are fields."""
    ref = _ref(hint)
    if ref is None:
        return hint
    if get_origin(hint) is Annotated:
        return OWN_SHAPES.get(ref.to, str)
    if get_origin(hint) in (Union, UnionType):
        return Union[tuple(_as_written(inner) for inner in get_args(hint))]  # noqa: UP007 (built from a tuple)
    return tuple[str, ...]
