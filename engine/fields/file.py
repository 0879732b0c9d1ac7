"""The field type `file`: evidence that somebody gave for this form, each with the SHA-256 of its bytes.

What a ref means is looked up before (engine/named.py); the bytes are never seen here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from wtforms import FormField, StringField
from wtforms.form import BaseForm

from engine.core.case import Named
from engine.core.catalog import field_type
from engine.core.errors import InvalidSubmission
from engine.core.expression import TEXT, ListOf, Record, Type
from engine.core.filekinds import KINDS, MEGABYTE, Group, called, size_in_words
from engine.core.filling.fieldtype import NO_ERRORS, Count, FieldType, FormFacts, unfit
from engine.core.messages import Message
from engine.fields.naming import REF
from engine.fields.reading import line, quoted, wrong_type
from engine.fields.table import Rows

MOST_FILES = 20
LARGEST = 100  # megabytes
LONGEST = 300  # characters of a description
PARTS = ("ref", "description", "date")
# `sample`: of the gallery of field types; there is no file behind it.
FACTS = ("sha256", "size", "type", "pages", "sample")


@field_type
@dataclass(frozen=True)
class FileField(FieldType):
    """Files as evidence; what is kept of each names its SHA-256, so that no other file can stand in its place."""

    name: ClassVar[str] = "file"
    kinds: tuple[Group, ...] = ("pdf", "image", "document", "sheet", "slides")
    max_files: Count = 5
    max_mb: Count = 10
    described: bool = True
    dated: bool = False

    @property
    def empty(self) -> Any:
        return []

    @property
    def max_octets(self) -> int:
        """The largest size of one file, in bytes."""
        return self.max_mb * MEGABYTE

    def problems(self) -> Iterator[tuple[str, Message]]:
        for option, most in (("max_files", MOST_FILES), ("max_mb", LARGEST)):
            if not 1 <= getattr(self, option) <= most:
                yield option, Message("bind.between", least=1, most=most)
        if not self.kinds or len(set(self.kinds)) != len(self.kinds):
            yield "kinds", Message("bind.file_kinds")

    def value_type(self) -> Type:
        return ListOf(Record(dict.fromkeys(("ref", "name", "type", "sha256", "description"), TEXT)))

    def names(self, raw: Any) -> Iterator[tuple[str, str]]:
        if isinstance(raw, (list, tuple)):
            for each in raw[:MOST_FILES]:
                ref = each.get("ref") if isinstance(each, Mapping) else each
                if isinstance(ref, str) and REF.match(ref):
                    yield self.name, ref

    def clean(self, raw: Any, facts: FormFacts) -> list[dict[str, Any]]:
        files, errors = self.judge(raw, facts)
        if errors:
            raise InvalidSubmission(errors)
        return files

    def judge(self, raw: Any, facts: FormFacts) -> tuple[list[dict[str, Any]], Mapping[str, Message]]:
        """The files that were found, and one message: the first thing that is wrong with one of them."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return [], NO_ERRORS
        if not isinstance(raw, (list, tuple)):
            kind = Message("field.kind.list")
            return [], {"": Message("field.wrong_type", expected=kind, found=quoted(raw))}
        if len(raw) > self.max_files:
            return [], {"": Message("field.file.too_many", most=self.max_files, found=len(raw))}
        files: dict[str, dict[str, Any]] = {}
        wrong: Message | None = None
        for each in raw:
            try:
                found = self._one(each, facts)
                if found is not None:
                    files[found["ref"]] = found
            except InvalidSubmission as invalid:
                wrong = wrong or next(iter(invalid.errors.values()))
        if wrong is None and self.described:
            nameless = next((each["name"] for each in files.values() if each["description"] is None), None)
            wrong = Message("field.file.undescribed", name=nameless) if nameless else None
        return list(files.values()), NO_ERRORS if wrong is None else {"": wrong}

    def _one(self, raw: Any, facts: FormFacts) -> dict[str, Any] | None:
        if isinstance(raw, str):
            raw = {"ref": raw}
        if not isinstance(raw, Mapping):
            raise wrong_type(raw, Message("field.kind.file"))
        ref = line(raw.get("ref"))
        if not ref:
            return None
        found = facts.named.get((self.name, ref))
        if found is None:
            raise unfit(Message("field.file.unknown"))
        self._refuse(found)
        description = line(raw.get("description"))
        if len(description) > LONGEST:
            raise unfit(Message("field.too_long", limit=LONGEST, found=len(description)))
        kept = {name: found.facts[name] for name in FACTS if name in found.facts}
        dated = {"date": _day(raw.get("date"), facts.today)} if self.dated else {}
        return {"ref": ref, "name": found.label, **kept, "description": description or None, **dated}

    def _refuse(self, found: Named) -> None:
        """A file may have been given for another field of the case, which takes others."""
        kind = KINDS.get(str(found.facts["type"]))
        if kind is None or kind.group not in self.kinds:
            raise unfit(Message("field.file.kind", name=found.label, found=called(str(found.facts["type"]))))
        if int(found.facts["size"]) > self.max_octets:
            raise unfit(Message("field.file.too_large", name=found.label, most=self.max_mb))

    def format(self, value: list[dict[str, Any]], language: str) -> str:
        return "; ".join(_worded(each, language) for each in value)

    def print(self, value: list[dict[str, Any]], language: str) -> Iterator[tuple[str, str]]:
        """Each file with the hash of its bytes: what proves that it is the one that was given."""
        yield from (("-", f"{_worded(each, language)} · SHA-256 {each['sha256']}") for each in value)

    def typed(self, value: list[dict[str, Any]], language: str) -> Any:
        return [{part: each.get(part) or "" for part in PARTS if part in each} for each in value]

    def cell(self, value: list[dict[str, Any]]) -> str:
        return json.dumps(value, ensure_ascii=False)

    def from_cell(self, cell: Any) -> Any:
        try:
            return json.loads(cell) if isinstance(cell, str) else cell
        except (ValueError, RecursionError):
            return cell

    def widget(self) -> Any:
        return Rows(FormField(_Parts))


class _Parts(BaseForm):
    """What a page posts of one file."""

    def __init__(self, formdata: Any = None, obj: Any = None, prefix: str = "", **kwargs: Any) -> None:
        super().__init__({part: StringField() for part in PARTS}, prefix=prefix)
        self.process(formdata, obj, **kwargs)


def _day(raw: Any, today: date) -> str | None:
    """The day to which a file speaks, as ISO text; not one to come."""
    text = line(raw)
    if not text:
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError as wrong:
        raise unfit(Message("field.file.day", found=quoted(text))) from wrong
    if found > today:
        raise unfit(Message("field.file.future", day=found))
    return found.isoformat()


def _worded(file: Mapping[str, Any], language: str) -> str:
    size = size_in_words(int(file["size"]), language)
    about = f"{file['description']}: " if file.get("description") else ""
    return f"{about}{file['name']} ({called(file['type'])}, {size})"
