"""The columns of a file of entries: whom each is about, its day, and the questions of the register's form. Pure.

Words for the first two stand in the translations (`imports.entry.column.<name>`); a question has its own label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core.filling.formviews import label_of
from engine.core.filling.questions import Question
from engine.core.messages import LANGUAGES, Text
from engine.core.proof.canonical import digest
from engine.core.register import Register
from engine.imports.columns import folded

KIND = "register:"  # before the key of a register, in the kind of an imported file
NIP, UNIT, DAY = "nip", "unit", "day"
FIELD = "field."  # before the key of a question
HEADINGS: Mapping[str, tuple[str, ...]] = {
    NIP: ("nip", "nip baru", "nip pegawai", "nomor induk pegawai", "employee number", "employee id"),
    UNIT: ("kode unit", "kode unor", "unit kerja", "unit", "unit code"),
    DAY: ("tanggal", "tgl", "hari", "tanggal presensi", "tanggal kegiatan", "date", "day"),
}


@dataclass(frozen=True, slots=True)
class EntryColumn:
    """One thing that a row may say. `label`: of a question, None for the others; `headings`: how files call it."""

    name: str
    needed: bool
    label: Text | None = None
    headings: tuple[str, ...] = ()
    question: Question | None = None


def columns(register: Register) -> tuple[EntryColumn, ...]:
    """The columns of a register's files, in the order of its form: all that one cell can answer."""
    return (*_about(register), EntryColumn(DAY, True, headings=HEADINGS[DAY]), *_questions(register))


def _about(register: Register) -> Iterator[EntryColumn]:
    about = register.definition.about
    if about != "none":
        name = UNIT if about == "unit" else NIP
        yield EntryColumn(name, True, headings=HEADINGS[name])


def _questions(register: Register) -> Iterator[EntryColumn]:
    for each in register.form.questions:
        if each.type.answered != "by_person" or each.type.names_things or hasattr(each.type, "columns"):
            continue
        label = label_of(each.spec)
        headings = (*(label.say(language) for language in LANGUAGES), each.key)
        yield EntryColumn(FIELD + each.key, each.spec.required, label, headings, each)


def guessed(known: Sequence[EntryColumn], headings: Sequence[str]) -> dict[str, int]:
    """Column → its place in the file; what a heading says exactly goes before what it only begins with."""
    plain = [folded(heading) for heading in headings]
    found: dict[str, int] = {}
    fits: tuple[Callable[[str, str], bool], ...] = (str.__eq__, lambda heading, name: heading.startswith(name))
    for fit in fits:
        for column in known:
            names = [folded(heading) for heading in column.headings]
            places = (
                at
                for name in names
                for at, heading in enumerate(plain)
                if name and at not in found.values() and fit(heading, name)
            )
            if column.name not in found and (at := next(places, None)) is not None:
                found[column.name] = at
    return found


def heading_set(register: str, headings: Sequence[str]) -> str:
    """The name under which the mapping of a register's files with these headings is remembered."""
    return digest([KIND + register, sorted(folded(heading) for heading in headings)])


def wordings(question: Question) -> dict[str, str]:
    """What a cell may say of a choice, folded: its key, or its label in either language where only one has it."""
    found: dict[str, str] = {}
    doubtful: set[str] = set()
    for item in question.type.items:
        for word in {item.label.say(language).casefold().strip() for language in LANGUAGES}:
            if found.setdefault(word, item.key) != item.key:
                doubtful.add(word)
    for word in doubtful:
        del found[word]
    return {**found, **{item.key.casefold(): item.key for item in question.type.items}}


def allowed(question: Question) -> Text | None:
    """What can be chosen, in words; None where it is no choice."""
    items = question.type.items
    if not items:
        return None
    said = {language: ", ".join(item.label.say(language) for item in items) for language in LANGUAGES}
    return Text(**said)


def example(column: EntryColumn) -> Any:
    """What a cell of an example file may say; nothing for what only the office knows."""
    kind = column.question.type if column.question else None
    if kind is None:
        return ""
    first: Any = kind.items[0].label if kind.items else EXAMPLES.get(kind.name, "")
    return first


EXAMPLES = {"time": "08:00", "number": "0", "date": "2026-01-31", "yesno": "ya", "link": "https://contoh.go.id/bukti"}
