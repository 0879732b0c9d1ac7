"""The typesetter: a program of its own, started for one print, that reads a paper as JSON and writes the PDF.

The one home of typst and segno. It is never imported by the server (press.py starts it), so that their
memory and time are a child's: both are limited, and nothing of a print stays behind. Input and templates are all that
it reads; a template reaches no file outside its folder, and words are data that typst never takes for markup.
"""

from __future__ import annotations

import io
import json
import re
import sys
from typing import Any

import segno
import typst

if sys.platform != "win32":
    import resource

STANDARDS = ("a-2a", "ua-1")  # PDF/A-2a: to be kept, and tagged for screen readers (PDF/UA-1)
SECONDS, MEMORY = 20, 1536 * 1024 * 1024
TRIES = 20
REFUSED = re.compile(r"the text `\"(?P<text>.*)\"` could not be displayed|codepoint `\"(?P<point>.*)\"`")
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def main() -> int:
    """Read `{root, template, paper, stamp}` from the input, write the PDF; 3 when it cannot be set."""
    limit()
    order = json.load(sys.stdin)
    try:
        sys.stdout.buffer.write(pdf(order))
    except typst.TypstError as error:
        sys.stderr.write(error.message[:500])
        return 3
    return 0


def limit() -> None:
    """Let this process take no more than its share, whatever it is given."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def pdf(order: dict[str, Any]) -> bytes:
    """Set a paper. The same order gives the same bytes: fonts are typst's own, the time is that of the stamp."""
    stamp = {**order["stamp"], "qr": qr(order["stamp"]["link"])}
    paper = order["paper"]
    for _ in range(TRIES):
        inputs = {"paper": json.dumps(paper), "stamp": json.dumps(stamp)}
        try:
            return bytes(
                typst.compile(
                    f"{order['root']}/{order['template']}.typ",
                    root=order["root"],
                    ignore_system_fonts=True,
                    sys_inputs=inputs,
                    pdf_standards=list(STANDARDS),
                    timestamp=order["stamp"]["epoch"],
                )
            )
        except typst.TypstError as error:
            if not (letters := refused(error.message)):
                raise
            paper = without(paper, letters)
    raise typst.TypstError("too many characters that no font holds")


def qr(link: str) -> str:
    """A QR code as SVG, dark on nothing."""
    drawn = io.BytesIO()
    segno.make(link, error="m", micro=False).save(drawn, kind="svg", border=1, xmldecl=False, svgns=True)
    return drawn.getvalue().decode()


def refused(message: str) -> set[str]:
    """The characters of which a message of typst says that no font shows them."""
    found = REFUSED.search(message)
    text = (found["text"] or found["point"]) if found else ""
    return {letter for letter in ESCAPED.sub(lambda hex: chr(int(hex[1], 16)), text) if not letter.isascii()}


def without(value: Any, letters: set[str]) -> Any:
    """The same paper with these characters shown by their numbers."""
    if isinstance(value, str):
        return "".join(f"[U+{ord(each):04X}]" if each in letters else each for each in value)
    if isinstance(value, list):
        return [without(item, letters) for item in value]
    if isinstance(value, dict):
        return {key: without(item, letters) for key, item in value.items()}
    return value


if __name__ == "__main__":
    sys.exit(main())
