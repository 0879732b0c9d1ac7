"""The program that judges one file, in a process of its own: what a hostile file breaks or fills is not the server.

    python -m engine.evidence.judge FILE FRESH PREVIEW

It limits itself, then answers one line of JSON: `{"kind": …, "facts": {…}, "fresh": true}`, or `{"refused": message}`.
An image drawn anew lies in FRESH and its small picture in PREVIEW.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

from engine.core.errors import FileRefused
from engine.core.messages import Message
from engine.evidence import office, pdf, pictures, plain
from engine.evidence.signs import HEAD, sign

MEMORY = 1024 * 1024 * 1024  # bytes of addresses: decoding fifty million pixels takes a third of it
SECONDS = 30
LARGEST = 300_000_000  # bytes of a file that it writes


def main(arguments: list[str]) -> int:
    """Judge one file."""
    path, fresh, preview = map(Path, arguments)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, LARGEST),
    ):  # fmt: skip
        resource.setrlimit(what, (most, most))
    try:
        print(json.dumps(judge(path, fresh, preview)))
    except FileRefused as refused:
        print(json.dumps({"refused": refused.message.as_document()}))
    except MemoryError:
        print(json.dumps({"refused": Message("file.refused.bomb").as_document()}))
    return 0


def judge(path: Path, fresh: Path, preview: Path) -> dict[str, Any]:
    """What a file is, and its facts. Raises FileRefused."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    kind = sign(head)
    if kind in pictures.READERS:
        return {"kind": kind, "facts": pictures.check(path, kind, fresh, preview), "fresh": True}
    if kind == "zip":
        kind, facts = office.check(path)
    else:
        facts = pdf.check(path) if kind == "pdf" else plain.check(path)
    return {"kind": kind, "facts": facts, "fresh": False}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
