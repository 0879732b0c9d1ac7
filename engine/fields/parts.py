"""Answers of several parts under one question: how they are posted, and how a map of them is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import FormField, StringField
from wtforms.form import BaseForm

from engine.core.filling.fieldtype import unfit
from engine.core.messages import Message
from engine.fields.reading import quoted, wrong_type


def widget(names: Iterable[str]) -> Any:
    """An unbound field that decodes `x-start`, `x-end`, … to a map of texts."""
    known = tuple(names)

    class Parts(BaseForm):
        def __init__(self, formdata: Any = None, obj: Any = None, prefix: str = "", **kwargs: Any) -> None:
            super().__init__({name: StringField() for name in known}, prefix=prefix)
            self.process(formdata, obj, **kwargs)

    return FormField(Parts)


def read(raw: Any, names: Iterable[str]) -> dict[str, Any]:
    """The parts that were given, blank ones left out; raises InvalidSubmission for what is no map of these."""
    if raw is None or raw == "":
        return {}
    if not isinstance(raw, Mapping):
        raise wrong_type(raw, Message("field.kind.parts"))
    if strange := [key for key in raw if key not in names]:
        raise unfit(Message("field.unknown_part", name=quoted(strange[0])))
    return {name: raw[name] for name in names if name in raw and not is_blank(raw[name])}


def is_blank(part: Any) -> bool:
    """Whether nothing was written."""
    return part is None or (isinstance(part, str) and not part.strip())
