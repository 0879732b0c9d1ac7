"""One question judged alone: its type, its value, and the keys of its messages."""

from __future__ import annotations

from typing import Any

from tests.core.tiny import FACTS, form_of


def kind(name: str, **options: Any) -> Any:
    """The type with these options."""
    return form_of({"x": {"type": name, **options}}).questions["x"].type


def value(name: str, raw: Any, **options: Any) -> Any:
    """The value of a good answer."""
    judged = form_of({"x": {"type": name, **options}}).judge({"x": raw}, FACTS)
    assert judged.errors == {}
    return judged.values["x"]


def refusal(name: str, raw: Any, **options: Any) -> str:
    """The key of the one message about an answer."""
    judged = form_of({"x": {"type": name, **options}}).judge({"x": raw}, FACTS)
    assert list(judged.errors) == ["x"]
    return judged.errors["x"].key
