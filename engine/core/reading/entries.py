"""Binds the entries that forms may begin with to their registers: there is such a register, and what its rows hold.

Every mistake is kept in the Reader.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.core.catalog import Catalog
from engine.core.definition import CodeList, RegisterDefinition, WorkflowDefinition
from engine.core.entriesspec import EntriesSpec
from engine.core.expression import DATE, NUMBER, ListOf, Record, Type
from engine.core.hints import instead
from engine.core.messages import Message
from engine.core.reading.binding import bind_form
from engine.core.reading.known import registers_of
from engine.core.reading.mending import UNKNOWN
from engine.core.reading.options import Reader

ENTRIES, DAY, COUNT = "entries", "day", "times"


def entries(
    reader: Reader, definition: WorkflowDefinition, catalog: Catalog, known: Mapping[str, CodeList]
) -> dict[str, Type]:
    """The types behind `entries`: each a table with the fields of its register, the `day`, and how many `times`."""
    found: dict[str, Type] = {}
    for spec in definition.entries:
        register = registers_of(known).get(spec.book)
        if register is not None:
            found[spec.key] = _table(reader, spec, register, Reader(catalog, known, {}))
        elif spec.book != UNKNOWN:
            hint = instead(spec.book, sorted(registers_of(known)))
            reader.wrong(f"entries.{spec.key}.register", Message("bind.no_such_register", name=spec.book), hint)
    return {ENTRIES: Record(found)} if found else {}


def _table(reader: Reader, spec: EntriesSpec, register: RegisterDefinition, its: Reader) -> Type:
    """What a row holds. `its`: reads the register's form, of whose mistakes nothing is told here."""
    if register.about not in ("person", "person_and_unit"):
        reader.wrong(f"entries.{spec.key}.register", Message("bind.not_about_person", name=register.key))
    types = bind_form(its, register.form).types
    if spec.together is not None and spec.together not in types:
        hint = instead(spec.together, sorted(types))
        reader.wrong(f"entries.{spec.key}.together", Message("bind.entries_without_field", name=spec.together), hint)
    return ListOf(Record({**types, DAY: DATE, COUNT: NUMBER}))
