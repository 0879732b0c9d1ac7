"""The field type `richtext`: paragraphs, lists, bold, italic and links. The only module that knows nh3.

What is kept is what was typed: a small markup, plain text. HTML is made of it each time it is read, so an answer has
one spelling to hash, compare and export, works in a textarea without JavaScript, and a stricter rule for HTML also
holds for what was sent years ago. `rendered` is the one place where text of people becomes HTML.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import nh3
from markupsafe import Markup, escape
from wtforms import TextAreaField

from engine.core.catalog import field_type
from engine.core.filling.fieldtype import Count, FieldType, FormFacts
from engine.core.messages import Message
from engine.fields.markup import Block, Span, blocks, marked, plain
from engine.fields.reading import lines
from engine.fields.text import fitting

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a"}
ATTRIBUTES = {"a": {"href"}}
SCHEMES = {"http", "https", "mailto"}
LINKS = "noopener nofollow"


@field_type
@dataclass(frozen=True)
class RichTextField(FieldType):
    """Text with paragraphs, lists, bold, italic and links; lengths count what is typed, marks included."""

    name: ClassVar[str] = "richtext"
    max_length: Count = 5000
    min_length: Count = 0
    rows: Count = 6

    def problems(self) -> Iterator[tuple[str, Message]]:
        if self.min_length > self.max_length:
            yield "min_length", Message("bind.reversed", least=self.min_length, most=self.max_length)

    def clean(self, raw: Any, facts: FormFacts) -> str | None:
        return fitting(lines(raw), self.min_length, self.max_length)

    def format(self, value: str, language: str) -> str:
        return plain(value)

    def print(self, value: str, language: str) -> Iterator[tuple[str, str]]:
        """The paragraphs and items, each with the mark before it."""
        for block in blocks(value):
            yield from marked(block)

    def html(self, value: Any) -> Markup:
        """The answer as a page shows it, also one that was not judged yet; empty for what is no text."""
        return rendered(value) if isinstance(value, str) else Markup("")

    def from_cell(self, cell: Any) -> Any:
        return f"{cell:.15g}" if isinstance(cell, float) else cell

    def widget(self) -> Any:
        return TextAreaField()


def rendered(text: str) -> Markup:
    """The markup as HTML: escaped piece by piece, then cleaned by nh3 as if it were foreign."""
    return sanitised("".join(_block(block) for block in blocks(text)))


def sanitised(html: str) -> Markup:
    """HTML of which only the few tags above are left, links only to http, https and mailto."""
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=LINKS,
        attribute_filter=_whole_address,
    )
    return Markup(clean)


def _whole_address(tag: str, attribute: str, said: str) -> str | None:
    """Leave out an address without a scheme: nh3 takes it for one of ours, `//host` too."""
    return said if attribute != "href" or said.partition(":")[0].lower() in SCHEMES else None


def _block(block: Block) -> Markup:
    lines = [Markup().join(map(_span, line)) for line in block.lines]
    if block.kind == "paragraph":
        return Markup("<p>{}</p>").format(Markup("<br>").join(lines))
    items = Markup().join(Markup("<li>{}</li>").format(line) for line in lines)
    return Markup("<ul>{}</ul>" if block.kind == "bullets" else "<ol>{}</ol>").format(items)


def _span(span: Span) -> Markup:
    found = escape(span.text)
    if span.to:
        found = Markup('<a href="{}">{}</a>').format(span.to, found)
    if span.host:
        found += Markup(" ({})").format(span.host)
    if span.italic:
        found = Markup("<em>{}</em>").format(found)
    return Markup("<strong>{}</strong>").format(found) if span.bold else found
