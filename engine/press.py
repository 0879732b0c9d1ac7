"""The press: hands a paper to the typesetter, a child process, and takes the PDF from it. Knows no case."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.children import ROOT, Child, Ended
from engine.core.errors import BadRequest, Unavailable
from engine.core.messages import Message

TEMPLATES = ROOT / "templates" / "pdf"
SECONDS, PATIENCE = 20, 30
LARGEST = 4_000_000  # bytes of JSON


@dataclass(frozen=True, slots=True)
class Press:
    """`typesetter`: the program, of which a few may work at a time in this process."""

    typesetter: Child = field(default_factory=lambda: Child("engine.typeset", SECONDS, PATIENCE, "print.busy"))

    def pull(self, template: str, paper: Mapping[str, Any], stamp: Mapping[str, Any]) -> bytes:
        """The PDF of a paper; BadRequest when it is too large, Unavailable when it is not done in time."""
        order = json.dumps({"root": str(TEMPLATES), "template": template, "paper": paper, "stamp": stamp}).encode()
        if len(order) > LARGEST:
            raise BadRequest(Message("print.too_large", most=LARGEST // 1_000_000))
        try:
            pdf = self.typesetter.ask(given=order)
        except Ended as ended:
            raise Unavailable(Message("print.too_slow" if ended.late else "print.failed")) from ended
        if not pdf.startswith(b"%PDF"):
            raise Unavailable(Message("print.failed"))
        return pdf
