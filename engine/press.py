"""The press: hands a paper to the typesetter, a child process, and takes the PDF from it. Knows no case."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from engine.children import ROOT, Child, Ended
from engine.core.errors import BadRequest, Unavailable
from engine.core.messages import Message

TEMPLATES = ROOT / "templates" / "pdf"
SECONDS, PATIENCE = 20, 30
LARGEST = 4_000_000  # bytes of JSON
KEPT = 8  # papers that are the same for everybody


@dataclass(frozen=True, slots=True)
class Press:
    """`typesetter`: the program, of which a few may work at a time in this process. `kept`: by what was ordered."""

    typesetter: Child = field(default_factory=lambda: Child("engine.typeset", SECONDS, PATIENCE, "print.busy"))
    kept: OrderedDict[bytes, bytes] = field(default_factory=OrderedDict)

    def again(self, template: str, paper: Mapping[str, Any], stamp: Mapping[str, Any]) -> bytes:
        """Like `pull`, for papers that many ask for: the last few are kept. A race only sets one twice."""
        name = sha256(json.dumps([template, paper, stamp], sort_keys=True).encode()).digest()
        pdf = self.kept.get(name) or self.pull(template, paper, stamp)
        self.kept[name] = pdf
        while len(self.kept) > KEPT:
            self.kept.popitem(last=False)
        return pdf

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
