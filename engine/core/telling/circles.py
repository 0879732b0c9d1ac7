"""A role that may see or fill something, in some states or in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.core.messages import Message, Text
from engine.core.telling.called import Called
from engine.core.telling.joining import listed


def circle(called: Called, node: Mapping[str, Any]) -> Message | Text:
    """`Pegawai`, or `Pegawai (tahap Selesai)`."""
    role = called.by("role", node.get("role", ""))
    states = tuple(called.by("state", key) for key in listed(node.get("states")))
    return Message("telling.circle", role=role, states=states) if states else role
