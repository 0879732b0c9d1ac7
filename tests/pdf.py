"""What stands in a PDF, and how a test sets one: the typesetter in this process, and text without its line ends."""

import io
import re
import unicodedata

import pypdf

from engine import typeset
from engine.core.printing.paper import Cell, Grid, Paper, Prose
from engine.core.printing.wording import Voice, lines, printable
from engine.press import TEMPLATES
from engine.web.i18n import shipped

STAMP = {
    "link": "https://siklus.example.go.id/prints/abcdefghijklmnopqrstuvwxyz",
    "address": "siklus.example.go.id/prints/abcdefghijklmnopqrstuvwxyz",
    "epoch": 1_790_000_000, "day": [2026, 9, 21], "made": "Dicetak oleh Alisa",
    "reference": "ABCDEFGH", "digest": "0123456789abcdef", "code": "7QF2-9MXT-D4BK",
}  # fmt: skip
WORDS = {name: name for name in ("page", "qr", "reference", "digest", "code", "check", "emblem")}


def voice(language="id"):
    words = shipped(True)
    return Voice(language, lambda message: words.say(message, language))


def paper(blocks, language="id", layout="plain", **more):
    """A paper of these blocks with nothing else to say."""
    words = {**WORDS, "page": "halaman {page} dari {pages}"}
    fields = {"title": ("Judul",), "left": "Kota", "right": "2026", "running": "Judul", "words": words, **more}
    return Paper(layout=layout, language=language, blocks=tuple(blocks), **fields)


def of_text(text):
    """A paper that says one text: as a paragraph, and in a narrow cell."""
    narrow = Grid((80, 20), ((Cell(lines("x")), Cell(lines(text))),))
    return paper([Prose(lines(text)), narrow])


def set_paper(found):
    """The PDF of a paper, set in this process."""
    document = found.as_document()
    return typeset.pdf({"root": str(TEMPLATES), "template": found.layout, "paper": document, "stamp": STAMP})


def text_of(pdf):
    """Everything that a PDF says, without blanks, line ends and places to break."""
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))


def squeezed(text):
    return re.sub(r"[\s\u200b\u00ad]+", "", unicodedata.normalize("NFKC", text))


def says(pdf_text, text):
    """Whether a PDF says a text, as far as fonts go: what they lack stands there by its number."""
    return squeezed(printable(text)) in pdf_text
